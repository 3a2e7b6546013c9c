"""From the edit model's scores to edits. Pure; knows nothing about how the scores came about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.completion.layout import Layout, Word

Floats = NDArray[np.float32]

KEEP, BEGIN, INSIDE = 0, 1, 2
MOST_WORDS = 14
"""Longest phrase that is put into a question."""


@dataclass(frozen=True, slots=True)
class EditScores:
    """What the model says of one layout of T tokens.

    ``tags`` (T, 3) logits of keep, begin and inside of a replaced phrase; ``adds`` (T,) logits of
    words added before the token; ``connectors`` (T, C) logits; ``pointers`` (4, T, T): for a place
    in the question (row) the logits of every token as the start and end of what replaces it, then
    of what is added there.
    """

    tags: Floats
    adds: Floats
    connectors: Floats
    pointers: Floats


@dataclass(frozen=True, slots=True)
class Proposal:
    """An edit that the model proposes.

    Words ``[first, last)`` of the question give way to ``phrase``: words ``[start, end)`` of the
    layout's context; ``first == last`` where the phrase is added before word ``first``.
    ``probability`` in 0..1 that something is to be edited here, ``certainty`` in 0..1 that it means
    this phrase; ``connector`` is the number of the most likely one.
    """

    first: int
    last: int
    start: int
    end: int
    probability: float
    certainty: float
    connector: int = 0


def proposals(layout: Layout, scores: EditScores, least: float = 0.2) -> tuple[Proposal, ...]:
    """Edits whose probability is at least ``least``, in the order of the question."""
    if not layout.context:
        return ()
    found = []
    firsts = [word.first for word in layout.question]
    tags = _softmax(scores.tags[firsts]) if firsts else np.zeros((0, 3), np.float32)
    at = 0
    while at < len(firsts):
        probability = float(1 - tags[at, KEEP])
        if probability < least or tags[at, INSIDE] > tags[at, BEGIN]:
            at += 1
            continue
        to = at + 1
        while to < len(firsts) and tags[to, INSIDE] > max(tags[to, KEEP], tags[to, BEGIN]):
            to += 1
        phrase = _phrase(
            layout.context, scores.pointers[0, firsts[at]], scores.pointers[1, firsts[at]]
        )
        found.append(Proposal(at, to, *phrase[:2], probability, phrase[2]))
        at = to
    for at, token in enumerate([*firsts, layout.question_end]):
        probability = float(1 / (1 + np.exp(-scores.adds[token])))
        if probability < least:
            continue
        phrase = _phrase(layout.context, scores.pointers[2, token], scores.pointers[3, token])
        connector = int(np.argmax(scores.connectors[token]))
        found.append(Proposal(at, at, *phrase[:2], probability, phrase[2], connector))
    return tuple(sorted(found, key=lambda p: (p.first, p.last)))


def _phrase(context: tuple[Word, ...], starts: Floats, ends: Floats) -> tuple[int, int, float]:
    """The likeliest run of at most ``MOST_WORDS`` words of one text, and its probability."""
    first = np.array([word.first for word in context])
    last = np.array([word.last - 1 for word in context])
    text = np.array([word.text for word in context])
    start, end = _softmax(starts[first][None])[0], _softmax(ends[last][None])[0]
    best = (0, 1, 0.0)
    for length in range(1, min(MOST_WORDS, len(context)) + 1):
        joint = start[: len(start) - length + 1] * end[length - 1 :]
        joint = np.where(text[: len(text) - length + 1] == text[length - 1 :], joint, 0)
        at = int(np.argmax(joint))
        if joint[at] > best[2]:
            best = (at, at + length, float(joint[at]))
    return best


def _softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)
