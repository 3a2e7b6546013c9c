"""Nearest neighbours over passage embeddings: every passage compared, or an approximate graph."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Query, ScoredPassage
from retrieval.index.collection import Collection
from retrieval.index.neighbours import NeighbourGraph
from retrieval.index.vectors import QuantizedVectors
from retrieval.protocols import Encoder, Vectors


class DenseRetriever:
    """Ranks passages by the cosine of their embedding with the question's; -1..1, larger better."""

    name = "dense"

    def __init__(
        self,
        collection: Collection,
        vectors: QuantizedVectors,
        encoder: Encoder,
        graph: NeighbourGraph | None = None,
    ) -> None:
        """``vectors``: one row of unit length for each passage. With ``graph`` only what it finds
        near the question is compared.
        """
        if (len(vectors), vectors.dimension) != (len(collection), encoder.dimension):
            raise ValueError(
                f"vectors of shape {vectors.codes.shape} do not fit {len(collection)} passages "
                f"and an encoder of {encoder.dimension} dimensions"
            )
        self._collection = collection
        self._vectors = vectors
        self._encoder = encoder
        self._graph = graph
        # Asked twice for each question: which passages are best, and what others are worth.
        self._question = lru_cache(maxsize=4)(self._encoded)

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        if not len(self._collection) or not query.text.strip():
            return ()
        question = self._question(query.text)
        # The graph cannot leave out what the query forbids: such a question is compared with all.
        allowed = self._collection.allowed(query)
        if self._graph is not None and allowed is None:
            near = self._graph.near(question, limit)
            scores = self._vectors.take(near).products(question)
            return self._collection.best(near, scores, self.name, limit)
        scores = self._vectors.products(question)
        positions = np.arange(len(scores))
        if allowed is not None:
            positions, scores = positions[allowed], scores[allowed]
        return self._collection.best(positions, scores, self.name, limit)

    def scores(self, query: Query, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """The cosines of the passages at ``positions``."""
        if not query.text.strip():
            return np.zeros(len(positions))
        products = self._vectors.take(positions).products(self._question(query.text))
        return products.astype(np.float64)

    def _encoded(self, text: str) -> Vectors:
        vector: Vectors = self._encoder.encode([text], "question")[0]
        return vector
