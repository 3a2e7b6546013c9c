"""One article as a whole collection: what the reader is measured on, paragraph by paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.datatypes import Article, Passage, Query, RetrieverRank, ScoredPassage


@dataclass(frozen=True, slots=True)
class SingleArticle:
    """Implements ``ArticleSource`` and ``Retriever``: all passages in their order, none ranked.

    The score of the passage at rank ``r`` is ``1 / r``.
    """

    only: Article
    passages: Sequence[Passage]
    name: str = "single"

    def article(self, article_id: str) -> Article:
        """The article. Raises ``KeyError`` for any other id."""
        if article_id != self.only.id:
            raise KeyError(article_id)
        return self.only

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        published, until = self.only.published, query.published_until
        if published is not None and until is not None and published > until:
            return ()
        if query.within and self.only.id not in query.within:
            return ()
        return tuple(
            ScoredPassage(passage, 1 / rank, (RetrieverRank(self.name, rank, 1 / rank),))
            for rank, passage in enumerate(self.passages[:limit], start=1)
        )
