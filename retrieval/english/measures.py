"""A number with what belongs to it: the hedge before it, the unit after it, the range it is in."""

from __future__ import annotations

import re

from retrieval.datatypes import AnswerType, TextRange
from retrieval.english.quantities import quantities

_HEDGE = re.compile(
    r"(?<!\w)(?:at least|at most|no (?:more|fewer|less) than|(?:more|fewer|less) than|"
    r"as (?:many|much) as|"
    r"up to|about|around|nearly|almost|over|under|approximately|roughly|an estimated|some)"
    r"[ \xa0]$",
    re.I,
)
_DIGITS = r"\d[\d,.]*(?<![,.])"
_RANGE = re.compile(
    rf"(?<!\w)(?:between[ \xa0]{_DIGITS}[ \xa0]and|from[ \xa0]{_DIGITS}[ \xa0]to)"
    rf"[ \xa0]{_DIGITS}(?!\w)",
    re.I,
)
_UNIT = re.compile(
    r"^[ \xa0-]?(?:(?:square|cubic|metric|nautical|light)[ \xa0-])?"
    r"(?:kilomet(?:er|re)s?|met(?:er|re)s?|"
    r"centimet(?:er|re)s?|millimet(?:er|re)s?|miles?|feet|foot|inch(?:es)?|yards?|acres?|hectares?|"
    r"km/h|km|cm|mm|mph|kg|kilos?|kilograms?|grams?|pounds?|ounces?|tons?|tonnes?|gallons?|barrels?|"
    r"lit(?:er|re)s?|degrees?(?:[ \xa0](?:Celsius|Fahrenheit))?|°[CF]?|percent|per cent|"
    r"percentage points?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|"
    r"(?:gigawatt|megawatt|kilowatt)s?(?:[ -]hours?)?|knots?|points?|people)(?!\w)"
    r"(?:[ \xa0](?:tall|high|long|wide|deep|old|per (?:hour|second|day|year)))?"
)
_RATE = re.compile(
    r"^(?:/|[ \xa0](?:per|an?|each|every)[ \xa0])"
    r"(?:hour|day|night|week|month|quarter|year|person|head|share|barrel|ton|tonne|gallon|litre|liter|"
    r"kilo|kg|pound|ounce|mile|unit|ticket)(?!\w)",
    re.I,
)
_PART_BEHIND = re.compile(
    r"^(?:[ \xa0]\w+){0,3}?,?[ \xa0](?:of|among) (?:them|whom|those|these)"
    r"(?:[ \xa0]\w+){0,3}"
)
_PART_BEFORE = re.compile(r"\b(?:including|among them)[ \xa0](?:at least |about |some )?$", re.I)
_FIGURE = re.compile(rf"{_DIGITS}|\b[a-z]+(?=[ \xa0-])", re.I)
_PRICE = re.compile(r"[$€£¥]")
_LOOKED_BACK, _LOOKED_ON = 40, 60
_STEM = 5
"""Letters by which a word is known in another form: "children" of "child" is not."""


def unit_in(text: str) -> str:
    """The unit behind the number in ``text``, in lower case and the singular: "acre" of "7,600
    acres"; empty where there is none, and for people, who are counted in many words.
    """
    for number in _FIGURE.finditer(text):
        unit = _UNIT.match(text[number.end() :])
        if unit and "people" not in unit.group():
            return unit.group().strip(" \xa0-").casefold().rstrip("s")
    return ""


def is_hedge(text: str) -> bool:
    """Whether words before a number only hedge it: "at least "."""
    return _HEDGE.fullmatch(text) is not None


def is_part(text: str, place: TextRange, asked: str) -> bool:
    """Whether the number at ``place`` is part of another one: "12 of them children", "including 12
    children". Where the question ``asked`` names what the part is of, it is none: that is counted.
    """
    behind = text[place.end : place.end + _LOOKED_ON]
    part = _PART_BEHIND.match(behind)
    if part is None and not _PART_BEFORE.search(
        text[max(0, place.start - _LOOKED_BACK) : place.start]
    ):
        return False
    words = re.findall(r"\w{4,}", (part.group() if part else behind[:_LOOKED_BACK]).casefold())
    named = asked.casefold()
    return not any(word[:_STEM] in named for word in words)


def whole_measure(text: str, place: TextRange, *, unit: bool) -> TextRange:
    """The number at ``place`` with its hedge and, where ``unit``, with its unit: "at least 14",
    "7,600 acres"; a price with what it is for: "$20 a month". What the place holds already is
    not looked for again.
    """
    start, end = place.start, place.end
    for span in _RANGE.finditer(text, max(0, start - _LOOKED_BACK), end + _LOOKED_ON):
        # Either end of a range alone is another number.
        if span.start() <= start and end <= span.end():
            start, end = span.span()
    hedge = _HEDGE.search(text[max(0, start - _LOOKED_BACK) : start])
    if hedge:
        start -= len(hedge.group())
    price = _PRICE.search(text[start:end])
    if unit and (price or text[start:end].rstrip()[-1:].isdigit()):
        kind = _RATE if price else _UNIT
        found = kind.match(text[end : end + _LOOKED_ON])
        end += found.end() if found else 0
    return TextRange(start, end)


_BETWEEN = re.compile(r"[ \xa0]*(?:(?:on|by|as of|in|late|early|since)[ \xa0])?", re.I)


def before_day(text: str, kind: AnswerType) -> int:
    """Where the figure of that kind ends in ``text`` when nothing but a day follows it: "57" in
    "57 on Saturday"; else the text's end.
    """
    found = list(quantities(text))
    days = [place for place, type_ in found if type_ is AnswerType.DATE and place.end == len(text)]
    ends = [
        place.end
        for place, type_ in found
        if type_ is kind and any(_BETWEEN.fullmatch(text, place.end, day.start) for day in days)
    ]
    return max(ends, default=len(text))
