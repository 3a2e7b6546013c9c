"""What a conversation did to its follow-ups: for sets with a human's rewrite of each.

A follow-up is a question with an earlier one in its conversation; it was asked three times
(``asking.histories``): in its conversation, after the gold turns, and as typed without any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.evaluation.measuring.named_things import added, lost
from bot.evaluation.measuring.predictions import (
    AFTER_GOLD,
    AS_TYPED,
    Prediction,
    Verdict,
    verdict,
)
from bot.evaluation.rewriting.measures import Compared, kept, rewriting_figures, same_question
from bot.evaluation.sets.questions import EvalQuestion

MEASURES = (
    "follow_up_right",
    "follow_up_right_after_gold",
    "follow_up_right_as_typed",
    "harm",
    "help",
    "names_lost",
    "names_added",
    "left_alone",
    "follow_up_refused",
    "right_after_refusal",
)
SMALLER_IS_BETTER = frozenset({"harm", "names_lost", "names_added"})

Asked = Sequence[tuple[EvalQuestion, Prediction]]


def conversation_measures(asked: Asked) -> dict[str, Mapping[str, float | None]]:
    """``MEASURES`` of every follow-up by id; ``asked`` holds conversations in turn order.

    0..1, larger is better except for ``SMALLER_IS_BETTER``; None where a measure says nothing:

    ``follow_up_right`` and its two sisters: answerable follow-ups, whose answer is right in the
    conversation, after the gold turns, and as typed.
    ``harm``, ``help``: of all follow-ups, those right as typed and not in the conversation, and
    those right in the conversation and not as typed. Both are 0 for what must be refused: an
    unclear question is easily refused.
    ``names_lost``, ``names_added``: of the follow-ups whose question was changed, those that lost,
    or added, a named thing against the human's.
    ``left_alone``: of those whose human rewrite is what was typed, those that stayed so.
    ``follow_up_refused``: of those that must be refused.
    ``right_after_refusal``: of the answerable ones whose last question had to be refused, whether
    it was or not.
    """
    found: dict[str, Mapping[str, float | None]] = {}
    last: dict[str, EvalQuestion] = {}
    for question, prediction in asked:
        if question.conversation is None:
            continue
        before = last.get(question.conversation)
        last[question.conversation] = question
        if before is not None and AFTER_GOLD in prediction:
            found[question.id] = _measures(question, prediction, before)
    return found


def conversation_block(asked: Asked) -> dict[str, Any] | None:
    """The block ``conversations`` of ``metrics.json``: how near the questions understood came to
    the human's, in the conversation and after the gold turns. None without follow-ups.
    """
    follow_ups = [(q, p) for q, p in asked if q.conversation is not None and AFTER_GOLD in p]
    if not follow_ups:
        return None
    own = [_compared(question, prediction) for question, prediction in follow_ups]
    after_gold = [
        _compared(question, prediction[AFTER_GOLD]) for question, prediction in follow_ups
    ]
    return {
        "follow_ups": len(follow_ups),
        "rewritten": sum(not same_question(c.ours, c.question) for c in own),
        "rewriting": rewriting_figures(own),
        "rewriting_after_gold": rewriting_figures(after_gold),
    }


def _measures(
    question: EvalQuestion, prediction: Prediction, before: EvalQuestion
) -> dict[str, float | None]:
    own, after_gold, typed = (
        verdict(question, found) is Verdict.RIGHT
        for found in (prediction, prediction[AFTER_GOLD], prediction[AS_TYPED])
    )
    compared = _compared(question, prediction)
    texts = (compared.question, compared.ours, compared.gold)
    changed = not same_question(compared.ours, compared.question)
    answerable = question.answerable
    return {
        "follow_up_right": float(own) if answerable else None,
        "follow_up_right_after_gold": float(after_gold) if answerable else None,
        "follow_up_right_as_typed": float(typed) if answerable else None,
        "harm": float(typed and not own),
        "help": float(own and not typed),
        "names_lost": float(bool(lost(*texts))) if changed else None,
        "names_added": float(bool(added(*texts))) if changed else None,
        "left_alone": kept(compared),
        "follow_up_refused": None if answerable else float(bool(prediction["abstained"])),
        "right_after_refusal": float(own) if answerable and not before.answerable else None,
    }


def _compared(question: EvalQuestion, prediction: Prediction) -> Compared:
    gold = question.rewrite or question.question
    return Compared(question.question, str(prediction["standalone_question"]), gold)
