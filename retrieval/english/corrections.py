"""What a note of correction takes back, and what it puts in its place.

"An earlier version of this article said 12; it was 10": the first part gives the old value, all
others of the note, and the sentence behind it, the new one.
"""

from __future__ import annotations

import re
from enum import Enum

_EARLIER = re.compile(
    r"(?<!\bas )(?<!\bas an )(?<!\bas the )\b(?:(?:earlier|previous|original) version|"
    r"(?:originally|incorrectly|wrongly|mistakenly) (?:stated|said|reported|gave|wrote|named))\b",
    re.I,
)
_NOTE = re.compile(
    r"\A\s*correction\s*:|"
    r"\bas (?:an? |the )?(?:(?:earlier|previous|original) version|originally)\b|"
    r"\bhas been (?:corrected|amended|updated) to\b",
    re.I,
)
_PART = re.compile(
    r";|, but\b|(?=,? (?:and )?not\b|\b(?:instead of|rather than)\b)|\bin fact\b", re.I
)
_INSTEAD = re.compile(r",? ?(?:and )?(?:not|instead of|rather than)\b", re.I)


class Corrected(Enum):
    """Which side of a correction a stretch stands on."""

    OLD = "old"
    NEW = "new"


def is_note(sentence: str) -> bool:
    """Whether a sentence corrects its article."""
    return bool(_EARLIER.search(sentence) or _NOTE.search(sentence))


def side_of(sentence: str, start: int, end: int) -> Corrected | None:
    """Whether what stands from ``start`` to ``end`` is taken back, or put in its place; None where
    the sentence corrects nothing.
    """
    if not is_note(sentence):
        return None
    begins = max((m.start() for m in _PART.finditer(sentence) if m.start() <= start), default=0)
    behind = _PART.search(sentence, end)
    part = sentence[begins : behind.start() if behind else len(sentence)]
    # "It is 10, not 12"; but "an earlier version said 12, not 10".
    is_other = _INSTEAD.match(part) and not _EARLIER.search(sentence[:begins])
    is_old = is_other or _EARLIER.search(part)
    return Corrected.OLD if is_old else Corrected.NEW
