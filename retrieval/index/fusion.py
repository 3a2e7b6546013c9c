"""Rankings to one ranking. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.datatypes import Passage, RetrieverRank, ScoredPassage

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
