"""Where the threshold is applied: at it an answer is given, below it none is."""

from __future__ import annotations

import pytest

from retrieval.answer.decision import decide
from retrieval.datatypes import AnswerGroup, Reliability

THRESHOLD = 0.35


def group(answer: str, probability: float) -> AnswerGroup:
    return AnswerGroup(answer, probability, 1, ())


def measured(probability: float) -> Reliability:
    return Reliability(round(100 * probability), 100)


@pytest.mark.parametrize(
    ("probability", "abstained"), [(0.0, True), (0.3499, True), (THRESHOLD, False), (1.0, False)]
)
def test_the_threshold_itself_is_enough(probability: float, abstained: bool) -> None:
    decision = decide([group("a", probability), group("b", 0.0)], THRESHOLD, measured)
    assert (decision.abstained, decision.probability) == (abstained, probability)
    assert [g.answer for g in decision.groups] == ["a", "b"]


def test_without_a_candidate_nothing_is_answered_even_at_threshold_zero() -> None:
    decision = decide([], 0.0, measured)
    assert (decision.abstained, decision.probability, decision.groups) == (True, 0.0, ())


def test_only_an_answer_that_is_given_says_how_often_such_answers_are_right() -> None:
    given = decide([group("a", 0.8), group("b", 0.7)], THRESHOLD, measured)
    assert [g.reliability for g in given.groups] == [measured(0.8), None]
    rejected = decide([group("a", 0.2)], THRESHOLD, measured)
    assert [g.reliability for g in rejected.groups] == [None]
