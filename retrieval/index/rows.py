"""Kept passages of the version before and fresh ones, brought into one index order.

Everything that has one row for each passage travels together, so that no list can get out of step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.index.collection import Places
from retrieval.index.terms import PassageTerms
from retrieval.index.vectors import QuantizedVectors

Digests = NDArray[np.uint8]
"""Shape ``(n, 16)``: digests of the passages' indexed texts; equal ones have equal vectors."""


@dataclass(frozen=True, slots=True, eq=False)
class PassageRows:
    """Passages of the articles ``article_ids``, which ``places`` counts into."""

    article_ids: tuple[str, ...]
    places: Places
    digests: Digests
    terms: PassageTerms
    vectors: QuantizedVectors

    def __len__(self) -> int:
        return len(self.places)

    def rows_of(self) -> dict[str, tuple[int, int]]:
        """First row and the row behind the last one, of each article."""
        bounds = np.searchsorted(self.places[:, 0], np.arange(len(self.article_ids) + 1)).tolist()
        return {
            id_: (bounds[number], bounds[number + 1]) for number, id_ in enumerate(self.article_ids)
        }


def merged(kept: PassageRows, fresh: PassageRows, keep: Iterable[str]) -> PassageRows:
    """The rows of the articles ``keep`` of the one and of all articles of the other, by id."""
    if not len(kept):
        return fresh
    offset = len(kept)
    kept_rows = kept.rows_of()
    bounds = {id_: kept_rows[id_] for id_ in keep}
    bounds |= {id_: (a + offset, b + offset) for id_, (a, b) in fresh.rows_of().items()}
    ids = tuple(sorted(bounds))
    rows, owners = _rows(ids, bounds)
    places = np.concatenate([kept.places, fresh.places])[rows]
    places[:, 0] = owners
    return PassageRows(
        ids,
        places,
        np.concatenate([kept.digests, fresh.digests])[rows],
        kept.terms.followed_by(fresh.terms).take(rows).without_unused(),
        QuantizedVectors(
            np.concatenate([kept.vectors.codes, fresh.vectors.codes]),
            np.concatenate([kept.vectors.scales, fresh.vectors.scales]),
        ).take(rows),
    )


def _rows(
    ids: Sequence[str], bounds: Mapping[str, tuple[int, int]]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Which row comes where, and the number of the article it belongs to."""
    ranges = [np.arange(*bounds[id_]) for id_ in ids]
    lengths = [len(own) for own in ranges]
    rows = np.concatenate(ranges) if ranges else np.zeros(0, dtype=np.int64)
    return rows, np.repeat(np.arange(len(ids), dtype=np.int32), lengths)
