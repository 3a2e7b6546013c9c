"""The systems by name. Their libraries load only when a system is built or opened."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from benchmarks.peers.systems.base import Setup, System


@dataclass(frozen=True, slots=True)
class Entry:
    """How a system is shown and started.

    ``packages`` are the distributions whose versions are told; ``settings`` says which documented
    defaults are used, ``kept`` how the index gets to the disk. ``shares`` names the system whose
    saved index it opens.
    """

    title: str
    module: str
    packages: tuple[str, ...]
    settings: str
    kept: str
    maker: str = "make"
    shares: str | None = None

    @property
    def is_product(self) -> bool:
        """Whether it runs in Pullquote's own environment."""
        return self.module == "pullquote"

    def make(self, setup: Setup) -> System:
        module = import_module(f"benchmarks.peers.systems.{self.module}")
        return cast(System, getattr(module, self.maker)(setup))


_OURS = "the product's defaults: BM25 and embeddings, RRF, near-copies folded"
SYSTEMS: dict[str, Entry] = {
    "pullquote": Entry(
        "Pullquote",
        "pullquote",
        ("onnxruntime", "sentence-transformers", "torch"),
        _OURS,
        "its index: articles, terms, vectors and the embedding model itself",
    ),
    "pullquote-day": Entry(
        "Pullquote, told the day",
        "pullquote",
        ("onnxruntime", "sentence-transformers", "torch"),
        f"{_OURS}; articles near the question's own date are raised, none is left out",
        "as Pullquote",
        maker="make_with_day",
        shares="pullquote",
    ),
    "pullquote-as-of": Entry(
        "Pullquote, as of the day",
        "pullquote",
        ("onnxruntime", "sentence-transformers", "torch"),
        f"{_OURS}; with the question's own date, articles published later left out",
        "as Pullquote",
        maker="make_as_of",
        shares="pullquote",
    ),
    "langchain": Entry(
        "LangChain EnsembleRetriever",
        "langchain",
        ("langchain-classic", "langchain-community", "rank-bm25", "faiss-cpu"),
        "BM25Retriever (words split at blanks, case kept: its default) and FAISS (flat), 20 each, "
        "weights 0.5 and 0.5",
        "FAISS by `save_local`; the BM25 retriever has no way of its own and is pickled",
    ),
    "haystack": Entry(
        "Haystack",
        "haystack",
        ("haystack-ai", "sentence-transformers-haystack"),
        "InMemoryDocumentStore (BM25L, dot product), BM25 and embedding retriever with 20 each, "
        "DocumentJoiner `reciprocal_rank_fusion`, `top_k` 20",
        "`save_to_disk`: one JSON file; BM25 statistics are computed anew when it is loaded",
    ),
    "txtai": Entry(
        "txtai hybrid",
        "txtai",
        ("txtai", "faiss-cpu"),
        "`Embeddings(hybrid=True, content=True)`: Faiss (inverted lists from 5,000 passages on), "
        "BM25, convex combination with 0.5 and 0.5",
        "`save`: everything",
    ),
    "llamaindex": Entry(
        "LlamaIndex fusion",
        "llamaindex",
        ("llama-index-core", "llama-index-retrievers-bm25", "bm25s"),
        "VectorStoreIndex (its simple store) and BM25Retriever with 20 each, QueryFusionRetriever "
        "`reciprocal_rerank`, one query",
        "`persist` of both: JSON files, bm25s matrices; the passages lie in both",
    ),
    "rank-bm25": Entry(
        "rank-bm25 alone",
        "rank_bm25",
        ("rank-bm25",),
        "BM25Okapi over lower-case words; no embeddings",
        "no way of its own: pickled",
    ),
}
