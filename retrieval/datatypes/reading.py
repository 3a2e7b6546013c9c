"""What is found for a question: ranked passages, and the spans that a reader marks in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from retrieval.datatypes.articles import Article, Passage, TextRange


@dataclass(frozen=True, slots=True)
class RetrieverRank:
    """Where one retriever put a passage: rank from 1, score on that retriever's own scale."""

    retriever: str
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage with its score (larger is better) and its rank in each retriever that found it.

    ``duplicates`` are near-copies folded into this one: they are not read, and not cited.
    ``recency`` and ``favour`` are the factors, at least 1, by which nearness to the day of the
    question, and being of an article that the query favours, raised the score.
    """

    passage: Passage
    score: float
    ranks: tuple[RetrieverRank, ...] = ()
    duplicates: tuple[Passage, ...] = ()
    recency: float = 1.0
    favour: float = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """What a retriever is asked.

    ``published_until`` leaves out articles published later. ``asked_on`` is the question's day:
    articles near it rank a little higher, much higher where the ``latest`` is asked for; None
    favours no day. ``favoured`` and ``within`` are article ids: passages of the first rank a little
    higher, and where the second are given, all other articles are left out. ``context`` is what
    was said before the question: it is searched for with it, and not read.
    """

    text: str
    published_until: date | None = None
    asked_on: date | None = None
    favoured: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    latest: bool = False
    context: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """A passage together with the article it stands in: what a reader reads.

    ``place`` is the passage in ``article``, where that is one as it is read and has the passage
    elsewhere than the stored one that was retrieved.
    """

    article: Article
    retrieved: ScoredPassage
    place: Passage | None = None

    @property
    def passage(self) -> Passage:
        return self.place or self.retrieved.passage


class AnswerType(StrEnum):
    """The kind of thing a question asks for, or that a span is."""

    DURATION = "duration"
    DATE = "date"
    MONEY = "money"
    PERCENT = "percent"
    NUMBER = "number"
    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    NAME = "name"
    DESCRIPTION = "description"
    QUOTATION = "quotation"
    REASON = "reason"
    YES_NO = "yes or no"
    CLAUSE = "clause"


@dataclass(frozen=True, slots=True)
class Feature:
    """One named number behind a score, kept for explaining it."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Span:
    """A candidate answer in an article.

    ``score`` (larger is better) and ``null_score`` (larger: the passage more likely holds no
    answer) are on one scale across passages and articles. ``sentence`` holds the span. ``window``
    is the stretch of the article it was found in, where the reader says so; ``folded`` are
    overlapping spans of lesser margin, which other windows gave: they are not shown as answers.
    """

    article_id: str
    start: int
    end: int
    sentence: TextRange
    score: float
    null_score: float
    answer_type: AnswerType
    features: tuple[Feature, ...] = ()
    window: TextRange | None = None
    folded: tuple[Span, ...] = ()

    @property
    def range(self) -> TextRange:
        return TextRange(self.start, self.end)

    @property
    def margin(self) -> float:
        """``score - null_score``; above 0 the reader prefers this span to "no answer"."""
        return self.score - self.null_score
