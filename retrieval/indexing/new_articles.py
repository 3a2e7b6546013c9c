"""Articles that are new to an index, or are cut again: prepared, cut, embedded.

Joins ``ingest`` and ``index``.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Callable
from itertools import islice

import numpy as np

from retrieval.datatypes import Article
from retrieval.index.build_cache import WorkCache
from retrieval.index.database import StoredArticle, article_of, body_of
from retrieval.index.rows import Digests, PassageRows
from retrieval.index.terms import TermsBuilder
from retrieval.index.tokenization import tokenize
from retrieval.index.vectors import QuantizedVectors
from retrieval.indexing.changes import given_fields
from retrieval.indexing.spool import digest_of
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
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


class PassageBuilder:
    """Collects the passages of one article after the other, and the texts that lack a vector."""

    def __init__(self, window: WindowSize, known: KnownVector, dimension: int) -> None:
        self._window = window
        self._known = known
        self._dimension = dimension
        self._article_ids: list[str] = []
        self._places = array("i")
        self._terms = TermsBuilder()
        self._digests: list[bytes] = []
        self._vectors: dict[bytes, QuantizedVectors] = {}
        self._missing: dict[bytes, str] = {}

    def add(self, article: Article) -> None:
        number = len(self._article_ids)
        self._article_ids.append(article.id)
        for passage in passages_of(article, self._window):
            text = indexed_text(article, passage)
            digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()[:16]
            self._places.extend((number, passage.start, passage.end))
            self._terms.add(tokenize(text))
            self._digests.append(digest)
            if digest in self._vectors or digest in self._missing:
                continue
            vector = self._known(digest)
            if vector is None:
                self._missing[digest] = text
            else:
                self._vectors[digest] = vector

    def embed(self, encoder: Encoder, work: WorkCache, progress: Progress) -> int:
        """Computes the vectors that are missing; how many. Equal texts are encoded once."""
        total, done = len(self._missing), 0
        progress("Embedding passages", 0, total)
        while self._missing:
            digests = list(islice(self._missing, EMBEDDING_BATCH))
            texts = [self._missing[digest] for digest in digests]
            vectors = QuantizedVectors.of(encoder.encode(texts, "passage"))
            work.put_vectors(digests, vectors)
            for row, digest in enumerate(digests):
                self._vectors[digest] = vectors.take([row])
                del self._missing[digest]
            done += len(digests)
            progress("Embedding passages", done, total)
        return total

    def rows(self) -> PassageRows:
        """All that was added; every text must have its vector by now."""
        codes = np.zeros((len(self._digests), self._dimension), dtype=np.int8)
        scales = np.zeros(len(self._digests), dtype=np.float32)
        for row, digest in enumerate(self._digests):
            vector = self._vectors[digest]
            codes[row], scales[row] = vector.codes[0], vector.scales[0]
        return PassageRows(
            tuple(self._article_ids),
            np.array(self._places, dtype=np.int32).reshape(-1, 3),
            _digest_rows(self._digests),
            self._terms.build(),
            QuantizedVectors(codes, scales),
        )


def _digest_rows(digests: list[bytes]) -> Digests:
    return np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16)
