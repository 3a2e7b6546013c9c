"""Near-duplicate passages folded into the best of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from retrieval.datatypes import Passage, ScoredPassage

_SHINGLE = 4


def shingles(terms: Sequence[str]) -> frozenset[tuple[str, ...]]:
    """All runs of four terms; the whole text when it is shorter (Broder, 1997)."""
    if len(terms) <= _SHINGLE:
        return frozenset([tuple(terms)]) if terms else frozenset()
    return frozenset(tuple(terms[i : i + _SHINGLE]) for i in range(len(terms) - _SHINGLE + 1))


def containment(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> float:
    """Share of the smaller set that stands in the larger one, 0..1."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def fold_near_duplicates(
    ranking: Iterable[ScoredPassage],
    terms_of: Callable[[Passage], Sequence[str]],
    *,
    threshold: float = 0.7,
    limit: int,
) -> tuple[ScoredPassage, ...]:
    """The first ``limit`` passages that are no near-copy of a better one.

    Two passages are near-copies when at least ``threshold`` of the smaller one's shingles stand in
    the larger one, or when they overlap by that much in one article. Copies are kept in
    ``duplicates`` of the passage they fold into. Stops reading ``ranking`` once ``limit`` are full.
    """
    kept: list[ScoredPassage] = []
    prints: list[frozenset[tuple[str, ...]]] = []
    for scored in ranking:
        own = shingles(terms_of(scored.passage))
        twin = next(
            (i for i, other in enumerate(prints) if containment(own, other) >= threshold), None
        )
        if twin is not None:
            copies = (*kept[twin].duplicates, scored.passage)
            kept[twin] = replace(kept[twin], duplicates=copies)
        elif len(kept) < limit:
            kept.append(scored)
            prints.append(own)
        else:
            break
    return tuple(kept)
