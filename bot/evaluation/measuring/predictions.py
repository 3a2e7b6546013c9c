"""What became of one question, read from a prediction (a line of ``predictions.jsonl``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.evaluation.measuring.answers import judge_span_right
from bot.evaluation.sets.questions import EvalQuestion

Prediction = Mapping[str, Any]
AS_TYPED, AFTER_GOLD = "as_typed", "after_gold"
"""Where a follow-up's prediction holds what it was answered in another history."""


class Verdict(StrEnum):
    """How a prediction is judged, in the outside judge's terms."""

    RIGHT = "right"
    WRONG = "wrong"
    REFUSED_RIGHTLY = "refused rightly"
    REFUSED_WRONGLY = "refused wrongly"
    MISSING = "not asked"


def verdict(question: EvalQuestion, prediction: Prediction | None) -> Verdict:
    """The verdict on a prediction; ``None``: there is none. Any answer to be refused is wrong."""
    if prediction is None:
        return Verdict.MISSING
    if prediction["abstained"]:
        return Verdict.REFUSED_WRONGLY if question.answerable else Verdict.REFUSED_RIGHTLY
    right = judge_span_right(prediction["answer"], question.answers)
    return Verdict.RIGHT if right else Verdict.WRONG


def group_answers(prediction: Prediction) -> list[str | None]:
    """The answers of all groups, best first; when abstained, the rejected ones."""
    return [group.get("answer") for group in prediction.get("groups") or ()]


def first_citation(prediction: Prediction) -> Mapping[str, Any] | None:
    """The first citation of the answer; None when abstained or nothing is cited."""
    groups = prediction.get("groups") or ()
    if prediction.get("abstained") or not groups or not groups[0].get("citations"):
        return None
    citation: Mapping[str, Any] = groups[0]["citations"][0]
    return citation


def cited_sentence(prediction: Prediction) -> str | None:
    """The sentence of the first citation; None when there is none."""
    citation = first_citation(prediction)
    return None if citation is None else citation.get("sentence")


def shown_citations(prediction: Prediction) -> Sequence[Mapping[str, Any]]:
    """The citations of the answer that was given; empty when abstained."""
    groups = prediction.get("groups") or ()
    if prediction.get("abstained") or not groups:
        return ()
    return groups[0].get("citations") or ()


def given_answer(prediction: Prediction) -> str:
    """The answer as SQuAD scores it: an abstention predicts the empty answer."""
    return "" if prediction["abstained"] else prediction["answer"] or ""


def best_answer(prediction: Prediction) -> str:
    """The likeliest answer whether or not it was given: the reader's figure, not the decision's."""
    return next(iter(group_answers(prediction)), None) or ""
