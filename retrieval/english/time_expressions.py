"""Days that a sentence names from where its writer stands: "on Tuesday", "next month", "May 20".

Finds the expressions; ``resolving.py`` says which days they are. What is quoted speech, a habit, a
name or another year's is left alone: a wrong day next to a quote is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from retrieval.datatypes import Article, InferredDate, TextRange
from retrieval.english import time_values as resolving
from retrieval.english.dates import (
    MONTH,
    WEEKDAY,
    YEAR,
    CalendarDate,
    calendar_dates,
    month_number,
    weekday_number,
)
from retrieval.english.tense import Tense, tense_at
from retrieval.english.time_values import Days
from retrieval.text.masking import is_clean

_HINT = re.compile(
    rf"day\b|\b(?:last|next|this|ago|tomorrow|tonight|weekend|the past|earlier|later)\b|{MONTH}",
    re.I,
)
_PART = r"(?: (?:morning|afternoon|evening|night|lunchtime))?"
_COUNTS = "a one two three four five six seven eight nine ten".split()
_ABOUT = re.compile(
    r"\b(?:about|around|nearly|almost|over|some|roughly|than|least|up to|only|approximately|"
    r"well|just)\s+$",
    re.I,
)
_AGO = re.compile(
    rf"\b(?P<count>\d{{1,2}}|{'|'.join(_COUNTS)}) (?P<unit>day|week|month|year)s? ago\b", re.I
)
_NEAR_DAY = re.compile(
    rf"\b(?:the )?(?P<beyond>day before yesterday|day after tomorrow)\b"
    rf"|\b(?P<word>yesterday|tomorrow){_PART}\b|\b(?P<tonight>tonight|last night)\b"
    rf"|\b(?P<this>(?:earlier |later )?this (?:morning|afternoon|evening))\b"
    rf"|\b(?P<marked>earlier|later) today\b|\b(?P<today>today)\b(?![’']s)",
    re.I,
)
_NOWADAYS = re.compile(
    r"\b(?:used|known|alive|people|world|even|still|until|than|as|of|available|seen|found|made|sold|"
    r"children|women|men|exists?|remains?|lives?|stands?|USA|called)\s+$",
    re.I,
)
_WEEKDAYS = re.compile(
    rf"\b(?:(?P<mod>last|next|this(?: past| coming)?|this|earlier this|later this) )?"
    rf"(?P<part>(?:early|late) )?(?P<day>{WEEKDAY})\b(?!s\b)(?P<after>{_PART})\b",
    re.I,
)
_NAMED_BEFORE = re.compile(
    r"\b(?:Black|Good|Ash|Super|Bloody|Holy|Fat|Maundy|Easter|Palm|Shrove|Cyber|Giving|Whit|Spy|"
    r"Sheffield|Ruby|Freaky|Taco|Casual|Big|Stormy|Juneteenth|Election|Selection|Mr|Pancake|Green|"
    r"Gold|Joe|Rev|Blue|Mardi Gras|Bright|Great|Divine Mercy|(?:Mail|Independent) on|"
    r"(?i:every|each|any|a|an|one|most|per|that|the|following|previous|same|first|second|third|"
    r"fourth|final|another|some|other|these|those|typical|average|alternate|all|consecutive|"
    r"to|through|thru|and every))[ -]$|[-–/]$"
)
_ON = re.compile(r"\b[Oo]n $")
_NAME_AFTER = re.compile(
    r"(?:[’']s)?(?: (?:Night|Times|Post|Telegraph|Mail|Mirror|Express|Herald|World|Review|Show|"
    r"Mass|Service|Island|Addams|Business|Today|Live)\b|-\w|\s?[–-]\s?\w|/"
    r"| (?:through|thru|to) [A-Z]| (?:of|before last|after next|week|the \d))"
)
_UNITS = re.compile(
    r"(?<!\bthe )\b(?P<mod>earlier this|later this|this past|this coming|this|last|next) "
    r"(?P<unit>week|weekend|month|year)\b(?![-\w]|\s*[–-]\s*\w)",
    re.I,
)
_OVER_WEEKEND = re.compile(r"\bover the (?P<expression>weekend)\b", re.I)
_MONTHS = re.compile(
    rf"\b(?:(?P<mod>[Ll]ast|[Nn]ext|[Tt]his) "
    rf"|(?:[Ii]n|[Ss]ince|[Uu]ntil|[Bb]y|[Ff]rom|[Oo]f|[Dd]uring|[Tt]hrough) "
    rf"(?:early |late |mid[- ])?|(?:[Ee]arly|[Ll]ate|[Mm]id)[ -])"
    rf"(?P<month>{MONTH})(?![\w’'-]| \d| (?:Madness|of Dimes|on Washington|Day\b))"
)
_DAYS_BACK = 4
"""Nobody calls a day further back by its name alone: then the page was changed on a later day, or
the day is still to come. Of 36 such days in news, 10 were right.
"""
_EVENT_NAMES = frozenset({(1, 6), (9, 11)})
"""Days that stand for what happened on them, in whatever year."""
_YEARS_BEFORE = 300
"""Code points before a sentence in which a year still tells where its story is."""
_PARAGRAPH = 3000
_PARAGRAPH_BREAK = re.compile(r"(?<=[.!?…”\"’')])[ \r]*\n|\n[ \r]*\n")
"""A line that ends like no sentence goes on in the next one: such text was wrapped by hand."""
_BLANKS = "\xa0\u2009\u202f\r\n"
_OPENERS = re.compile(r"[“«„]|(?<!\w)[‘'](?=\w)")
_MARKS = re.compile(r"[“”«»„\"]|(?<!\w)[‘'](?=\w)|(?<=[\w.,!?])[’'](?!\w)")

Found = Iterator[tuple[TextRange, Days | None]]


def inferred_dates(article: Article, sentence: TextRange) -> tuple[InferredDate, ...]:
    """The expressions in ``sentence`` with the days they mean, in order, without overlap.

    Empty where the article has no date, or one that its text contradicts. No expression touches
    noise.
    """
    published = article.trusted_date
    if published is None or not _HINT.search(article.text, sentence.start, sentence.end):
        return ()
    text = article.text
    for blank in _BLANKS:  # one for one: offsets stay
        text = text.replace(blank, " ")
    taken: list[TextRange] = []
    found: list[InferredDate] = []
    for place, days in _expressions(text, sentence, published):
        if any(place.overlaps(other) for other in taken):
            continue
        taken.append(place)
        if days is None or not is_clean(article, place) or _in_speech(article.text, place.start):
            continue
        found.append(InferredDate(place, article.text[place.start : place.end], *days))
    return tuple(sorted(found, key=lambda item: item.range))


def _expressions(text: str, sentence: TextRange, published: date) -> Found:
    """Every expression, with None where its days are not certain: what it covers is taken then."""
    for finder in (_calendar, _near_days, _agos, _weekdays, _units, _months):
        try:
            yield from finder(text, sentence, published)
        except OverflowError:  # at the ends of the calendar
            continue


def _calendar(text: str, sentence: TextRange, published: date) -> Found:
    for found in calendar_dates(text[sentence.start : sentence.end]):
        place = TextRange(found.range.start + sentence.start, found.range.end + sentence.start)
        days = None
        if found.year is None and (found.month, found.day) not in _EVENT_NAMES:
            days = _day_of_month(text, sentence, place, found, published)
        yield place, days


def _day_of_month(
    text: str, sentence: TextRange, place: TextRange, found: CalendarDate, published: date
) -> Days | None:
    if _of_another_year(text, sentence, place, published, _YEARS_BEFORE):
        return None
    return resolving.day_of_month(found, tense_at(text, place.start, place.end), published)


def _near_days(text: str, sentence: TextRange, published: date) -> Found:
    for match in _NEAR_DAY.finditer(text, sentence.start, sentence.end):
        place = TextRange(*match.span())
        if _is_name(text, sentence, place):
            continue
        days: Days | None = resolving.days_off(_distance(match), published)
        if match["today"] and (
            place.start == sentence.start
            or _NOWADAYS.search(text, max(0, place.start - 20), place.start)
            or tense_at(text, place.start, place.end) not in (Tense.PAST, Tense.COMING)
        ):
            days = None
        yield place, days


def _distance(match: re.Match[str]) -> int:
    if match["beyond"]:
        return -2 if "before" in match["beyond"].lower() else 2
    if match["word"]:
        return -1 if match["word"].lower() == "yesterday" else 1
    return -1 if match["tonight"] and match["tonight"].lower() == "last night" else 0


def _agos(text: str, sentence: TextRange, published: date) -> Found:
    for match in _AGO.finditer(text, sentence.start, sentence.end):
        written = match["count"].lower()
        count = int(written) if written.isdigit() else max(1, _COUNTS.index(written))
        days = resolving.ago(count, match["unit"].lower(), published)
        vague = _ABOUT.search(text, max(0, match.start() - 20), match.start())
        yield TextRange(*match.span()), None if vague else days


def _weekdays(text: str, sentence: TextRange, published: date) -> Found:
    for match in _WEEKDAYS.finditer(text, sentence.start, sentence.end):
        place = TextRange(*match.span())
        if (
            not match["day"][0].isupper()
            or _is_named(text, sentence, match)
            or _of_another_year(text, sentence, place, published)
            or _is_told_past(text, sentence, published)
        ):
            yield place, None
            continue
        tense = tense_at(text, place.start, place.end)
        if tense is Tense.OPEN and not _ON.search(text, max(0, place.start - 3), place.start):
            tense = Tense.UNSURE
        mod = (match["mod"] or "").lower()
        days = resolving.weekday(weekday_number(match["day"]), mod, tense, published)
        is_far = days is not None and (published - days[0]).days > _DAYS_BACK
        yield place, None if is_far and not mod else days


def _is_named(text: str, sentence: TextRange, match: re.Match[str]) -> bool:
    """Whether the weekday is part of a name, a list of days or a habit."""
    start, end = match.start("day"), match.end("day")
    if _NAME_AFTER.match(text, end, sentence.end):
        return True
    if match["mod"]:
        return False
    before = text[max(0, match.start() - 14) : start]
    behind = text[match.end() : match.end() + 2]
    # "Friday Prayers", but "on Friday Biden" and, at the beginning, "Friday President Biden".
    capital = behind[:1] == " " and behind[1:].isupper() and match.start() > sentence.start
    return bool(_NAMED_BEFORE.search(before)) or (capital and not _ON.search(before))


def _units(text: str, sentence: TextRange, published: date) -> Found:
    for match in _UNITS.finditer(text, sentence.start, sentence.end):
        place = TextRange(*match.span())
        if _is_name(text, sentence, place):
            continue
        tense = tense_at(text, place.start, place.end)
        yield place, resolving.unit(match["unit"].lower(), match["mod"].lower(), tense, published)
    for match in _OVER_WEEKEND.finditer(text, sentence.start, sentence.end):
        tense = tense_at(text, *match.span())
        days = resolving.unit("weekend", "this", tense, published)
        yield TextRange(*match.span("expression")), days if tense is Tense.PAST else None


def _months(text: str, sentence: TextRange, published: date) -> Found:
    for match in _MONTHS.finditer(text, sentence.start, sentence.end):
        start = match.start("mod") if match["mod"] else match.start("month")
        place = TextRange(start, match.end())
        if _of_another_year(text, sentence, place, published, _YEARS_BEFORE):
            yield place, None
            continue
        tense = tense_at(text, place.start, place.end)
        mod = (match["mod"] or "").lower()
        yield place, resolving.month(month_number(match["month"]), mod, tense, published)


def _is_name(text: str, sentence: TextRange, place: TextRange) -> bool:
    """Whether it is written with a capital inside a sentence: "USA Today", "The Tonight Show"."""
    return (
        text[place.start].isupper()
        and place.start > sentence.start
        and (text[place.start - 1] not in '“"‘—' and text[place.start - 2 : place.start] != ". ")
    )


def _of_another_year(
    text: str, sentence: TextRange, place: TextRange, published: date, reach: int = 0
) -> bool:
    """Whether the sentence names a year that is not the article's, or the text before it does."""
    in_sentence = [int(m.group()) for m in YEAR.finditer(text, sentence.start, sentence.end)]
    if in_sentence:
        return any(year != published.year for year in in_sentence)
    before = [int(m.group()) for m in YEAR.finditer(text, max(0, place.start - reach), place.start)]
    return bool(reach and before and before[-1] != published.year)


def _is_told_past(text: str, sentence: TextRange, published: date) -> bool:
    """Whether a story of another year is told: the last whole date before the sentence, near it, is
    of one. "On April 26, 1986, it exploded. On Sunday the town was left." A year alone is none.
    """
    near = text[max(0, sentence.start - _YEARS_BEFORE) : sentence.start]
    years = [found.year for found in calendar_dates(near) if found.year is not None]
    return bool(years) and years[-1] != published.year


def _in_speech(text: str, at: int) -> bool:
    """Whether the place is inside quotation marks, judged from the beginning of its paragraph."""
    start = max(0, at - _PARAGRAPH)
    for match in _PARAGRAPH_BREAK.finditer(text, start, at):
        start = match.end()
    depth = 0
    straight = False
    for match in _MARKS.finditer(text, start, at):
        if match.group() == '"':
            straight = not straight
        elif _OPENERS.match(text, match.start()):
            depth += 1
        else:
            depth = max(0, depth - 1)
    return straight or depth > 0
