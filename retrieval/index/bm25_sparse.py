"""BM25 over a large collection, with ``bm25s``: all scores computed once, then memory-mapped.

Lù, "BM25S: Orders of magnitude faster lexical search via eager sparse scoring" (2024). The same
variant as ``bm25``, Lucene's IDF, but for the constant factor ``k1 + 1``, which ranks alike.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from functools import lru_cache, reduce
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Query, ScoredPassage
from retrieval.errors import DamagedIndexError
from retrieval.index.bm25 import lucene_idf
from retrieval.index.collection import Collection
from retrieval.index.terms import PassageTerms
from retrieval.protocols import Tokenizer

FOLDER = "bm25s"
FILES = (
    "data.csc.index.npy",
    "indices.csc.index.npy",
    "indptr.csc.index.npy",
    "params.index.json",
    "vocab.index.json",
)
_PARAMETERS = "params.index.json"


def write_sparse(terms: PassageTerms, folder: Path, *, k1: float, b: float) -> None:
    """Computes the scores of all terms in all passages and writes them into ``folder``.

    Needs at least one term in at least one passage. Raises ``OSError`` when the disk refuses.
    """
    from bm25s.tokenization import Tokenized

    scores = _library()(k1=k1, b=b, method="lucene")
    ids = np.split(terms.ids, terms.starts[1:-1])
    # bm25s wants a vocabulary; the terms' own stands next to it, so numbers are enough here.
    numbers = {str(number): number for number in range(len(terms.vocabulary))}
    scores.index(Tokenized(ids=ids, vocab=numbers), show_progress=False)
    scores.vocab_dict = {}
    scores.save(str(folder), show_progress=False)


def parameters(folder: Path) -> tuple[float, float]:
    """``k1`` and ``b`` that the scores were computed with. Raises ``DamagedIndexError``."""
    try:
        record = json.loads((folder / _PARAMETERS).read_text(encoding="utf-8"))
        return float(record["k1"]), float(record["b"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedIndexError(
            f"{folder / _PARAMETERS}: cannot be read ({error}); index the articles again."
        ) from error


class SparseBM25Retriever:
    """Ranks the passages that share at least one term with the question."""

    name = "bm25"

    def __init__(
        self, collection: Collection, terms: PassageTerms, tokenize: Tokenizer, folder: Path
    ) -> None:
        """``folder`` holds what ``write_sparse`` wrote for the same ``terms``; it is mapped, not
        read. Raises ``DamagedIndexError``.
        """
        self._collection = collection
        self._numbers = {term: number for number, term in enumerate(terms.vocabulary)}
        self._tokenize = tokenize
        self._scores = _load(folder)
        # Asked twice for each question: which passages are best, and what others are worth.
        self._all = lru_cache(maxsize=2)(self._scores_of_all)

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        scores = self._all(self._known(query))
        allowed = self._collection.allowed(query)
        if allowed is not None:
            scores = np.where(allowed, scores, 0)
        # Lucene's IDF is above 0 for every term: a score of 0 is that of a passage without any.
        matched = np.flatnonzero(scores)
        return self._collection.best(matched, scores[matched], self.name, limit)

    def scores(self, query: Query, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        """BM25 without the factor ``k1 + 1`` of the passages at ``positions``."""
        return self._all(self._known(query))[positions].astype(np.float64)

    def holding(self, text: str) -> NDArray[np.int64]:
        """Positions of the passages with every term of ``text``, ascending; none for no term."""
        terms = dict.fromkeys(self._tokenize(text))
        if not terms or any(term not in self._numbers for term in terms):
            return np.zeros(0, dtype=np.int64)
        postings = sorted((self._posting(self._numbers[term]) for term in terms), key=len)
        return reduce(np.intersect1d, postings[1:], np.unique(postings[0])).astype(np.int64)

    def _posting(self, number: int) -> NDArray[np.int32]:
        starts, places = self._scores.scores["indptr"], self._scores.scores["indices"]
        posting: NDArray[np.int32] = places[starts[number] : starts[number + 1]]
        return posting

    def idf(self, terms: Sequence[str]) -> list[float]:
        """Of terms that the collection has; larger is rarer."""
        starts, size = self._scores.scores["indptr"], len(self._collection)
        numbers = [self._numbers[term] for term in terms]
        return [lucene_idf(int(starts[n + 1] - starts[n]), size) for n in numbers]

    def _scores_of_all(self, terms: tuple[int, ...]) -> NDArray[np.float32]:
        if not terms:
            return np.zeros(len(self._collection), dtype=np.float32)
        scores: NDArray[np.float32] = self._scores.get_scores_from_ids(list(terms))
        return scores

    def _known(self, query: Query) -> tuple[int, ...]:
        asked = dict.fromkeys(self._tokenize(query.text))
        return tuple(self._numbers[term] for term in asked if term in self._numbers)


def _library() -> Any:  # bm25s ships no types
    """The class ``BM25``."""
    from bm25s import BM25

    # At its import it asks for every word of its own to be logged.
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return BM25


def _load(folder: Path) -> Any:
    try:
        return _library().load(str(folder), mmap=True, load_vocab=False, show_progress=False)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedIndexError(
            f"{folder}: cannot be opened ({error}); index the articles again."
        ) from error
