"""Several retrievers as one: ranked apart, fused, day and articles favoured, copies folded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from retrieval.datatypes import Passage, Query, ScoredPassage
from retrieval.index.boosting import Recency, favour_articles, favour_recent
from retrieval.index.fusion import RRF_K, reciprocal_rank_fusion
from retrieval.index.near_duplicates import fold_near_duplicates
from retrieval.protocols import Retriever

_BY_RANK = 4
"""Of so many places the last one goes by ranks."""

Fusion = Callable[[Query, Sequence[Sequence[ScoredPassage]]], tuple[ScoredPassage, ...]]
"""Several rankings for one question to one, best first, ties in index order."""


def by_rank(*, k: int = RRF_K, weights: Sequence[float] | None = None) -> Fusion:
    """Reciprocal rank fusion: needs nothing but the rankings, whoever made them."""

    def fuse(
        query: Query, rankings: Sequence[Sequence[ScoredPassage]]
    ) -> tuple[ScoredPassage, ...]:
        return reciprocal_rank_fusion(rankings, k=k, weights=weights)

    return fuse


class HybridRetriever:
    """What ``retrievers`` find, brought into one order by ``fuse``."""

    name = "hybrid"

    def __init__(
        self,
        retrievers: Sequence[Retriever],
        terms_of: Callable[[Passage], Sequence[str]],
        *,
        fuse: Fusion | None = None,
        depth: int = 50,
        fold_threshold: float = 0.7,
        published: Callable[[ScoredPassage], date | None] = lambda _: None,
        recency: Recency | None = None,
        favour_weight: float = 0.0,
    ) -> None:
        """``depth``: how many passages each retriever gives to the fusion. The first three quarters
        of what is asked for are in the order of ``fuse``, the others in that of
        ``reciprocal_rank_fusion``: where words and meaning are of two minds, a mix of scores may
        have far down what one of them has first (figures: benchmarks/README.md).

        ``published`` gives the date of a passage's article, for ``recency``. ``favour_weight``:
        share by which the scores of articles that a query favours are raised.
        """
        self._retrievers = tuple(retrievers)
        self._terms_of = terms_of
        self._fuse = fuse or by_rank()
        self._depth = depth
        self._fold_threshold = fold_threshold
        self._published = published
        self._recency = recency
        self._favour_weight = favour_weight

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        depth = max(self._depth, limit)
        while True:
            rankings = [retriever.retrieve(query, depth) for retriever in self._retrievers]
            fused = self._favoured(query, self._fuse(query, rankings))
            fused = _last_by_rank(fused, rankings, limit - limit // _BY_RANK)
            folded = fold_near_duplicates(
                fused, self._terms_of, threshold=self._fold_threshold, limit=limit
            )
            # A story with more copies than ``depth`` must not hide what stands below it.
            if len(folded) == limit or all(len(ranking) < depth for ranking in rankings):
                return folded
            depth *= 4

    def _favoured(
        self, query: Query, ranking: tuple[ScoredPassage, ...]
    ) -> tuple[ScoredPassage, ...]:
        if self._recency is not None and query.asked_on is not None:
            ranking = favour_recent(
                ranking, self._published, query.asked_on, self._recency, latest=query.latest
            )
        if query.favoured and self._favour_weight:
            ranking = favour_articles(ranking, query.favoured, self._favour_weight)
        return ranking


def _last_by_rank(
    ranking: Sequence[ScoredPassage], rankings: Sequence[Sequence[ScoredPassage]], first: int
) -> tuple[ScoredPassage, ...]:
    """The ``first`` of a ranking as they are, behind them the others in the order of their ranks,
    with scores that do not rise.
    """
    behind = {scored.passage: scored for scored in ranking[first:]}
    result = list(ranking[:first])
    for found in reciprocal_rank_fusion(rankings):
        scored = behind.get(found.passage)
        if scored is not None:
            least = min(result[-1].score, scored.score) if result else scored.score
            result.append(replace(scored, score=least))
    return tuple(result)
