"""Conditions that a run must meet."""

from __future__ import annotations

from typing import Any

import pytest

from bot.evaluation.comparing.gates import NAMES, Bar, parse_bars, unmet, worse
from bot.evaluation.comparing.values import Comparison, MeasureComparison
from retrieval.errors import UsageError


def figure(value: float | None, unit: str = "share", better: str = "higher") -> dict[str, Any]:
    return {"value": value, "low": None, "high": None, "n": 9, "unit": unit, "better": better}


def test_shares_and_times_are_read_as_people_write_them() -> None:
    assert parse_bars("f1=0.70, p95=500ms,ece=5%,p50=1.5s,p99=900,auc=.8", "answer") == (
        Bar("f1", 0.70, "0.70"),
        Bar("p95", 500, "500ms"),
        Bar("ece", 5 / 100, "5%"),
        Bar("p50", 1500, "1.5s"),
        Bar("p99", 900, "900"),
        Bar("auc", 0.8, ".8"),
    )


@pytest.mark.parametrize(
    ("text", "task", "said"),
    [
        ("f2=0.7", "answer", 'did you mean "f1"?'),
        ("mrr=0.7", "answer", "is not measured by --task answer"),
        ("f1=0.7", "retrieve", "is not measured by --task retrieve"),
        ("f1", "answer", '"f1" is no condition'),
        ("f1>0.7", "answer", "is not measured"),
        ("f1=70", "answer", "write it from 0 to 1, or with %"),
        ("f1=500ms", "answer", "f1 is a share"),
        ("p95=70%", "answer", "p95 is a time"),
        ("f1=-1", "answer", "is no condition"),
        (" , ", "answer", "there is no condition"),
        ("bleu=0.5", "rewrite", "does not know --task rewrite"),
    ],
)
def test_what_is_no_condition_is_refused_in_one_sentence(text: str, task: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_bars(text, task)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_bar_is_met_at_its_own_height() -> None:
    metrics = {"figures": {"f1": figure(0.1 + 0.2), "ece": figure(0.05, better="lower")}}
    assert unmet(parse_bars("f1=0.3,ece=0.05", "answer"), metrics) == []


def test_what_misses_its_bar_is_said_with_both_numbers() -> None:
    metrics = {
        "figures": {
            "f1": {**figure(0.61), "low": 0.55, "high": 0.66},
            "p95": figure(612.4, "ms", "lower"),
            "auc": figure(None),
        }
    }
    assert unmet(parse_bars("f1=0.70,p95=500ms,auc=0.5,brier=0.2", "answer"), metrics) == [
        "f1 is 0.610 (0.550 to 0.660), below 0.70",
        "p95 is 612 ms, above 500ms",
        "auc cannot be measured on this set, so it does not meet 0.5",
        "brier cannot be measured on this set, so it does not meet 0.2",
    ]


def test_harm_must_stay_below_its_bar() -> None:
    bars = parse_bars("harm=3%", "answer")
    assert unmet(bars, {"figures": {"harm": figure(0.03, better="lower")}}) == []
    (said,) = unmet(bars, {"figures": {"harm": figure(0.04, better="lower")}})
    assert said == "harm is 0.040, above 3%"


def test_only_a_significant_fall_is_worse() -> None:
    def measure(difference: float, sure: bool) -> MeasureComparison:
        low, high = difference - 0.01, difference + 0.01
        return MeasureComparison(
            "f1", 0.7, 0.7 + difference, difference, low, high, 0.01, 9, 0, 3, sure, "share"
        )

    def compared(*measures: MeasureComparison) -> Comparison:
        return Comparison("a", "b", 9, 6, (), (), measures, ())

    assert worse(compared(measure(-0.1, False), measure(0.1, True))) == []
    assert worse(compared(measure(-0.1, True))) == [
        "f1 fell from 0.700 in a to 0.600 (by 0.100, 95 % interval 0.090 to 0.110, p = 0.0100)"
    ]


def test_every_task_but_rewriting_can_be_gated() -> None:
    assert set(NAMES) == {"answer", "read", "retrieve"}
