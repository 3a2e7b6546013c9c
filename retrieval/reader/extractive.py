"""A reader with a trained model: it scores every token as the start and the end of an answer.

What the model says is joined with what the names and the form of the question say (anchors, kind),
as features that the calibration weighs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from retrieval.datatypes import AnswerType, Context, Span, TextRange
from retrieval.english.answer_forms import AnswerForm, form_of
from retrieval.english.clauses import names_only
from retrieval.english.question_types import expectation_of
from retrieval.english.respectively import respective
from retrieval.protocols import OffsetTokenizer
from retrieval.reader.anchors import AnchorOverlap, anchors_of, overlaps
from retrieval.reader.answer_range import AskedFor, InSentence, answer_range, is_no_answer
from retrieval.reader.boundaries import is_boundary, tidied
from retrieval.reader.candidates import Candidate, candidates, kind_of
from retrieval.reader.question_overlap import RelevantSentence, shared_words
from retrieval.reader.span_features import span_features
from retrieval.reader.span_scorer import SpanScorer
from retrieval.reader.spans import ScoredSpan, Window, below_title, best_spans, score_of
from retrieval.reader.titled import titled
from retrieval.text.masking import (
    VisibleText,
    is_clean,
    sentence_around,
    shown_text,
)

_SPANS_PER_WINDOW = 3
_BEAM = 20
_SPANS = 60
_NEAR = 8.0
"""Logits below a window's best span from where on no span is looked at: ``exp(-8)`` of its odds."""

FIT_WEIGHT = 1.0
"""Logits that a span of the expected kind is worth more than one that does not fit at all. Of 0.25
to 2 the best on the development split: exact match +1.0 over 0, F1 +0.3."""
_SINGLE = 0.6
"""What is left of the fit when several things are asked for and the span names one. By hand."""
_SEVERAL = re.compile(r",|\band\b|\bor\b|&|\bboth\b", re.I)
_DESCRIPTION_WEIGHT = 6.0
"""The same for "who is X?", and as much against a bare name, which never answers that; the sets
hold few such questions. Set by hand."""


class ExtractiveReader:
    """Implements ``Reader``. Stateless between questions."""

    def __init__(self, scorer: SpanScorer, tokenize: OffsetTokenizer) -> None:
        self._scorer = scorer
        self._tokenize = tokenize

    def expected_type(self, question: str) -> AnswerType:
        return expectation_of(question).type

    def read(self, question: str, contexts: Sequence[Context]) -> tuple[Span, ...]:
        expectation = expectation_of(question)
        shown = [shown_text(context.article, context.passage.range) for context in contexts]
        windows = self._windows(question, contexts, shown)
        sentences = shared_words(question, expectation.about, contexts, self._tokenize)
        anchors = anchors_of(question, [s for own in sentences for s in own], self._tokenize)
        asked = AskedFor(
            expectation,
            form_of(question, expectation),
            frozenset(term for _, _, term in self._tokenize(question)),
        )
        found = [
            span
            for context, text, parts, own in zip(contexts, shown, windows, sentences, strict=True)
            for span in _Passage(
                context, text, own, overlaps(anchors, own, self._tokenize), asked
            ).spans(parts)
        ]
        return tuple(folded(found)[:_SPANS])

    def _windows(
        self, question: str, contexts: Sequence[Context], shown: Sequence[VisibleText]
    ) -> list[list[Window]]:
        """The windows of each shown text, without the tokens of the title above it."""
        under_titles = self._scorer.reads_titles
        heads = [context.article.title if under_titles else None for context in contexts]
        texts = [titled(head, own.text) for head, own in zip(heads, shown, strict=True)]
        read = self._scorer.windows(question, [text for text, _ in texts])
        return [
            [below_title(window, shift) for window in windows]
            for windows, (_, shift) in zip(read, texts, strict=True)
        ]


def folded(spans: Sequence[Span]) -> list[Span]:
    """Best margin first; a span that overlaps a better one goes into it: passages share text."""
    kept: dict[str, list[Span]] = {}
    absorbed: dict[int, list[Span]] = {}
    for span in sorted(spans, key=lambda s: (-s.margin, s.article_id, s.start, s.end)):
        own = kept.setdefault(span.article_id, [])
        home = next((other for other in own if span.range.overlaps(other.range)), None)
        if home is None:
            own.append(span)
        else:
            absorbed.setdefault(id(home), []).append(span)
    whole = [
        replace(span, folded=tuple(absorbed.get(id(span), ())))
        for own in kept.values()
        for span in own
    ]
    return sorted(whole, key=lambda s: (-s.margin, s.article_id, s.start, s.end))


@dataclass(frozen=True, slots=True)
class _Found:
    """A scored range of the shown text with its place in the article and what kind it is."""

    scored: ScoredSpan
    place: TextRange
    sentence: RelevantSentence | None
    type: AnswerType
    fit: float
    bonus: float

    @property
    def score(self) -> float:
        """What orders the spans; larger is better."""
        return self.scored.score + self.bonus


@dataclass(frozen=True, slots=True)
class _Passage:
    """One passage under one question; ``anchors`` are by sentence."""

    context: Context
    shown: VisibleText
    sentences: Sequence[RelevantSentence]
    anchors: Sequence[AnchorOverlap]
    asked: AskedFor

    def spans(self, windows: Sequence[Window]) -> Iterator[Span]:
        known: dict[TextRange, list[Candidate]] = {
            s.range: list(candidates(s.text, self.asked.expectation)) for s in self.sentences
        }
        for window in windows:
            stretches = [self._sentence_at(int(start)) for start in window.offsets[:, 0]]
            beam = best_spans(window, self.shown.text, count=_BEAM, stretches=stretches)
            if not beam:
                continue
            total = _total(beam, window.null_score)
            near = [s for s in beam if s.score >= beam[0].score - _NEAR]
            found = [
                f for s in [*near, *self._ruled(window, known)] if (f := self._found(s, known))
            ]
            found.sort(key=lambda f: (-f.score, f.place))
            kept: list[TextRange] = []
            for item in found:
                place = self._whole(item, found)
                if not any(place.overlaps(other) for other in kept):
                    kept.append(place)
                    yield self._span(item, place, exp(min(0.0, item.scored.score - total)))
                if len(kept) == _SPANS_PER_WINDOW:
                    break

    def _sentence_at(self, offset: int) -> int:
        """A number for the sentence, as far as no noise cuts it, at an offset of the shown text."""
        part = self.shown.part_at(offset)
        at = self.shown.parts[part].start + offset - self.shown.starts[part]
        return bisect_right(self.sentences, at, key=lambda s: s.range.start) + part * (
            len(self.sentences) + 1
        )

    def _ruled(
        self, window: Window, known: dict[TextRange, list[Candidate]]
    ) -> Iterator[ScoredSpan]:
        """What the rules take for an answer of the expected kind, as the model scores it."""
        for sentence in self.sentences:
            for candidate in known[sentence.range]:
                if candidate.fit < 1.0 or candidate.type is not self.asked.expectation.type:
                    continue
                place = self.shown.from_article(
                    sentence.range.start + candidate.range.start,
                    sentence.range.start + candidate.range.end,
                )
                # A rule's range has to keep what the model's keep.
                quoted = place and tidied(self.shown.text, place.start, place.end)
                if quoted and all(is_boundary(self.shown.text, at) for at in quoted):
                    scored = score_of(window, *quoted)
                    if scored:
                        yield scored

    def _found(self, scored: ScoredSpan, known: dict[TextRange, list[Candidate]]) -> _Found | None:
        place = self.shown.in_article(scored.start, scored.end)
        if place is None or not is_clean(self.context.article, place):
            return None
        sentence = next((s for s in self.sentences if s.range.holds(place)), None)
        if sentence is None:
            return _Found(scored, place, None, AnswerType.CLAUSE, 0.0, 0.0)
        start = sentence.range.start
        inside = TextRange(place.start - start, place.end - start)
        kind, fit = kind_of(sentence.text, inside, self.asked.expectation, known[sentence.range])
        if self.asked.expectation.wants_list and not self._is_several(place):
            fit *= _SINGLE
        bonus = FIT_WEIGHT * fit
        if self.asked.expectation.type is AnswerType.DESCRIPTION:
            text = self.context.article.text[place.start : place.end]
            bonus = _DESCRIPTION_WEIGHT * (fit - names_only(text))
        item = _Found(scored, place, sentence, kind, fit, bonus)
        return None if is_no_answer(self.context.article, self._inside(item), self.asked) else item

    def _is_several(self, place: TextRange) -> bool:
        """Whether several things are asked for, and the range names several."""
        text = self.context.article.text[place.start : place.end]
        return self.asked.expectation.wants_list and bool(_SEVERAL.search(text))

    def _whole(self, item: _Found, found: Sequence[_Found]) -> TextRange:
        """The range that is quoted for a span."""
        if item.sentence is None:
            return item.place
        others = [other.place for other in found]
        place = answer_range(self.context.article, self._inside(item), self.asked, others)
        if self.asked.form is not AnswerForm.PHRASE or self.asked.expectation.wants_list:
            return place
        return self._respective(place, item.sentence)

    def _respective(self, place: TextRange, sentence: RelevantSentence) -> TextRange:
        """Of two lists that "respectively" joins, the member that goes with the question's."""
        start = sentence.range.start
        named = [
            at
            for term, places in sentence.places.items()
            for at in places
            if term in self.asked.terms and not sentence.text[at.start].islower()
        ]
        inside = TextRange(place.start - start, place.end - start)
        own = respective(sentence.text, inside, named)
        if own is None:
            return place
        member = TextRange(own.start + start, own.end + start)
        whole = self.context.passage.range.holds(member) and is_clean(self.context.article, member)
        return member if whole else place

    def _inside(self, item: _Found) -> InSentence:
        assert item.sentence is not None
        return InSentence(item.place, item.type, item.sentence.range, self.context.passage.range)

    def _span(self, item: _Found, place: TextRange, share: float) -> Span:
        return Span(
            article_id=self.context.article.id,
            start=place.start,
            end=place.end,
            sentence=sentence_around(self.context.article, place),
            score=item.score,
            null_score=item.scored.null_score,
            answer_type=item.type,
            features=span_features(
                place,
                item.sentence,
                self.anchors[self.sentences.index(item.sentence)] if item.sentence else None,
                self.asked.terms,
                share=share,
                fit=item.fit,
                several=self._is_several(place),
            ),
            window=self.context.passage.range,
        )


def _total(beam: Sequence[ScoredSpan], null_score: float) -> float:
    """Logarithm of the sum of exponentials over the beam and "no answer"."""
    return float(np.logaddexp.reduce([null_score, *(span.score for span in beam)]))
