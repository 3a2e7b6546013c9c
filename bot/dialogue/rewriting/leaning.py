"""Whether a text leans on what was said before: how a follow-up is told from a new question."""

from __future__ import annotations

import re
from enum import IntEnum

from bot.dialogue.rewriting.anaphora import has_own_meaning
from bot.dialogue.rewriting.underspecified import is_vague
from retrieval.english.names import capitalised_runs

_POINTER = re.compile(
    r"\b(?:he|she|it|they|him|her|hers|them|theirs|his|its|their|this|that|these|those|there|then|"
    r"one|ones|else|others?|another|both|either|neither|same)\b",
    re.I,
)
_JOINED = re.compile(
    r"^\W*(?:and|but|so|or|ok(?:ay)?|what about|how about|why not|back to|no|not)\b", re.I
)
_OPENS = re.compile(r"^\W*[\w’']+")
_EXISTS = re.compile(r"\b(?:is|are|was|were|be|been)\s+$|^\W*$", re.I)
_WHICH = re.compile(
    r"\b(?:the|which|what|that|this|these|those|other|another|first|second|third|last|next)\s+$",
    re.I,
)
_SAYS_THAT = re.compile(r"\w\s+that\s+(?=[\w’'-]+ )", re.I)


class Leaning(IntEnum):
    """How far a text leans on the last turns: not at all, perhaps, plainly."""

    NOT = 0
    PERHAPS = 1
    PLAINLY = 2


def leaning(text: str) -> Leaning:
    """``PLAINLY`` where a word points outside the text, it goes on with "and", or says nothing by
    itself; ``PERHAPS`` where it names nobody and nothing that can be told from others.
    """
    if _JOINED.match(text) or is_vague(text) or pointers(text):
        return Leaning.PLAINLY
    return Leaning.NOT if _names_something(text) else Leaning.PERHAPS


def pointers(text: str) -> list[re.Match[str]]:
    """The words that point to something outside the text."""
    return [found for found in _POINTER.finditer(text) if _points_outside(text, found)]


def _points_outside(text: str, found: re.Match[str]) -> bool:
    word, before, after = found.group().casefold(), text[: found.start()], text[found.end() :]
    if has_own_meaning(text, *found.span()):
        return False
    if word == "there" and (_EXISTS.search(before) or re.match(r"\s+(?:is|are|was|were)\b", after)):
        return False
    # "which one", "a red one?", not "one hour".
    if word == "one" and after.strip(" ?!.") and not _WHICH.search(before):
        return False
    if word in ("other", "others", "another", "both", "same") and re.match(r"\s+[\w’'-]+", after):
        return False
    # "said that the", "the man that won"
    return not (word == "that" and _SAYS_THAT.search(before[-20:] + found.group() + after[:30]))


def _names_something(text: str) -> bool:
    first = _OPENS.match(text)
    rest = text[first.end() :] if first else text
    return bool(re.search(r"\d", text)) or any(True for _ in capitalised_runs(rest))
