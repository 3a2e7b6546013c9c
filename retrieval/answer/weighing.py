"""From a reader's spans to groups of equal answers with the evidence for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from math import inf

from retrieval.answer.citing import cite
from retrieval.answer.evidence import Evidence, Told, evidence_of
from retrieval.answer.facts.origins import Source
from retrieval.answer.facts.support import Named, stated, supported
from retrieval.answer.grouping import SpanGroup, group_spans
from retrieval.answer.normalisation import plain_words
from retrieval.datatypes import AnswerType, Article, Citation, Span, TextRange, Voice
from retrieval.english.answer_forms import AnswerForm, form_of
from retrieval.english.attribution import WIRES, publisher_key
from retrieval.english.change import FIGURES
from retrieval.english.measures import is_part
from retrieval.english.names import words_of_names
from retrieval.english.not_answers import is_question
from retrieval.english.polarity import calls_off, denies
from retrieval.english.question_types import expectation_of
from retrieval.english.speakers import Asked, asked_source, is_from, is_paper, speaker_of
from retrieval.english.voice import RETRACTED, is_asserted, voice_of
from retrieval.protocols import Similarity
from retrieval.text.headline import home_of
from retrieval.text.masking import is_clean, visible_text

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

    def evidence(self, question: str, spans: Sequence[Span], limit: int) -> list[Evidence]:
        """At most ``limit`` groups of spans that say the same, best margin first. Where none is
        approved, these are what could have been answers (see ``is_approved``).
        """
        approved = [
            span
            for span in spans
            if span.margin >= self.approval and self.counts(question, span)
        ]
        grouped = group_spans(approved or spans, self.text, limit=limit)
        papers = WIRES | {publisher_key(self.article(s.article_id).publisher or "") for s in spans}
        named = partial(self._named, papers)
        groups = [supported(stated(group, self._asks), named) for group in grouped]
        sentences = [self._sentence(group.best) for group in groups]
        similarities = self.similarity(question, sentences) if groups else []
        told = partial(self._told, question, expectation_of(question).type, papers)
        return evidence_of(groups, self._source, similarities, told)

    def is_approved(self, evidence: Evidence) -> bool:
        """Whether its best span may be an answer at all."""
        return evidence.told.is_asserted and evidence.group.best.margin >= self.approval

    def voice(self, question: str, span: Span) -> Voice:
        """How a span's article says, to the question, what it says."""
        start, end = span.sentence.start, span.sentence.end
        text = self.article(span.article_id).text[start:end]
        return voice_of(question, text, span.start - start, span.end - start)

    def is_asserted(self, question: str, span: Span) -> bool:
        """Whether a span is said as something that is so. A sentence that decides, a reason, and a
        definition are quoted in whatever voice.
        """
        voice = self.voice(question, span)
        if not _asks_for_a_phrase(question):
            return voice not in RETRACTED
        return is_asserted(question, voice)

    def counts(self, question: str, span: Span) -> bool:
        """Whether a span may be an answer by how, and by whom, it is said."""
        return self.is_asserted(question, span) and self.is_from_source(question, span)

    def is_from_source(self, question: str, span: Span) -> bool:
        """Whether it is said by whom the question asks about, where it asks for somebody's words:
        in the sentence, or by who published it.
        """
        asked = _asked_source(question)
        article = self.article(span.article_id)
        if asked is None or is_paper(asked, article.publisher):
            return True
        speaker = speaker_of(article.text, article.sentences, span.range)
        return is_from(asked, article.text, span.sentence, speaker)

    def lacking_source(self, question: str, span: Span) -> str | None:
        """Whose words the question asks for, where the span is not of them."""
        asked = _asked_source(question)
        return None if asked is None or self.is_from_source(question, span) else asked.source

    def citation(self, question: str, span: Span, number: int) -> Citation:
        """The citation of a span, with how its article says it, and in whose words."""
        article, voice = self.article(span.article_id), self.voice(question, span)
        speaker = speaker_of(article.text, article.sentences, span.range)
        if speaker is None:
            return cite(article, span, number, voice)
        is_shown = speaker.is_named and is_clean(article, speaker.range)
        said = Voice.SAID if voice is Voice.FACT else voice
        return cite(article, span, number, said, speaker.range if is_shown else None)

    def undone(self, question: str, spans: Sequence[Span]) -> Span | None:
        """The best of the spans that would be approved if it were said as something that is so, and
        by whom it is asked of.
        """
        least = max(0.0, self.approval) if _asked_source(question) is None else -inf
        found = [s for s in spans if s.margin >= least and not self.counts(question, s)]
        return max(found, key=lambda span: span.margin, default=None)

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
            self.counts(question, span),
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
            "\n".join((self._near(span), _signed(article.byline or ""), *ends)),
        )


def _signed(byline: str) -> str:
    """Each of those who wrote it on a line: "By Jane Roe", "By Associated Press"."""
    return "\n".join(f"By {part.strip()}" for part in byline[:_CREDITED].split(",") if part.strip())


def _denied(question: str, sentence: str) -> bool | None:
    """Whether a sentence denies what a yes/no question asks, or tells that it was called off."""
    return True if calls_off(question, sentence) else denies(question, sentence)


@lru_cache(64)
def _asked_source(question: str) -> Asked | None:
    """Asked of every span of a question."""
    return asked_source(question)


@lru_cache(64)
def _asks_for_a_phrase(question: str) -> bool:
    """Asked of every span of a question."""
    return form_of(question, expectation_of(question)) is AnswerForm.PHRASE
