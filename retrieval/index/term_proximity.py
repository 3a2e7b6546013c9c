"""How much of a question stands closely together in a passage.

In the spirit of term proximity (Tao and Zhai, "An exploration of proximity measures in information
retrieval", 2007): a passage that names all that is asked about in one sentence is worth more than
one that has the same words a page apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Query
from retrieval.index.collection import Collection
from retrieval.index.terms import PassageTerms
from retrieval.protocols import Tokenizer

REACH = 20
"""Index terms (stop words are none) within which words count as standing together."""


def closest_stretch(
    passage: NDArray[np.int32], asked: NDArray[np.int32], weights: NDArray[np.float64]
) -> float:
    """The largest weight of distinct asked terms within ``REACH`` terms of one another.

    ``asked`` are distinct; ``weights`` has one for each of them.
    """
    places, which = np.nonzero(passage[:, None] == asked[None, :])
    if not len(places):
        return 0.0
    best = 0.0
    ends = np.searchsorted(places, places + REACH)
    terms = which.tolist()
    rare = weights.tolist()
    for first, end in enumerate(ends.tolist()):
        if first and end == ends[first - 1]:
            continue  # what begins later and ends alike holds no more
        best = max(best, sum(rare[term] for term in set(terms[first:end])))
    return best


class StretchScorer:
    """Implements ``Stretch`` over the terms of a collection, titles left out."""

    def __init__(
        self,
        collection: Collection,
        terms: PassageTerms,
        tokenize: Tokenizer,
        idf: Callable[[Sequence[str]], Sequence[float]],
        title_length: Callable[[str], int],
    ) -> None:
        """``title_length``: how many index terms the title before each passage of an article has;
        ``idf``: the weight of each of several terms.
        """
        self._collection = collection
        self._terms = terms
        self._numbers = {term: number for number, term in enumerate(terms.vocabulary)}
        self._tokenize = tokenize
        self._idf = idf
        self._title_length = title_length

    def __call__(self, query: Query, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        known = [t for t in dict.fromkeys(self._tokenize(query.text)) if t in self._numbers]
        asked = np.array([self._numbers[term] for term in known], dtype=np.int32)
        weights = np.array(self._idf(known), dtype=np.float64)
        starts, ids = self._terms.starts, self._terms.ids
        scores = np.zeros(len(positions))
        for i, position in enumerate(positions.tolist()):
            skipped = self._title_length(self._collection[position].article_id)
            body = ids[starts[position] + skipped : starts[position + 1]]
            scores[i] = closest_stretch(body, asked, weights)
        return scores
