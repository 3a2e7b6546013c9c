"""From a question and its human rewrite to the edits between them. Pure.

Words that both share are matched by ``difflib``; what lies between is an edit. Neighbouring edits
of one noun phrase ("that film" -> "the film adaptation of Double Dragon") are joined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from retrieval.edits.values import CONNECTORS

_BESIDES = re.compile(
    r"^(?:,\s*)?(?:besides|aside from|apart from|other than|in addition to|along with|"
    r"except(?: for)?)\s+",
    re.I,
)
_LEADING = re.compile(rf"^(?:{'|'.join(c for c in CONNECTORS if c)})\s+", re.I)
_POINTERS = frozenset("that this these those the his her its their such".split())
_TRIMMED = re.compile(r"^[\s,.;:?!]+|[\s,.;:?!]+$")


@dataclass(frozen=True, slots=True)
class GoldEdit:
    """Words ``[start, end)`` of the question gave way to ``phrase``; equal where it was added.

    ``connector`` joins an added phrase; ``owns`` says that the phrase stood in the possessive.
    """

    start: int
    end: int
    phrase: str
    connector: str = ""
    owns: bool = False


def gold_edits(question: Sequence[str], rewrite: Sequence[str]) -> list[GoldEdit]:
    """The edits that lead from the words of a question to those of its rewrite."""
    before = [word.casefold() for word in question]
    after = [word.casefold() for word in rewrite]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    blocks = [block for op, *block in matcher.get_opcodes() if op != "equal"]
    found = []
    for a, b, c, d in _joined(blocks, before):
        phrase = _TRIMMED.sub("", _spelled(rewrite[c:d]))
        if not phrase:
            continue
        found.append(_edit(a, b, phrase))
    return found


def _edit(start: int, end: int, phrase: str) -> GoldEdit:
    connector = ""
    if start == end:
        besides = _BESIDES.match(phrase)
        leading = besides or _LEADING.match(phrase)
        if leading:
            connector = "besides" if besides else leading.group().split()[0].casefold()
            phrase = phrase[leading.end() :]
    owner = re.search(r"(?<=s)\s?[’']$|\s?[’']s$", phrase)
    owns = owner is not None
    if owner:
        phrase = phrase[: owner.start()]
    return GoldEdit(start, end, _TRIMMED.sub("", phrase), connector, owns)


def _joined(blocks: list[list[int]], before: Sequence[str]) -> list[list[int]]:
    """Blocks of one noun phrase as one: at most two words apart, the first a determiner."""
    joined: list[list[int]] = []
    for block in blocks:
        a, b, c, d = block
        if joined:
            last = joined[-1]
            between = a - last[1]
            if between <= 2 and last[0] < last[1] and before[last[0]] in _POINTERS and a == b:
                joined[-1] = [last[0], b, last[2], d]
                continue
        joined.append([a, b, c, d])
    return joined


def _spelled(words: Sequence[str]) -> str:
    text = " ".join(words)
    text = re.sub(r"\s+([’',.;:?!)\]-])", r"\1", text)
    text = re.sub(r"([’'])\s+(s|d|t|ll|re|ve|m)\b", r"\1\2", text)
    return re.sub(r"([(\[-])\s+", r"\1", text)
