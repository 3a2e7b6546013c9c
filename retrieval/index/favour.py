"""Articles that a conversation has just spoken of rank a little higher. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from retrieval.datatypes import ScoredPassage


def favour_articles(
    ranking: Sequence[ScoredPassage], article_ids: Collection[str], weight: float
) -> tuple[ScoredPassage, ...]:
    """The ranking with the scores of those articles' passages times ``1 + weight``, best first;
    ties keep their order. ``weight`` is at least 0.
    """
    raised = [
        replace(scored, score=scored.score * (1 + weight), favour=1 + weight)
        if scored.passage.article_id in article_ids
        else scored
        for scored in ranking
    ]
    return tuple(sorted(raised, key=lambda scored: -scored.score))
