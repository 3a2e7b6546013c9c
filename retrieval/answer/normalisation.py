"""What an answer says, apart from how it is worded.

"one hour and 45 minutes" and "105 minutes" are both 6300 seconds; "$5 million" and "5,000,000
dollars" are one sum; "May 20" and "20 May" are one day; "the Colonial Pipeline" is the pipeline.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from text_to_num import alpha2digit

from retrieval.datatypes import AnswerType
from retrieval.english.measures import unit_in

_SECONDS = {
    "sec": 1,
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
    "dozen": Decimal(12),
    "hundred": Decimal(10) ** 2,
    "thousand": Decimal(10) ** 3,
    "k": Decimal(10) ** 3,
    "million": Decimal(10) ** 6,
    "m": Decimal(10) ** 6,
    "mn": Decimal(10) ** 6,
    "billion": Decimal(10) ** 9,
    "bn": Decimal(10) ** 9,
    "b": Decimal(10) ** 9,
    "trillion": Decimal(10) ** 12,
    "tn": Decimal(10) ** 12,
}
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CURRENCY = re.compile(
    r"(?P<sign>(?:us|a|c|nz|hk)?[$]|[€£¥₹])|\b(?P<word>dollar|euro|pound|yen|yuan|won|rupee|ro?uble|"
    r"franc|kron[aeo]r?|peso|cent|penc?e|bitcoin)s?\b|\b(?P<code>usd|eur|gbp)\b"
)
_CURRENCY_NAMES = {
    "$": "dollar", "us$": "dollar", "usd": "dollar", "€": "euro", "eur": "euro", "£": "pound",
    "gbp": "pound", "¥": "yen", "₹": "rupee", "rouble": "ruble", "penny": "pence",
}  # fmt: skip
_FOREIGN_DOLLAR = re.compile(r"\b(australian|canadian|new zealand|hong kong) dollar")
_FOREIGN_SIGNS = {"australian": "a$", "canadian": "c$", "new zealand": "nz$", "hong kong": "hk$"}
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SCALED = re.compile(rf"(\d+(?:\.\d+)?)[\s-]?({'|'.join(_SCALES)})\b")
_MEASURE = re.compile(r"(\d+(?:\.\d+)?)[\s-]?([a-z]+?)s?\b")
_UNIT_WORD = r"(?:seconds?|secs?|minutes?|hours?|days?|nights?|weeks?|months?|years?|decades?)"
_QUALIFIER = re.compile(
    r"\b(?:(more than|over|at least)|(less than|fewer than|under|up to|at most))\b"
)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_UNCOUNTED = re.compile(
    r"^(?:about|around|some|nearly|almost)?\s*(?:an estimated|a total of|a record|an additional)\s",
    re.I,
)
_RATE = re.compile(
    r"\b(?:a|an|per|each|every)[ -]"
    r"(?:second|minute|hour|day|night|week|month|year|person|share|head)\b.*$",
    re.I,
)
_VAGUE = re.compile(
    r"\b(?:(?:ten|hundred|thousand|million|billion|dozen|score)s of|dozens)\b", re.I
)
_CHANGED = re.compile(r"^.*\bfrom \D{0,3}[\d.]+\D{0,12} to (?=\D{0,3}\d)")
_NUMERIC = frozenset({AnswerType.NUMBER, AnswerType.MONEY, AnswerType.PERCENT})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What two answers must share to say the same.

    ``key`` is the measure, date or wording; ``year`` that of a date, where it is said; ``words``
    are the answer's; ``is_person`` lets a surname mean the same as a full name that ends with it;
    ``unit`` is what a plain number counts, where it is a measure: "acres".
    """

    key: tuple[str, ...]
    words: tuple[str, ...]
    is_person: bool = False
    year: str | None = None
    unit: str = ""

    @property
    def is_day(self) -> bool:
        """Whether it is a day of a month: "May 19", not "May" or "Wednesday"."""
        return self.key[0] == "date" and all(self.key[1:])

    @property
    def amount(self) -> float | None:
        """The figure, where it is one."""
        return float(self.key[2]) if self.key[0] == "amount" else None

    def same_as(self, other: Meaning) -> bool:
        """Whether the two answers say the same thing. Symmetric, not transitive."""
        if self.words and self.words == other.words:
            return True
        if self._is_in_another_unit(other):
            return False
        if self.key == other.key:
            return self.year == other.year or (
                any(self.key[1:]) and None in (self.year, other.year)
            )
        if not (self.is_person and other.is_person):
            return False
        shorter, longer = sorted((self.words, other.words), key=len)
        if not shorter or "and" in longer:
            return False
        return longer[-len(shorter) :] == shorter or longer[: len(shorter)] == shorter

    def contradicts(self, other: Meaning) -> bool:
        """Whether both are values of one kind and precision, and not the same one.

        "Wednesday" does not contradict "May 19", nor "1996" a day in May, nor "at least nine" nine.
        """
        if self.key[0] == "words" or self.key[0] != other.key[0] or self.same_as(other):
            return False
        if self._is_in_another_unit(other):
            return False
        if self.key[0] == "date":
            return [bool(part) for part in self.key] == [bool(part) for part in other.key]
        if self.key[2:] == other.key[2:]:
            return False  # but for "at least"
        return self.key[0] != "amount" or self.key[-1] == other.key[-1]

    def _is_in_another_unit(self, other: Meaning) -> bool:
        """Acres and square miles are not compared; what has no unit may be in any."""
        return bool(self.unit and other.unit) and self.unit != other.unit


def meaning_of(answer: str, answer_type: AnswerType) -> Meaning:
    """Reads an answer as the kind of thing it is; wording decides where nothing better is known."""
    words = tuple(plain_words(answer))
    if answer_type is AnswerType.DATE:
        return _date_meaning(digits(answer), words)
    key: tuple[str, ...] | None = None
    if answer_type is AnswerType.DURATION:
        key = _duration(digits(answer))
    elif answer_type in _NUMERIC and not _VAGUE.search(answer):
        plain = _RATE.sub("", _UNCOUNTED.sub("", answer))
        key = _amount(digits(plain), answer_type)
    unit = unit_in(answer) if answer_type is AnswerType.NUMBER and key else ""
    return Meaning(key or ("words", *words), words, answer_type is AnswerType.PERSON, unit=unit)


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
    """The text in lower case with every number in plain digits: "$1.5bn" is "$1500000000"."""
    plain = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text.casefold().replace("\xa0", " "))
    plain = re.sub(rf"-(?={_UNIT_WORD}\b)", " ", plain)
    plain = re.sub(r"\bseconds?\b", "sec", plain)  # or "one second" would be the ordinal 2nd
    plain = re.sub(r"\bhalf an? (?=[a-z])", "0.5 ", plain)
    plain = re.sub(r"\b(?:an?|one) ([a-z]+?) and a half\b", r"1.5 \1", plain)
    plain = re.sub(r"\b(?:a|an)\b(?=[\s-][a-z])", "one", plain)
    spelled = str(alpha2digit(_scaled(plain), "en", 0))
    halves = re.sub(r"\b(\d+) and (?:1|one|a) half\b", r"\1.5", spelled)
    return _scaled(halves)


def _scaled(text: str) -> str:
    return _SCALED.sub(lambda m: _plain_number(Decimal(m[1]) * _SCALES[m[2]]), text)


def _plain_number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _qualifier(text: str) -> str:
    match = _QUALIFIER.search(text)
    return "" if match is None else ">" if match[1] else "<"


def _duration(text: str) -> tuple[str, ...] | None:
    seconds = months = Decimal(0)
    measures = [(n, unit) for n, unit in _MEASURE.findall(text) if unit in _SECONDS | _MONTHS]
    # "16 and 9 years" is two durations: a number without a unit makes it a wording of its own.
    if not measures or len(measures) != len(_NUMBER.findall(text)):
        return None
    for amount, unit in measures:
        if unit in _SECONDS:
            seconds += Decimal(amount) * _SECONDS[unit]
        else:
            months += Decimal(amount) * _MONTHS[unit]
    return ("duration", _qualifier(text), _plain_number(months), _plain_number(seconds))


def _date_meaning(text: str, words: tuple[str, ...]) -> Meaning:
    iso = _ISO_DATE.search(text)
    if iso:
        return Meaning(
            ("date", _MONTH_NAMES[(int(iso[2]) - 1) % 12], str(int(iso[3]))), words, year=iso[1]
        )
    month = next((m for m in _MONTH_NAMES if re.search(rf"\b{m}(?:[a-z]*)\b", text)), "")
    year = re.search(r"\b(1[5-9]\d\d|20\d\d)\b", text)
    day = re.search(r"\b(\d{1,2})(?:st|nd|rd|th)?\b", text)
    if not month and not year:
        return Meaning(("words", *words), words)
    number = str(int(day[1])) if month and day else ""
    return Meaning(("date", month, number), words, year=year[1] if year else None)


def _amount(text: str, answer_type: AnswerType) -> tuple[str, ...] | None:
    text = _CHANGED.sub("", text)
    numbers = _NUMBER.findall(text)
    # "218-208" is a count of its own, and "two of 15" is not two.
    if len(numbers) != 1:
        return None
    unit = "%" if answer_type is AnswerType.PERCENT else ""
    if answer_type is AnswerType.MONEY:
        unit = _currency(text)
    return ("amount", _qualifier(text), _plain_number(Decimal(numbers[0])), unit)


def _currency(text: str) -> str:
    foreign = _FOREIGN_DOLLAR.search(text)
    if foreign:
        return _FOREIGN_SIGNS[foreign[1]]
    match = _CURRENCY.search(text)
    if not match:
        return ""
    found = match["sign"] or match["word"] or match["code"]
    return _CURRENCY_NAMES.get(found, found)
