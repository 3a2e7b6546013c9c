"""Answers that are several things: kept whole when the question asks for several."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.datatypes import TextRange

_GAP = re.compile(
    r"^(?:\s*[,;]\s*(?:(?:and|or|&|as well as)\s+)?|\s+(?:and|or|&|as well as)\s+)"
    r"(?:(?:the|a|an|his|her|its|their)\s+)?(?:[\w.’'-]+\s+){0,3}$"
)
"""What may stand between two members: a comma or "and", then perhaps "Russian leader"."""
_STOPS = re.compile(
    r"\b(?:who|which|that|said|says|is|was|are|were|has|have|had|will|would|met|in|on|at|by|to|for|"
    r"from|but|while|after|before)\b",
    re.I,
)


def whole_list(text: str, place: TextRange, others: Sequence[TextRange]) -> TextRange:
    """``place`` with the further members of its enumeration before and after it.

    ``others`` are the ranges that could be members, likeliest first; they may overlap each other
    and ``place``. Of those nearest to the list the likeliest joins it at each step; nothing is
    added across a verb or a relative word.
    """
    while True:
        after = [o for o in others if o.start >= place.end and _joined(text, place.end, o.start)]
        before = [o for o in others if o.end <= place.start and _joined(text, o.end, place.start)]
        if after:
            place = TextRange(place.start, min(after, key=lambda o: o.start).end)
        elif before:
            place = TextRange(max(before, key=lambda o: o.end).start, place.end)
        else:
            return place


def _joined(text: str, end: int, start: int) -> bool:
    gap = text[end:start]
    return bool(len(gap) <= 60 and _GAP.match(gap) and not _STOPS.search(gap))
