"""The way of a question: retrieve, read, decide. Joins what must not know each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from math import inf
from time import perf_counter

from retrieval.answer.abstention import reason_of
from retrieval.answer.calibration import Calibration
from retrieval.answer.decision import Decision, decide
from retrieval.answer.evidence import Evidence, total_first, whole_first
from retrieval.answer.facts.rivals import last_word, rivals_of
from retrieval.answer.facts.series import Value, newest_first, series_of
from retrieval.answer.stored import in_stored_texts
from retrieval.answer.telling import as_read
from retrieval.answer.weighing import Weighing
from retrieval.datatypes import (
    Answer,
    AnswerGroup,
    AnswerType,
    Article,
    Context,
    Passage,
    Query,
    Reliability,
    ScoredPassage,
    Span,
    StageTime,
    Trace,
)
from retrieval.english.change import asks_for_the_latest, asks_of_what_is_to_be, changing
from retrieval.english.told_days import told_after
from retrieval.errors import QuestionError
from retrieval.protocols import (
    ArticleSource,
    OffsetTokenizer,
    Reader,
    Retriever,
    Similarity,
)
from retrieval.text.characters import whole_characters
from retrieval.text.headline import home_of, with_headlines
from retrieval.text.masking import visible_text
from retrieval.text.readable import readable_article

LONGEST_QUESTION = 2000
"""In code points. A longer text is a paste gone wrong, not a question."""

_READ = 64
"""Articles kept as they are read, beside those that the index keeps."""
_NEWEST = 4
"""One further passage of the newest for so many others."""
_LEAST_RIVAL = 0.05
"""Probability below which what contradicts an answer is more often about something else."""


def unmeasured(probability: float) -> Reliability | None:
    """Nothing is known of how often answers of this probability are right."""
    return None


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """``passages``: how many are read. ``threshold``: probability, 0..1, from which to answer.

    ``reliability`` says how often answers of a probability were right, where that was measured.
    """

    passages: int = 16
    threshold: float = 0.2
    groups: int = 8
    citations: int = 5
    reliability: Callable[[float], Reliability | None] = unmeasured


class QuestionAnswerer:
    """Answers one standalone question at a time. Knows nothing about conversations."""

    def __init__(
        self,
        articles: ArticleSource,
        retriever: Retriever,
        reader: Reader,
        tokenize: OffsetTokenizer,
        calibration: Calibration,
        similarity: Similarity,
        settings: AnswerSettings | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self._read = lru_cache(_READ)(lambda id_: readable_article(articles.article(id_)))
        # All is found in the articles as they are read; see ``in_stored_texts`` for the way back.
        self._article = with_headlines(lambda id_: self._read(id_).article)
        self._retriever = retriever
        self._reader = reader
        self._tokenize = tokenize
        self._calibration = calibration
        self._weighing = Weighing(self._article, similarity, calibration.approval)
        self._settings = settings or AnswerSettings()
        self._today = today

    def answer(self, query: Query) -> Answer:
        """The decision on a standalone question. Without a day it is asked on the last day from
        which articles are taken, or else today.

        Raises ``QuestionError`` when the question is empty or too long to be one.
        """
        question = checked_question(query.text)
        asked_on = query.asked_on or query.published_until or self._today()
        latest = asks_for_the_latest(question)
        query = replace(query, text=question, asked_on=asked_on, latest=latest)
        started = perf_counter()
        expected = self._reader.expected_type(question)
        kinds = changing(question, expected)
        moves = expected in kinds
        contexts = self._contexts(query, moves=moves)
        after_retrieval = perf_counter()
        read_as = as_read(question, contexts)
        spans = self._reader.read(read_as, contexts)
        if moves and spans:
            more = self._said_again(query, spans[0], contexts)
            contexts += more
            spans += self._reader.read(read_as, more)
        after_reading = perf_counter()
        decision = self._decision(question, self._rated(question, spans), kinds)
        groups, abstained = decision.groups, decision.abstained
        reason = None
        if abstained:
            weighing, tokenize = self._weighing, self._tokenize
            reason = reason_of(question, expected, groups, contexts, spans, weighing, tokenize)
        times = (
            StageTime("retrieve", 1000 * (after_retrieval - started)),
            StageTime("read", 1000 * (after_reading - after_retrieval)),
            StageTime("decide", 1000 * (perf_counter() - after_reading)),
        )
        found = Answer(
            question=question,
            groups=groups,
            probability=decision.probability,
            abstained=abstained,
            reason=reason,
            trace=Trace(expected, tuple(c.retrieved for c in contexts), spans, times=times),
            rivals=decision.rivals,
        )
        return in_stored_texts(found, self._read)

    def _decision(
        self, question: str, rated: Sequence[Evidence], kinds: Collection[AnswerType]
    ) -> Decision:
        """What is answered, of answers that are best first; ``kinds`` are those that may move."""
        series = series_of(rated, kinds, self._weighing.day)
        moved = newest_first(rated, series)
        # Where the newest value is too unsure nothing is answered: an older one may be out of date.
        ranked = self._groups(question, moved, series)
        contradicting = rivals_of(rated, series, self._weighing.day, self._weighing.shown)
        places = [moved.index(evidence) for evidence in contradicting]
        rivals = [at for at in places if ranked[at].probability >= _LEAST_RIVAL]
        is_approved = bool(moved) and self._weighing.is_approved(moved[0])
        threshold = self._settings.threshold if is_approved else inf
        moments = [(value.day, home_of(value.span.article_id)) for value in reversed(series)]
        return decide(ranked, threshold, self._settings.reliability, moments, rivals)

    def _contexts(self, query: Query, *, moves: bool) -> list[Context]:
        """What is read; where what is asked about ``moves``, with some of the newest that is told
        of it. Where articles up to a day are asked for, those that tell of later days are left out,
        whatever their pages say.
        """
        count = self._settings.passages
        contexts = self._retrieved(query, count)
        if not moves:
            return contexts
        return contexts + self._newest(query, contexts)

    def _said_again(self, query: Query, span: Span, contexts: Sequence[Context]) -> list[Context]:
        """Some of the newest that is said in the words of the sentence of ``span``: however a
        question is put, the articles have their own words for what they tell day after day.
        """
        words = visible_text(self._article(span.article_id), span.sentence)
        return self._newest(replace(query, text=f"{query.text} {words}"), contexts)

    def _newest(self, query: Query, contexts: Sequence[Context]) -> list[Context]:
        """Some of the newest passages that are not among ``contexts``."""
        count = self._settings.passages
        read = {context.passage for context in contexts}
        newest = self._retrieved(replace(query, latest=True), 2 * count)
        further = [context for context in newest if context.passage not in read]
        last = contexts[-1].retrieved.score if contexts else 0.0
        return [
            # One ranking: scored as what comes after the others, not by their days.
            replace(c, retrieved=replace(c.retrieved, score=min(last, c.retrieved.score)))
            for c in further[: count // _NEWEST]
        ]

    def _retrieved(self, query: Query, count: int) -> list[Context]:
        """So many passages, of articles that tell of no later day than is asked for."""
        until, asked_for = query.published_until, count
        query = replace(query, text=f"{query.text} {query.context}".rstrip(), context="")
        while True:
            retrieved = self._retriever.retrieve(query, asked_for)
            contexts = [self._context(scored) for scored in retrieved]
            if until is not None:
                articles = {c.article.id: c.article for c in contexts}
                later = {id_ for id_, article in articles.items() if _is_later(article, until)}
                contexts = [c for c in contexts if c.article.id not in later]
            if len(contexts) >= count or len(retrieved) < asked_for:
                return contexts[:count]
            asked_for *= 2

    def _context(self, scored: ScoredPassage) -> Context:
        """A passage in its article as it is read."""
        read = self._read(scored.passage.article_id)
        if read.is_same:
            return Context(read.article, scored)
        place = read.in_shown(scored.passage.range)
        return Context(read.article, scored, Passage(read.article.id, place.start, place.end))

    def _rated(self, question: str, spans: Sequence[Span]) -> list[Evidence]:
        """Equal answers together, best first."""
        rated = self._weighing.evidence(question, spans, self._settings.groups)
        rated.sort(key=lambda evidence: -self._calibration.order(evidence.values))
        if asks_of_what_is_to_be(question):
            rated = last_word(rated, self._weighing.day)
        return whole_first(total_first(rated), self._weighing.text)

    def _groups(
        self, question: str, rated: Sequence[Evidence], series: Sequence[Value]
    ) -> tuple[AnswerGroup, ...]:
        result: list[AnswerGroup] = []
        ceiling = 1.0
        for probability, evidence in zip(self._probabilities(rated, series), rated, strict=True):
            # No answer can be likelier than one that is better supported.
            ceiling = min(ceiling, probability)
            result.append(
                AnswerGroup(
                    answer=self._weighing.text(evidence.group.fullest),
                    probability=ceiling,
                    origins=evidence.origins.independent,
                    citations=tuple(
                        self._weighing.telling.citation(question, span, at)
                        for at, span in enumerate(self._shown(evidence, series), start=1)
                    ),
                    spans=evidence.group.spans,
                    publishers=evidence.origins.publishers,
                )
            )
        return tuple(result)

    def _probabilities(self, rated: Sequence[Evidence], series: Sequence[Value]) -> list[float]:
        """By group. Older values of a fact, and what was said before the last word on it, speak for
        the newest one too: that the articles at hand tell of what is asked about.
        """
        found = [self._calibration.probability(evidence.values) for evidence in rated]
        told = found[: len(series)]
        if rated and rated[0].told.denies is not None:
            contrary = not rated[0].told.denies
            told += [p for e, p in zip(rated, found, strict=True) if e.told.denies is contrary]
        if told:
            found[0] = max(found[0], (found[0] + max(told)) / 2)
        return found

    def _shown(self, evidence: Evidence, series: Sequence[Value]) -> list[Span]:
        """The fullest span, then the best one of each further article, best first; among them the
        one that said it on the day at which it stands in the series.
        """
        group = evidence.group
        first = {home_of(span.article_id): span for span in reversed(group.spans)}
        del first[home_of(group.fullest.article_id)]
        best_first = sorted(first.values(), key=lambda s: (-s.margin, s.article_id))
        shown = [group.fullest, *best_first][: self._settings.citations]
        homes = {home_of(span.article_id) for span in shown}
        said = [value.span for value in series if value.evidence is evidence]
        return shown + [span for span in said if home_of(span.article_id) not in homes]


def _is_later(article: Article, day: date) -> bool:
    """Whether an article tells of days after ``day``."""
    published = article.published
    return published is not None and told_after(article.text, published, day) is not None


def checked_question(question: str) -> str:
    """The question without white space around it, and with what is no character (bytes that a
    terminal could not decode) replaced. Raises ``QuestionError`` if it is none.
    """
    stripped = whole_characters(question).strip()
    if not stripped:
        raise QuestionError("the question is empty; type what you want to know.")
    if len(stripped) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(stripped):,} characters, the most is {LONGEST_QUESTION:,}; "
            "ask one thing at a time."
        )
    return stripped
