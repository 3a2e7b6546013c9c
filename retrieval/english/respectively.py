"""What "respectively" joins: after "A and B won 306 and 232 votes, respectively" B's is 232.

Only numbers, dates and names can be told from the words around them, so only lists of these are
read; others stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from retrieval.datatypes import TextRange

_RESPECTIVELY = re.compile(r"[,;]?\s*\(?\brespectively\b", re.I)
_SEPARATOR = re.compile(r"\s*,?\s+(?P<and>and|or|&)\s+|\s*,\s+")
_WORD = re.compile(r"\S+")
_LONGEST = 12
"""Members of one list at most."""


def respective(sentence: str, place: TextRange, named: Sequence[TextRange]) -> TextRange | None:
    """The member of one list that belongs to the member of the other which the question names.

    ``place`` is an answer in the sentence: members of either list. ``named`` are the names and
    numbers of the question where the sentence has them. None where the sentence has no two lists of
    one length before its "respectively", or the question names no member or several.
    """
    end = _RESPECTIVELY.search(sentence)
    if end is None or place.end > end.start():
        return None
    parts = _parts(sentence[: end.start()])
    for count in range(min(_LONGEST, (len(parts) + 1) // 2), 1, -1):
        # "Trump won 306": one part can hold the last of the first list and the first of the second.
        for at in range(len(parts) - 2 * count + 1, -1, -1):
            lists = parts[at : at + count], parts[-count:]
            if all(_is_list(sentence, parts) for parts in lists):
                if at and _continues(sentence, parts[at - 1], lists[0]):
                    return None
                former = _members(sentence, lists[0], is_last_cut=True)
                latter = _members(sentence, lists[1], is_last_cut=False)
                return _belonging(former, latter, place, named)
    return None


def _parts(text: str) -> list[TextRange]:
    """The stretches between commas and "and"."""
    edges = [0, *(edge for found in _SEPARATOR.finditer(text) for edge in found.span()), len(text)]
    return [TextRange(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]


def _is_list(sentence: str, parts: Sequence[TextRange]) -> bool:
    """Whether "and" stands before the last part and before no other."""
    joints = [_SEPARATOR.fullmatch(sentence, a.end, b.start) for a, b in pairwise(parts)]
    ands = [bool(joint and joint["and"]) for joint in joints]
    return all(len(part) for part in parts) and ands[-1] and not any(ands[:-1])


def _continues(sentence: str, before: TextRange, parts: Sequence[TextRange]) -> bool:
    """Whether the part before a list could be a member too, which makes the lists unlike."""
    words = [found.start() for found in _WORD.finditer(sentence, before.start, before.end)]
    return bool(words) and _kind(sentence, words[-1]) == _kind(sentence, parts[1].start)


def _members(sentence: str, parts: Sequence[TextRange], *, is_last_cut: bool) -> list[TextRange]:
    """The parts without the words that belong to no member; empty where these cannot be told."""
    kind = _kind(sentence, parts[1].start)
    words = [
        TextRange(found.start(), found.end())
        for found in _WORD.finditer(sentence, parts[0].start, parts[0].end)
    ]
    alike = [_kind(sentence, word.start) == kind for word in words]
    if kind == "word" or not any(alike):
        return []
    first = len(alike) - 1 - alike[::-1].index(True)
    while first and alike[first - 1]:
        first -= 1
    members = [TextRange(words[first].start, parts[0].end), *parts[1:]]
    if is_last_cut:
        last = parts[-1]
        own = takewhile(
            lambda found: _kind(sentence, found.start()) == kind,
            _WORD.finditer(sentence, last.start, last.end),
        )
        members[-1] = TextRange(last.start, max((found.end() for found in own), default=last.end))
    return members


def _belonging(
    former: Sequence[TextRange],
    latter: Sequence[TextRange],
    place: TextRange,
    named: Sequence[TextRange],
) -> TextRange | None:
    for known, asked in ((former, latter), (latter, former)):
        hits = {at for at, member in enumerate(known) if any(member.holds(name) for name in named)}
        if len(hits) == 1 and any(place.overlaps(member) for member in asked):
            return asked[hits.pop()]
    return None


def _kind(sentence: str, at: int) -> str:
    first = sentence[at]
    if first.isdigit() or first in "$€£":
        return "number"
    return "name" if first.isupper() else "word"
