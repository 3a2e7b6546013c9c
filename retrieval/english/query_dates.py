"""Days as people say them when they ask what is new: "since Monday", "this week", "on May 18".

What is written in articles is another matter: ``retrieval/english/time_expressions.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from retrieval.english import time_values as resolving
from retrieval.english.dates import MONTH, WEEKDAY, calendar_dates, month_number, weekday_number
from retrieval.english.tense import Tense
from retrieval.english.time_values import Days

_NAME = re.compile(rf"\b(?:{MONTH}|{WEEKDAY})", re.I)
_OPEN = re.compile(r"(?:starting |beginning )?(?P<link>since|from|after)(?: then)? ", re.I)
_LINK = re.compile(r"(?:on|in|during|over|of|for|within) ", re.I)
_NOT_YET_OVER = re.compile(r"today|now|this (?:week|month|year|morning|afternoon|evening)", re.I)
_PART = re.compile(r"(?<=\w) (?:morning|afternoon|evening|night)$", re.I)
_COUNTS = "zero one two three four five six seven eight nine ten eleven twelve".split()
_COUNT = rf"(?P<count>\d{{1,3}}|a|an|few|couple of|{'|'.join(_COUNTS[1:])})"
_UNIT = r"(?P<unit>day|week|fortnight|month|year)s?"
_AGO = re.compile(rf"(?:about )?{_COUNT} {_UNIT} ago", re.I)
_BACK = re.compile(rf"(?:last|past) (?:{_COUNT} )?{_UNIT}", re.I)
_HOURS = re.compile(r"(?:last|past) (?:24|48|few) hours", re.I)
_WHOLE = re.compile(r"(?P<mod>this|last) (?P<unit>week|weekend|month|year)", re.I)
_WEEKDAY = re.compile(rf"(?:(?:this|last|past|this past) )?(?P<day>{WEEKDAY})", re.I)
_MONTH = re.compile(rf"(?:(?:this|last|past) )?(?P<month>{MONTH})", re.I)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_SPANS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "year": relativedelta(years=1),
}
_LEAP = 8
"""Years within which every day of the calendar comes at least once."""


@dataclass(frozen=True, slots=True)
class SpokenDays:
    """From ``first`` on; up to ``last``, included, where the words say an end."""

    first: date
    last: date | None = None


def spoken_days(words: str, today: date) -> SpokenDays | None:
    """The days that ``words`` mean on ``today``; a day without its year is the last one that was.

    None where they mean none, or one of several.
    """
    said = " ".join(words.split()).strip(" .,!?")
    opening = _OPEN.match(said)
    link = opening or _LINK.match(said)
    named = said[link.end() :] if link else said
    try:
        days = _days(named, today)
        if days is None:
            return None
        if opening is None:
            until_now = _NOT_YET_OVER.fullmatch(named) is not None
            return SpokenDays(days[0], None if until_now else days[1])
        if opening["link"].lower() == "after":
            return SpokenDays(days[1] + timedelta(1))
    except (OverflowError, ValueError):  # at the ends of the calendar, or 31 June
        return None
    return SpokenDays(days[0])


def _days(named: str, today: date) -> Days | None:
    named = re.sub(r"^the (?!day before)", "", named, flags=re.I)
    named = _NAME.sub(lambda name: name.group().capitalize(), named)
    return _near(named, today) or _counted(named, today) or _dated(named, today)


def _near(named: str, today: date) -> Days | None:
    said = named.lower()
    if _NOT_YET_OVER.fullmatch(said) and not _WHOLE.fullmatch(said):
        return resolving.days_off(0, today)
    if said in ("last night", "yesterday") or _PART.sub("", said) == "yesterday":
        return resolving.days_off(-1, today)
    if said in ("day before yesterday", "the day before yesterday"):
        return resolving.days_off(-2, today)
    if said == "weekend":
        return resolving.unit("weekend", "this", Tense.PAST, today)
    whole = _WHOLE.fullmatch(said)
    if whole:
        return _whole(whole["unit"], whole["mod"], today)
    weekday = _WEEKDAY.fullmatch(_PART.sub("", named))
    if weekday:
        mod = "this past" if re.match(r"last|past|this past", said) else ""
        return resolving.weekday(weekday_number(weekday["day"]), mod, Tense.PAST, today)
    return None


def _whole(unit: str, mod: str, today: date) -> Days | None:
    if unit != "week":
        return resolving.unit(unit, mod, Tense.PAST, today)
    # Also on a Sunday, where an article's "this week" says nothing: here the day is shown.
    monday = today - timedelta(today.weekday() + (7 if mod == "last" else 0))
    return monday, monday + timedelta(6)


def _counted(named: str, today: date) -> Days | None:
    """A stretch that ends today, or one day some time ago."""
    if _HOURS.fullmatch(named):
        return today - timedelta(2 if "48" in named else 1), today
    ago, back = _AGO.fullmatch(named), _BACK.fullmatch(named)
    found = ago or back
    if found is None:
        return None
    count, unit = _count(found["count"]), found["unit"].lower()
    if unit == "fortnight":
        count, unit = 2 * count, "week"
    first = today - _SPANS[unit] * count
    return (first, first) if ago else (first, today)


def _count(written: str | None) -> int:
    said = (written or "a").lower()
    if said.isdigit():
        return int(said)
    return {"a": 1, "an": 1, "few": 3, "couple of": 2}.get(said) or _COUNTS.index(said)


def _dated(named: str, today: date) -> Days | None:
    for pattern, order in ((_ISO, (0, 1, 2)), (_DOTTED, (2, 1, 0))):
        match = pattern.fullmatch(named)
        if match:
            year, number, day = (int(match.groups()[place]) for place in order)
            return _one(date(year, number, day))
    slashed = _SLASHED.fullmatch(named)
    if slashed:
        return _one(_either_way(*map(int, slashed.groups())))
    if _YEAR.fullmatch(named):
        return date(int(named), 1, 1), date(int(named), 12, 31)
    month = _MONTH.fullmatch(named)
    if month:
        number = month_number(month["month"])
        return resolving.ago((today.month - number) % 12, "month", today)
    return _calendar(named, today)


def _calendar(named: str, today: date) -> Days | None:
    found = next(calendar_dates(named), None)
    if found is None or len(found.range) != len(named):
        return None
    if found.day is None and found.year is not None:
        months = 12 * (today.year - found.year) + today.month - found.month
        return resolving.ago(months, "month", today)
    years = range(today.year, max(0, today.year - _LEAP), -1)
    in_years = [found.whole] if found.year else [found.in_year(year) for year in years]
    days = [day for day in in_years if day and (found.year or day <= today)]
    if not days or (found.weekday is not None and days[0].weekday() != found.weekday):
        return None
    last = days[0].replace(day=found.until) if found.until else days[0]
    return (days[0], last) if last >= days[0] else None


def _either_way(a: int, b: int, year: int) -> date | None:
    """Day and month stand in either order: none where both orders are a day, and not the same."""
    days = set()
    for month, day in ((a, b), (b, a)):
        if 1 <= month <= 12:
            days.add(date(year, month, day))
    return days.pop() if len(days) == 1 else None


def _one(day: date | None) -> Days | None:
    return (day, day) if day else None
