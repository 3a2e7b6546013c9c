"""A reader without a trained model of its own, which the product's reader is compared with.

It scores sentences by how many of the question's words they hold, weighted by how rare the words
are, and by the closeness of their embeddings; within a sentence it prefers spans of the expected
kind that stand near the question's words without repeating them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

from benchmarks.news.close_sentences import CloseSentence, close_sentences
from retrieval.answer.calibration import Calibration
from retrieval.datatypes import AnswerType, Context, Feature, Span, TextRange
from retrieval.english.clauses import clauses, cores
from retrieval.english.quantities import quantities
from retrieval.english.question_types import Expectation, expectation_of
from retrieval.protocols import Encoder, OffsetTokenizer
from retrieval.reader.candidates import Candidate, candidates
from retrieval.reader.question_overlap import match, proximity
from retrieval.text.masking import is_clean

NAME = "model-free"
"""What the benchmarks' commands call it."""

CALIBRATION = Calibration(
    weights={
        "margin": 0.39,
        "missing": 1.99,
        "coverage": 2.25,
        "closeness": 0.06,
    },
    ordering={"margin": 0.39},
    bias=-2.70,
    fitted_on="benchmarks.news.fit_model_free",
)
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

        sentences = close_sentences(
            question, expectation.about, contexts, self._encoder, self._tokenize, may_answer
        )
        for sentence in sentences:
            yield from self._spans(sentence, expectation)

    def _spans(self, close: CloseSentence, expectation: Expectation) -> Iterator[Span]:
        sentence = close.shared
        terms = {term for _, _, term in self._tokenize(expectation.about)}
        head = {term for _, _, term in self._tokenize(expectation.head or "")}
        matched = [
            place
            for term, places in sentence.places.items()
            if any(match(own, {term}) for own in terms)
            for place in places
        ]
        for candidate in _candidates(sentence.text, expectation, matched):
            span = self._span(close, candidate, matched, head, expectation)
            if span is not None:
                yield span

    def _span(
        self,
        close: CloseSentence,
        candidate: Candidate,
        matched: Sequence[TextRange],
        head: set[str],
        expectation: Expectation,
    ) -> Span | None:
        sentence = close.shared
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
            "closeness": close.closeness,
            "nearby": sentence.nearby,
            "fit": candidate.fit + 0.2 * is_list,
            "proximity": proximity(place, matched),
            "repetition": _repetition(sentence.text, place, matched),
            "head": self._head(sentence.text, place, head),
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

    def _head(self, text: str, place: TextRange, head: set[str]) -> float:
        """1 when the noun that names the answer stands in the span or right next to it."""
        if not head:
            return 0.0
        inside = {t for _, _, t in self._tokenize(text[place.start : place.end])}
        beside = [t for _, _, t in self._tokenize(text[place.end : place.end + 40])][:2]
        before = [t for _, _, t in self._tokenize(text[: place.start])][-2:]
        if head & inside or head & set(beside[:1]):
            return 1.0
        return 0.7 if head & {*beside, *before} else 0.0


WEIGHT_NAMES = tuple(field.name for field in fields(Weights))


def _candidates(
    text: str, expectation: Expectation, matched: Sequence[TextRange]
) -> Iterator[Candidate]:
    """The product's, but what a clause says is cut at the places of the question's own words."""
    cut: float | None = None
    for candidate in candidates(text, expectation):
        if candidate.type is AnswerType.CLAUSE and expectation.type is not AnswerType.YES_NO:
            cut = candidate.fit  # of all of them the same
        else:
            yield candidate
    if cut is not None:
        for place in gaps(text, matched):
            yield Candidate(place, AnswerType.CLAUSE, cut)


def gaps(text: str, matched: Sequence[TextRange]) -> Iterator[TextRange]:
    """What a clause says beyond the question's own words, without function words at either end."""
    for clause in clauses(text):
        inner = sorted(m for m in matched if clause.holds(m))
        position = clause.start
        for stop in [*inner, TextRange(clause.end, clause.end)]:
            if stop.start > position:
                yield from cores(text, TextRange(position, stop.start))
            position = max(position, stop.end)


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
