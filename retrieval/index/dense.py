"""Nearest neighbours over passage embeddings: every passage compared, or an approximate graph."""

from __future__ import annotations

import numpy as np

from retrieval.datatypes import Query, ScoredPassage
from retrieval.index.collection import Collection
from retrieval.index.neighbours import NeighbourGraph
from retrieval.index.vectors import QuantizedVectors
from retrieval.protocols import Encoder


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

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        if not len(self._collection) or not query.text.strip():
            return ()
        question = self._encoder.encode([query.text], "question")[0]
        # The graph cannot leave out what a date forbids: such a question is compared with all.
        if self._graph is not None and query.published_until is None:
            near = self._graph.near(question, limit)
            scores = self._vectors.take(near).products(question)
            return self._collection.best(near, scores, self.name, limit)
        scores = self._vectors.products(question)
        positions = np.arange(len(scores))
        allowed = self._collection.allowed(query)
        if allowed is not None:
            positions, scores = positions[allowed], scores[allowed]
        return self._collection.best(positions, scores, self.name, limit)
