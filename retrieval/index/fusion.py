"""Several rankings to one: by ranks (reciprocal rank fusion), or by a mix of scores.

The mix is ``score = words / max(words) + meaning * cosine``, with ``words = bm25 + closeness *
stretch``. A convex combination of scores beats fusion by rank where both scores of every candidate
are at hand (Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", 2023);
figures for news stand in ``benchmarks/README.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Passage, Query, RetrieverRank, ScoredPassage
from retrieval.index.collection import Collection

RRF_K = 60
"""The constant of Cormack, Clarke and Büttcher (2009)."""


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[ScoredPassage]],
    *,
    k: int = RRF_K,
    weights: Sequence[float] | None = None,
) -> tuple[ScoredPassage, ...]:
    """Fuses by ranks alone: ``score(p) = sum_i weight_i / (k + rank_i(p))``, larger is better.

    A passage that a ranking lacks gets nothing from it. Each result carries its rank in every
    ranking that has it. Ties go by article id and place in the article.
    Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual rank
    learning methods", SIGIR 2009. Raises ``ValueError`` when the weights do not match the rankings.
    """
    if weights is None:
        weights = [1.0] * len(rankings)
    if len(weights) != len(rankings):
        raise ValueError("one weight is needed for each ranking")
    scores: dict[Passage, float] = {}
    ranks: dict[Passage, tuple[RetrieverRank, ...]] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, scored in enumerate(ranking, start=1):
            passage = scored.passage
            scores[passage] = scores.get(passage, 0.0) + weight / (k + rank)
            ranks[passage] = ranks.get(passage, ()) + scored.ranks
    best_first = sorted(scores, key=lambda passage: (-scores[passage], passage))
    return tuple(ScoredPassage(passage, scores[passage], ranks[passage]) for passage in best_first)


Positions = NDArray[np.int64]
Scores = NDArray[np.float64]


class PassageScorer(Protocol):
    """Scores passages that others found."""

    def scores(self, query: Query, positions: Positions) -> Scores:
        """One score for each of the passages, larger is better; 0 where nothing matches."""
        ...


Stretch = Callable[[Query, Positions], Scores]
"""How much of the question stands closely together in each of the passages, at least 0."""


@dataclass(frozen=True, slots=True)
class MixWeights:
    """``meaning``: what a cosine of 1 counts, where the best passage by words has 1. ``closeness``:
    what the closest stretch counts next to BM25, both in units of IDF.
    """

    meaning: float = 0.5
    closeness: float = 0.25


class ScoreMix:
    """A ``Fusion``: the candidates of all rankings, ordered by their mixed scores."""

    def __init__(
        self,
        collection: Collection,
        words: PassageScorer,
        meaning: PassageScorer,
        stretch: Stretch,
        weights: MixWeights | None = None,
    ) -> None:
        self._collection = collection
        self._words = words
        self._meaning = meaning
        self._stretch = stretch
        self._weights = weights or MixWeights()

    def __call__(
        self, query: Query, rankings: Sequence[Sequence[ScoredPassage]]
    ) -> tuple[ScoredPassage, ...]:
        """Best first, ties in index order; each with its rank in every ranking that has it."""
        ranks: dict[Passage, tuple[RetrieverRank, ...]] = {}
        for ranking in rankings:
            for scored in ranking:
                ranks[scored.passage] = ranks.get(scored.passage, ()) + scored.ranks
        if not ranks:
            return ()
        found = {self._collection.position(passage): passage for passage in ranks}
        positions = np.array(sorted(found), dtype=np.int64)
        words = self._words.scores(query, positions)
        words = words + self._weights.closeness * self._stretch(query, positions)
        meaning = self._weights.meaning * self._meaning.scores(query, positions)
        mixed = words / max(float(words.max()), 1e-9) + meaning
        order = np.argsort(-mixed, kind="stable").tolist()
        return tuple(
            ScoredPassage(passage, float(mixed[i]), ranks[passage])
            for i in order
            for passage in (found[int(positions[i])],)
        )
