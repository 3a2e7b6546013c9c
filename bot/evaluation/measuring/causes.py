"""Why an answer is wrong: the first stage that lost what the stage before it still had."""

from __future__ import annotations

from enum import StrEnum

from bot.evaluation.measuring.answers import judge_span_right
from bot.evaluation.measuring.predictions import (
    Prediction,
    Verdict,
    best_answer,
    group_answers,
    verdict,
)
from bot.evaluation.sets.questions import EvalQuestion


class Cause(StrEnum):
    """The stage to blame for a miss.

    REWRITING: with a human's wording of the follow-up the answer is right. ABSENT: no article of
    the index says an accepted answer in those words. RETRIEVAL: an article does, no passage read
    does. READER: a passage read does, no answer found is right. GROUPING: a right answer was found,
    another was put before it. DECISION: the best answer is right but was refused, or a question
    without an answer was answered.
    """

    REWRITING = "rewriting"
    ABSENT = "not in the articles"
    RETRIEVAL = "retrieval"
    READER = "reader"
    GROUPING = "grouping"
    DECISION = "decision"


def is_miss(question: EvalQuestion, prediction: Prediction) -> bool:
    """Whether the prediction is wrong in the judge's terms."""
    return verdict(question, prediction) in (Verdict.WRONG, Verdict.REFUSED_WRONGLY)


def cause_of(
    question: EvalQuestion,
    prediction: Prediction,
    *,
    held_by_passages: bool | None,
    held_by_articles: bool | None,
    mended_by_rewrite: bool = False,
) -> Cause | None:
    """The cause of a miss; None where the prediction is right.

    ``held_by_passages`` and ``held_by_articles``: whether an accepted answer stands in what was
    read, and in any article at all; None: not known. ``mended_by_rewrite``: whether a human's
    wording of the question is answered rightly.
    """
    if not is_miss(question, prediction):
        return None
    if mended_by_rewrite:
        return Cause.REWRITING
    if not question.answerable or judge_span_right(best_answer(prediction), question.answers):
        return Cause.DECISION
    if any(judge_span_right(answer, question.answers) for answer in group_answers(prediction)):
        return Cause.GROUPING
    if held_by_passages:
        return Cause.READER
    return Cause.ABSENT if held_by_articles is False else Cause.RETRIEVAL
