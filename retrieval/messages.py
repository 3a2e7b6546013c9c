"""Sentences for people that remember what they were made of, so that a front end can say them in
another language. Knows no other language, and nothing about catalogues or front ends.

A ``Message`` *is* its English text: whoever prints it, compares it or writes it as JSON sees a
``str``. Inside it are the English pattern with places in braces and the values that fill them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

Value = str | int
"""A ``Message`` is translated when it fills a place, any other ``str`` is left as it is; of an
``int`` the thousands are set apart, so that a year goes in as a ``str``.
"""
_NOTHING: Mapping[str, Value] = MappingProxyType({})


class Message(str):
    """English text, with the ``pattern`` and the ``values`` that it was made of.

    ``plural`` is the pattern for any ``number`` but 1, where one is counted.
    """

    __slots__ = ("number", "pattern", "plural", "values")
    pattern: str
    values: Mapping[str, Value]
    plural: str | None
    number: int

    def __new__(
        cls,
        text: str,
        pattern: str | None = None,
        values: Mapping[str, Value] = _NOTHING,
        plural: str | None = None,
        number: int = 1,
    ) -> Message:
        made = super().__new__(cls, text)
        made.pattern = text if pattern is None else pattern
        made.values = values
        made.plural = plural
        made.number = number
        return made

    def __getnewargs__(self) -> tuple[str, str, dict[str, Value], str | None, int]:  # type: ignore[override]
        """What copying and pickling make it of."""
        return str(self), self.pattern, dict(self.values), self.plural, self.number

    def __getstate__(self) -> None:
        """Nothing else."""


def _filled(pattern: str, values: Mapping[str, Value]) -> str:
    shown = {name: grouped(v) if isinstance(v, int) else v for name, v in values.items()}
    return pattern.format(**shown)


def say(pattern: str, /, **values: Value) -> Message:
    """The pattern with its places filled. Extracted for translation: ``pattern`` is a literal."""
    return Message(_filled(pattern, values), pattern, values)


def count(one: str, many: str, n: int, /, **values: Value) -> Message:
    """``one`` or ``many``, as ``n`` is 1 or not, which fills the place ``{n}``. Extracted too."""
    values = {"n": n, **values}
    return Message(_filled(one if n == 1 else many, values), one, values, many, n)


def together(*messages: str, between: str = " ") -> Message:
    """The messages one after the other with ``between``, which has no braces, between them; empty
    ones are left out.
    """
    kept = {f"part{number}": message for number, message in enumerate(messages) if message}
    pattern = between.join(f"{{{name}}}" for name in kept)
    return Message(_filled(pattern, kept), pattern, kept)


def grouped(number: int, separator: str = ",") -> str:
    """For example ``11,468``."""
    return f"{number:,}".replace(",", separator)


def weekday_and_date(day: date) -> Message:
    """For example ``Monday, 17 May 2021``."""
    weekday, month = _WEEKDAYS[day.weekday()], MONTHS[day.month - 1]
    return say(
        "{weekday}, {day} {month} {year}",
        weekday=weekday,
        day=day.day,
        month=month,
        year=str(day.year),
    )


MONTHS = (
    say("January"), say("February"), say("March"), say("April"), say("May"), say("June"),
    say("July"), say("August"), say("September"), say("October"), say("November"), say("December"),
)  # fmt: skip
_WEEKDAYS = (
    say("Monday"), say("Tuesday"), say("Wednesday"), say("Thursday"), say("Friday"),
    say("Saturday"), say("Sunday"),
)  # fmt: skip
VOICES: Mapping[str, Message] = {
    "alleged": say("alleged"),
    "denied": say("denied"),
    "negated": say("negated"),
    "attempted": say("attempted"),
    "planned": say("planned"),
    "forecast": say("forecast"),
    "conditional": say("conditional"),
    "corrected": say("corrected"),
    "correction": say("from a correction"),
    "satire": say("satire"),
}
"""How an article says something that it does not simply state, by the names of ``Voice``."""
KINDS: Mapping[str, Message] = {
    "duration": say("duration"),
    "date": say("date"),
    "money": say("money"),
    "percent": say("percent"),
    "number": say("number"),
    "person": say("person"),
    "place": say("place"),
    "organisation": say("organisation"),
    "name": say("name"),
    "description": say("description"),
    "quotation": say("quoted words"),
    "reason": say("reason"),
    "yes or no": say("answer"),
    "clause": say("answer"),
}
"""What is asked for, in words, by the value of an ``AnswerType``."""
