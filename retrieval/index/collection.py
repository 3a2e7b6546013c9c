"""The passages that a retriever ranks, as flat arrays, with what is needed to filter them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Passage, Query, RetrieverRank, ScoredPassage

FILE = "passages.npy"
_UNDATED = 0
"""Ordinal of an article without a date: it passes every date filter."""

Places = NDArray[np.int32]
"""Shape ``(n, 3)``: the article's number, start and end of each passage."""


@dataclass(frozen=True, slots=True, eq=False)
class Collection(Sequence[Passage]):
    """Passages in index order.

    ``places[i]`` is passage ``i``; its first column counts into ``article_ids`` and never falls, so
    that an article's passages stand together. ``days[a]`` is the publication date of article ``a``.
    Half a million passages take 6 MB: a ``Passage`` is made when it is asked for.
    """

    article_ids: tuple[str, ...]
    days: tuple[date | None, ...]
    places: Places
    _ordinals: NDArray[np.int32] = field(init=False, repr=False)
    _numbers: dict[str, int] = field(init=False, repr=False)
    _firsts: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.article_ids) != len(self.days):
            raise ValueError("one publication date (or None) is needed for each article")
        owners = self.places[:, 0]
        if len(owners) and (np.diff(owners) < 0).any():
            raise ValueError("the passages of one article must stand together")
        ordinals = np.array([day.toordinal() if day else _UNDATED for day in self.days], np.int32)
        object.__setattr__(self, "_ordinals", ordinals[owners])
        object.__setattr__(self, "_numbers", {id_: n for n, id_ in enumerate(self.article_ids)})
        firsts = np.searchsorted(owners, np.arange(len(self.article_ids) + 1))
        object.__setattr__(self, "_firsts", firsts)

    @classmethod
    def of(cls, passages: Sequence[Passage], published: Sequence[date | None]) -> Collection:
        """From one publication date for each passage. Raises ``ValueError`` if they do not match or
        an article's passages do not stand together.
        """
        if len(passages) != len(published):
            raise ValueError("one publication date (or None) is needed for each passage")
        days: dict[str, date | None] = {}
        for passage, day in zip(passages, published, strict=True):
            if days.setdefault(passage.article_id, day) != day:
                raise ValueError(f"article {passage.article_id} has two publication dates")
        numbers = {id_: number for number, id_ in enumerate(days)}
        places = [(numbers[p.article_id], p.start, p.end) for p in passages]
        return cls(
            tuple(days), tuple(days.values()), np.array(places, dtype=np.int32).reshape(-1, 3)
        )

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, position: int) -> Passage:  # type: ignore[override]  # no slices: nobody asks
        article, start, end = self.places[position].tolist()
        return Passage(self.article_ids[article], start, end)

    def __iter__(self) -> Iterator[Passage]:
        return (Passage(self.article_ids[a], start, end) for a, start, end in self.places.tolist())

    def position(self, passage: Passage) -> int:
        """Where a passage stands. Raises ``KeyError`` when it is not of this collection."""
        number = self._numbers[passage.article_id]
        first, last = self._firsts[number], self._firsts[number + 1]
        own = self.places[first:last]
        found = np.flatnonzero((own[:, 1] == passage.start) & (own[:, 2] == passage.end))
        if not len(found):
            raise KeyError(passage)
        return int(first + found[0])

    def allowed(self, query: Query) -> NDArray[np.bool_] | None:
        """Which passages the query may see, shape ``(n,)``; None when it may see all."""
        allowed: NDArray[np.bool_] | None = None
        if query.published_until is not None:
            allowed = self._ordinals <= query.published_until.toordinal()
        if query.within:
            inside = self._of_articles(query.within)
            allowed = inside if allowed is None else allowed & inside
        return allowed

    def _of_articles(self, article_ids: Iterable[str]) -> NDArray[np.bool_]:
        found = np.zeros(len(self), dtype=np.bool_)
        for number in (self._numbers[id_] for id_ in article_ids if id_ in self._numbers):
            found[self._firsts[number] : self._firsts[number + 1]] = True
        return found

    def best(
        self,
        positions: Sequence[int] | NDArray[np.int64],
        scores: Sequence[float] | NDArray[np.floating[Any]],
        retriever: str,
        limit: int,
    ) -> tuple[ScoredPassage, ...]:
        """The ``limit`` best of the given positions, best score first, ties in index order."""
        places, values = np.asarray(positions, dtype=np.int64), np.asarray(scores, dtype=np.float64)
        if len(values) > limit:
            worst = np.partition(values, len(values) - limit)[len(values) - limit]
            near = values >= worst
            places, values = places[near], values[near]
        order = np.lexsort((places, -values))[:limit].tolist()
        return tuple(
            ScoredPassage(
                self[int(places[i])],
                float(values[i]),
                (RetrieverRank(retriever, rank, float(values[i])),),
            )
            for rank, i in enumerate(order, start=1)
        )

    @classmethod
    def load(
        cls, folder: Path, article_ids: Sequence[str], days: Sequence[date | None]
    ) -> Collection:
        """The passages whose places stand in ``folder``; articles come from the database.

        Raises ``OSError`` or ``ValueError`` when the file is missing or damaged.
        """
        return cls(tuple(article_ids), tuple(days), np.load(folder / FILE, allow_pickle=False))
