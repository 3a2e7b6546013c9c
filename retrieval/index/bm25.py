"""BM25 over a small collection, with ``rank-bm25``.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with
Lucene's IDF, ``log(1 + (N - df + 0.5) / (df + 0.5))``, which is positive for every term.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import log

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from retrieval.datatypes import Query, ScoredPassage
from retrieval.index.collection import Collection
from retrieval.protocols import Tokenizer


def lucene_idf(df: int, size: int) -> float:
    """``log(1 + (N - df + 0.5) / (df + 0.5))`` for a term in ``df`` of ``size`` passages."""
    return log(1 + (size - df + 0.5) / (df + 0.5))


class LuceneBM25(BM25Okapi):  # type: ignore[misc]  # rank-bm25 ships no types
    """``BM25Okapi`` with Lucene's IDF.

    The stock one gives a term in half of the passages 0, puts a floor for the commonest words above
    rarer ones, and scores below zero in a collection of one.
    """

    def _calc_idf(self, nd: dict[str, int]) -> None:
        size = self.corpus_size
        self.idf = {term: lucene_idf(df, size) for term, df in nd.items()}


class BM25Retriever:
    """Ranks the passages that share at least one term with the question."""

    name = "bm25"

    def __init__(
        self,
        collection: Collection,
        terms: Sequence[Sequence[str]],
        tokenize: Tokenizer,
        *,
        k1: float = 1.5,
        b: float = 0.75,
    ) -> None:
        """``terms[i]`` are the index terms of passage ``i``, made by the same ``tokenize``."""
        if len(terms) != len(collection):
            raise ValueError("one list of terms is needed for each passage")
        self._collection = collection
        self._tokenize = tokenize
        self._k1 = k1
        self._postings: defaultdict[str, list[int]] = defaultdict(list)
        for position, passage_terms in enumerate(terms):
            for term in dict.fromkeys(passage_terms):
                self._postings[term].append(position)
        # rank-bm25 divides by the number of passages and by their mean length.
        self._bm25 = LuceneBM25(list(terms), k1=k1, b=b) if self._postings else None

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        known = self._known(query)
        matched = sorted({at for term in known for at in self._postings[term]})
        allowed = self._collection.allowed(query)
        if allowed is not None:
            matched = [position for position in matched if allowed[position]]
        if self._bm25 is None or not matched:
            return ()
        scores = np.asarray(self._bm25.get_batch_scores(known, matched), dtype=float)
        return self._collection.best(matched, scores, self.name, limit)

    def scores(self, query: Query, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """BM25 without the factor ``k1 + 1`` of the passages at ``positions``."""
        known = self._known(query)
        if self._bm25 is None or not known or not len(positions):
            return np.zeros(len(positions))
        scores = np.asarray(self._bm25.get_batch_scores(known, positions.tolist()), dtype=float)
        return scores / (self._k1 + 1)

    def holding(self, text: str) -> NDArray[np.int64]:
        """Positions of the passages with every term of ``text``, ascending; none for no term."""
        terms = dict.fromkeys(self._tokenize(text))
        # Asked with ``get``: an unknown term must not become one of the vocabulary.
        postings = sorted((self._postings.get(term, []) for term in terms), key=len)
        shared = set(postings[0]).intersection(*postings[1:]) if postings else ()
        return np.array(sorted(shared), dtype=np.int64)

    def idf(self, terms: Sequence[str]) -> list[float]:
        """Of terms that the collection has; larger is rarer."""
        return [lucene_idf(len(self._postings[term]), len(self._collection)) for term in terms]

    def _known(self, query: Query) -> list[str]:
        asked = dict.fromkeys(self._tokenize(query.text))
        return [term for term in asked if term in self._postings]
