"""From a reader's spans to groups of equal answers with the evidence for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from retrieval.answer.evidence import Evidence, evidence_of
from retrieval.answer.grouping import group_spans
from retrieval.answer.normalisation import plain_words
from retrieval.answer.second_look import sentence_candidate
from retrieval.datatypes import Article, Feature, Span
from retrieval.protocols import SecondReader, Similarity
from retrieval.text.masking import visible_text

LOOKS = 12
"""Spans that are looked at again, best margin first."""
UNSEEN = -30.0
"""The score of a span that is not looked at again."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weighs the spans of one question. ``second``, where there is one, looks again at the best.

    ``article`` gives the article of an id.
    """

    article: Callable[[str], Article]
    similarity: Similarity
    second: SecondReader | None = None

    def evidence(self, question: str, spans: Sequence[Span], limit: int) -> list[Evidence]:
        """At most ``limit`` groups of spans that say the same, best margin first."""
        groups = group_spans(self._looked_at(question, spans), self.text, limit=limit)
        sentences = [self._sentence(group.best) for group in groups]
        similarities = self.similarity(question, sentences) if groups else []
        return evidence_of(groups, self._origin, similarities)

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
            replace(span, features=(*span.features, Feature("second_look", round(score, 4))))
            for span, score in zip(spans, scores, strict=True)
        ]

    def _sentence(self, span: Span) -> str:
        return " ".join(visible_text(self.article(span.article_id), span.sentence).split())

    def _origin(self, span: Span) -> tuple[str, Sequence[str]]:
        article = self.article(span.article_id)
        return span.article_id, plain_words(visible_text(article, span.sentence))
