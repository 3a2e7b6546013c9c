"""What of a sentence is the answer: the span, extended to its list, date, measure, or sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.datatypes import AnswerType, Article, TextRange
from retrieval.english.answer_forms import AnswerForm
from retrieval.english.enumerations import whole_list
from retrieval.english.measures import whole_measure
from retrieval.english.not_answers import (
    dateline_end,
    in_dateline,
    is_credit,
    is_pronoun,
    is_question,
)
from retrieval.english.quantities import whole_date
from retrieval.english.question_types import Expectation
from retrieval.text.headline import is_headline
from retrieval.text.masking import is_clean, trimmed, visible_parts

_CLAUSE_WORDS = 5
"""From so many words on a span is taken for the clause that was asked for; a shorter one becomes
its sentence."""
_PHRASE_WORDS = 2
"""The same where the span is of the kind asked for: a role or an apposition defines a name."""
COUNTED = frozenset({AnswerType.NUMBER, AnswerType.MONEY, AnswerType.PERCENT, AnswerType.DURATION})


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a question asks for, in which form, and its index terms."""

    expectation: Expectation
    form: AnswerForm
    terms: frozenset[str]


@dataclass(frozen=True, slots=True)
class InSentence:
    """A span's place in its article, the kind it is, and the sentence around it, as far as it lies
    in the passage ``window``.
    """

    place: TextRange
    type: AnswerType
    sentence: TextRange
    window: TextRange


def is_no_answer(article: Article, span: InSentence, asked: AskedFor) -> bool:
    """Whether a span is something that answers nothing: a credit, a pronoun, a dateline where no
    place is asked for, a question where a clause or a sentence is.
    """
    sentence = article.text[span.sentence.start : span.sentence.end]
    start = span.sentence.start
    inside = TextRange(span.place.start - start, span.place.end - start)
    # A title may ask and go on: "Who won? What to know".
    asks = "?" in sentence if is_headline(article.id) else is_question(sentence)
    if asked.form is not AnswerForm.PHRASE and asks:
        return True
    if is_credit(sentence):
        return True
    # "One" counts where a number was asked for.
    if span.type not in COUNTED and is_pronoun(article.text[span.place.start : span.place.end]):
        return True
    return asked.expectation.type is not AnswerType.PLACE and in_dateline(sentence, inside)


def answer_range(
    article: Article, span: InSentence, asked: AskedFor, others: Sequence[TextRange]
) -> TextRange:
    """The range that is quoted. ``others`` are the places of the further spans, likeliest first:
    members of a list, where several things are asked for.
    """
    if asked.form is not AnswerForm.PHRASE and not _is_whole_clause(article, span, asked):
        return _sentence(article, span)
    if span.type is AnswerType.DATE:
        return _clean(article, span, whole_date(article.text, span.place))
    if span.type in COUNTED:
        # "How many acres?" names the unit, "how large?" does not.
        unit = asked.expectation.type is not AnswerType.NUMBER or not asked.expectation.head
        return _clean(article, span, whole_measure(article.text, span.place, unit=unit))
    if not asked.expectation.wants_list:
        return span.place
    # A list that noise cuts is kept as far as the noise.
    part = next(p for p in visible_parts(article, span.sentence) if p.holds(span.place))
    return whole_list(article.text, span.place, [o for o in others if part.holds(o)])


def _is_whole_clause(article: Article, span: InSentence, asked: AskedFor) -> bool:
    """Whether a clause was asked for and the span says as much as one."""
    words = len(article.text[span.place.start : span.place.end].split())
    least = _PHRASE_WORDS if span.type is asked.expectation.type else _CLAUSE_WORDS
    return asked.form is AnswerForm.CLAUSE and words >= least


def _clean(article: Article, span: InSentence, wider: TextRange) -> TextRange:
    """The wider range where no noise cuts it and it stays in the sentence, else the span's."""
    inside = span.window.holds(wider) and span.sentence.holds(wider)
    return wider if inside and is_clean(article, wider) else span.place


def _sentence(article: Article, span: InSentence) -> TextRange:
    """The sentence of a span without its dateline, as far as no noise cuts it."""
    for part in visible_parts(article, span.sentence):
        if part.holds(span.place):
            whole = trimmed(article.text, part)
            start = whole.start + dateline_end(article.text[whole.start : whole.end])
            return TextRange(start if start <= span.place.start else whole.start, whole.end)
    return span.place
