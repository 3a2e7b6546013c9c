"""Dates with a month in a text: "May 19", "Wednesday, May 19, 2021", "19 May", "April 2021"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from retrieval.datatypes import TextRange

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
"""A month's name as a pattern without groups; abbreviated with or without its stop."""
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
"""A weekday's name as a pattern without groups."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_BLANK = r"[ \u00a0\u2009\u202f]"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_DATE = re.compile(
    rf"(?:\b(?P<weekday>{WEEKDAY}|(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\b\.?)"
    rf"(?:{_BLANK}(?:morning|afternoon|evening|night))?(?:,{_BLANK}?|{_BLANK}\(?))?"
    rf"(?:\b(?P<month>{MONTH}){_BLANK}(?P<day>{_DAY})(?:st|nd|rd|th)?(?!\d|[:%]|[.,]\d)"
    rf"(?:{_BLANK}?[-–]{_BLANK}?(?P<until>{_DAY})(?:st|nd|rd|th)?(?!\d))?"
    rf"(?:,{_BLANK}?(?P<year>{_YEAR})\b(?![-–]\d)|{_BLANK}(?P<bare_year>{_YEAR})\b(?![-–]\d))?"
    rf"|(?<![\d$€£.,:/-])\b(?P<day2>{_DAY})(?:st|nd|rd|th)?{_BLANK}(?:of{_BLANK})?"
    rf"(?P<month2>{MONTH})(?!\w)(?:,?{_BLANK}(?P<year2>{_YEAR})\b)?"
    rf"|\b(?P<month3>{MONTH}),?{_BLANK}(?:of{_BLANK})?(?P<year3>{_YEAR})\b(?![-–]\d))"
    rf"|(?<![\d-])(?P<iso_year>{_YEAR})-(?P<iso_month>\d\d)-(?P<iso_day>\d\d)(?![\d-])"
)
_HINT = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|(?<![\d-])\d{4}-\d\d-\d\d(?![\d-])"
)
_REACH = 40
"""Code points around a month's name that a date can take up: only these are matched in full."""
YEAR = re.compile(rf"(?<![\w$€£.,:/-]){_YEAR}(?![\w%]|[.,:]\d|-\w)")
"""A year that stands alone: no sum, decimal or part of a code."""

NAMED_DAYS = frozenset({(1, 6), (7, 4), (9, 11), (12, 25), (1, 1), (12, 31)})
"""Month and day that stand for something of any year: Sept. 11, the Jan. 6 committee, holidays."""


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A month as written, with whatever stands next to it; ``weekday`` counts from Monday, 0.

    ``until`` is the last day of a stretch within one month ("May 19-20").
    """

    range: TextRange
    month: int
    day: int | None = None
    until: int | None = None
    year: int | None = None
    weekday: int | None = None

    @property
    def whole(self) -> date | None:
        """The day, when day and year are written and such a day exists."""
        return None if self.year is None else self.in_year(self.year)

    def in_year(self, year: int) -> date | None:
        """The (first) day in ``year``; None without a day, or where that year has no such day."""
        if self.day is None:
            return None
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


def month_number(name: str) -> int:
    """1 for "January" or "Jan."; the name must be one of ``MONTH``."""
    return _MONTHS.index(name[:3].lower()) + 1


def weekday_number(name: str) -> int:
    """0 for "Monday"; the name must begin like one."""
    return _WEEKDAYS.index(name[:3].lower())


def calendar_dates(text: str) -> Iterator[CalendarDate]:
    """All dates with a month and a day or a year in ``text``, in order, without overlap."""
    position = 0
    for hint in _HINT.finditer(text):
        if hint.start() < position:
            continue
        begin = max(position, hint.start() - _REACH)
        match = _DATE.search(text, begin, hint.end() + _REACH)
        # What begins behind this month belongs to the next one, and may be cut off here.
        if match is None or match.start() > hint.start() or (found := _read(match)) is None:
            continue
        position = match.end()
        yield found


def _read(match: re.Match[str]) -> CalendarDate | None:
    place = TextRange(*match.span())
    if match["iso_year"]:
        month, day, year = (int(match[f"iso_{part}"]) for part in ("month", "day", "year"))
        return CalendarDate(place, month, day, None, year) if 1 <= month <= 12 else None
    name = match["month"] or match["month2"] or match["month3"]
    written_day = match["day"] or match["day2"]
    written_year = match["year"] or match["bare_year"] or match["year2"] or match["year3"]
    return CalendarDate(
        range=place,
        month=month_number(name),
        day=int(written_day) if written_day else None,
        until=int(match["until"]) if match["until"] else None,
        year=int(written_year) if written_year else None,
        weekday=weekday_number(match["weekday"]) if match["weekday"] else None,
    )
