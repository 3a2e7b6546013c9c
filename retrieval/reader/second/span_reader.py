"""A second look by a span model: each candidate's sentence is read alone, under its title."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.datatypes import SentenceCandidate, TextRange
from retrieval.reader.span_scorer import SpanScorer
from retrieval.reader.spans import ScoredSpan, Window, best_spans, score_of
from retrieval.reader.titled import titled

_BEAM = 12
_SAME = 0.5
"""Share of code points that two spans have in common (intersection over union) from where on they
are one answer: a sentence read alone may move a border by a word."""
_UNSEEN = -30.0
"""For a span that is none of the best in its sentence, or lies outside what the model reads."""


class SpanSecondReader:
    """Implements ``SecondReader`` with the model of a first reader. Stateless."""

    def __init__(self, scorer: SpanScorer) -> None:
        self._scorer = scorer

    @property
    def identity(self) -> str:
        return f"{self._scorer.identity} on sentences"

    def judge(self, question: str, candidates: Sequence[SentenceCandidate]) -> tuple[float, ...]:
        under_titles = self._scorer.reads_titles
        looks = [titled(c.title if under_titles else None, c.text) for c in candidates]
        texts = list(dict.fromkeys(text for text, _ in looks))
        read = dict(zip(texts, self._scorer.windows(question, texts), strict=True))
        return tuple(
            _score(text, TextRange(c.start + shift, c.end + shift), read[text])
            for c, (text, shift) in zip(candidates, looks, strict=True)
        )


def _score(text: str, place: TextRange, windows: Sequence[Window]) -> float:
    """The best margin of the span itself and of those spans of its sentence that are nearly it."""
    margins = [_UNSEEN]
    for window in windows:
        own = score_of(window, place.start, place.end)
        spans: list[ScoredSpan] = [own] if own else []
        spans += [s for s in best_spans(window, text, count=_BEAM) if _is_same(s, place)]
        margins += [span.margin for span in spans]
    return max(margins)


def _is_same(span: ScoredSpan, place: TextRange) -> bool:
    shared = min(span.end, place.end) - max(span.start, place.start)
    whole = max(span.end, place.end) - min(span.start, place.start)
    return shared >= _SAME * whole
