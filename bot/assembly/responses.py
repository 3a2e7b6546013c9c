"""Part of the composition root: responses of conversations as a collection to search, in memory.

Ranks as Pullquote ranks passages (BM25 and embeddings, mixed by score), one response as one
article of one passage. Needs no index, only the encoder.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from bot.config import Config
from retrieval.datatypes import Passage, Query, ScoredPassage
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.collection import Collection
from retrieval.index.dense import DenseRetriever
from retrieval.index.encoder import export_encoder
from retrieval.index.fusion import reciprocal_rank_fusion
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.mixing import MixWeights, ScoreMix
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore
from retrieval.index.term_proximity import StretchScorer
from retrieval.index.terms import PassageTerms
from retrieval.index.tokenization import tokenize
from retrieval.index.vectors import QuantizedVectors
from retrieval.protocols import Encoder

Search = Callable[[Sequence[str], int], Sequence[ScoredPassage]]
"""Readings of one question and a limit to the responses found, best first."""

_BATCH = 256
"""Responses embedded between two reports of progress."""


@contextmanager
def response_searches(
    config: Config, index_folder: Path
) -> Iterator[Callable[[Mapping[str, str], Callable[[int, int], None]], Search]]:
    """Makes searches over responses, given by id, and reports how many are embedded.

    The encoder is that of the index where there is one of the same model; else the model is
    exported for as long as the context lasts. Raises ``ModelError`` when it cannot be had.
    """
    with tempfile.TemporaryDirectory() as scratch:
        encoder = _encoder(config, index_folder, Path(scratch))

        def search_over(
            responses: Mapping[str, str], progress: Callable[[int, int], None]
        ) -> Search:
            return response_search(config, encoder, responses, progress)

        yield search_over


def response_search(
    config: Config,
    encoder: Encoder,
    responses: Mapping[str, str],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Search:
    """Searches ``responses``, texts by id, none of them empty.

    Several readings are searched one by one and their rankings fused by reciprocal rank.
    """
    retriever = _retriever(config, encoder, responses, progress)

    def search(readings: Sequence[str], limit: int) -> Sequence[ScoredPassage]:
        rankings = [retriever.retrieve(Query(reading), limit) for reading in readings]
        return rankings[0] if len(rankings) == 1 else reciprocal_rank_fusion(rankings)[:limit]

    return search


def _retriever(
    config: Config,
    encoder: Encoder,
    responses: Mapping[str, str],
    progress: Callable[[int, int], None],
) -> HybridRetriever:
    settings = config.retrieval
    texts = list(responses.values())
    passages = [Passage(name, 0, len(text)) for name, text in responses.items()]
    collection = Collection.of(passages, [None] * len(passages))
    terms = PassageTerms.of(tokenize(text) for text in texts)
    vectors = QuantizedVectors.of(_embedded(encoder, texts, progress))
    k1, b = settings.bm25_k1, settings.bm25_b
    lexical = BM25Retriever(collection, terms, tokenize, k1=k1, b=b)
    dense = DenseRetriever(collection, vectors, encoder)
    stretch = StretchScorer(collection, terms, tokenize, lexical.idf, lambda _: 0)
    weights = MixWeights(settings.dense_weight, settings.closeness_weight)
    return HybridRetriever(
        [lexical, dense],
        # Without terms nothing is a copy: each response is the right one for a turn of its own.
        lambda _: (),
        fuse=ScoreMix(collection, lexical, dense, stretch, weights),
        depth=settings.depth,
    )


def _embedded(
    encoder: Encoder, texts: Sequence[str], progress: Callable[[int, int], None]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Vectors of ``texts``, shape ``(len(texts), dimension)``."""
    rows = [np.zeros((0, encoder.dimension), dtype=np.float32)]
    for start in range(0, len(texts), _BATCH):
        rows.append(encoder.encode(texts[start : start + _BATCH], "passage"))
        progress(min(start + _BATCH, len(texts)), len(texts))
    return np.concatenate(rows)


def _encoder(config: Config, index_folder: Path, scratch: Path) -> OnnxEncoder:
    store = IndexStore(index_folder)
    if store.current():
        index = store.open()
        encoder = OnnxEncoder(index.encoder_folder, threads=config.encoder.threads)
        if encoder.settings.model == config.encoder.model:
            return encoder
    return export_encoder(config.encoder.model, scratch, config.encoder.quantize)
