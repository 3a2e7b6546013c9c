"""The composition root: a Config to working parts. The only place in ``bot`` that names them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.assistant import Assistant
from bot.config import Config
from retrieval.answer.calibration import Calibration
from retrieval.building import IndexReport, IndexSettings, Progress, build
from retrieval.datatypes import Passage, Query, ScoredPassage
from retrieval.errors import ForeignIndexError
from retrieval.health import Check, diagnose
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.dense import DenseRetriever
from retrieval.index.encoder import export_encoder
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.single_article import SingleArticle
from retrieval.index.store import IndexStore, OpenIndex
from retrieval.index.tokenization import IDENTITY as TOKENIZER_IDENTITY
from retrieval.index.tokenization import tokenize, tokenize_with_offsets
from retrieval.ingest.passages import WindowSize, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.masking import visible_text
from retrieval.pipeline import AnswerSettings, QuestionAnswerer
from retrieval.protocols import Encoder, Reader, Retriever
from retrieval.reader.model_free import ModelFreeReader


@dataclass(frozen=True, slots=True)
class Application:
    """What the commands use."""

    assistant: Assistant
    retriever: Retriever
    index: OpenIndex

    def searchable_passages(self) -> Iterator[tuple[str, str, str]]:
        """``(docno, article id, text without noise)`` of every passage, for judging rankings."""
        for passage in self.index.collection.passages:
            article = self.index.articles.article(passage.article_id)
            yield passage.id, article.id, visible_text(article, passage.range)

    def retrieve(self, query: Query, limit: int) -> Sequence[ScoredPassage]:
        return self.retriever.retrieve(query, limit)


def open_application(config: Config, index_folder: Path) -> Application:
    """Opens the index and joins the parts.

    The encoder loads here: an open chat must survive any number of later updates of the index.
    Raises the errors of ``IndexStore.open``.
    """
    index = IndexStore(index_folder).open()
    if index.manifest.recipe.tokenizer != TOKENIZER_IDENTITY:
        raise ForeignIndexError(
            f"{index_folder}: was made with other index terms than this version of Pullquote "
            "uses; index the articles again."
        )
    encoder = OnnxEncoder(index.encoder_folder, threads=config.encoder.threads)
    retriever = _retriever(config, index, encoder)
    answerer = QuestionAnswerer(
        index.articles,
        retriever,
        make_reader(encoder),
        tokenize_with_offsets,
        Calibration(),
        answer_settings(config),
    )
    encoder.load()
    return Application(Assistant(answerer, index.articles.article), retriever, index)


def build_index(
    config: Config, index_folder: Path, paths: Sequence[Path], progress: Progress
) -> IndexReport:
    """Adds or updates the articles under ``paths``. Raises the errors of ``build``."""
    settings = IndexSettings(
        window=_window(config), model=config.encoder.model, quantize=config.encoder.quantize
    )
    return build(IndexStore(index_folder), paths, settings, progress)


def checks(config: Config, index_folder: Path) -> Iterator[Check]:
    """What ``doctor`` looks at."""
    return diagnose(index_folder, config.encoder.model)


@contextmanager
def paragraph_assistants(
    config: Config, index_folder: Path
) -> Iterator[Callable[[str, str, str], Assistant]]:
    """Makes assistants that know one paragraph alone, given its id, title and text.

    The encoder is that of the index where there is one of the same model; else the model is
    exported for as long as the context lasts.
    """
    with tempfile.TemporaryDirectory() as scratch:
        encoder = _standalone_encoder(config, index_folder, Path(scratch))
        reader = make_reader(encoder)

        def assistant_for(identifier: str, title: str, text: str) -> Assistant:
            return _paragraph_assistant(config, reader, identifier, title, text)

        yield assistant_for


def make_reader(encoder: Encoder) -> Reader:
    """The reader that answers."""
    return ModelFreeReader(encoder, tokenize_with_offsets)


def answer_settings(config: Config) -> AnswerSettings:
    answer = config.answer
    return AnswerSettings(
        passages=answer.passages, threshold=answer.threshold, citations=answer.citations
    )


def _retriever(config: Config, index: OpenIndex, encoder: Encoder) -> HybridRetriever:
    settings = config.retrieval
    positions = {passage: at for at, passage in enumerate(index.collection.passages)}

    titles = index.articles.titles()

    def body_terms(passage: Passage) -> Sequence[str]:
        # The title stands before every passage of its article: it makes no two of them copies.
        title = titles[passage.article_id] or ""
        return index.terms[positions[passage]][len(tokenize(title)) :]

    return HybridRetriever(
        [
            BM25Retriever(
                index.collection, index.terms, tokenize, k1=settings.bm25_k1, b=settings.bm25_b
            ),
            DenseRetriever(index.collection, index.vectors, encoder),
        ],
        body_terms,
        weights=[settings.bm25_weight, settings.dense_weight],
        depth=settings.depth,
        k=settings.rrf_k,
        fold_threshold=settings.duplicate_overlap,
    )


def _paragraph_assistant(
    config: Config, reader: Reader, identifier: str, title: str, text: str
) -> Assistant:
    article = prepare(RawArticle(id=identifier, text=text, root="", path="", title=title))
    alone = SingleArticle(article, passages_of(article, _window(config)))
    answerer = QuestionAnswerer(
        alone, alone, reader, tokenize_with_offsets, Calibration(), answer_settings(config)
    )
    return Assistant(answerer, alone.article)


def _standalone_encoder(config: Config, index_folder: Path, scratch: Path) -> OnnxEncoder:
    store = IndexStore(index_folder)
    if store.current():
        index = store.open()
        encoder = OnnxEncoder(index.encoder_folder, threads=config.encoder.threads)
        if encoder.settings.model == config.encoder.model:
            return encoder
    return export_encoder(config.encoder.model, scratch, config.encoder.quantize)


def _window(config: Config) -> WindowSize:
    return WindowSize(config.index.window_words, config.index.window_overlap)
