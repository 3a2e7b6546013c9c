"""What only question sets ask: assistants that know one paragraph alone, and the responses of
conversations as a collection to search, in memory.

Apart from ``application``, because nothing on the way from a question to an index needs it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from bot.assembly.application import answer_settings, window_size
from bot.assembly.readers import ReadyReader, make_reader, prepare_named_reader
from bot.assembly.rewriters import make_rewriter
from bot.config import Config
from bot.dialogue.assistant import Assistant
from bot.dialogue.rewriting import Rewriter
from retrieval.datatypes import Passage, Query, ScoredPassage
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.collection import Collection
from retrieval.index.dense import DenseRetriever
from retrieval.index.encoder import export_encoder
from retrieval.index.fusion import MixWeights, ScoreMix, reciprocal_rank_fusion
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.sentence_similarity import SentenceSimilarity
from retrieval.index.single_article import SingleArticle
from retrieval.index.store import IndexStore
from retrieval.index.term_proximity import StretchScorer
from retrieval.index.terms import PassageTerms
from retrieval.index.tokenization import tokenize, tokenize_with_offsets
from retrieval.index.vectors import QuantizedVectors
from retrieval.ingest.passages import passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.pipeline import AnswerSettings, QuestionAnswerer
from retrieval.protocols import Encoder
from retrieval.text.headline import with_headlines


@contextmanager
def paragraph_assistants(
    config: Config, index_folder: Path, *, always_answer: bool = False
) -> Iterator[Callable[[str, str, str], Assistant]]:
    """Makes assistants that know one paragraph alone, given its id, title and text.

    With ``always_answer`` they never abstain, whatever the config's threshold. The reader is that
    of the index where there is one; else it is prepared for as long as the context lasts.
    """
    with tempfile.TemporaryDirectory() as scratch:
        has_index = IndexStore(index_folder).current() is not None
        readers = index_folder if has_index else Path(scratch)
        prepare_named_reader(config, readers)
        ready = make_reader(config, readers)
        similarity = SentenceSimilarity(
            _standalone_encoder(config, index_folder, Path(scratch) / "encoder")
        )
        settings = answer_settings(config)
        if always_answer:
            settings = replace(settings, threshold=0.0)
        # Loaded with the first follow-up: sets of single questions do without it.
        rewriter = make_rewriter(config)

        def assistant_for(identifier: str, title: str, text: str) -> Assistant:
            article = RawArticle(id=identifier, text=text, root="", path="", title=title)
            return _paragraph_assistant(config, ready, similarity, settings, article, rewriter)

        yield assistant_for


def _paragraph_assistant(
    config: Config,
    ready: ReadyReader,
    similarity: SentenceSimilarity,
    settings: AnswerSettings,
    paragraph: RawArticle,
    rewriter: Rewriter,
) -> Assistant:
    article = prepare(paragraph)
    alone = SingleArticle(article, passages_of(article, window_size(config)))
    answerer = QuestionAnswerer(
        alone,
        alone,
        ready.reader,
        tokenize_with_offsets,
        ready.calibration,
        similarity,
        settings=settings,
    )
    return Assistant(answerer, with_headlines(alone.article), rewriter=rewriter)


def _standalone_encoder(config: Config, index_folder: Path, scratch: Path) -> OnnxEncoder:
    store = IndexStore(index_folder)
    if store.current():
        index = store.open()
        encoder = OnnxEncoder(index.encoder_folder, threads=config.encoder.threads)
        if encoder.settings.model == config.encoder.model:
            return encoder
    scratch.mkdir(exist_ok=True)
    return export_encoder(config.encoder.model, scratch, config.encoder.quantize)


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
        encoder = _standalone_encoder(config, index_folder, Path(scratch))

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
