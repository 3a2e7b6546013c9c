"""Dates written in figures alone, as 03/04/2023: which of day and month stands first.

A source writes all its dates alike: one that can be read in a single way ("25/04/2023") tells how
its others are meant. Where none does, the date is left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from retrieval.english.attribution import publisher_key
from retrieval.ingest.metadata import find_publisher, numeric_date_line
from retrieval.ingest.raw import RawArticle
from retrieval.ingest.sentences import lines_of

_NUMERIC = re.compile(
    r"\s*(?P<first>\d{1,2})(?P<mark>[/-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4}|(?<=/)\d\d)"
    r"(?:[\sT,|].{0,30})?$"
)
_TOP = 6
"""Lines among which a page's own date stands."""
_CENTURY = 2000


class Order(Enum):
    """Which one stands first."""

    DAY = "day"
    MONTH = "month"


def is_numeric_date(written: str) -> bool:
    """Whether it is a date in figures alone whose year stands last."""
    return _NUMERIC.match(written) is not None


def readings(written: str) -> dict[Order, date]:
    """The days that it can mean, one where both ways mean the same; empty for no numeric date."""
    match = _NUMERIC.match(written)
    if match is None:
        return {}
    first, second, year = (int(match[name]) for name in ("first", "second", "year"))
    year += _CENTURY * (year < 100)
    found: dict[Order, date] = {}
    for order, day, month in ((Order.DAY, first, second), (Order.MONTH, second, first)):
        try:
            found[order] = date(year, month, day)
        except ValueError:  # no day of the calendar
            continue
    return found


@dataclass(frozen=True, slots=True)
class OpenDate:
    """An article's date in figures alone, and the source whose way of writing decides it."""

    id: str
    written: str
    source: str


def open_date(raw: RawArticle) -> OpenDate | None:
    """The article's date in figures, where it has no other."""
    written = None if raw.published else _written(raw)
    return None if written is None else OpenDate(raw.id, written, _source(raw))


def decided(dates: Sequence[OpenDate]) -> Iterator[tuple[str, frozenset[date]]]:
    """By article, the days that may be meant, as its source writes its dates: one where it is
    decided, none for no day of the calendar.
    """
    orders = _orders((dated.source, dated.written) for dated in dates)
    for dated in dates:
        found = readings(dated.written)
        days = set(found.values())
        told = orders.get(dated.source, set())
        if len(days) > 1 and len(told) == 1:
            days = {found[next(iter(told))]}
        yield dated.id, frozenset(days)


def _orders(written: Iterable[tuple[str, str]]) -> dict[str, set[Order]]:
    """By source, the orders in which its dates must be read that can be read in one way only."""
    orders: dict[str, set[Order]] = {}
    for source, text in written:
        found = readings(text)
        if source and len(found) == 1:
            orders.setdefault(source, set()).update(found)
    return orders


def _written(raw: RawArticle) -> str | None:
    """The date in figures that its source gives, or that stands on one of its first lines."""
    return raw.numeric or next(_numeric_lines(raw.text), None)


def _numeric_lines(text: str) -> Iterator[str]:
    for line in text.lstrip().split("\n", 2 * _TOP)[: 2 * _TOP]:
        found = numeric_date_line(line)
        if found:
            yield found


def _source(raw: RawArticle) -> str:
    """Publisher or host; a file of articles that names neither is one source."""
    lines = [raw.text[line.start : line.end] for line in lines_of(raw.text)]
    publisher = raw.publisher or find_publisher(lines, raw.url)
    if publisher:
        return publisher_key(publisher)
    return raw.path if raw.numeric else ""
