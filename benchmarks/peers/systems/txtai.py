"""txtai's hybrid index with content: Faiss and its own BM25 in SQLite."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.exchange import Passage, Question
from benchmarks.peers.systems.base import Setup
from benchmarks.peers.vectors import KnownVectors, Vectors


def make(setup: Setup) -> Txtai:
    return Txtai(setup)


class Txtai:
    """One ``Embeddings`` object."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._index: Any = None

    def build(self, passages: Sequence[Passage], folder: Path) -> None:
        from txtai import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            Embeddings,
        )

        self._index = Embeddings({**self._encoder(), "hybrid": True, "content": True})
        self._index.index((passage.docno, passage.text) for passage in passages)

    def save(self, folder: Path) -> None:
        self._index.save(str(folder))

    def open(self, folder: Path) -> None:
        from txtai import Embeddings

        self._index = Embeddings()
        # The encoder is named again: a function cannot be saved, and the index may have been
        # built with given vectors but be asked with the model.
        encoder = {"method": None, "transform": None, **self._encoder()}
        self._index.load(str(folder), config=encoder)

    def saved(self, folder: Path) -> Path:
        return folder

    def search(self, question: Question, limit: int) -> list[str]:
        return [found["id"] for found in self._index.search(question.question, limit)]

    def _encoder(self) -> dict[str, Any]:
        if self._setup.vectors is None:
            return {"path": str(self._setup.model)}
        return {"method": "external", "transform": _given(self._setup.vectors)}


def _given(vectors: KnownVectors) -> Callable[[Sequence[str]], Vectors]:
    """A plain function, as txtai asks for."""

    def transform(texts: Sequence[str]) -> Vectors:
        return vectors.look_up(texts)

    return transform
