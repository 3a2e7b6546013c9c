"""The nouns of Pullquote: frozen, slotted values, passed between all stages.

All offsets are half-open ``[start, end)`` and count Unicode code points of ``Article.text``.
Imports messages alone, which import nothing local.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from urllib.parse import quote

from retrieval.messages import Message


@dataclass(frozen=True, slots=True, order=True)
class TextRange:
    """A half-open range of code points in one article's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a text range: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: TextRange) -> bool:
        """Whether the two ranges share at least one code point."""
        return self.start < other.end and other.start < self.end

    def holds(self, other: TextRange) -> bool:
        """Whether ``other`` lies wholly inside this range."""
        return self.start <= other.start and other.end <= self.end


class NoiseKind(StrEnum):
    """Why a range of an article is masked."""

    PHOTO_CREDIT = "photo credit"
    CAPTION = "caption"
    COPYRIGHT = "copyright line"
    AGENCY_CREDIT = "agency credit"
    REPEATED_HEADLINE = "repeated headline"
    RELATED_LINKS = "related links"
    SHARE_BUTTONS = "share buttons"
    PAGE_FURNITURE = "page furniture"
    PAGE_DATE = "page date"
    NON_PROSE = "not prose"


@dataclass(frozen=True, slots=True)
class Noise:
    """A masked range: it stays in the text, but no answer, quote or index term comes from it."""

    range: TextRange
    kind: NoiseKind


@dataclass(frozen=True, slots=True)
class DateDoubt:
    """The text of an article contradicts its date: ``words`` are the text's own that show it."""

    words: str


@dataclass(frozen=True, slots=True)
class Article:
    """One ingested document.

    ``text`` is exactly what was read. ``published`` is the date the source gives for itself, which
    can be wrong; ``date_doubt`` says why, where the text contradicts it. ``sentences`` are in
    order, do not overlap and leave out lines that are wholly noise; noise *inside* a sentence stays
    inside its range and is listed in ``noise``, which is in order and does not overlap either.
    """

    id: str
    text: str = field(repr=False)
    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    url: str | None = None
    published: date | None = None
    noise: tuple[Noise, ...] = field(default=(), repr=False)
    sentences: tuple[TextRange, ...] = field(default=(), repr=False)
    date_doubt: DateDoubt | None = None

    @property
    def trusted_date(self) -> date | None:
        """The date to reckon with: None when there is none, or the text contradicts it."""
        return None if self.date_doubt else self.published


@dataclass(frozen=True, slots=True, order=True)
class Passage:
    """A sentence-aligned window of one article."""

    article_id: str
    start: int
    end: int

    @property
    def id(self) -> str:
        """Identifier as used in TREC runs: ``article:start-end``, blanks percent-encoded."""
        return f"{quote(self.article_id, safe='/-_.~')}:{self.start}-{self.end}"

    @property
    def range(self) -> TextRange:
        return TextRange(self.start, self.end)


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
    higher, and where the second are given, all other articles are left out.
    """

    text: str
    published_until: date | None = None
    asked_on: date | None = None
    favoured: frozenset[str] = frozenset()
    within: frozenset[str] = frozenset()
    latest: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """A passage together with the article it stands in: what a reader reads."""

    article: Article
    retrieved: ScoredPassage

    @property
    def passage(self) -> Passage:
        return self.retrieved.passage


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


@dataclass(frozen=True, slots=True)
class InferredDate:
    """The days that words of an article mean, reckoned from its date: no article says them.

    ``text`` are the words, ``article.text[range.start:range.end]``; ``first`` and ``last`` are both
    included, and equal where a single day is meant.
    """

    range: TextRange
    text: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands. ``article.text[start:end] == quote``, always; where ``in_title``,
    ``article.title[start:end]``, and all ranges count in the title. ``sentence``, around the quote,
    has ``[…]`` for masked noise; ``sentence_range`` holds the noise too. ``inferred`` are the days
    meant in the quote or, where it names none, in its sentence. ``date_doubt`` is the article's.
    """

    number: int
    article_id: str
    title: str | None
    publisher: str | None
    published: date | None
    url: str | None
    start: int
    end: int
    quote: str
    sentence: str
    sentence_range: TextRange
    inferred: tuple[InferredDate, ...] = ()
    date_doubt: DateDoubt | None = None
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Reliability:
    """Of ``of`` earlier answers with a score like this one's, ``right`` were right."""

    right: int
    of: int


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """What a moving fact was on a day, as the citation says; ``amount``, where it is a figure."""

    day: date
    answer: str
    citation: int
    amount: float | None = None


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """Spans that say the same thing.

    ``answer`` is the wording of the fullest span; ``origins`` counts independent sources, copies of
    one story, and who retells it, once; ``publishers`` those that differ; ``probability`` in 0..1
    that this group answers the question. ``reliability`` is known of an answer that is given, where
    it was measured for its score. ``series``: how its fact moved, oldest first, itself last.
    """

    answer: str
    probability: float
    origins: int
    citations: tuple[Citation, ...]
    spans: tuple[Span, ...] = ()
    reliability: Reliability | None = None
    publishers: int = 1
    series: tuple[SeriesPoint, ...] = ()


@dataclass(frozen=True, slots=True)
class StageTime:
    """Wall-clock milliseconds spent in one stage."""

    stage: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that led to an answer, for ``--explain``."""

    expected_type: AnswerType
    passages: tuple[ScoredPassage, ...] = ()
    spans: tuple[Span, ...] = ()
    times: tuple[StageTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision on one question.

    ``groups`` are best first: the answer, then its ``rivals``, by which other articles contradict
    it, newest first. When ``abstained``, they hold the rejected spans and ``reason``
    says what was found nearby and what was missing. ``probability``, 0..1, is the best group's,
    shown or rejected. ``inference`` is "yes" or "no", never a quote; nothing infers one yet.
    """

    question: str
    groups: tuple[AnswerGroup, ...]
    probability: float
    abstained: bool
    reason: Message | None
    trace: Trace
    rivals: tuple[AnswerGroup, ...] = ()
    inference: str | None = None

    @property
    def chosen(self) -> AnswerGroup | None:
        """The group that answers, or None when the articles do not say."""
        return None if self.abstained or not self.groups else self.groups[0]

    @property
    def disputed(self) -> bool:
        """Whether other articles contradict the answer."""
        return bool(self.rivals)
