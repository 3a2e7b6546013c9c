"""Spans that are durations, dates, sums, percentages or numbers. By patterns."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter

from retrieval.datatypes import AnswerType, TextRange

_ONES = (
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen)"
)
_TENS = r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
_SCALE = r"(?:hundred|thousand|million|billion|trillion|dozen|bn|mn)"
_WORDS = rf"(?:{_TENS}(?:[- ]{_ONES})?|{_ONES}|{_SCALE})"
# A number is looked for where its digits begin, and they are taken as a whole: of a thousand digits
# each would else be tried as a beginning, with every one after it as an end.
_DIGITS = r"(?<!\d)(?:\d{1,3}(?:,\d{3}){1,8}(?:\.\d++)?|\d++(?:\.\d++)?)"
NUMBER = (
    rf"(?:(?:{_DIGITS}|\b{_WORDS})(?:(?>[ -]{_SCALE}\b|[ ](?:and )?{_WORDS}\b)){{0,6}}"
    r"(?:[ -](?:and )?a half)?)"
)
"""A number in digits or words, as a pattern without groups."""

_BLANKS = re.compile(r"[\xa0\u2009\u202f]")
_UNIT = (
    r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|fortnights?|months?|quarters?|"
    r"years?|decades?|centur(?:y|ies))"
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.?|Feb\.?|Mar\.?|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)"
)
_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DAY_PART = r"(?: (?:morning|afternoon|evening|night))?"
_YEAR = r"(?:1[5-9]\d\d|20\d\d)"
_CURRENCY = (
    r"(?:dollars?|euros?|pounds?|yen|yuan|rupees?|rubles?|roubles?|francs?|kron(?:or|er|a|e)|pesos?|"
    r"won|cents?|pence|USD|EUR|GBP|bitcoins?)"
)

_ROUND_NUMBER = (
    r"(?:dozens|scores|tens|hundreds|thousands|millions|billions)"
    r"(?: of (?:thousands|millions|billions))?"
)

_START = attrgetter("start")

_PATTERNS: tuple[tuple[AnswerType, re.Pattern[str]], ...] = (
    (
        AnswerType.MONEY,
        re.compile(
            rf"(?:US|A|C|NZ|HK)?[$€£¥₹]\s?{_DIGITS}(?:[ -]?(?:{_SCALE}|k|m|b|tn)\b)?"
            rf"|{NUMBER} (?:U\.?S\.? |American |Canadian |Australian |Swiss )?{_CURRENCY}\b",
            re.I,
        ),
    ),
    (
        AnswerType.PERCENT,
        re.compile(rf"{NUMBER}\s?(?:%|percent\b|per cent\b|percentage points?\b)", re.I),
    ),
    (
        AnswerType.DURATION,
        re.compile(
            rf"(?:(?:more than|less than|about|nearly|almost|at least|up to|over|around) )?"
            rf"(?:{NUMBER}(?:,? (?:and|or|to) {NUMBER})?"
            r"|\bhalf an?|\ban?|several|a few|a couple of)"
            rf"(?:[ -]|\xa0)(?:and a half )?{_UNIT}\b"
            rf"(?:,? and (?:a half|{NUMBER}[ -]{_UNIT}\b))?"
            rf"|\b{_YEAR}\s?[-–]\s?{_YEAR}\b",
            re.I,
        ),
    ),
    (
        AnswerType.DATE,
        re.compile(
            rf"\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? {_YEAR}\b)?"
            rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? {_YEAR})?\b"
            rf"|\b{_MONTH} {_YEAR}\b|\b{_YEAR}-\d\d-\d\d\b|\b{_YEAR}s?\b"
            rf"|\b(?:(?:last|next|this|early|late|mid) )?{_WEEKDAY}{_DAY_PART}\b"
            r"|\b(?:last|next|this|earlier this|later this) "
            r"(?:week|month|year|spring|summer|autumn|fall|winter)\b"
            r"|\b(?:yesterday|tomorrow|tonight|today)\b"
            rf"|\b(?:early|late|mid)?-?(?:in )?{_MONTH}\b(?! \d)",
        ),
    ),
    (
        AnswerType.NUMBER,
        re.compile(rf"(?<![\w$€£.,])(?:{NUMBER}(?![\w%])|{_ROUND_NUMBER}\b)", re.I),
    ),
)  # fmt: skip


_FULL_DATE = re.compile(
    rf"{_WEEKDAY}{_DAY_PART}(?:, | \(| )(?:{_MONTH} \d{{1,2}}|\d{{1,2}} {_MONTH})"
    rf"(?:,? {_YEAR})?(?P<closing>\))?"
)


def whole_date(text: str, place: TextRange) -> TextRange:
    """A weekday with the day of the month that stands right behind it; any other place as it is.

    "Wednesday" becomes "Wednesday night (May 19)": half of a date is not what is asked for.
    """
    if any(char.isdigit() for char in text[place.start : place.end]):
        return place
    for match in _FULL_DATE.finditer(text):
        opened = text.find("(", match.start(), match.end()) >= 0
        end = match.end() if opened or not match["closing"] else match.end() - 1
        if opened and not match["closing"]:
            continue
        if match.start() <= place.start and place.end <= end:
            return TextRange(match.start(), end)
    return place


def quantities(text: str) -> Iterator[tuple[TextRange, AnswerType]]:
    """All quantities in ``text``; a stretch can be several (2021 is a date and a number)."""
    text = _BLANKS.sub(" ", text)
    taken: list[list[TextRange]] = []
    for kind, pattern in _PATTERNS:
        found = [TextRange(*match.span()) for match in pattern.finditer(text)]
        if kind is AnswerType.NUMBER:
            # "10 May" holds no number of its own, and "$5 million" no 5.
            found = [place for place in found if not any(_is_part(place, t) for t in taken)]
        taken.append(found)
        for place in found:
            yield place, kind


def _is_part(place: TextRange, others: Sequence[TextRange]) -> bool:
    """Whether ``place`` is part of one of ``others``, which are in order and do not overlap."""
    at = bisect_right(others, place.start, key=_START) - 1
    return at >= 0 and others[at] != place and others[at].holds(place)
