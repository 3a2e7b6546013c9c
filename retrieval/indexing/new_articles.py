"""Articles that are new to an index, or are cut again: prepared, cut, embedded.

Joins ``ingest`` and ``index``.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable, Iterator
from itertools import groupby, islice

import numpy as np

from retrieval.datatypes import Article, Passage
from retrieval.index.build_cache import WorkCache
from retrieval.index.database import StoredArticle, article_of, body_of
from retrieval.index.rows import Digests, PassageRows
from retrieval.index.terms import TermsBuilder
from retrieval.index.tokenization import tokenize
from retrieval.index.vectors import QuantizedVectors
from retrieval.indexing.changes import given_fields
from retrieval.indexing.spool import digest_of
from retrieval.ingest.passages import WindowSize, indexed_texts, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.protocols import Encoder

EMBEDDING_BATCH = 64
_PREPARED_BATCH = 50

Progress = Callable[[str, int, int], None]
"""Called with the stage's name, what is done and the total."""
KnownVector = Callable[[bytes], QuantizedVectors | None]
"""The vector of the text with that digest, as one row, where it was computed before."""


class ArticlePreparer:
    """Prepares articles; those of a stopped run are taken from its work. Flush it at the end."""

    def __init__(self, work: WorkCache) -> None:
        self._work = work
        self._waiting: list[tuple[str, str]] = []

    def stored(self, raw: RawArticle) -> StoredArticle:
        digest = digest_of(raw)
        body = self._work.prepared(digest)
        if body is not None:
            article = article_of(raw.id, raw.text, raw.url, body)
        else:
            article = prepare(raw)
            self._waiting.append((digest, body_of(article)))
            if len(self._waiting) >= _PREPARED_BATCH:
                self.flush()
        return StoredArticle(article, raw.root, raw.path, digest, given_fields(raw), raw.within)

    def flush(self) -> None:
        self._work.put_prepared(self._waiting)
        self._waiting = []


StoredOf = Callable[[str], StoredArticle]
"""Reads an article back that was written before."""


class PassageBuilder:
    """Collects the passages of one article after the other, and which of them lack a vector.

    No text is kept: a hundred thousand articles would not fit into memory. Those to embed are read
    back, article by article.
    """

    def __init__(self, window: WindowSize, known: KnownVector, dimension: int) -> None:
        self._window = window
        self._known = known
        self._dimension = dimension
        self._article_ids: list[str] = []
        self._places = array("i")
        self._terms = TermsBuilder()
        self._digests: list[bytes] = []
        self._numbers: dict[bytes, int] = {}
        """Of each text the number of its vector."""
        self._codes = bytearray()
        self._scales = array("f")
        self._lacking = array("i")
        """The first row of each text that has no vector yet."""

    def add(self, article: Article) -> None:
        number = len(self._article_ids)
        self._article_ids.append(article.id)
        passages = passages_of(article, self._window)
        for passage, text in zip(passages, indexed_texts(article, passages), strict=True):
            digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]
            self._places.extend((number, passage.start, passage.end))
            self._terms.add(tokenize(text))
            if digest not in self._numbers:
                self._numbers[digest] = len(self._scales)
                vector = self._known(digest)
                if vector is None:
                    self._lacking.append(len(self._digests))
                self._codes += vector.codes.tobytes() if vector else bytes(self._dimension)
                self._scales.append(vector.scales[0] if vector else 0.0)
            self._digests.append(digest)

    def embed(self, encoder: Encoder, stored: StoredOf, work: WorkCache, progress: Progress) -> int:
        """Computes the vectors that are missing; how many. Equal texts are encoded once."""
        total, done = len(self._lacking), 0
        progress("Embedding passages", 0, total)
        known, texts = self._vectors(), self._texts(stored)
        while batch := list(islice(texts, EMBEDDING_BATCH)):
            digests = [digest for digest, _ in batch]
            vectors = QuantizedVectors.of(encoder.encode([text for _, text in batch], "passage"))
            work.put_vectors(digests, vectors)
            numbers = [self._numbers[digest] for digest in digests]
            known.codes[numbers], known.scales[numbers] = vectors.codes, vectors.scales
            done += len(digests)
            progress("Embedding passages", done, total)
        return total

    def _texts(self, stored: StoredOf) -> Iterator[tuple[bytes, str]]:
        """The texts that lack a vector with their digests, in the order of their rows."""
        for number, rows in groupby(self._lacking, key=lambda row: self._places[3 * row]):
            article = stored(self._article_ids[number]).article
            own = list(rows)
            places = (self._places[3 * row + 1 : 3 * row + 3] for row in own)
            passages = [Passage(article.id, start, end) for start, end in places]
            digests = (self._digests[row] for row in own)
            yield from zip(digests, indexed_texts(article, passages), strict=True)

    def _vectors(self) -> QuantizedVectors:
        """A view of all vectors, to write to; nothing can be added while it is held."""
        codes = np.frombuffer(self._codes, dtype=np.int8).reshape(-1, self._dimension)
        return QuantizedVectors(codes, np.frombuffer(self._scales, dtype=np.float32))

    def rows(self) -> PassageRows:
        """All that was added; every text must have its vector by now."""
        numbers = [self._numbers[digest] for digest in self._digests]
        return PassageRows(
            tuple(self._article_ids),
            np.array(self._places, dtype=np.int32).reshape(-1, 3),
            _digest_rows(self._digests),
            self._terms.build(),
            self._vectors().take(numbers),
        )


def _digest_rows(digests: list[bytes]) -> Digests:
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16)
