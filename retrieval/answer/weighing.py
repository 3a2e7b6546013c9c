"""From a reader's spans to groups of equal answers with the evidence for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from math import inf

from retrieval.answer.evidence import Evidence, Told, evidence_of
from retrieval.answer.facts.origins import Source
from retrieval.answer.facts.support import Named, stated, supported
from retrieval.answer.grouping import SpanGroup, group_spans
from retrieval.answer.normalisation import plain_words
from retrieval.answer.telling import Telling
from retrieval.datatypes import AnswerType, Article, Span, TextRange
from retrieval.english.attribution import WIRES, publisher_key
from retrieval.english.change import FIGURES
from retrieval.english.measures import is_part
from retrieval.english.names import words_of_names
from retrieval.english.not_answers import is_question
from retrieval.english.polarity import calls_off, denies
from retrieval.english.question_types import expectation_of
from retrieval.protocols import Similarity
from retrieval.text.headline import home_of
from retrieval.text.masking import visible_text

_AROUND = 300
"""Code points looked at for names on either side of a span, and where an article begins."""
_END = 40
_CREDITED = 160
"""Code points at either end of an article, where it may say whose story it is."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weighs the spans of one question. A span whose margin is less than ``approval`` is no answer,
    no support and no rival.

    ``article`` gives the article of an id.
    """

    article: Callable[[str], Article]
    similarity: Similarity
    approval: float = -inf

    @property
    def telling(self) -> Telling:
        """How, and by whom, spans are said."""
        return Telling(self.article)

    def evidence(self, question: str, spans: Sequence[Span], limit: int) -> list[Evidence]:
        """At most ``limit`` groups of spans that say the same, best margin first. Where none is
        approved, these are what could have been answers (see ``is_approved``).
        """
        approved = self.telling.answers(question, spans, self.approval)
        grouped = group_spans(approved or spans, self.text, limit=limit)
        papers = WIRES | {publisher_key(self.article(s.article_id).publisher or "") for s in spans}
        named = partial(self._named, papers)
        groups = [supported(stated(group, self._asks), named) for group in grouped]
        sentences = [self._sentence(group.best) for group in groups]
        similarities = self.similarity(question, sentences) if groups else []
        expected, is_asserted = expectation_of(question).type, bool(approved)

        def told(span: Span) -> Told:
            return replace(self._told(question, expected, papers, span), is_asserted=is_asserted)

        return evidence_of(groups, self._source, similarities, told)

    def is_approved(self, evidence: Evidence) -> bool:
        """Whether its best span may be an answer at all."""
        return evidence.told.is_asserted and evidence.group.best.margin >= self.approval

    def undone(self, question: str, spans: Sequence[Span]) -> Span | None:
        """What would be the best answer if it were so, or said by whom it is asked of."""
        return self.telling.undone(question, spans, self.approval)

    def text(self, span: Span) -> str:
        """The words of a span."""
        return self.article(span.article_id).text[span.start : span.end]

    def shown(self, group: SpanGroup) -> Sequence[str]:
        """The words, in lower case, in which a group is shown."""
        return plain_words(self.text(group.fullest))

    def day(self, span: Span) -> date | None:
        """The day of the article that a span stands in, where it can be trusted."""
        return self.article(span.article_id).trusted_date

    def _told(
        self, question: str, expected: AnswerType, papers: Collection[str], span: Span
    ) -> Told:
        sentence = self._sentence(span)
        start, end = span.sentence.start, span.sentence.end
        place = TextRange(span.start - start, span.end - start)
        text = self.article(span.article_id).text[start:end]
        return Told(
            self._named(papers, span),
            _denied(question, sentence) if expected is AnswerType.YES_NO else None,
            span.answer_type in FIGURES and is_part(text, place, question),
        )

    def _sentence(self, span: Span) -> str:
        return " ".join(visible_text(self.article(span.article_id), span.sentence).split())

    def _asks(self, span: Span) -> bool:
        end = span.sentence.end
        return is_question(self.article(span.article_id).text[max(0, end - _END) : end])

    def _named(self, papers: Collection[str], span: Span) -> Named:
        """Of the sentence, the title and the beginning of the article, but for papers: who tells of
        a thing is not what it is about.
        """
        article = self.article(span.article_id)
        begun = TextRange(0, min(len(article.text), _AROUND))
        title = (article.title or "")[:_AROUND]
        texts = title, visible_text(article, begun), self._near(span)
        return words_of_names(texts, lambda name: publisher_key(name) in papers)

    def _near(self, span: Span) -> str:
        """The sentence, as far as it is not very long."""
        start, end = span.start - _AROUND, span.end + _AROUND
        place = TextRange(max(span.sentence.start, start), min(span.sentence.end, end))
        return visible_text(self.article(span.article_id), place)

    def _source(self, span: Span) -> Source:
        article = self.article(span.article_id)
        ends = article.text[:_CREDITED], article.text[-_CREDITED:]
        return Source(
            home_of(span.article_id),
            tuple(plain_words(visible_text(article, span.sentence))),
            article.publisher,
            "\n".join((self._near(span), _signed(article.author or ""), *ends)),
        )


def _signed(byline: str) -> str:
    """Each of those who wrote it on a line: "By Jane Roe", "By Associated Press"."""
    return "\n".join(f"By {part.strip()}" for part in byline[:_CREDITED].split(",") if part.strip())


def _denied(question: str, sentence: str) -> bool | None:
    """Whether a sentence denies what a yes/no question asks, or tells that it was called off."""
    return True if calls_off(question, sentence) else denies(question, sentence)
