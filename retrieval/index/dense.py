"""Exact nearest neighbours over passage embeddings."""

from __future__ import annotations

import numpy as np

from retrieval.datatypes import Query, ScoredPassage
from retrieval.index.collection import Collection
from retrieval.protocols import Encoder, Vectors


class DenseRetriever:
    """Ranks passages by the cosine of their embedding with the question's; -1..1, larger better."""

    name = "dense"

    def __init__(self, collection: Collection, vectors: Vectors, encoder: Encoder) -> None:
        """``vectors``: shape ``(len(collection), encoder.dimension)``, rows of unit length."""
        if vectors.shape != (len(collection), encoder.dimension):
            raise ValueError(
                f"vectors of shape {vectors.shape} do not fit {len(collection)} passages "
                f"and an encoder of {encoder.dimension} dimensions"
            )
        self._collection = collection
        self._vectors = vectors
        self._encoder = encoder

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        if not len(self._collection) or not query.text.strip():
            return ()
        question = self._encoder.encode([query.text], "question")[0]
        scores = self._vectors @ question
        allowed = self._collection.allowed(query)
        if allowed is not None:
            scores = np.where(allowed, scores, -np.inf)
        count = min(limit, int(np.isfinite(scores).sum()))
        if not count:
            return ()
        positions = np.argpartition(-scores, count - 1)[:count]
        # argpartition cuts ties at the border at random; take all that tie with the last one kept.
        worst = scores[positions].min()
        positions = np.flatnonzero(scores >= worst)
        return self._collection.best(
            positions.tolist(), scores[positions].astype(float).tolist(), self.name, limit
        )
