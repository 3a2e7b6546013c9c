"""Whether an article's text contradicts the date of its page.

Pages are copied, moved and updated, and then bear a date on which nobody wrote this text. Doubt
needs evidence: a text without dates is believed, and so is one about history, whose dates without a
year still stand around the page's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.datatypes import DateDoubt, Noise, NoiseKind, TextRange
from retrieval.english.dates import (
    MONTH,
    NAMED_DAYS,
    YEAR,
    CalendarDate,
    calendar_dates,
    month_number,
)
from retrieval.english.tense import Tense, tense_at, tenses_around

_SLACK = timedelta(days=3)
"""Time zones, and weekend pages that are dated ahead."""
_LONG_AGO = timedelta(days=300)
"""From here on a text's last date with a year may be all that it knows of its own present."""
_NEAR_PAGE, _NEAR_TEXT = 45, 100
_SAME_TIME = 21
"""Days, around the year: a date without a year this near belongs to the page, or to the text."""
_CHRONICLE = 6
"""More days with a year than this make a chronicle: its dates are its subject, not its present."""
_FORESEEN = 270
"""Days: nobody announces what is further off without naming the year."""
_CAPTION = 160
"""Code points before a date in which its caption or its stamp begins."""
_YEAR_DAYS = 366
_ENOUGH = 3
"""Points of evidence from which a page date is doubted."""
_MOST_BARE = 3
_EVIDENT_NOISE = frozenset({NoiseKind.CAPTION})
"""Masked for answers, but who wrote a caption knew the day."""
_STAMP = re.compile(r"\b(?:updated|published|posted|corrected|amended)(?:\W+\w+){0,3}\W*$", re.I)
_DATE_LINK = re.compile(r"(?:\b(?:on|On|of)|,|\b[a-z]+(?:ed|t)|(?:day|night)) (?:the )?$")
_LIFE = re.compile(r"\([^()\n]{0,20}(?P<year>\d{4})\s*[-–—]\s*$")
_LIFETIME = 15
"""Years: what lasts longer and ends on a day is a life."""
_BARE_MONTH = re.compile(
    rf"\b(?:[Ii]n|[Ss]ince|[Ii]n (?:early|mid|late)) (?P<month>{MONTH})(?=[ ,.;])(?! [A-Z\d])"
    rf"|\bIn (?P<first>{MONTH}) (?=[A-Z])"
)
_CAPTION_VERB = re.compile(
    r"\b(?:makes|meets|arrives|speaks|poses|walks|visits|embraces|greets|attends|waves|shakes|"
    r"gestures|listens|sits|delivers|talks|(?:is|are) (?:seen|pictured|shown))\b"
)
_NOW = re.compile(r"\b[Tt]oday(?: is|,)? $|(?:^|\n)[A-Z]{3,}[A-Z .,]*, $")
"""Before a date: that day is the writer's own, or stands in the dateline."""


@dataclass(frozen=True, slots=True)
class _Bare:
    """A date without a year: what a writer calls a day or month near his own."""

    month: int
    day: int | None
    tense: Tense
    weekday: int | None = None

    def days_from(self, day: date) -> int:
        """Days from ``day`` to the nearest such date in the direction that the clause tells."""
        ahead = (self._ordinal - _ordinal(day)) % _YEAR_DAYS
        back = (_ordinal(day) - self._ordinal) % _YEAR_DAYS
        if self.day is None and self.month == day.month:
            return 0
        if self.tense is Tense.COMING and ahead <= _FORESEEN:
            return ahead
        return back if self.tense is Tense.PAST else min(ahead, back)

    def around(self, day: date) -> int:
        """Days between the two in either direction."""
        ahead = (self._ordinal - _ordinal(day)) % _YEAR_DAYS
        return min(ahead, -ahead % _YEAR_DAYS)

    @property
    def _ordinal(self) -> int:
        return _ordinal(date(2000, self.month, 1)) + (self.day or 15) - 1


def _ordinal(day: date) -> int:
    """The day's number within a leap year."""
    return date(2000, day.month, day.day).toordinal()


def date_doubt(text: str, published: date | None, noise: Iterable[Noise] = ()) -> DateDoubt | None:
    """Why ``published`` cannot be the day this text is of, naming the evidence; None if it can."""
    if published is None:
        return None
    visible = _without(text, [n.range for n in noise if n.kind not in _EVIDENT_NOISE])
    dates = list(calendar_dates(visible))
    evidence = _told_too_early(visible, dates, published) or _left_behind(visible, dates, published)
    if evidence is None:
        return None
    return DateDoubt(" ".join(text[evidence.start : evidence.end].split()))


def _without(text: str, masked: Iterable[TextRange]) -> str:
    """The text with masked stretches blanked; offsets stay."""
    pieces: list[str] = []
    position = 0
    for place in sorted(masked):
        pieces += (text[position : place.start], " " * (place.end - max(position, place.start)))
        position = max(position, place.end)
    return "".join((*pieces, text[position:]))


def _told_too_early(text: str, dates: Sequence[CalendarDate], published: date) -> TextRange | None:
    """A day after the page's that the text reports as past."""
    for found in dates:
        day = found.whole
        if day is None or day <= published + _SLACK:
            continue
        before = text[max(0, found.range.start - _CAPTION) : found.range.start]
        if (
            _is_told(text, found.range, before)
            or _is_stamp(text, found.range, before)
            or _ended_life(before, day)
        ):
            return found.range
    return None


def _is_told(text: str, place: TextRange, before: str) -> bool:
    """Whether the day is reported as past, or captions a picture that must be of that day."""
    if not _DATE_LINK.search(before):
        return False
    around = tenses_around(text, place.start, place.end)
    if around == {Tense.PAST}:
        link = not before.endswith(", ")  # "Musicians, Nov. 4" is a programme, not a report
        return link and tense_at(text, place.start, place.end) is Tense.PAST
    return Tense.COMING not in around and bool(_CAPTION_VERB.search(before.rpartition("\n")[2]))


def _is_stamp(text: str, place: TextRange, before: str) -> bool:
    """Whether the page says that it was changed on that day, not that a book is to come out."""
    is_past = tense_at(text, place.start, place.end) is Tense.PAST
    return is_past and bool(_STAMP.search(before))


def _ended_life(before: str, day: date) -> bool:
    """Whether ``before`` opens a stretch of years up to ``day``, too long for an exhibition."""
    born = _LIFE.search(before)
    return born is not None and day.year - int(born["year"]) > _LIFETIME


def _left_behind(text: str, dates: Sequence[CalendarDate], published: date) -> TextRange | None:
    """The last day of a text that knows nothing of the time up to its page's date."""
    past = {d.whole: d for d in reversed(dates) if d.whole and d.whole <= published + _SLACK}
    anchor = max(past, default=None)
    if anchor is None or published - anchor < _LONG_AGO:
        return None
    last = past[anchor]
    if _NOW.search(text, max(0, last.range.start - 60), last.range.start):
        return last.range
    if len(past) > _CHRONICLE or (last.month, last.day) in NAMED_DAYS:
        return None
    if any(int(match.group()) > anchor.year for match in YEAR.finditer(text)):
        return None
    before = text[max(0, last.range.start - _CAPTION) : last.range.start]
    is_caption = bool(_CAPTION_VERB.search(before))
    score = _lives_then(set(_bare_dates(text, dates)), anchor, published, last, is_caption)
    return last.range if score >= _ENOUGH else None


def _lives_then(
    bare: set[_Bare], anchor: date, published: date, last: CalendarDate, is_caption: bool
) -> int:
    """Points for a text whose dates without a year stand around ``anchor``; 0 if any does not."""
    near_page = {b for b in bare if b.days_from(published) <= _NEAR_PAGE}
    # The tense of a clause is a guess: a day of this month is of this month in any tense.
    if any(b.day and (b in near_page or b.around(published) <= _SAME_TIME) for b in bare):
        return 0
    if any(b.around(anchor) > _NEAR_TEXT for b in bare):
        return 0
    far = bare - near_page
    is_announced = any(b.tense is Tense.COMING and b.day for b in far)
    is_other_year = any(_fits_only(b, anchor.year, published) for b in far)
    # History has dates without a year too; only who writes in that year announces them.
    if not (is_announced or is_other_year or is_caption or last.weekday is not None):
        return 0
    distinct = len({(b.month, b.day) for b in far})
    score = min(_MOST_BARE, distinct) - len(near_page)
    return score + 2 * is_announced + 2 * is_other_year + is_caption


def _bare_dates(text: str, dates: Sequence[CalendarDate]) -> Iterator[_Bare]:
    for found in dates:
        if found.year is None and found.day and (found.month, found.day) not in NAMED_DAYS:
            tense = tense_at(text, found.range.start, found.range.end)
            yield _Bare(found.month, found.day, tense, found.weekday)
    for match in _BARE_MONTH.finditer(text):
        name = "month" if match["month"] else "first"
        yield _Bare(month_number(match[name]), None, tense_at(text, *match.span(name)))


def _fits_only(bare: _Bare, year: int, published: date) -> bool:
    """Whether weekday and day go together in the text's year, and in none around the page's."""

    def fits(candidate: int) -> bool:
        day = CalendarDate(TextRange(0, 0), bare.month, bare.day).in_year(candidate)
        return day is not None and day.weekday() == bare.weekday

    around = range(published.year - 1, published.year + 2)
    return bare.weekday is not None and fits(year) and not any(fits(y) for y in around)
