"""Days that a text tells of as past: it cannot have been written before them."""

from __future__ import annotations

import re
from datetime import date

from retrieval.english.dates import NAMED_DAYS, CalendarDate, calendar_dates
from retrieval.english.tense import Tense, tense_at

_CLOCK = r"(?:\d{1,2}:\d\d[^\n]{0,20})?"
_STAMP = re.compile(
    rf"(?<!adopted )(?<!effective )\b(?:as of|updated|posted|corrected):? (?:on )?{_CLOCK}$", re.I
)
_VERB = re.compile(
    r"(?<!\bto )(?<!\bbe )(?<!\bis )(?<!\bare )(?<!\bbeing )"
    r"\b(?!said|picked|chose|set|made|named|married)[a-z]+ (?:on )?$"
)
_YEAR = re.compile(r",? ?\d{4}\b")
_LOOKED_BACK = 40
_NEAR = 60
"""Days: a date without a year that is further from the page's may belong to any year."""


def told_after(text: str, published: date, day: date) -> str | None:
    """The words of the first date later than ``day`` that the text tells of as past, or is marked
    with; None where there is none. Dates without a year are taken for those nearest to
    ``published``.
    """
    for found in calendar_dates(text):
        meant = _day(found, published)
        if meant is not None and meant > day and _is_past(text, found):
            return text[found.range.start : found.range.end]
    return None


def _day(found: CalendarDate, published: date) -> date | None:
    if found.year is not None:
        return found.whole
    if (found.month, found.day) in NAMED_DAYS:
        return None
    years = (published.year - 1, published.year, published.year + 1)
    days = [day for year in years if (day := found.in_year(year))]
    nearest = min(days, key=lambda day: abs(day - published), default=None)
    if nearest is None or abs((nearest - published).days) > _NEAR:
        return None
    return nearest


def _is_past(text: str, found: CalendarDate) -> bool:
    """Whether it is a page's own stamp, or stands behind a verb of the past: "began March 21"."""
    start, end = found.range.start, found.range.end
    if _YEAR.match(text, end):
        return False  # a year that the date does not hold: "29 May 1968 as"
    before = text[max(0, start - _LOOKED_BACK) : start]
    if _STAMP.search(before):
        return True
    verb = _VERB.search(before)
    if verb is None:
        return False
    clause = verb.group() + text[start:end]
    # The verb alone, and all that stands before it: "will be formally signed May 21" is to come.
    alone = tense_at(clause, len(verb.group()), len(clause))
    return alone is Tense.PAST and tense_at(text, start, end) is Tense.PAST
