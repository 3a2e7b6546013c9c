"""How, and by whom, a span is said; and whether it may be the answer for that.

Where a question asks for somebody's words, only what that source says is one. What a correction
puts in the place of an old value answers what the old one answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from retrieval.answer.citing import cite
from retrieval.datatypes import Article, Citation, Context, Span, Voice
from retrieval.english.answer_forms import AnswerForm, form_of
from retrieval.english.asked_source import (
    Asked,
    asked_source,
    is_from,
    is_paper,
    without_source,
)
from retrieval.english.question_types import expectation_of
from retrieval.english.speakers import speaker_of
from retrieval.english.voice import RETRACTED, is_asserted, voice_of
from retrieval.text.masking import is_clean, sentence_before


@dataclass(frozen=True, slots=True)
class Telling:
    """``article`` gives the article of an id."""

    article: Callable[[str], Article]

    def answers(self, question: str, spans: Sequence[Span], approval: float) -> list[Span]:
        """The spans that may be the answer: with no smaller margin than ``approval``, and said as
        something that is so by whom it is asked of.
        """
        asked = self._asked(question, spans)
        # Next to somebody else's answer a source's words are one only if they look like one.
        least = approval if asked is None else max(0.0, approval)
        return [
            span
            for span in self._put_right(question, spans)
            if span.margin >= least
            and self.is_asserted(question, span)
            and self._is_from(asked, span)
        ]

    def voice(self, question: str, span: Span) -> Voice:
        """How a span's article says, to the question, what it says."""
        article, start, end = self.article(span.article_id), span.sentence.start, span.sentence.end
        before = sentence_before(article, start)
        return voice_of(
            question, article.text[start:end], span.start - start, span.end - start, before
        )

    def is_asserted(self, question: str, span: Span) -> bool:
        """Whether a span is said as something that is so. A sentence that decides, a reason, and a
        definition are quoted in whatever voice.
        """
        voice = self.voice(question, span)
        if not _asks_for_a_phrase(question):
            return voice not in RETRACTED
        return is_asserted(question, voice)

    def undone(self, question: str, spans: Sequence[Span], approval: float) -> Span | None:
        """The best of the spans that would be an answer if it were said as something that is so, or
        by whom it is asked of.
        """
        asked = self._asked(question, spans)
        found = [
            span
            for span in spans
            if not self._is_from(asked, span)
            or (span.margin >= max(0.0, approval) and not self.is_asserted(question, span))
        ]
        return max(found, key=lambda span: span.margin, default=None)

    def lacking_source(self, question: str, span: Span) -> str | None:
        """Whose words the question asks for, where the span is not of them."""
        asked = self._asked(question, [span])
        return None if asked is None or self._is_from(asked, span) else asked.source

    def citation(self, question: str, span: Span, number: int) -> Citation:
        """The citation of a span, with how its article says it, and in whose words."""
        article, voice = self.article(span.article_id), self.voice(question, span)
        speaker = speaker_of(article.text, article.sentences, span.range)
        if speaker is None:
            return cite(article, span, number, voice)
        is_shown = speaker.is_named and is_clean(article, speaker.range)
        said = Voice.SAID if voice is Voice.FACT else voice
        return cite(article, span, number, said, speaker.range if is_shown else None)

    def _asked(self, question: str, spans: Iterable[Span]) -> Asked | None:
        """Whose words are asked for. Those of a paper at hand are nobody else's."""
        asked = _asked_source(question)
        if asked is None or asked.is_strict:
            return asked
        papers = {self.article(span.article_id).publisher for span in spans}
        return replace(asked, is_strict=any(is_paper(asked, paper) for paper in papers))

    def _is_from(self, asked: Asked | None, span: Span) -> bool:
        """Whether its sentence says it in the words of the source, or the source published it."""
        article = self.article(span.article_id)
        if asked is None or is_paper(asked, article.publisher):
            return True
        speaker = speaker_of(article.text, article.sentences, span.range)
        return is_from(asked, article.text, span.sentence, speaker)

    def _put_right(self, question: str, spans: Sequence[Span]) -> list[Span]:
        """The spans, with the margin of the old value for what a correction puts in its place."""
        old = [span for span in spans if self.voice(question, span) is Voice.CORRECTED]
        if not old:
            return list(spans)
        return [
            self._raised(span, old) if self._corrects(question, span) else span for span in spans
        ]

    def _corrects(self, question: str, span: Span) -> bool:
        return self.voice(question, span) is Voice.CORRECTION

    def _raised(self, span: Span, old: Iterable[Span]) -> Span:
        text = self.article(span.article_id).text
        margins = [
            other.margin
            for other in old
            if (other.article_id, other.answer_type) == (span.article_id, span.answer_type)
            and "\n" not in text[min(other.end, span.start) : max(other.start, span.end)]
        ]
        most = max(margins, default=span.margin)
        return replace(span, score=max(span.score, span.null_score + most))


def as_read(question: str, contexts: Sequence[Context]) -> str:
    """The question as it is to be read: without the name of a paper whose words it asks for."""
    asked = _asked_source(question)
    papers = (context.article.publisher for context in contexts)
    if asked is None or not any(is_paper(asked, paper) for paper in papers):
        return question
    return without_source(question)


@lru_cache(64)
def _asked_source(question: str) -> Asked | None:
    """Asked of every span of a question."""
    return asked_source(question)


@lru_cache(64)
def _asks_for_a_phrase(question: str) -> bool:
    """Asked of every span of a question."""
    return form_of(question, expectation_of(question)) is AnswerForm.PHRASE
