"""From a reader's spans to groups of equal answers with the evidence for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

from retrieval.answer.evidence import Evidence, evidence_of
from retrieval.answer.grouping import SpanGroup, group_spans
from retrieval.answer.normalisation import plain_words
from retrieval.datatypes import Article, Span
from retrieval.protocols import Similarity
from retrieval.text.headline import home_of, is_headline
from retrieval.text.masking import visible_text

_ENOUGH = 0.9
"""Of the anchors: rounding, and words with a common beginning, count a little less than 1."""


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
    """Weighs the spans of one question. A span whose margin is less than ``approval`` is no answer,
    no support and no rival.

    ``article`` gives the article of an id.
    """

    article: Callable[[str], Article]
    similarity: Similarity
    approval: float = -inf

    def evidence(self, question: str, spans: Sequence[Span], limit: int) -> list[Evidence]:
        """At most ``limit`` groups of spans that say the same, best margin first. Where none is
        approved, these are what could have been answers (see ``is_approved``).
        """
        approved = [span for span in spans if span.margin >= self.approval]
        grouped = group_spans(approved or spans, self.text, limit=limit)
        groups = [supported(below_titles(group)) for group in grouped]
        sentences = [self._sentence(group.best) for group in groups]
        similarities = self.similarity(question, sentences) if groups else []
        return evidence_of(groups, self._origin, similarities)

    def is_approved(self, evidence: Evidence) -> bool:
        """Whether its best span may be an answer at all."""
        return evidence.group.best.margin >= self.approval

    def text(self, span: Span) -> str:
        """The words of a span."""
        return self.article(span.article_id).text[span.start : span.end]

    def _sentence(self, span: Span) -> str:
        return " ".join(visible_text(self.article(span.article_id), span.sentence).split())

    def _origin(self, span: Span) -> tuple[str, Sequence[str]]:
        article = self.article(span.article_id)
        return home_of(span.article_id), plain_words(visible_text(article, span.sentence))
