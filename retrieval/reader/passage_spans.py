"""The spans of one passage under one question: what the model marks, weighed by kind and form."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import exp

import numpy as np

from retrieval.datatypes import AnswerType, Context, Span, TextRange
from retrieval.english.answer_forms import AnswerForm
from retrieval.english.clauses import names_only
from retrieval.english.measures import before_day
from retrieval.english.respectively import respective
from retrieval.reader.anchors import AnchorOverlap
from retrieval.reader.answer_range import (
    COUNTED,
    AskedFor,
    InSentence,
    answer_range,
    is_no_answer,
)
from retrieval.reader.boundaries import is_boundary, tidied
from retrieval.reader.candidates import Candidate, candidates, kind_of
from retrieval.reader.question_overlap import RelevantSentence
from retrieval.reader.span_features import span_features
from retrieval.reader.spans import (
    ScoredSpan,
    TitledWindow,
    Window,
    best_spans,
    score_of,
)
from retrieval.text.masking import (
    VisibleText,
    is_clean,
    sentence_around,
)

_SPANS_PER_WINDOW = 3
_BEAM = 20
_NEAR = 8.0
"""Logits below a window's best span from where on no span is looked at: ``exp(-8)`` of its odds."""

FIT_WEIGHT = 1.0
"""Logits that a span of the expected kind is worth more than one that does not fit at all. Of 0.25
to 2 the best on the development split: exact match +1.0 over 0, F1 +0.3."""
_SINGLE = 0.6
"""What is left of the fit when several things are asked for and the span names one. By hand."""
_SEVERAL = re.compile(r",(?!\d)|\band\b|\bor\b|&|\bboth\b", re.I)
_DESCRIPTION_WEIGHT = 6.0
"""The same for "who is X?", and as much against a bare name, which never answers that; the sets
hold few such questions. Set by hand."""


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
class PassageSpans:
    """One passage, or title, under one question; ``anchors`` are by sentence. ``known`` keeps what
    the rules find in a sentence, which is asked for more than once, also when it is read again.
    """

    context: Context
    shown: VisibleText
    windows: Sequence[TitledWindow]
    sentences: Sequence[RelevantSentence]
    anchors: Sequence[AnchorOverlap]
    asked: AskedFor
    known: dict[TextRange, list[Candidate]] = field(default_factory=dict)

    def within(self, place: TextRange) -> PassageSpans:
        """The passage with the sentences alone that touch ``place``."""
        kept = [at for at, s in enumerate(self.sentences) if s.range.overlaps(place)]
        return replace(
            self,
            sentences=[self.sentences[at] for at in kept],
            anchors=[self.anchors[at] for at in kept],
        )

    def spans(self) -> Iterator[Span]:
        for window in (titled_window.text for titled_window in self.windows):
            stretches = [self._sentence_at(int(start)) for start in window.offsets[:, 0]]
            beam = best_spans(window, self.shown.text, count=_BEAM, stretches=stretches)
            if not beam:
                continue
            total = _total(beam, window.null_score)
            near = [s for s in beam if s.score >= beam[0].score - _NEAR]
            found = [f for s in [*near, *self._ruled(window)] if (f := self._found(s))]
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

    def _ruled(self, window: Window) -> Iterator[ScoredSpan]:
        """What the rules take for an answer of the expected kind, as the model scores it."""
        for sentence in self.sentences:
            for candidate in self._candidates(sentence):
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

    def _found(self, scored: ScoredSpan) -> _Found | None:
        place = self.shown.in_article(scored.start, scored.end)
        if place is None or not is_clean(self.context.article, place):
            return None
        sentence = next((s for s in self.sentences if s.range.holds(place)), None)
        if sentence is None:
            return _Found(scored, place, None, AnswerType.CLAUSE, 0.0, 0.0)
        place = self._figure(place)
        start = sentence.range.start
        inside = TextRange(place.start - start, place.end - start)
        kind, fit = kind_of(
            sentence.text, inside, self.asked.expectation, self._candidates(sentence)
        )
        if self.asked.expectation.wants_list and not self._is_several(place):
            fit *= _SINGLE
        bonus = FIT_WEIGHT * fit
        if self.asked.expectation.type is AnswerType.DESCRIPTION:
            text = self.context.article.text[place.start : place.end]
            bonus = _DESCRIPTION_WEIGHT * (fit - names_only(text))
        item = _Found(scored, place, sentence, kind, fit, bonus)
        return None if is_no_answer(self.context.article, self._inside(item), self.asked) else item

    def _figure(self, place: TextRange) -> TextRange:
        """The range without the day behind the figure that was asked for."""
        kind = self.asked.expectation.type
        if kind not in COUNTED:
            return place
        text = self.context.article.text[place.start : place.end]
        return TextRange(place.start, place.start + before_day(text, kind))

    def _candidates(self, sentence: RelevantSentence) -> list[Candidate]:
        if sentence.range not in self.known:
            found = candidates(sentence.text, self.asked.expectation)
            self.known[sentence.range] = list(found)
        return self.known[sentence.range]

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
