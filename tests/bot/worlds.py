"""Small worlds to test in: articles, a retriever that finds everything, hostile text.

Nothing here loads a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
from hypothesis import strategies as st

from bot.dialogue.assistant import Assistant
from retrieval.answer.calibration import Calibration
from retrieval.datatypes import (
    AnswerType,
    Article,
    Context,
    Passage,
    Query,
    RetrieverRank,
    ScoredPassage,
)
from retrieval.doubles import ArticlesInMemory, QuotingReader, no_similarity
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.ingest.passages import WindowSize, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.pipeline import AnswerSettings, QuestionAnswerer
from retrieval.protocols import Reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.span_scorer import KeywordSpanScorer
from retrieval.reader.spans import Window
from retrieval.text.headline import with_headlines

PLAIN_CALIBRATION = Calibration(weights={"margin": 1.0}, ordering={"margin": 1.0}, bias=0.0)
"""The formula with round numbers: tests must not follow the tuning of the shipped ones."""

SMALL_WINDOW = WindowSize(words=20, overlap=8)

TALKS = (
    "Talks end in Reykjavik\n\n"
    "Sergei Lavrov met Antony Blinken in Reykjavik on May 19. "
    "The meeting lasted one hour and 45 minutes.\n\n"
    "Ned Price, a spokesman, confirmed it on Thursday."
)


def article(text: str, article_id: str = "a.txt", **known: object) -> Article:
    """An article as ingest makes it."""
    path = f"/articles/{article_id}"
    return prepare(RawArticle(article_id, text, "/articles", path, **known))  # type: ignore[arg-type]


def scored(passages: Sequence[Passage]) -> tuple[ScoredPassage, ...]:
    """The passages as a ranking in their order."""
    return tuple(
        ScoredPassage(passage, 1 / rank, (RetrieverRank("all", rank, 1 / rank),))
        for rank, passage in enumerate(passages, start=1)
    )


def contexts(*articles: Article, window: WindowSize = SMALL_WINDOW) -> list[Context]:
    """All passages of all articles, one after the other."""
    known = {a.id: a for a in articles}
    passages = [passage for a in articles for passage in passages_of(a, window)]
    return [Context(known[s.passage.article_id], s) for s in scored(passages)]


class EveryPassage:
    """Implements ``Retriever``: finds all passages for every question, in their order."""

    name = "all"

    def __init__(self, articles: Sequence[Article], window: WindowSize = SMALL_WINDOW) -> None:
        self._articles = articles
        self._window = window
        self.queries: list[Query] = []

    def retrieve(self, query: Query, limit: int) -> tuple[ScoredPassage, ...]:
        self.queries.append(query)
        until = query.published_until or date.max
        within = query.within or {a.id for a in self._articles}
        visible = [
            a for a in self._articles if (a.published or date.min) <= until and a.id in within
        ]
        return scored([p for a in visible for p in passages_of(a, self._window)][:limit])


BY_WORD, BY_LETTER = r"\w+|[^\w\s]", r"\S"
"""What a token of ``RandomScorer`` is."""


class RandomScorer:
    """Implements ``SpanScorer``: windows of a few tokens, logits by chance, the same every time."""

    identity = "random"
    reads_titles = True

    def __init__(self, seed: int, size: int = 12, stride: int = 4, pattern: str = BY_WORD) -> None:
        self._seed, self._size, self._stride, self._pattern = seed, size, stride, pattern

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        return [tuple(self._windows(text)) for text in texts]

    def _windows(self, text: str) -> list[Window]:
        chance = np.random.default_rng([self._seed, len(text)])
        tokens = [match.span() for match in re.finditer(self._pattern, text)]
        windows = []
        for first in range(0, len(tokens), self._size - self._stride):
            part = np.array(tokens[first : first + self._size], dtype=np.int64)
            starts, ends = chance.normal(0, 4, (2, len(part))).astype(np.float32)
            windows.append(Window(part, starts, ends, float(chance.normal(0, 4))))
        return windows


def random_reader(seed: int = 0, pattern: str = BY_WORD) -> ExtractiveReader:
    """The real reader over a model that says anything: many answers, sure and unsure."""
    return ExtractiveReader(RandomScorer(seed, pattern=pattern), tokenize_with_offsets)


def answerer_over(
    *articles: Article,
    reader: Reader | None = None,
    settings: AnswerSettings | None = None,
    calibration: Calibration = PLAIN_CALIBRATION,
) -> QuestionAnswerer:
    """The real pipeline over ``articles``, everything retrieved."""
    return QuestionAnswerer(
        ArticlesInMemory({a.id: a for a in articles}),
        EveryPassage(articles),
        reader or random_reader(),
        tokenize_with_offsets,
        calibration,
        no_similarity,
        settings=settings,
    )


def assistant_quoting(
    *quotes: str,
    articles: Sequence[Article] = (),
    answer_type: AnswerType = AnswerType.CLAUSE,
    settings: AnswerSettings | None = None,
) -> Assistant:
    """An assistant that answers every question with the first of ``quotes`` that it finds."""
    known = list(articles) or [article(TALKS, "talks.txt")]
    reader = QuotingReader(quotes, answer_type)
    answerer = answerer_over(*known, reader=reader, settings=settings)
    return Assistant(answerer, {a.id: a for a in known}.__getitem__)


def assistant_reading_titles(
    *words: str, articles: Sequence[Article], settings: AnswerSettings | None = None
) -> Assistant:
    """An assistant whose model reads titles and finds ``words``, the first the likeliest."""
    scorer = KeywordSpanScorer(words, reads_titles=True)
    reader = ExtractiveReader(scorer, tokenize_with_offsets)
    answerer = answerer_over(*articles, reader=reader, settings=settings)
    return Assistant(answerer, with_headlines({a.id: a for a in articles}.__getitem__))


def contents_of(folder: Path) -> dict[str, bytes]:
    """Every file under ``folder`` by name, to compare a folder before and after."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


_FRAGMENTS = (
    "The meeting lasted one hour and 45 minutes, longer than expected. ",
    "Antony Blinken met Sergei Lavrov in Reykjavik on May 19",
    "President BidenJoe BidenPoll: voters split Five things to watch MORE hopes for peace. ",
    "He said: “It’s no secret”, and left because of the rain.",
    "$5 million",
    "50 %",
    "2021-2023",
    "U.S.",
    "No. 2",
    "iPhone",
    "don’t",
    "Élodie",
    "Jose\u0301 Mun\u0303oz",
    "Photo: Jane Roe / Getty Images",
    "Jane Roe | Reuters",
    "© 2021 Northwire L.P.",
    "Share on Facebook Tweet Email",
    "March 4, 2024",
    "# Heading",
    "🙂",
    "👩‍👩‍👧",
    "\U0001f1ee\U0001f1f8",
    "שלום עולם",
    "\u202eevil\u202c",
    "東京で会談した。",
    "ДМИТРИЙ Иванов",
    "ﬁnance",
    "\u00a0",
    "\u200b",
    "\u200d",
    "\ufeff",
    "AT&amp;T",
    "Jos&eacute;&nbsp;L&oacute;pez",
    "&#8217;",
    "soft\u00adly",
    "was res-\ncued",
    "a\nb",
    "\u2028",
    "\u0085",
    "\x0b",
    "\x1b[31mred\x1b[0m",
    "\x07",
    "\x00",
    "\r\n",
    "\r",
    "\n",
    "\n\n",
    "\t",
    " ",
    ". ",
    "”",
    "“",
    '"',
    "'",
    "(",
    "[…]",
    "MORE",
)

hostile_texts = st.lists(
    st.one_of(
        st.sampled_from(_FRAGMENTS),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    ),
    min_size=1,
    max_size=24,
).map(" ".join) | st.lists(st.sampled_from(_FRAGMENTS), min_size=1, max_size=24).map("".join)
"""Texts as scraped pages are at their worst."""

hostile_questions = st.one_of(
    st.sampled_from(
        (
            "how long did the meeting last?",
            "Who met Blinken?",
            "Where did they meet?",
            "When?",
            "Why did he leave?",
            "How much did it cost?",
            "What percentage?",
            "What did he call it?",
            "Was it longer than expected?",
            "Which countries are members?",
            "Who is Antony Blinken?",
            "Tell me about “Reykjavik”",
            "?",
            "the of and",
            "🙂",
            "Who is (.*[+?",
            "\u200b",
            "שלום",
        )
    ),
    hostile_texts.filter(lambda text: bool(text.strip()) and len(text) <= 400),
)
