"""The composition root, with ``paragraphs`` and ``responses``: a Config to working parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from bot.assistant import Assistant
from bot.config import Config, state_folder
from bot.history import (
    ConversationsElseInMemory,
    ConversationsInMemory,
    ConversationsInSqlite,
    ConversationStore,
    Limits,
)
from bot.library import ArticleLibrary
from bot.live import LiveAssistant
from bot.reliability import identity_of, reliability_for
from bot.rewriters import check_rewriter, make_rewriter
from bot.rewriting import Rewriter
from retrieval.answer.calibration import FILE as CALIBRATION_FILE
from retrieval.answer.calibration import MODEL_FREE as MODEL_FREE_CALIBRATION
from retrieval.answer.calibration import Calibration
from retrieval.building import IndexReport, IndexSettings, build
from retrieval.datatypes import Passage, Query, ScoredPassage
from retrieval.errors import ConfigError, ForeignIndexError, StorageError
from retrieval.fresh import Progress
from retrieval.health import Check, diagnose
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.bm25_sparse import SparseBM25Retriever, parameters
from retrieval.index.dense import DenseRetriever
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.mixing import MixWeights, ScoreMix
from retrieval.index.neighbours import NeighbourGraph
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.parts import Scale
from retrieval.index.recency import Recency
from retrieval.index.store import IndexStore, OpenIndex
from retrieval.index.stretches import StretchScorer
from retrieval.index.tokenization import IDENTITY as TOKENIZER_IDENTITY
from retrieval.index.tokenization import tokenize, tokenize_with_offsets
from retrieval.index.topics import articles_with
from retrieval.ingest.passages import WindowSize
from retrieval.masking import visible_text
from retrieval.pipeline import AnswerSettings, QuestionAnswerer
from retrieval.protocols import Encoder, Reader, Retriever
from retrieval.reader.export import export_reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.library import (
    BUNDLED,
    MODEL_FREE,
    READERS_FOLDER,
    bundled_folder,
    prepare_reader,
    reader_folder,
)
from retrieval.reader.model_free import ModelFreeReader
from retrieval.reader.span_model import OnnxSpanModel

Lexical = BM25Retriever | SparseBM25Retriever


@dataclass(frozen=True, slots=True)
class Application:
    """What the commands use."""

    assistant: Assistant
    retriever: Retriever
    index: OpenIndex
    store: IndexStore

    def searchable_passages(self) -> Iterator[tuple[str, str, str]]:
        """``(docno, article id, text without noise)`` of every passage, for judging rankings."""
        for passage in self.index.collection:
            article = self.index.articles.article(passage.article_id)
            yield passage.id, article.id, visible_text(article, passage.range)

    def is_current(self) -> bool:
        """Whether the index has no newer version than this one."""
        return self.store.current() in (self.index.folder, None)

    def retrieve(self, query: Query, limit: int) -> Sequence[ScoredPassage]:
        return self.retriever.retrieve(query, limit)


@dataclass(frozen=True, slots=True)
class ReadyReader:
    """A reader and what turns its scores into probabilities. ``load`` loads its model now."""

    reader: Reader
    calibration: Calibration
    load: Callable[[], None] = lambda: None


def open_application(
    config: Config, index_folder: Path, rewriter: Rewriter | None = None
) -> Application:
    """Opens the index and joins the parts; the config's rewriter unless one is given.

    The encoder loads here: an open chat must survive any number of later updates of the index.
    Raises the errors of ``IndexStore.open``.
    """
    store = IndexStore(index_folder)
    index = store.open()
    if index.manifest.recipe.tokenizer != TOKENIZER_IDENTITY:
        raise ForeignIndexError(
            f"{index_folder}: was made with other index terms than this version of Pullquote "
            "uses; index the articles again."
        )
    encoder = OnnxEncoder(index.encoder_folder, threads=config.encoder.threads)
    lexical = _lexical(config, index)
    retriever = _retriever(config, index, encoder, lexical)
    ready = make_reader(config, index_folder, encoder)
    answerer = QuestionAnswerer(
        index.articles,
        retriever,
        ready.reader,
        tokenize_with_offsets,
        ready.calibration,
        answer_settings(config, lambda: reader_identity(config, index_folder)),
    )
    encoder.load()
    ready.load()
    library = ArticleLibrary(index.articles, partial(articles_with, index.collection, lexical))
    assistant = Assistant(
        answerer,
        index.articles.article,
        rewriter=rewriter or make_rewriter(config),
        library=library,
    )
    return Application(assistant, retriever, index, store)


def live_assistant(application: Application, config: Config, index_folder: Path) -> LiveAssistant:
    """For front ends that run on: notices when the index gets a new version."""
    rewriter = application.assistant.rewriter
    return LiveAssistant(application, lambda: open_application(config, index_folder, rewriter))


@contextmanager
def kept_conversations(config: Config) -> Iterator[ConversationStore]:
    """Where the chat keeps its conversations: the state folder, or memory where that cannot be."""
    kept = config.conversation
    limits = Limits(timedelta(days=kept.expire_days), kept.most_conversations)
    path = state_folder() / "conversations.sqlite"
    with closing(ConversationsInSqlite(path, limits)) as store:
        yield ConversationsElseInMemory(store, ConversationsInMemory(limits))


def build_index(
    config: Config, index_folder: Path, paths: Sequence[Path], progress: Progress
) -> IndexReport:
    """Adds or updates the articles under ``paths``, and prepares the reader that the config names.

    Raises the errors of ``build`` and ``export_reader``.
    """
    settings = IndexSettings(
        window=window_size(config),
        model=config.encoder.model,
        quantize=config.encoder.quantize,
        threads=config.encoder.threads,
        scale=Scale(
            sparse_from=config.index.bm25s_from,
            graph_from=config.index.usearch_from,
            k1=config.retrieval.bm25_k1,
            b=config.retrieval.bm25_b,
        ),
    )
    store = IndexStore(index_folder)
    store.refuse_foreign_folder()
    # First, because a reader that cannot be prepared must leave the index as it was.
    prepare_named_reader(config, index_folder)
    return build(store, paths, settings, progress)


def checks(config: Config, index_folder: Path) -> Iterator[Check]:
    """What ``doctor`` looks at."""
    models = {
        "reader": lambda: _check_reader(config, index_folder),
        "rewriter": lambda: check_rewriter(config),
    }
    return diagnose(index_folder, config.encoder.model, models)


def make_reader(config: Config, index_folder: Path, encoder: Encoder) -> ReadyReader:
    """The reader that the config names. Raises ``ModelError`` when it is not prepared or whole."""
    model = config.reader.model
    if model == MODEL_FREE:
        reader = ModelFreeReader(encoder, tokenize_with_offsets)
        return ReadyReader(reader, MODEL_FREE_CALIBRATION)
    scorer, calibration = _span_model(config, index_folder)
    return ReadyReader(ExtractiveReader(scorer, tokenize_with_offsets), calibration, scorer.load)


def reader_identity(config: Config, index_folder: Path) -> str:
    """Of the reader that the config names; raises ``ModelError`` as ``make_reader`` does."""
    if config.reader.model == MODEL_FREE:
        return identity_of(MODEL_FREE, MODEL_FREE_CALIBRATION)
    scorer, calibration = _span_model(config, index_folder)
    return identity_of(scorer.identity, calibration)


def answer_settings(config: Config, reader: Callable[[], str] = str) -> AnswerSettings:
    """``reader`` gives the identity of the reader, when reliability is to be told."""
    a = config.answer
    measured = reliability_for(a.reliability, reader)
    return AnswerSettings(a.passages, a.threshold, citations=a.citations, reliability=measured)


def _retriever(
    config: Config, index: OpenIndex, encoder: Encoder, lexical: Lexical
) -> HybridRetriever:
    settings = config.retrieval
    titles, trusted = index.articles.titles(), index.articles.trusted_dates()

    @cache
    def title_length(article_id: str) -> int:
        return len(tokenize(titles[article_id] or ""))

    def body_terms(passage: Passage) -> Sequence[str]:
        # The title stands before every passage of its article: it makes no two of them copies.
        terms = index.terms[index.collection.position(passage)]
        return terms[title_length(passage.article_id) :]

    graph = NeighbourGraph(index.graph_path) if index.graph_path else None

    dense = DenseRetriever(index.collection, index.vectors, encoder, graph)
    stretch = StretchScorer(index.collection, index.terms, tokenize, lexical.idf, title_length)
    weights = MixWeights(settings.dense_weight, settings.closeness_weight)
    return HybridRetriever(
        [lexical, dense],
        body_terms,
        fuse=ScoreMix(index.collection, lexical, dense, stretch, weights),
        depth=settings.depth,
        fold_threshold=settings.duplicate_overlap,
        # A doubted date leaves an article out (it may be later than the day asked about), but
        # raises none.
        published=lambda scored: trusted[scored.passage.article_id],
        recency=Recency(settings.recency_weight, settings.recency_days),
        favour_weight=settings.favour_weight,
    )


def _lexical(config: Config, index: OpenIndex) -> Lexical:
    """BM25 with ``rank-bm25``, or with what ``bm25s`` computed when the index was built."""
    k1, b = config.retrieval.bm25_k1, config.retrieval.bm25_b
    if index.sparse_folder is None:
        return BM25Retriever(index.collection, index.terms, tokenize, k1=k1, b=b)
    if parameters(index.sparse_folder) != (k1, b):
        made = "bm25_k1 = {} and bm25_b = {}".format(*parameters(index.sparse_folder))
        raise ConfigError(
            f"the index was made with {made}, the config says {k1} and {b}; index the articles "
            "again, or set them back."
        )
    return SparseBM25Retriever(index.collection, index.terms, tokenize, index.sparse_folder)


def prepare_named_reader(config: Config, index_folder: Path) -> None:
    """Exports the reader that the config names, where it is not there yet.

    Raises the errors of ``export_reader``, and ``StorageError``.
    """
    if config.reader.model == MODEL_FREE:
        return
    try:
        prepare_reader(config.reader.model, index_folder, export_reader)
    except OSError as error:
        raise StorageError(
            f"{index_folder}: the reader cannot be written ({error}); free some space and index "
            "again."
        ) from error


def _span_model(config: Config, index_folder: Path) -> tuple[OnnxSpanModel, Calibration]:
    model = config.reader.model
    folder = reader_folder(model, index_folder)
    cure = _cure(model, folder, index_folder)
    scorer = OnnxSpanModel(folder, threads=config.reader.threads, cure=cure)
    return scorer, _calibration(folder, cure)


def _check_reader(config: Config, index_folder: Path) -> str:
    if config.reader.model == MODEL_FREE:
        return "model-free, nothing to load"
    model, _ = _span_model(config, index_folder)
    model.load()
    own = (reader_folder(config.reader.model, index_folder) / CALIBRATION_FILE).is_file()
    borrowed = "" if own else "; its probabilities are those of the bundled reader's calibration"
    return f"{model.identity}, every file matches its checksum{borrowed}"


def _calibration(folder: Path, cure: str) -> Calibration:
    """The reader's own, or the bundled reader's where it has none."""
    if (folder / CALIBRATION_FILE).is_file():
        return Calibration.load(folder, cure)
    return Calibration.load(bundled_folder())


def _cure(model: str, folder: Path, index_folder: Path) -> str:
    """What to do when a reader's files are not whole."""
    if model == BUNDLED:
        return "install pullquote again"
    if folder.parent == index_folder / READERS_FOLDER:
        return f"remove {folder} and index the articles again"
    return f'export the model again, or set reader.model to "{BUNDLED}"'


def window_size(config: Config) -> WindowSize:
    """How articles are cut."""
    return WindowSize(config.index.window_words, config.index.window_overlap)
