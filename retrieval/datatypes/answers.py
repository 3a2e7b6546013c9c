"""What is told: groups of equal answers with their citations, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from retrieval.datatypes.articles import DateDoubt, TextRange
from retrieval.datatypes.reading import AnswerType, ScoredPassage, Span
from retrieval.messages import Message


class Voice(StrEnum):
    """How an article says something: the word that stands beside a quote, unless it is stated."""

    FACT = "stated"
    SAID = "said"
    ALLEGED = "alleged"
    DENIED = "denied"
    NEGATED = "negated"
    ATTEMPTED = "attempted"
    PLANNED = "planned"
    FORECAST = "forecast"
    CONDITIONAL = "conditional"
    CORRECTED = "corrected"
    CORRECTION = "correction"
    SATIRE = "satire"


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
class Speaker:
    """Who an article says says it: ``text``, at ``range`` of the article's text."""

    range: TextRange
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands. ``article.text[start:end] == quote``, always; where ``in_title``,
    ``article.title[start:end]``, and all ranges count in the title. ``sentence``, around the quote,
    has ``[…]`` for masked noise; ``sentence_range`` holds the noise too. ``inferred`` are the days
    meant in the quote or, where it names none, in its sentence. ``date_doubt`` is the article's;
    ``voice`` how it says this, and ``said_by`` in whose words, where it names them. ``place`` is
    where in its source it stands ("p. 3"), where that is known. ``resolved`` is the quote as it is
    read, where that differs: "AT&T" for "AT&amp;T"; so is ``sentence``.
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
    voice: Voice = Voice.FACT
    said_by: Speaker | None = None
    author: str | None = None
    place: str = ""
    resolved: str | None = None

    @property
    def shown(self) -> str:
        """The quote as people read it."""
        return self.quote if self.resolved is None else self.resolved


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
    it, newest first. When ``abstained``, they hold the rejected spans and ``reason`` says what was
    found nearby and what was missing. ``probability``, 0..1, is the best group's, shown or
    rejected. ``inference`` is "yes" or "no", never a quote; nothing infers one yet.
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
