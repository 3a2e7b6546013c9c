"""Haystack: in-memory BM25 and embedding retrievers, joined by reciprocal rank fusion."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.exchange import Passage, Question
from benchmarks.peers.systems.base import TOP, Setup

_FILE = "documents.json"


def make(setup: Setup) -> Haystack:
    return Haystack(setup)


class Haystack:
    """One in-memory document store and one query pipeline."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._store: Any = None
        self._pipeline: Any = None

    def build(self, passages: Sequence[Passage], folder: Path) -> None:
        from haystack import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            Document,
        )
        from haystack.document_stores.in_memory import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            InMemoryDocumentStore,
        )

        documents = [Document(id=p.docno, content=p.text) for p in passages]
        self._store = InMemoryDocumentStore()
        self._store.write_documents(self._embedded(documents))
        self._join()

    def save(self, folder: Path) -> None:
        self._store.save_to_disk(str(folder / _FILE))

    def open(self, folder: Path) -> None:
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        self._store = InMemoryDocumentStore.load_from_disk(str(folder / _FILE))
        self._join()

    def saved(self, folder: Path) -> Path:
        return folder

    def search(self, question: Question, limit: int) -> list[str]:
        asked: dict[str, Any] = {"words": {"query": question.question}}
        if self._setup.vectors is None:
            asked["embedder"] = {"text": question.question}
        else:
            vector = self._setup.vectors.look_up([question.question])[0].tolist()
            asked["meaning"] = {"query_embedding": vector}
        found = self._pipeline.run(asked)["joiner"]["documents"]
        return [document.id for document in found[:limit]]

    def _embedded(self, documents: list[Any]) -> list[Any]:
        if self._setup.vectors is not None:
            from haystack import Document

            return [
                Document(id=d.id, content=d.content, embedding=self._vector(d.content))
                for d in documents
            ]
        from haystack_integrations.components.embedders.sentence_transformers import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            SentenceTransformersDocumentEmbedder,
        )

        embedder = SentenceTransformersDocumentEmbedder(
            model=str(self._setup.model), progress_bar=False
        )
        embedder.warm_up()
        embedded: list[Any] = embedder.run(documents=documents)["documents"]
        return embedded

    def _vector(self, text: str) -> list[float]:
        assert self._setup.vectors is not None
        found: list[float] = self._setup.vectors.look_up([text])[0].tolist()
        return found

    def _join(self) -> None:
        from haystack import Pipeline
        from haystack.components.joiners import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            DocumentJoiner,
        )
        from haystack.components.retrievers.in_memory import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )

        pipeline = Pipeline()
        pipeline.add_component("words", InMemoryBM25Retriever(self._store, top_k=TOP))
        pipeline.add_component("meaning", InMemoryEmbeddingRetriever(self._store, top_k=TOP))
        pipeline.add_component(
            "joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP)
        )
        pipeline.connect("words.documents", "joiner.documents")
        pipeline.connect("meaning.documents", "joiner.documents")
        if self._setup.vectors is None:
            pipeline.add_component("embedder", self._text_embedder())
            pipeline.connect("embedder.embedding", "meaning.query_embedding")
        pipeline.warm_up()
        self._pipeline = pipeline

    def _text_embedder(self) -> Any:
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersTextEmbedder,
        )

        return SentenceTransformersTextEmbedder(model=str(self._setup.model), progress_bar=False)
