"""Exact nearest neighbours over passage embeddings."""

from __future__ import annotations

import numpy as np

from retrieval.datatypes import Query, ScoredPassage
from retrieval.index.collection import Collection
from retrieval.protocols import Encoder, Vectors

_ROUNDING = 1e-5


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
        # The last bits of a matrix product depend on a row's place in the matrix. What may be among
        # the best is scored again row by row, so that equal vectors tie wherever they stand.
        near = np.flatnonzero(scores >= scores[positions].min() - _ROUNDING)
        exact = (self._vectors[near].astype(np.float64) * question).sum(axis=1)
        return self._collection.best(near.tolist(), exact.tolist(), self.name, limit)
