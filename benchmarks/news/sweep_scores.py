"""Scores of passages for questions, as arrays. Pure.

Everything here is what a product could compute from its index for one question in milliseconds;
the sweep computes it for a year's questions at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Sparse = Any  # scipy ships no types


def counts(rows: Sequence[Ints], width: int) -> Sparse:
    """How often each term stands in each row: a sparse matrix with ``width`` columns."""
    lengths = [len(row) for row in rows]
    columns = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
    places = np.repeat(np.arange(len(rows)), lengths)
    ones = np.ones(len(columns), dtype=np.float32)
    return sparse.coo_matrix((ones, (places, columns)), shape=(len(rows), width)).tocsr()


def rarity(tf: Sparse) -> Floats:
    """Lucene's IDF of every term."""
    df = np.asarray((tf > 0).sum(axis=0)).ravel()
    return np.asarray(np.log(1 + (tf.shape[0] - df + 0.5) / (df + 0.5)), dtype=np.float64)


def bm25_weights(tf: Sparse, *, k1: float = 1.2, b: float = 0.75) -> Sparse:
    """The share of every term in the score of every passage (Lucene's BM25)."""
    lengths = np.asarray(tf.sum(axis=1)).ravel()
    norms = k1 * (1 - b + b * lengths / max(lengths.mean(), 1e-9))
    rows = np.repeat(np.arange(tf.shape[0]), np.diff(tf.indptr))
    weights = tf.copy()
    weights.data = rarity(tf)[tf.indices] * tf.data / (tf.data + norms[rows])
    return weights


def bm25_scores(weights: Sparse, terms: Ints) -> Floats:
    """The score of every passage; ``weights`` by columns (CSC), ``terms`` each once."""
    return np.asarray(weights[:, terms].sum(axis=1), dtype=np.float64).ravel()


def coverage(bodies: Sequence[Ints], terms: Ints, idf: Floats, reach: int | None = None) -> Floats:
    """The IDF mass of the distinct question terms of each body.

    With ``reach`` only those count that stand within so many terms of one another, at the place of
    the body where they weigh most: what the question speaks of, said in one or two sentences.
    """
    hits = _hits(bodies, terms)
    best = np.zeros(len(bodies))
    if not len(hits[0]):
        return best
    owner, place, term = hits
    gap = int(place.max()) + 2 + (reach or 0)
    line = owner * gap + place  # one line for all bodies, too far apart to reach one another
    within = reach if reach is not None else gap
    starts = np.arange(len(line)) if reach is not None else np.unique(owner, return_index=True)[1]
    origin = line[starts] if reach is not None else owner[starts] * gap
    mass = np.zeros(len(starts))
    for number, rare in enumerate(idf[terms]):
        own = line[term == number]
        following = np.append(own, np.iinfo(np.int64).max)[np.searchsorted(own, origin)]
        mass += rare * (following - origin < within)
    np.maximum.at(best, owner[starts], mass)
    return best


def nearness(published: Ints, day: int, half_life: float) -> Floats:
    """1 for what appeared on the day of the question, half of it ``half_life`` days off it."""
    return np.asarray(0.5 ** (np.abs(published - day) / half_life), dtype=np.float64)


def reciprocal_ranks(scores: Sequence[Floats], weights: Sequence[float], k: int) -> Floats:
    """Reciprocal rank fusion of several scores of the same passages."""
    fused = np.zeros(len(scores[0]))
    for given, weight in zip(scores, weights, strict=True):
        ranks = np.empty(len(given))
        ranks[np.argsort(-given, kind="stable")] = np.arange(1, len(given) + 1)
        fused += weight / (k + ranks)
    return fused


def best(scores: Floats, depth: int) -> Ints:
    """The places of the ``depth`` largest scores, best first; ties by place."""
    depth = min(depth, len(scores))
    chosen = np.argpartition(-scores, depth - 1)[:depth]
    return np.asarray(chosen[np.lexsort((chosen, -scores[chosen]))], dtype=np.int64)


def _hits(bodies: Sequence[Ints], terms: Ints) -> tuple[Ints, Ints, Ints]:
    """Body, place in it and number of the question's term, of every occurrence."""
    lengths = np.array([len(body) for body in bodies], dtype=np.int64)
    stream = np.concatenate([np.zeros(0, dtype=np.int64), *bodies])
    owner = np.repeat(np.arange(len(bodies)), lengths)
    place = np.arange(len(stream)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    order = np.argsort(terms)
    slot = np.searchsorted(terms[order], stream)
    found = np.flatnonzero(np.append(terms[order], -1)[slot] == stream)
    return owner[found], place[found], order[slot[found]]
