"""The composition root, with ``paragraphs`` and ``responses``: a Config to working parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, partial
from pathlib import Path

from bot.assembly.readers import (
    check_reader,
    check_second_reader,
    make_reader,
    prepare_named_reader,
    reader_identity,
)
from bot.assembly.reliability import reliability_for
from bot.assembly.rewriters import check_rewriter, make_rewriter
from bot.assembly.sources import asked_for, read_settings
from bot.config import Config
from bot.dialogue.assistant import Assistant
from bot.dialogue.library import ArticleLibrary
from bot.dialogue.reloading import ReloadingAssistant
from bot.dialogue.rewriting import Rewriter
from bot.environment import state_folder
from bot.storage.conversations import (
    ConversationsElseInMemory,
    ConversationsInMemory,
    ConversationsInSqlite,
    ConversationStore,
    Limits,
)
from retrieval.datatypes import Passage, Query, ScoredPassage
from retrieval.errors import ConfigError, ForeignIndexError
from retrieval.health import Check, diagnose
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.bm25_sparse import SparseBM25Retriever, parameters
from retrieval.index.boosting import Recency
from retrieval.index.dense import DenseRetriever
from retrieval.index.fusion import MixWeights, ScoreMix
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.neighbours import NeighbourGraph
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.sentence_similarity import SentenceSimilarity
from retrieval.index.store import IndexStore, OpenIndex
from retrieval.index.term_proximity import StretchScorer
from retrieval.index.tokenization import IDENTITY as TOKENIZER_IDENTITY
from retrieval.index.tokenization import tokenize, tokenize_with_offsets
from retrieval.index.topics import articles_with
from retrieval.index.writing import Scale
from retrieval.indexing.build import Asked, IndexReport, IndexSettings, build_from
from retrieval.indexing.new_articles import Progress
from retrieval.ingest.passages import WindowSize
from retrieval.pipeline import AnswerSettings, QuestionAnswerer
from retrieval.protocols import Encoder, Retriever
from retrieval.text.headline import with_headlines
from retrieval.text.masking import visible_text

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

    @property
    def article_count(self) -> int:
        return self.index.manifest.articles

    def is_current(self) -> bool:
        """Whether the index has no newer version than this one."""
        return self.store.current() in (self.index.folder, None)

    def retrieve(self, query: Query, limit: int) -> Sequence[ScoredPassage]:
        return self.retriever.retrieve(query, limit)


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
    ready = make_reader(config, index_folder)
    answerer = QuestionAnswerer(
        index.articles,
        retriever,
        ready.reader,
        tokenize_with_offsets,
        ready.calibration,
        SentenceSimilarity(encoder),
        settings=answer_settings(config, lambda: reader_identity(config, index_folder)),
    )
    ready.load()
    encoder.load()
    library = ArticleLibrary(index.articles, partial(articles_with, index.collection, lexical))
    assistant = Assistant(
        answerer,
        with_headlines(index.articles.article),
        rewriter=rewriter or make_rewriter(config),
        library=library,
        threshold=config.answer.threshold,
    )
    return Application(assistant, retriever, index, store)


def reloading_assistant(
    application: Application, config: Config, index_folder: Path
) -> ReloadingAssistant:
    """For front ends that run on: notices when the index gets a new version."""
    rewriter = application.assistant.rewriter
    return ReloadingAssistant(application, lambda: open_application(config, index_folder, rewriter))


@contextmanager
def kept_conversations(config: Config) -> Iterator[ConversationStore]:
    """Where the chat keeps its conversations: the state folder, or memory where that cannot be."""
    kept = config.conversation
    limits = Limits(timedelta(days=kept.expire_days), kept.most_conversations)
    path = state_folder() / "conversations.sqlite"
    with closing(ConversationsInSqlite(path, limits)) as store:
        yield ConversationsElseInMemory(store, ConversationsInMemory(limits))


def build_index(
    config: Config, index_folder: Path, named: Sequence[str | Path], progress: Progress
) -> IndexReport:
    """Adds or updates the articles at ``named`` paths and addresses, and prepares the reader that
    the config names.

    Raises the errors of ``build_from`` and ``export_reader``.
    """
    store = IndexStore(index_folder)
    return build_asked(
        config, index_folder, asked_for(named, store, progress, read_settings(config)), progress
    )


def build_asked(
    config: Config, index_folder: Path, asked: Asked, progress: Progress
) -> IndexReport:
    """The same, with what is to be read given."""
    settings = IndexSettings(
        window=window_size(config),
        model=config.encoder.model,
        quantize=config.encoder.quantize,
        threads=config.encoder.threads,
        scale=index_scale(config),
    )
    store = IndexStore(index_folder)
    store.refuse_foreign_folder()
    # First, because a reader that cannot be prepared must leave the index as it was.
    prepare_named_reader(config, index_folder)
    return build_from(store, asked, settings, progress)


def index_scale(config: Config) -> Scale:
    """From how many passages on an index has the parts that large ones need."""
    return Scale(
        sparse_from=config.index.bm25s_from,
        graph_from=config.index.usearch_from,
        k1=config.retrieval.bm25_k1,
        b=config.retrieval.bm25_b,
    )


def checks(config: Config, index_folder: Path) -> Iterator[Check]:
    """What ``doctor`` looks at."""
    models = {
        "reader": lambda: check_reader(config, index_folder),
        "second reader": lambda: check_second_reader(config, index_folder),
        "rewriter": lambda: check_rewriter(config),
    }
    return diagnose(index_folder, config.encoder.model, models)


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


def window_size(config: Config) -> WindowSize:
    """How articles are cut."""
    return WindowSize(config.index.window_words, config.index.window_overlap)
