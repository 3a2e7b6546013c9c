"""A reader without a trained model of its own.

It scores sentences by how many of the question's words they hold, weighted by how rare the words
are, and by the closeness of their embeddings; within a sentence it prefers spans of the expected
kind that stand near the question's words without repeating them. Knows nothing about indexes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from math import exp, log

import numpy as np

from retrieval.datatypes import (
    AnswerType,
    Article,
    Context,
    Feature,
    Span,
    TextRange,
)
from retrieval.masking import is_clean, noise_within, trimmed
from retrieval.protocols import Encoder, OffsetTokenizer
from retrieval.reader.candidates import Candidate, candidates
from retrieval.reader.expectation import Expectation, expectation_of

_ENCODED_SENTENCES = 24
_SPANS_PER_SENTENCE = 3
_SPANS = 60
_LEAST_SHARED_PREFIX = 5
_NAME_WEIGHT = 1.5
_VAGUE_WEIGHT = 0.4
_VAGUE = (
    "use call describe say tell name give make take place go get happen come know think become "
    "want word thing people kind type several much many new recent recently week year month day "
    "today refer regard consider exactly according article news report"
)
_EDGE = ' \t\n\r\xa0.,;:!?"“”()[]–—-'


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature (all 0..1) adds to a span's log-odds of being right.

    The null score is ``-bias + missing * (share of the question that the passage lacks)``.
    """

    coverage: float = 3.0
    closeness: float = 3.0
    nearby: float = 1.0
    fit: float = 3.0
    proximity: float = 1.5
    repetition: float = -2.5
    head: float = 1.5
    length: float = -1.0
    rank: float = 0.5
    missing: float = -4.0
    bias: float = -7.0


@dataclass(frozen=True, slots=True)
class _Term:
    """A word of the question: its index term, and its weight in the question (sums to 1)."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence under a question. ``text`` is as long as its range, with noise blanked."""

    context: Context
    range: TextRange
    text: str
    places: dict[str, tuple[TextRange, ...]]
    coverage: float = 0.0
    nearby: float = 0.0
    missing: float = 0.0
    closeness: float = 0.0
    rank: float = 0.0


class ModelFreeReader:
    """Implements ``Reader``. Stateless between questions."""

    def __init__(
        self, encoder: Encoder, tokenize: OffsetTokenizer, weights: Weights | None = None
    ) -> None:
        self._encoder = encoder
        self._tokenize = tokenize
        self._weights = weights or Weights()

    def expected_type(self, question: str) -> AnswerType:
        return expectation_of(question).type

    def read(self, question: str, contexts: Sequence[Context]) -> tuple[Span, ...]:
        expectation = expectation_of(question)
        sentences = self._sentences(question, expectation, contexts)
        best: dict[tuple[str, int, int], Span] = {}
        for sentence in self._with_closeness(question, sentences):
            for span in self._spans(sentence, expectation):
                key = (span.article_id, span.start, span.end)
                if key not in best or best[key].margin < span.margin:
                    best[key] = span
        ordered = sorted(best.values(), key=lambda s: (-s.margin, s.article_id, s.start, s.end))
        return tuple(ordered[:_SPANS])

    def _sentences(
        self, question: str, expectation: Expectation, contexts: Sequence[Context]
    ) -> list[_Sentence]:
        """The sentences of all contexts with what they share with the question, best first."""
        split = [
            (rank, context, [self._sentence(context, place) for place in _places(context)])
            for rank, context in enumerate(contexts, start=1)
        ]
        everything = [sentence for _, _, group in split for sentence in group]
        terms = self._question_terms(question, expectation, everything)
        scored = []
        for rank, context, group in split:
            title = {term for _, _, term in self._tokenize(context.article.title or "")}
            passage = {term for sentence in group for term in sentence.places} | title
            missing = sum(t.weight * (1 - _match(t.text, passage)) for t in terms)
            for position, sentence in enumerate(group):
                around = {
                    term
                    for other in group[max(0, position - 1) : position + 2]
                    for term in other.places
                } | title
                scored.append(
                    _scored(sentence, terms, around, missing=missing, rank=1 / (1 + log(rank)))
                )
        scored.sort(key=lambda s: -(s.coverage + 0.5 * s.nearby + 0.2 * s.rank))
        return scored[:_ENCODED_SENTENCES]

    def _sentence(self, context: Context, place: TextRange) -> _Sentence:
        text = _blanked(context.article, place)
        places: dict[str, tuple[TextRange, ...]] = {}
        for start, end, term in self._tokenize(text):
            places[term] = (*places.get(term, ()), TextRange(start, end))
        return _Sentence(context, place, text, places)

    def _question_terms(
        self, question: str, expectation: Expectation, sentences: Iterable[_Sentence]
    ) -> list[_Term]:
        """The question's words without those that ask; rare ones and names weigh more."""
        counts: dict[str, int] = {}
        total = 0
        for sentence in sentences:
            total += 1
            for term in sentence.places:
                counts[term] = counts.get(term, 0) + 1
        vague = {term for _, _, term in self._tokenize(_VAGUE)}
        raw: dict[str, float] = {}
        for start, _, term in self._tokenize(expectation.about):
            rarity = log(1 + (total + 1) / (counts.get(term, 0) + 0.5))
            named = expectation.about[start].isupper() and expectation.about[:start].strip()
            raw[term] = rarity * (
                _NAME_WEIGHT if named else _VAGUE_WEIGHT if term in vague else 1.0
            )
        if not raw:
            raw = {term: 1.0 for _, _, term in self._tokenize(question)}
        whole = sum(raw.values())
        return [_Term(term, weight / whole) for term, weight in raw.items()]

    def _with_closeness(self, question: str, sentences: list[_Sentence]) -> list[_Sentence]:
        if not sentences:
            return []
        texts = [" ".join(sentence.text.split()) for sentence in sentences]
        asked = self._encoder.encode([question], "question")[0]
        cosines = np.clip(self._encoder.encode(texts, "passage") @ asked, 0.0, 1.0)
        return [
            _replaced(sentence, closeness=float(cosine))
            for sentence, cosine in zip(sentences, cosines, strict=True)
        ]

    def _spans(self, sentence: _Sentence, expectation: Expectation) -> list[Span]:
        """The best few spans of a sentence that do not overlap each other."""
        asked = self._tokenize(expectation.about)
        terms = {term for _, _, term in asked}
        head = {term for _, _, term in self._tokenize(expectation.head or "")}
        matched = [
            place
            for term, places in sentence.places.items()
            if any(_match(own, {term}) for own in terms)
            for place in places
        ]
        found = []
        for candidate in candidates(sentence.text, expectation, matched):
            span = self._span(sentence, candidate, matched, head, expectation)
            if span is not None:
                found.append(span)
        found.sort(key=lambda s: (-s.margin, s.start - s.end))
        kept: list[Span] = []
        for span in found:
            if len(kept) == _SPANS_PER_SENTENCE:
                break
            if not any(span.range.overlaps(other.range) for other in kept):
                kept.append(span)
        return kept

    def _span(
        self,
        sentence: _Sentence,
        candidate: Candidate,
        matched: Sequence[TextRange],
        head: set[str],
        expectation: Expectation,
    ) -> Span | None:
        place = _edged(sentence.text, candidate.range)
        if not len(place):
            return None
        start = sentence.range.start + place.start
        end = sentence.range.start + place.end
        if not is_clean(sentence.context.article, TextRange(start, end)):
            return None
        words = max(1, len(sentence.text[place.start : place.end].split()))
        answer = sentence.text[place.start : place.end]
        if not self._tokenize(answer) and candidate.type is AnswerType.CLAUSE:
            return None
        is_list = expectation.wants_list and " and " in answer
        features = {
            "coverage": sentence.coverage,
            "closeness": sentence.closeness,
            "nearby": sentence.nearby,
            "fit": candidate.fit + 0.2 * is_list,
            "proximity": _proximity(place, matched),
            "repetition": _repetition(sentence.text, place, matched),
            "head": self._head(sentence, place, head),
            "length": 0.0 if expectation.type is AnswerType.YES_NO else min(1.0, words / 25),
            "rank": sentence.rank,
        }
        weights = self._weights
        return Span(
            article_id=sentence.context.article.id,
            start=start,
            end=end,
            sentence=sentence.range,
            score=sum(getattr(weights, name) * value for name, value in features.items()),
            null_score=-weights.bias - weights.missing * sentence.missing,
            answer_type=candidate.type,
            features=(
                *(Feature(name, round(value, 4)) for name, value in features.items()),
                Feature("missing", round(sentence.missing, 4)),
            ),
        )

    def _head(self, sentence: _Sentence, place: TextRange, head: set[str]) -> float:
        """1 when the noun that names the answer stands in the span or right beside it."""
        if not head:
            return 0.0
        end = min(len(sentence.text), place.end + 40)
        inside = {t for _, _, t in self._tokenize(sentence.text[place.start : place.end])}
        beside = [t for _, _, t in self._tokenize(sentence.text[place.end : end])][:2]
        before = [t for _, _, t in self._tokenize(sentence.text[: place.start])][-2:]
        if head & inside or head & set(beside[:1]):
            return 1.0
        return 0.7 if head & {*beside, *before} else 0.0


WEIGHT_NAMES = tuple(field.name for field in fields(Weights))


def _places(context: Context) -> list[TextRange]:
    """The sentences of the passage; one that the passage cuts is taken as far as it goes."""
    window = context.passage.range
    cut = [
        TextRange(max(s.start, window.start), min(s.end, window.end))
        for s in context.article.sentences
        if s.overlaps(window)
    ]
    return [trimmed(context.article.text, place) for place in cut or [window]]


def _blanked(article: Article, place: TextRange) -> str:
    """The text of ``place`` with every code point of noise as a blank, so that offsets stay."""
    characters = list(article.text[place.start : place.end])
    for hole in noise_within(article, place):
        for at in range(max(hole.start, place.start), min(hole.end, place.end)):
            characters[at - place.start] = " "
    return "".join(characters)


def _scored(
    sentence: _Sentence, terms: Sequence[_Term], around: set[str], *, missing: float, rank: float
) -> _Sentence:
    own = set(sentence.places)
    coverage = sum(t.weight * _match(t.text, own) for t in terms)
    nearby = sum(t.weight * max(0.0, _match(t.text, around) - _match(t.text, own)) for t in terms)
    return _replaced(sentence, coverage=coverage, nearby=nearby, missing=missing, rank=rank)


def _replaced(sentence: _Sentence, **changes: float) -> _Sentence:
    values = {field.name: getattr(sentence, field.name) for field in fields(sentence)}
    return _Sentence(**{**values, **changes})


def _match(term: str, others: set[str]) -> float:
    """1 for the same term; 0.7 for one with a long common beginning (Russia, Russian); else 0."""
    if term in others:
        return 1.0
    if len(term) >= _LEAST_SHARED_PREFIX and not term.isdigit():
        prefix = term[: max(_LEAST_SHARED_PREFIX, round(0.75 * len(term)))]
        if any(o.startswith(prefix) and len(o) <= len(term) + 3 for o in others):
            return 0.7
    return 0.0


def _edged(text: str, place: TextRange) -> TextRange:
    """The range without white space, stops and quotation marks at its edges."""
    start, end = place.start, place.end
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    is_abbreviation = end < place.end and text[end] == "." and "." in text[start:end][-3:]
    return TextRange(start, end + 1 if is_abbreviation else end)


def _proximity(place: TextRange, matched: Sequence[TextRange]) -> float:
    """Mean closeness of the question's words to the span, 0..1: ``exp(-characters / 40)``."""
    outside = [m for m in matched if not place.holds(m)]
    if not outside:
        return 0.0
    distances = [max(m.start - place.end, place.start - m.end, 0) for m in outside]
    return sum(exp(-distance / 40) for distance in distances) / len(distances)


def _repetition(text: str, place: TextRange, matched: Sequence[TextRange]) -> float:
    """Share of the span's letters that are the question's own words, 0..1."""
    letters = sum(not c.isspace() for c in text[place.start : place.end])
    own = sum(len(m) for m in matched if place.holds(m))
    return min(1.0, own / letters) if letters else 0.0
