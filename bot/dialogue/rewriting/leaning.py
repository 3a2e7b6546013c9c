"""Whether a text leans on what was said before: how a follow-up is told from a new question."""

from __future__ import annotations

import re
from enum import IntEnum

from bot.dialogue.rewriting.anaphora import has_own_meaning, turned_round
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
_SMALL = re.compile(
    r"(?:who|whom|whose|what|which|when|where|why|how|many|much|long|old|often|far|did|does|do|is|are|"
    r"was|were|has|have|had|will|would|can|could|should|didn|doesn|don|isn|wasn|t|s|the|a|an|of|in|on|"
    r"at|to|for|from|by|with|and|but|so|or|ok|okay|since|until)",
    re.I,
)
_BOUND = frozenset("he she it they his its their".split())
# "there" of a place: "Who works there?", "Who worked there before?", not "is there a strike".
_PLACE = re.compile(r"\W*$|\s+(?:on|in|for|with|last|after|before|then|too|now|first)\b", re.I)
_OBJECT = re.compile(r"\W*$|\s+(?:in|on|at|with|to|for|after|before|as|of|from|by)\b", re.I)
_EXISTS = re.compile(r"\bstill\s+$|(?<!\bwho )\b(?:is|are|was|were)\s+$", re.I)
_WHICH = re.compile(
    r"\b(?:the|which|what|that|this|these|those|other|another|first|second|third|last|next)\s+$",
    re.I,
)
# "that" of something said, not "the fire that" or "said that": after these, or at the end.
_POINTS = re.compile(
    r"(?:^|\b(?:is|was|are|were|did|does|do|has|have|had|will|would|can|could|should|in|on|at|of|for|"
    r"from|by|with|after|before|about|since|why|how|like)\s+)$",
    re.I,
)


class Leaning(IntEnum):
    """How far a text leans on the last turns: not at all, perhaps, plainly."""

    NOT = 0
    PERHAPS = 1
    PLAINLY = 2


def leaning(text: str) -> Leaning:
    """``PLAINLY`` where a word points outside the text, it goes on with "and", or says nothing by
    itself; ``PERHAPS`` where a pronoun may mean something outside or inside it, or where it names
    nobody and nothing that can be told from others.
    """
    if _JOINED.match(text) or is_vague(text) or pointers(text):
        return Leaning.PLAINLY
    may_be_outside = any(_may_be_bound(text, found) for found in _POINTER.finditer(text))
    return Leaning.PERHAPS if may_be_outside or not _names_something(text) else Leaning.NOT


def pointers(text: str) -> list[re.Match[str]]:
    """The words that point to something outside the text."""
    return [found for found in _POINTER.finditer(text) if _points_outside(text, found)]


def _points_outside(text: str, found: re.Match[str]) -> bool:
    word, before, after = found.group().casefold(), text[: found.start()], text[found.end() :]
    if has_own_meaning(text, *found.span()) or _may_be_bound(text, found):
        return False
    if word == "there":
        return bool(_PLACE.match(after)) and not _EXISTS.search(before)
    # "which one", "a red one?", not "one hour".
    if word == "one" and after.strip(" ?!.") and not _WHICH.search(before):
        return False
    if word in ("other", "others", "another", "both", "same") and re.match(r"\s+[\w’'-]+", after):
        return False
    if word == "else":
        return not _names_something(text)
    return word != "that" or not after.strip(" ?!.") or bool(_POINTS.search(before))


def _may_be_bound(text: str, found: re.Match[str]) -> bool:
    """Whether something named before a pronoun in the same text may be what it means: "What did the
    mayor say when he left?", not "When was he born?".
    """
    word = found.group().casefold()
    if word not in _BOUND or turned_round(text, found.start()):
        return False
    # "it" as an object is somebody else's: "Did the mayor like it?"
    if word == "it" and _OBJECT.match(text, found.end()):
        return False
    said = re.findall(r"[^\W\d_]+", text[: found.start()])
    return any(not _SMALL.fullmatch(word) for word in said)


def _names_something(text: str) -> bool:
    first = _OPENS.match(text)
    rest = text[first.end() :] if first else text
    return bool(re.search(r"\d", text)) or any(True for _ in capitalised_runs(rest))
