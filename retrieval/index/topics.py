"""Which articles hold all words of a topic. Exact: a ranking by meaning always finds something."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Query
from retrieval.index.collection import Collection


class FindsTerms(Protocol):
    """What is needed of a lexical retriever."""

    def holding(self, text: str) -> NDArray[np.int64]:
        """Positions, ascending, of the passages that hold every index term of ``text``; none where
        it has no term.
        """
        ...

    def scores(self, query: Query, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """How well the passages at ``positions`` fit; larger is better."""
        ...


def articles_with(collection: Collection, lexical: FindsTerms, query: Query) -> list[str]:
    """Ids of the articles with a passage that, with their title before it, holds every index term
    of the query: each once, the one with the best passage first, ties in index order.
    """
    positions = lexical.holding(query.text)
    allowed = collection.allowed(query)
    if allowed is not None:
        positions = positions[allowed[positions]]
    scores = lexical.scores(query, positions)
    owners = collection.places[positions, 0]
    order = np.lexsort((positions, -scores))
    return [collection.article_ids[number] for number in dict.fromkeys(owners[order].tolist())]
