"""From the edit model's scores to edits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.edits.layout import Layout, Word

Floats = NDArray[np.float32]

KEEP, BEGIN, INSIDE = 0, 1, 2
MOST_WORDS = 14
"""Longest phrase that is put into a question."""
PRONOUNS = frozenset("he she it they him her them his its their hers theirs one there".split())
_ASKS_FOR_A_VERB = frozenset("do does did can could will would should".split())
_UNLIKELY = 0.002
"""Probability of a start or an end from which it is looked at."""


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


def proposals(
    question: str,
    texts: Sequence[str],
    layout: Layout,
    scores: EditScores,
    least: float = 0.2,
) -> tuple[Proposal, ...]:
    """Edits whose probability is at least ``least``, in the order of the question."""
    if not layout.context:
        return ()
    asked = [question[w.start : w.end].casefold() for w in layout.question]
    said = [texts[w.text - 1][w.start : w.end].casefold() for w in layout.context]
    found = [*_replaced(layout, asked, said, scores, least), *_added(layout, said, scores, least)]
    return tuple(sorted(found, key=lambda p: (p.first, p.last)))


def apart(found: Sequence[Proposal]) -> list[Proposal]:
    """All but those that would add something in the midst of words that give way."""
    return [
        one for one in found if not any(other.first < one.first < other.last for other in found)
    ]


def _replaced(
    layout: Layout, asked: Sequence[str], said: Sequence[str], scores: EditScores, least: float
) -> Iterator[Proposal]:
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
        to = _trimmed(asked, at, to)
        rows = scores.pointers[0, firsts[at]], scores.pointers[1, firsts[at]]
        start, end, certainty = _phrase(layout.context, said, *rows)
        yield Proposal(at, to, start, end, probability, certainty)
        at = to


def _added(
    layout: Layout, said: Sequence[str], scores: EditScores, least: float
) -> Iterator[Proposal]:
    places = [*(word.first for word in layout.question), layout.question_end]
    for at, token in enumerate(places):
        probability = float(1 / (1 + np.exp(-scores.adds[token])))
        if probability < least:
            continue
        rows = scores.pointers[2, token], scores.pointers[3, token]
        start, end, certainty = _phrase(layout.context, said, *rows)
        connector = int(np.argmax(scores.connectors[token]))
        yield Proposal(at, at, start, end, probability, certainty, connector)


def _trimmed(asked: Sequence[str], first: int, last: int) -> int:
    """Where the replaced words end: after a pronoun, and before the verb that "did" asks for."""
    if asked[first] in PRONOUNS:
        return first + 1
    ends = all(not word[:1].isalnum() for word in asked[last:])
    if ends and last - first > 1 and first and asked[first - 1] in _ASKS_FOR_A_VERB:
        return last - 1
    return last


def _phrase(
    context: tuple[Word, ...], said: Sequence[str], starts: Floats, ends: Floats
) -> tuple[int, int, float]:
    """The likeliest phrase of at most ``MOST_WORDS`` words of one text, and its probability.

    A name that is said again and again shares its probability out over its places, the start's and
    the end's alike, so that each place has about 1/n**2: equal phrases are taken together by the
    sum of their square roots.
    """
    start = _softmax(starts[[word.first for word in context]][None])[0]
    end = _softmax(ends[[word.last - 1 for word in context]][None])[0]
    roots: dict[tuple[str, ...], float] = {}
    places: dict[tuple[str, ...], tuple[int, int, float]] = {}
    likely = [int(at) for at in np.flatnonzero(end > _UNLIKELY)]
    for first in map(int, np.flatnonzero(start > _UNLIKELY)):
        for last in likely:
            if not first <= last < first + MOST_WORDS or context[first].text != context[last].text:
                continue
            words = tuple(said[first : last + 1])
            joint = float(start[first] * end[last])
            roots[words] = roots.get(words, 0.0) + joint**0.5
            if joint > places.get(words, (0, 0, 0.0))[2]:
                places[words] = (first, last + 1, joint)
    if not roots:
        return 0, 1, 0.0
    best = max(roots, key=lambda words: roots[words])
    return *places[best][:2], min(1.0, roots[best] ** 2)


def _softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)
