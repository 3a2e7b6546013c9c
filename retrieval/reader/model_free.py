"""A reader without a trained model of its own.

It scores sentences by how many of the question's words they hold, weighted by how rare the words
are, and by the closeness of their embeddings; within a sentence it prefers spans of the expected
kind that stand near the question's words without repeating them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from retrieval.datatypes import AnswerType, Context, Feature, Span, TextRange
from retrieval.english.quantities import quantities
from retrieval.english.question_types import Expectation, expectation_of
from retrieval.protocols import Encoder, OffsetTokenizer
from retrieval.reader.candidates import Candidate, candidates
from retrieval.reader.question_overlap import RelevantSentence, match, proximity, relevant_sentences
from retrieval.text.masking import is_clean

_SPANS_PER_SENTENCE = 3
_SPANS = 60
_EDGE = ' \t\n\r\xa0.,;:!?"“”()[]–—-'


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature (all 0..1) adds to a span's log-odds of being right.

    The null score is ``-bias + missing * (share of the question that the passage lacks)``.
    """

    coverage: float = 3.04
    closeness: float = 5.48
    nearby: float = -0.26
    fit: float = 5.18
    proximity: float = 1.61
    repetition: float = -4.13
    head: float = 1.01
    length: float = -0.25
    rank: float = 0.97
    missing: float = -5.63
    bias: float = -7.0


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
        best: dict[tuple[str, int, int], Span] = {}
        for span in self.all_spans(question, contexts):
            key = (span.article_id, span.start, span.end)
            if key not in best or best[key].margin < span.margin:
                best[key] = span
        ordered = sorted(best.values(), key=lambda s: (-s.margin, s.article_id, s.start, s.end))
        return tuple(_few_per_sentence(ordered)[:_SPANS])

    def all_spans(self, question: str, contexts: Sequence[Context]) -> Iterator[Span]:
        """Every candidate in the relevant sentences, in no order, before the best are chosen."""
        expectation = expectation_of(question)

        def may_answer(text: str) -> bool:
            return any(kind is expectation.type for _, kind in quantities(text))

        sentences = relevant_sentences(
            question, expectation.about, contexts, self._encoder, self._tokenize, may_answer
        )
        for sentence in sentences:
            yield from self._spans(sentence, expectation)

    def _spans(self, sentence: RelevantSentence, expectation: Expectation) -> Iterator[Span]:
        terms = {term for _, _, term in self._tokenize(expectation.about)}
        head = {term for _, _, term in self._tokenize(expectation.head or "")}
        matched = [
            place
            for term, places in sentence.places.items()
            if any(match(own, {term}) for own in terms)
            for place in places
        ]
        for candidate in candidates(sentence.text, expectation, matched):
            span = self._span(sentence, candidate, matched, head, expectation)
            if span is not None:
                yield span

    def _span(
        self,
        sentence: RelevantSentence,
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
            "proximity": proximity(place, matched),
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

    def _head(self, sentence: RelevantSentence, place: TextRange, head: set[str]) -> float:
        """1 when the noun that names the answer stands in the span or right next to it."""
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


def _few_per_sentence(spans: Sequence[Span]) -> list[Span]:
    """Of spans best first, the first few of each sentence that do not overlap each other."""
    kept: dict[tuple[str, TextRange], list[Span]] = {}
    for span in spans:
        own = kept.setdefault((span.article_id, span.sentence), [])
        if len(own) < _SPANS_PER_SENTENCE and not any(
            span.range.overlaps(other.range) for other in own
        ):
            own.append(span)
    chosen = {id(span) for own in kept.values() for span in own}
    return [span for span in spans if id(span) in chosen]


def _edged(text: str, place: TextRange) -> TextRange:
    """The range without white space, stops and quotation marks at its edges."""
    start, end = place.start, place.end
    while start < end and (text[start] in _EDGE or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _EDGE or text[end - 1].isspace()):
        end -= 1
    is_abbreviation = end < place.end and text[end] == "." and "." in text[start:end][-3:]
    return TextRange(start, end + 1 if is_abbreviation else end)


def _repetition(text: str, place: TextRange, matched: Sequence[TextRange]) -> float:
    """Share of the span's letters that are the question's own words, 0..1."""
    letters = sum(not c.isspace() for c in text[place.start : place.end])
    own = sum(len(m) for m in matched if place.holds(m))
    return min(1.0, own / letters) if letters else 0.0
