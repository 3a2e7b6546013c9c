"""Whether what a question asks for changes from day to day: a toll, a price, an office."""

from __future__ import annotations

import re

from retrieval.datatypes import AnswerType

FIGURES = frozenset({AnswerType.NUMBER, AnswerType.MONEY, AnswerType.PERCENT})
"""What is counted anew."""
HELD = frozenset({AnswerType.PERSON, AnswerType.PLACE, AnswerType.ORGANISATION, AnswerType.NAME})
"""What a state consists of that can end: an office's holder, a firm's seat."""
_LATEST = r"still|now|current(?:ly)?|latest|newest|so far|to date|today|these days|at the moment"
# A capital inside a question begins a name: "USA Today", "Apocalypse Now".
_ASKS_FOR_LATEST = re.compile(rf"(?:^\W*(?i:{_LATEST})|\b(?:{_LATEST}))\b")
_ASKS_OF_NOW = re.compile(
    r"(?:\b(?:is|are)|['’]s)\b(?! (?:\w+ )?\w+ing\b)"
    r"|\b(?:holds?|owns?|leads?|heads?|runs?|costs?)\b"
    r"|\bdo(?:es)? .*\b(?:have|live|work|play|own|hold|run|lead|belong|serve|cost)\b",
    re.I,
)
_ASKS_OF_THEN = re.compile(r"\b(?:was|were|did|had|used to|ever|first|1[5-9]\d\d|20\d\d)\b", re.I)
_ASKS_OF_THE_START = re.compile(r"\b(?:initially|originally|at first|before)\b", re.I)


def asks_for_the_latest(question: str) -> bool:
    """Whether it says in so many words that the newest is wanted: "who is the coach now"."""
    return bool(_ASKS_FOR_LATEST.search(question))


def asks_of_what_is_to_be(question: str) -> bool:
    """Whether a question for yes or no is of what is so or will be, not of what was: what was said
    last is right.
    """
    return not _ASKS_OF_THEN.search(question)


def changing(question: str, expected: AnswerType) -> frozenset[AnswerType]:
    """The kinds of answers among which one of a later day takes the place of an earlier one: all
    figures where one is or may be asked for, names of the kind where a state is that is so now.
    Empty for what, once true, stays so.
    """
    if _ASKS_OF_THE_START.search(question):
        return frozenset()
    if expected in FIGURES or expected is AnswerType.CLAUSE:
        return FIGURES
    of_now = _ASKS_OF_NOW.search(question) or asks_for_the_latest(question)
    if expected not in HELD or not of_now or _ASKS_OF_THEN.search(question):
        return frozenset()
    return frozenset({expected, AnswerType.NAME})
