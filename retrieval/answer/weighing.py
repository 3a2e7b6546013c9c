"""From a reader's spans to groups of equal answers with the evidence for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

from retrieval.answer.evidence import Evidence, evidence_of
from retrieval.answer.grouping import SpanGroup, group_spans
from retrieval.answer.normalisation import plain_words
from retrieval.answer.second_look import sentence_candidate
from retrieval.datatypes import Article, Feature, Span
from retrieval.protocols import SecondReader, Similarity
from retrieval.text.headline import home_of, is_headline
from retrieval.text.masking import visible_text

LOOK = "second_look"
"""The feature of a span that has been looked at again."""
LOOKS = 12
"""Spans that are looked at again, best margin first."""
_ENOUGH = 0.9
"""Of the anchors: rounding, and words with a common beginning, count a little less than 1."""
UNSEEN = -30.0
"""The score of a span that is not looked at again."""


def below_titles(group: SpanGroup) -> SpanGroup:
    """The group without its titles, unless nothing else says it: an article says it better."""
    kept = tuple(span for span in group.spans if not is_headline(span.article_id))
    if not kept:
        return group
    fullest = group.fullest if group.fullest in kept else kept[0]
    return replace(group, spans=kept, fullest=fullest)


def supported(group: SpanGroup) -> SpanGroup:
    """The group without the spans that say the same of something else: those around which fewer of
    the question's names, numbers and dates stand than around the best one.
    """
    least = min(_ENOUGH, _shared(group.best))
    kept = tuple(span for span in group.spans if _shared(span) >= least)
    fullest = group.fullest if group.fullest in kept else group.best
    return replace(group, spans=kept, fullest=fullest)


def _shared(span: Span) -> float:
    """Share, 0..1, of the question's anchors in the span's sentence, its neighbours or title."""
    values = {feature.name: feature.value for feature in span.features}
    return values.get("anchor_coverage", 1.0) + values.get("neighbour_coverage", 0.0)


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weighs the spans of one question. ``second``, where there is one, looks again at the best:
    what it gives less than ``approval`` is no answer, no support and no rival.

    ``article`` gives the article of an id.
    """

    article: Callable[[str], Article]
    similarity: Similarity
    second: SecondReader | None = None
    approval: float = -inf

    def evidence(self, question: str, spans: Sequence[Span], limit: int) -> list[Evidence]:
        """At most ``limit`` groups of spans that say the same, best margin first. Where a second
        reader approves none, these are what could have been answers (see ``is_approved``).
        """
        looked_at = self._looked_at(question, spans)
        approved = [span for span in looked_at if self._approves(span)]
        grouped = group_spans(approved or looked_at, self.text, limit=limit)
        groups = [supported(below_titles(group)) for group in grouped]
        sentences = [self._sentence(group.best) for group in groups]
        similarities = self.similarity(question, sentences) if groups else []
        return evidence_of(groups, self._origin, similarities)

    def is_approved(self, evidence: Evidence) -> bool:
        """Whether the second reader, where there is one, takes it for an answer."""
        return self._approves(evidence.group.best)

    def _approves(self, span: Span) -> bool:
        if self.second is None:
            return True
        return any(f.name == LOOK and f.value >= self.approval for f in span.features)

    def text(self, span: Span) -> str:
        """The words of a span."""
        return self.article(span.article_id).text[span.start : span.end]

    def _looked_at(self, question: str, spans: Sequence[Span]) -> list[Span]:
        """The spans with what the second reader says of them as a further feature."""
        if self.second is None:
            return list(spans)
        looks = [sentence_candidate(self.article(s.article_id), s) for s in spans[:LOOKS]]
        judged = iter(self.second.judge(question, [look for look in looks if look is not None]))
        scores = [UNSEEN if look is None else next(judged) for look in looks]
        scores += [UNSEEN] * (len(spans) - len(scores))
        return [
            replace(span, features=(*span.features, Feature(LOOK, round(score, 4))))
            for span, score in zip(spans, scores, strict=True)
        ]

    def _sentence(self, span: Span) -> str:
        return " ".join(visible_text(self.article(span.article_id), span.sentence).split())

    def _origin(self, span: Span) -> tuple[str, Sequence[str]]:
        article = self.article(span.article_id)
        return home_of(span.article_id), plain_words(visible_text(article, span.sentence))
