"""Which days a relative expression means, seen from the day its article was published.

None wherever people would disagree: "next Thursday" on a Monday, "last week" on a Sunday.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from retrieval.english.dates import CalendarDate
from retrieval.english.tense import Tense

Days = tuple[date, date]
"""First and last day, both included."""

_FORESEEN = 270
"""Days from which on a date without its year is a riddle."""
_NEARBY = 45
"""Days within which a date without its year is plain, even where no verb shows the direction."""
_SUNDAY = 6
_MOST_YEARS = 5


def days_off(distance: int, published: date) -> Days:
    """The one day ``distance`` days after publication."""
    day = published + timedelta(distance)
    return day, day


def ago(count: int, unit: str, published: date) -> Days | None:
    """A day; the week around it; or the calendar month or year that lies ``count`` of them back."""
    if unit == "day":
        return days_off(-count, published)
    if unit == "week":
        day = published - timedelta(7 * count)
        return day - timedelta(3), day + timedelta(3)
    if unit == "month":
        return _month(published.year, published.month - count)
    return _year(published.year - count) if count <= _MOST_YEARS else None


def weekday(number: int, mod: str, tense: Tense, published: date) -> Days | None:
    """One day; ``number`` counts from Monday, 0; ``mod`` is "last", "next", "this" ... or empty."""
    today = published.weekday()
    ahead = (number - today) % 7
    back = ahead - 7 if ahead else 0
    if mod == "last":
        return days_off(number - today - 7, published) if number >= today else None
    if mod == "next":
        return days_off(number - today + 7, published) if number <= today else None
    if mod == "this past":
        return days_off(back or -7, published)
    if mod == "this coming":
        return days_off(ahead or 7, published)
    if ahead == 0:
        return days_off(0, published)
    if tense is Tense.COMING or (mod in ("this", "later this") and number > today):
        return days_off(ahead, published)
    return None if tense is Tense.UNSURE else days_off(back, published)


def unit(name: str, mod: str, tense: Tense, published: date) -> Days | None:
    """A week from Monday to Sunday, a weekend, a calendar month or year."""
    if name == "weekend":
        return _weekend(mod, tense, published)
    if mod in ("this past", "this coming"):
        return None
    step = {"last": -1, "next": 1}.get(mod, 0)
    if name == "week":
        # On a Sunday half of the world is already in the next week.
        if published.weekday() == _SUNDAY:
            return None
        monday = published + timedelta(7 * step - published.weekday())
        days = (monday, monday + timedelta(6))
    elif name == "month":
        days = _month(published.year, published.month + step)
    else:
        days = _year(published.year + step)
    if mod == "earlier this":
        return days[0], published
    return (published, days[1]) if mod == "later this" else days


def _weekend(mod: str, tense: Tense, published: date) -> Days | None:
    today = published.weekday()
    saturday = published + timedelta(5 - today)
    if mod == "last" or mod == "this past":
        step = -1
    elif mod in ("this", "this coming"):
        if mod == "this" and today >= 5:
            step = 0
        elif tense is Tense.COMING or mod == "this coming":
            step = 0 if today < 5 else 1
        elif tense is Tense.PAST:
            step = -1
        else:
            return None
    else:
        return None
    saturday += timedelta(7 * step)
    return saturday, saturday + timedelta(1)


def month(number: int, mod: str, tense: Tense, published: date) -> Days | None:
    """The whole calendar month; the nearest in the direction of ``mod`` or else of the clause."""
    back = (published.month - number) % 12
    ahead = (number - published.month) % 12
    if mod == "this":
        return _month(published.year, number)
    if mod == "last":
        # In June, "last May" is either the one just over or the one before it.
        return _month(published.year, published.month - back) if back > 2 else None
    if mod == "next":
        return _month(published.year, published.month + ahead) if ahead > 2 else None
    if tense is Tense.PAST and back <= 9:
        return _month(published.year, published.month - back)
    if tense is Tense.COMING and ahead <= 9:
        return _month(published.year, published.month + ahead)
    return None


def day_of_month(written: CalendarDate, tense: Tense, published: date) -> Days | None:
    """The day without its year that lies in the direction of the clause, or plainly nearest.

    A weekday next to it must fit.
    """
    years = (published.year - 1, published.year, published.year + 1)
    candidates = [day for year in years if 1 <= year <= 9999 and (day := written.in_year(year))]
    if written.weekday is not None:
        candidates = [day for day in candidates if day.weekday() == written.weekday]
    if tense is Tense.PAST:
        candidates = [day for day in candidates if day <= published]
    if tense is Tense.COMING:
        candidates = [day for day in candidates if day >= published]
    nearest = min(candidates, key=lambda day: abs((day - published).days), default=None)
    reach = _FORESEEN if tense in (Tense.PAST, Tense.COMING) else _NEARBY
    if nearest is None or abs((nearest - published).days) > reach:
        return None
    if written.until is None:
        return nearest, nearest
    until = CalendarDate(written.range, written.month, written.until).in_year(nearest.year)
    return (nearest, until) if until and nearest <= until else None


def _month(year: int, number: int) -> Days:
    """``number`` may lie outside 1..12: it counts on into the years around."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("no such month in the calendar")
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def _year(year: int) -> Days:
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("no such year in the calendar")
    return date(year, 1, 1), date(year, 12, 31)
