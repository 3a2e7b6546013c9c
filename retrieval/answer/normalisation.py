"""What an answer says, apart from how it is worded. Pure.

"one hour and 45 minutes" and "105 minutes" are both 6300 seconds; "$5 million" and "5,000,000
dollars" are one sum; "May 20" and "20 May" are one day; "the Colonial Pipeline" is the pipeline.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from text_to_num import alpha2digit

from retrieval.datatypes import AnswerType

_SECONDS = {
    "second": 1,
    "minute": 60,
    "min": 60,
    "hour": 3600,
    "hr": 3600,
    "day": 86400,
    "night": 86400,
    "week": 7 * 86400,
    "fortnight": 14 * 86400,
}
# Months and years have no fixed number of seconds; they are counted in months, apart.
_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200, "centurie": 1200}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "m": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "b": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
}
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound", "¥": "yen", "₹": "rupee", "us$": "dollar"}
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SCALED = re.compile(rf"(\d+(?:\.\d+)?)\s?({'|'.join(_SCALES)})\b")
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)[\s-]?([a-z]+?)s?\b")
_NAMES = frozenset({AnswerType.PERSON, AnswerType.ORGANISATION, AnswerType.NAME})
_NUMERIC = frozenset({AnswerType.NUMBER, AnswerType.MONEY, AnswerType.PERCENT})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What two answers must share to say the same.

    ``key`` is the measure, date or wording; ``words`` are the answer's words; ``is_name`` allows a
    shorter name to mean the same as a longer one that ends or begins with it.
    """

    key: tuple[str, ...]
    words: tuple[str, ...]
    is_name: bool

    def same_as(self, other: Meaning) -> bool:
        """Whether the two answers say the same thing. Symmetric, not transitive."""
        if self.key == other.key:
            return True
        if not (self.is_name and other.is_name) or self.words == other.words:
            return self.words == other.words and bool(self.words)
        shorter, longer = sorted((self.words, other.words), key=len)
        if not shorter:
            return False
        return longer[-len(shorter) :] == shorter or longer[: len(shorter)] == shorter


def meaning_of(answer: str, answer_type: AnswerType) -> Meaning:
    """Reads an answer as the kind of thing it is; wording decides where nothing better is known."""
    words = tuple(plain_words(answer))
    key: tuple[str, ...] | None = None
    text = digits(answer)
    if answer_type is AnswerType.DURATION:
        key = _duration(text)
    elif answer_type is AnswerType.DATE:
        key = _date(text)
    elif answer_type in _NUMERIC:
        key = _amount(text, answer_type)
    return Meaning(key or ("words", *words), words, answer_type in _NAMES)


def plain_words(text: str) -> list[str]:
    """Lower-case words without punctuation, articles and accents."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(
        " " if unicodedata.category(c)[0] in "ZPC" and c not in "'’" else c
        for c in folded
        if not unicodedata.combining(c) and c not in "'’"
    )
    return _ARTICLES.sub(" ", kept).split()


def digits(text: str) -> str:
    """The text in lower case with numbers in words as digits and without thousands separators."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.casefold())
    plain = re.sub(r"\ba half\b", "0.5", plain)
    plain = re.sub(r"\b(?:a|an)\b(?=[\s\xa0-][a-z])", "one", plain)
    return str(alpha2digit(plain, "en", 0))


def _duration(text: str) -> tuple[str, ...] | None:
    seconds = months = 0.0
    found = False
    half = re.search(r"(\d+(?:\.\d+)?) and (0\.5) (\w+)", text)
    if half:
        text = text.replace(half.group(), f"{float(half[1]) + 0.5} {half[3]}")
    for amount, unit in _MEASURE.findall(text):
        if unit in _SECONDS:
            seconds, found = seconds + float(amount) * _SECONDS[unit], True
        elif unit in _MONTHS:
            months, found = months + float(amount) * _MONTHS[unit], True
    if not found or len(_NUMBER.findall(text)) > 2:
        return None
    # "16 and 9 years" is two durations: the bare number makes it a wording of its own.
    if len(_NUMBER.findall(text)) != len([1 for _, u in _MEASURE.findall(text) if _is_unit(u)]):
        return None
    return ("duration", f"{months:g} months", f"{seconds:g} s")


def _is_unit(word: str) -> bool:
    return word in _SECONDS or word in _MONTHS


def _date(text: str) -> tuple[str, ...] | None:
    month = next((m for m in _MONTH_NAMES if re.search(rf"\b{m}(?:[a-z]*)\b", text)), None)
    year = re.search(r"\b(1[5-9]\d\d|20\d\d)\b", text)
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", text)
    if month and day:
        return ("date", month, str(int(day[1])))
    if year and month:
        return ("date", month, year[1])
    if year:
        return ("date", year[1])
    return None


def _amount(text: str, answer_type: AnswerType) -> tuple[str, ...] | None:
    scaled = _SCALED.search(text)
    plain = _NUMBER.search(text)
    if not plain:
        return None
    value = float(scaled[1]) * _SCALES[scaled[2]] if scaled else float(plain.group())
    unit = ""
    if answer_type is AnswerType.MONEY:
        symbol = next((name for sign, name in _CURRENCIES.items() if sign in text), None)
        word = re.search(r"\b(dollar|euro|pound|yen|yuan|rupee|rouble|ruble|franc|peso)s?\b", text)
        unit = symbol or (word[1] if word else "")
    elif answer_type is AnswerType.PERCENT:
        unit = "%"
    return ("amount", f"{value:g}", unit)
