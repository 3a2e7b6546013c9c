"""A run's figures, parts and times from judgements."""

from __future__ import annotations

import pytest

from bot.evaluation.measuring.causes import Cause
from bot.evaluation.measuring.figures import (
    MOST_STRATA,
    OTHERS,
    cause_counts,
    decision_blocks,
    decisions_of,
    parts,
    quality_figures,
    stage_figures,
    time_figures,
    timed,
)
from bot.evaluation.measuring.judgements import Judgement
from tests.evaluation.examples import prediction


def judged(number: int, **measures: float | None) -> Judgement:
    strata = {"type": "date" if number % 2 else "person", "turn": str(number)}
    return Judgement(
        str(number), "?", ("x",), f"question {number}", measures, cause=None, strata=strata
    )


def test_a_figure_is_the_mean_of_the_questions_it_speaks_of() -> None:
    found = quality_figures([judged(1, f1=1.0), judged(2, f1=0.5, brier=0.25), judged(3, f1=None)])
    assert found["f1"]["value"] == (1.0 + 0.5) / 2
    assert (found["f1"]["n"], found["f1"]["better"]) == (2, "higher")
    assert (found["brier"]["n"], found["brier"]["better"]) == (1, "lower")
    assert 0.5 <= found["f1"]["low"] <= found["f1"]["high"] <= 1.0


def test_parts_hold_their_own_questions_alone() -> None:
    found = parts([judged(n, f1=float(n % 2), correct=1.0) for n in range(10)])
    assert found["type"]["date"]["n"] == 5
    assert found["type"]["date"]["figures"]["f1"]["value"] == 1
    assert 0.5 < found["type"]["date"]["figures"]["f1"]["low"] < 1
    assert found["type"]["person"]["figures"]["f1"]["value"] == 0


def test_turns_come_in_order_and_small_parts_together() -> None:
    many = [judged(n, f1=1.0) for n in range(MOST_STRATA + 5)] + [judged(2, f1=1.0)]
    turns = parts(many)["turn"]
    assert list(turns) == [*sorted((t for t in turns if t != OTHERS), key=int), OTHERS]
    assert len(turns) == MOST_STRATA + 1
    assert turns["2"]["n"] == 2
    assert sum(part["n"] for part in turns.values()) == len(many)


def test_a_question_without_a_label_is_in_no_part() -> None:
    bare = Judgement("a", "?", ("x",), "c", {"f1": 1.0})
    assert parts([bare]) == {}


def test_times_are_percentiles_of_each_stage() -> None:
    rows = [
        prediction(str(ms), "x", elapsed_ms=float(ms), stages={"read": ms / 2}) for ms in (10, 30)
    ]
    found = stage_figures(timed([*rows, prediction("q", "x", elapsed_ms=20.0)], ["a", "b", "c"]))
    assert found["total"]["p50"]["value"] == 20
    assert found["read"]["p50"]["value"] == (5 + 15) / 2
    assert time_figures(found, 3)["p50"]["unit"] == "ms"
    assert time_figures(found, 3)["p50"]["better"] == "lower"


def test_causes_are_counted_in_the_order_of_the_stages() -> None:
    causes = [Cause.DECISION, Cause.READER, Cause.DECISION, None]
    rows = [Judgement(str(n), "?", (), str(n), {}, cause=cause) for n, cause in enumerate(causes)]
    assert list(cause_counts(rows).items()) == [("reader", 1), ("decision", 2)]


def test_decisions_are_drawn_from_the_best_span_even_where_it_was_refused() -> None:
    measures = {"best_span_right": 1.0, "best_span_exact_match": 1.0, "best_span_f1": 1.0}
    rows = [
        Judgement("a", "?", ("x",), "a", measures),
        Judgement("b", "?", (), "b", {"best_span_right": 0.0}),
    ]
    found = {
        "a": prediction("a", None, probability=0.3),
        "b": prediction("b", "y", probability=0.6),
    }
    block, figures = decision_blocks(decisions_of(rows, found), 0.5)
    assert block["at_threshold"] == {
        "precision": 0.0,
        "coverage": 1 / 2,
        "exact_match": 0.0,
        "f1": 0.0,
    }
    # Refusing both scores the one without an answer; answering both the one with it.
    assert block["best_f1"]["f1"] == pytest.approx(1 / 2)
    assert figures["auc"]["value"] == 0
