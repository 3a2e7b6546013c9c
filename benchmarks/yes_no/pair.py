"""A labelled pair, and how its question is worded."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ARTICLE = re.compile(r"^(?:The|A|An|Two|Three|Several|Many|Both)(?= )")


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence and a yes/no question; ``label``: what the sentence says to it, or unclear."""

    kind: str
    sentence: str
    question: str
    label: str


def lower_first(phrase: str) -> str:
    """The phrase as it stands inside a sentence: "The men" becomes "the men"."""
    return _ARTICLE.sub(lambda m: m.group().lower(), phrase)


def upper_first(phrase: str) -> str:
    """The phrase as it stands at the start of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def did(subject: str, base: str, thing: str, auxiliary: str = "Did") -> str:
    """The question whether somebody did something."""
    return f"{auxiliary} {lower_first(subject)} {base} {lower_first(thing)}?"
