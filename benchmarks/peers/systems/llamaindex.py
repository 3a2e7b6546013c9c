"""LlamaIndex: vector index and BM25 retriever, fused by QueryFusionRetriever."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.peers.exchange import Passage, Question
from benchmarks.peers.systems.base import TOP, Setup
from benchmarks.peers.vectors import KnownVectors

_BM25_FOLDER = "bm25"


def make(setup: Setup) -> LlamaIndex:
    return LlamaIndex(setup)


class LlamaIndex:
    """Nodes carry no metadata, which would be embedded and searched as well; ids are docnos."""

    def __init__(self, setup: Setup) -> None:
        self._setup = setup
        self._index: Any = None
        self._bm25: Any = None
        self._fusion: Any = None

    def build(self, passages: Sequence[Passage], folder: Path) -> None:
        from llama_index.core import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            VectorStoreIndex,
        )
        from llama_index.core.schema import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            TextNode,
        )
        from llama_index.retrievers.bm25 import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            BM25Retriever,
        )

        nodes = [TextNode(id_=passage.docno, text=passage.text) for passage in passages]
        self._index = VectorStoreIndex(nodes, embed_model=self._embedding())
        self._bm25 = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=TOP)
        self._join()

    def save(self, folder: Path) -> None:
        self._index.storage_context.persist(persist_dir=str(folder))
        self._bm25.persist(str(folder / _BM25_FOLDER))

    def open(self, folder: Path) -> None:
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.retrievers.bm25 import BM25Retriever

        storage = StorageContext.from_defaults(persist_dir=str(folder))
        self._index = load_index_from_storage(storage, embed_model=self._embedding())
        self._bm25 = BM25Retriever.from_persist_dir(str(folder / _BM25_FOLDER))
        self._join()

    def saved(self, folder: Path) -> Path:
        return folder

    def search(self, question: Question, limit: int) -> list[str]:
        found = self._fusion.retrieve(question.question)
        return [scored.node.node_id for scored in found[:limit]]

    def _join(self) -> None:
        from llama_index.core.llms import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            MockLLM,
        )
        from llama_index.core.retrievers import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            QueryFusionRetriever,
        )

        self._fusion = QueryFusionRetriever(
            [self._index.as_retriever(similarity_top_k=TOP), self._bm25],
            llm=MockLLM(),  # never asked: with one query there is nothing to rephrase
            mode="reciprocal_rerank",
            similarity_top_k=TOP,
            num_queries=1,
            use_async=False,
        )

    def _embedding(self) -> Any:
        if self._setup.vectors is not None:
            return _given(self._setup.vectors)
        from llama_index.embeddings.huggingface import (  # type: ignore[import-not-found,unused-ignore]  # other environment
            HuggingFaceEmbedding,
        )

        return HuggingFaceEmbedding(model_name=str(self._setup.model))


def _given(vectors: KnownVectors) -> Any:
    """LlamaIndex's ``BaseEmbedding`` over vectors that are known."""
    from llama_index.core.embeddings import (  # type: ignore[import-not-found,unused-ignore]  # other environment
        BaseEmbedding,
    )

    class Given(BaseEmbedding):  # type: ignore[misc,unused-ignore]  # the base is unknown to mypy here
        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            found: list[list[float]] = vectors.look_up(texts).tolist()
            return found

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    return Given(model_name="given")
