"""The follow-ups of a conversation asked again in two other histories: without one, and with the
right one.

What the product shows for a follow-up depends on all that it made of the turns before. Asked as
typed in no conversation, a follow-up shows what the history was good for, or spoilt. Asked after
the *gold* turns it shows what the product makes of this one turn: each earlier turn is there as it
was typed, with the human's rewrite as what was understood and the set's own answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.dialogue.assistant import Replies
from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.reply import ArticleOf
from bot.evaluation.measuring.predictions import AFTER_GOLD, AS_TYPED, Prediction
from bot.evaluation.sets.questions import EvalQuestion
from bot.presentation.reply_json import to_json
from retrieval.answer.citing import cite
from retrieval.datatypes import AnswerType, Article, Citation, Span, TextRange
from retrieval.english.question_types import expectation_of
from retrieval.text.masking import is_clean, sentence_around

_KEPT = ("standalone_question", "answer", "probability", "abstained")
"""What is kept of a prediction in another history: no times, which differ from run to run."""


def with_histories(
    unit: Sequence[EvalQuestion],
    predictions: Sequence[Prediction],
    assistant: Replies,
    article: ArticleOf,
) -> list[Prediction]:
    """The predictions of a unit, those of follow-ups with a human's rewrite with ``AS_TYPED`` and
    ``AFTER_GOLD``: two questions more are asked for each. Others stay as they are.
    """
    befores: dict[str, Conversation] = {}
    found: list[Prediction] = []
    for question, prediction in zip(unit, predictions, strict=True):
        if question.conversation is None:
            found.append(prediction)
            continue
        before = befores.get(question.conversation, Conversation())
        befores[question.conversation] = before.with_turn(gold_turn(question, article))
        if question.rewrite is None or not before.turns:
            found.append(prediction)
            continue
        other = {
            AS_TYPED: _asked(question, assistant, Conversation()),
            AFTER_GOLD: _asked(question, assistant, before),
        }
        found.append({**prediction, **other})
    return found


def gold_turn(question: EvalQuestion, article: ArticleOf) -> Turn:
    """The turn that the question would have left, had it been understood and answered rightly.

    A question that must be refused leaves a turn without an answer. Small talk leaves none.
    """
    meant = question.rewrite or question.question
    expected = expectation_of(meant).type
    return Turn(question.question, meant, _answered(question, expected, article), expected)


def _answered(question: EvalQuestion, kind: AnswerType, article: ArticleOf) -> Answered | None:
    """The first accepted answer that stands in an article of ``evidence``, cited as the product
    does; where none does, the first one, which is then its own sentence.
    """
    if not question.answers:
        return None
    cited = next(_citations(question, kind, article), None)
    if cited is None:
        return Answered(question.answers[0], question.answers[0], kind=kind)
    return Answered(cited.quote, cited.sentence, cited.title, cited.article_id, kind)


def _citations(question: EvalQuestion, kind: AnswerType, article: ArticleOf) -> Iterator[Citation]:
    articles = [a for i in question.evidence or () if (a := _known(i, article)) is not None]
    for answer in question.answers:
        for held in articles:
            for match in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", held.text):
                place = TextRange(*match.span())
                if is_clean(held, place):
                    around = sentence_around(held, place)
                    yield cite(held, Span(held.id, place.start, place.end, around, 0, 0, kind), 1)


def _known(article_id: str, article: ArticleOf) -> Article | None:
    try:
        return article(article_id)
    except KeyError:
        return None


def _asked(
    question: EvalQuestion, assistant: Replies, conversation: Conversation
) -> dict[str, Any]:
    reply, _ = assistant.reply(conversation, question.question, question.date)
    prediction = to_json(reply, question.id)
    return {key: prediction[key] for key in _KEPT}
