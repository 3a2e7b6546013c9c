"""LangChain's EnsembleRetriever over its BM25 retriever (rank-bm25) and FAISS."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.exchange import Passage, Question
from benchmarks.peers.systems.base import TOP, Setup
from benchmarks.peers.vectors import KnownVectors

_BM25_FILE = "bm25.pickle"


def make(setup: Setup) -> LangChain:
    return LangChain(setup)


class LangChain:
    """Both retrievers return ``TOP``; equal texts fall together, as they do by default."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._bm25: Any = None
        self._faiss: Any = None
        self._ensemble: Any = None

    def build(self, passages: Sequence[Passage], folder: Path) -> None:
        from langchain_community.retrievers import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            BM25Retriever,
        )
        from langchain_community.vectorstores import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            FAISS,
        )

        texts = [passage.text for passage in passages]
        metadata = [{"docno": passage.docno} for passage in passages]
        self._faiss = FAISS.from_texts(texts, self._embeddings(), metadata)
        self._bm25 = BM25Retriever.from_texts(texts, metadata, k=TOP)
        self._join()

    def save(self, folder: Path) -> None:
        self._faiss.save_local(str(folder))
        with (folder / _BM25_FILE).open("wb") as stream:
            pickle.dump(self._bm25, stream)

    def open(self, folder: Path) -> None:
        from langchain_community.vectorstores import FAISS

        self._faiss = FAISS.load_local(
            str(folder), self._embeddings(), allow_dangerous_deserialization=True
        )
        with (folder / _BM25_FILE).open("rb") as stream:
            self._bm25 = pickle.load(stream)
        self._join()

    def saved(self, folder: Path) -> Path:
        return folder

    def search(self, question: Question, limit: int) -> list[str]:
        found = self._ensemble.invoke(question.question)
        return [document.metadata["docno"] for document in found[:limit]]

    def _join(self) -> None:
        from langchain_classic.retrievers import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            EnsembleRetriever,
        )

        dense = self._faiss.as_retriever(search_kwargs={"k": TOP})
        self._ensemble = EnsembleRetriever(retrievers=[self._bm25, dense], weights=[0.5, 0.5])

    def _embeddings(self) -> Any:
        if self._setup.vectors is not None:
            return _given(self._setup.vectors)
        from langchain_huggingface import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            HuggingFaceEmbeddings,
        )

        return HuggingFaceEmbeddings(model_name=str(self._setup.model))


def _given(vectors: KnownVectors) -> Any:
    """LangChain's ``Embeddings`` over vectors that are known."""
    from langchain_core.embeddings import (  # type: ignore[import-not-found,unused-ignore]  # other environment
        Embeddings,
    )

    class Given(Embeddings):  # type: ignore[misc,unused-ignore]  # the base is unknown to mypy here
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            found: list[list[float]] = vectors.look_up(texts).tolist()
            return found

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Given()
