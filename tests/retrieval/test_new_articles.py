"""Passages of articles that are new to an index: each text read back in order, embedded once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrieval.doubles import HashingEncoder
from retrieval.index.build_cache import WorkCache
from retrieval.index.database import StoredArticle
from retrieval.index.tokenization import tokenize
from retrieval.index.vectors import QuantizedVectors
from retrieval.indexing.new_articles import EMBEDDING_BATCH, PassageBuilder
from retrieval.ingest.passages import WindowSize, indexed_texts, passages_of
from retrieval.protocols import Role, Vectors

from .builders import prepared

WINDOW = WindowSize(8, 0)
NUMBERS = (*range(EMBEDDING_BATCH), 3)
ARTICLES = [
    replace(
        prepared(f"It rained in town number {n}. The mayor of AT&amp;T spoke for one hour."),
        id=f"{at:03}",
    )
    for at, n in enumerate(NUMBERS)
]


class Recording(HashingEncoder):
    """Remembers what it was given, by call."""

    def __init__(self) -> None:
        super().__init__(tokenize)
        self.batches: list[list[str]] = []

    def encode(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        self.batches.append(list(texts))
        return super().encode(texts, role)


def stored(article_id: str) -> StoredArticle:
    return StoredArticle(ARTICLES[int(article_id)], "/articles", f"/articles/{article_id}", "")


def test_texts_are_read_back_in_their_order_and_each_is_embedded_once(tmp_path: Path) -> None:
    encoder = Recording()
    builder = PassageBuilder(WINDOW, lambda _: None, encoder.dimension)
    texts: list[str] = []
    for article in ARTICLES:
        builder.add(article)
        texts += indexed_texts(article, passages_of(article, WINDOW))
    known = dict.fromkeys(texts)
    with WorkCache(tmp_path / "work", encoder.identity, encoder.dimension, "") as work:
        count = builder.embed(encoder, stored, work, lambda *_: None)
    assert count == len(known) < len(texts)
    assert [text for batch in encoder.batches for text in batch] == list(known)
    assert all(len(batch) == EMBEDDING_BATCH for batch in encoder.batches[:-1])
    expected = QuantizedVectors.of(HashingEncoder(tokenize).encode(texts))
    rows = builder.rows()
    assert np.array_equal(rows.vectors.codes, expected.codes)
    assert np.array_equal(rows.vectors.scales, expected.scales)
