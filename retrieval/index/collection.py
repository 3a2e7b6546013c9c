"""The passages that a retriever ranks, with what is needed to filter them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Passage, Query, RetrieverRank, ScoredPassage

_UNDATED = 0
"""Ordinal of an article without a date: it passes every date filter."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Passages in index order; ``published[i]`` is the date of passage ``i``'s article."""

    passages: tuple[Passage, ...]
    published: tuple[date | None, ...]
    _ordinals: NDArray[np.int64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.passages) != len(self.published):
            raise ValueError("one publication date (or None) is needed for each passage")
        ordinals = [day.toordinal() if day else _UNDATED for day in self.published]
        object.__setattr__(self, "_ordinals", np.array(ordinals, dtype=np.int64))

    def __len__(self) -> int:
        return len(self.passages)

    def allowed(self, query: Query) -> NDArray[np.bool_] | None:
        """Which passages the query may see, shape ``(n,)``; None when it may see all."""
        if query.published_until is None:
            return None
        allowed: NDArray[np.bool_] = self._ordinals <= query.published_until.toordinal()
        return allowed

    def best(
        self, positions: Sequence[int], scores: Sequence[float], retriever: str, limit: int
    ) -> tuple[ScoredPassage, ...]:
        """The ``limit`` best of the given positions, best score first, ties in index order."""
        order = sorted(range(len(positions)), key=lambda i: (-scores[i], positions[i]))[:limit]
        return tuple(
            ScoredPassage(
                self.passages[positions[i]],
                scores[i],
                (RetrieverRank(retriever, rank, scores[i]),),
            )
            for rank, i in enumerate(order, start=1)
        )
