"""Curves and areas of answering or refusing, on lists small enough to reckon by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluation.measuring.deciding import (
    Decisions,
    area_under_risk_coverage,
    at_threshold,
    best_threshold,
    calibration_error,
    deciding_figures,
    reliability_bins,
    risk_coverage_points,
    roc_auc,
    roc_points,
)


def ones(count: int) -> np.ndarray:
    return np.ones(count, dtype=np.int64)


def bools(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.bool_)


P = np.array([0.9, 0.8, 0.8, 0.3])
RIGHT = bools(1, 0, 1, 0)


def decisions(
    p: np.ndarray = P, right: np.ndarray = RIGHT, answerable: np.ndarray | None = None
) -> Decisions:
    return Decisions(
        probability=p,
        right=right,
        exact=right.astype(float),
        f1=right.astype(float),
        answerable=np.ones(len(p), dtype=np.bool_) if answerable is None else answerable,
        clusters=tuple(str(number) for number in range(len(p))),
    )


def test_risk_rises_with_coverage_and_ties_are_answered_together() -> None:
    assert risk_coverage_points(P, RIGHT) == [[1 / 4, 0], [3 / 4, round(1 / 3, 5)], [1, 2 / 4]]


def test_the_area_is_the_mean_risk_over_all_coverages() -> None:
    expected = 1 / 4 * 0 + 2 / 4 * (1 / 3) + 1 / 4 * (2 / 4)
    assert area_under_risk_coverage(P, RIGHT, ones(4)) == pytest.approx(expected)


def test_counts_are_questions_repeated() -> None:
    counts = np.array([2, 0, 1, 3])
    repeated = np.repeat(np.arange(4), counts)
    for measure in (area_under_risk_coverage, roc_auc, calibration_error):
        assert measure(P, RIGHT, counts) == pytest.approx(
            measure(P[repeated], RIGHT[repeated], ones(len(repeated)))
        )


def test_auc_is_the_share_of_pairs_in_order_and_ties_are_half() -> None:
    # Right at 0.9 and 0.8, wrong at 0.8 and 0.3: three pairs in order, one tie.
    assert roc_auc(P, RIGHT, ones(4)) == pytest.approx((3 + 1 / 2) / 4)


def test_without_both_kinds_there_is_no_auc_and_no_curve() -> None:
    assert roc_auc(P, bools(1, 1, 1, 1), ones(4)) is None
    assert roc_points(P, bools(0, 0, 0, 0)) == []


def test_the_roc_curve_runs_from_corner_to_corner() -> None:
    points = roc_points(P, RIGHT)
    assert points[0] == [0, 0]
    assert points[-1] == [1, 1]
    assert [1 / 2, 1.0] in points


def test_bins_say_how_often_a_probability_was_right() -> None:
    assert reliability_bins(P, RIGHT, ones(4)) == [
        {"low": 0.3, "high": 0.4, "mean_probability": 0.3, "right_share": 0, "n": 1},
        {"low": 0.8, "high": 0.9, "mean_probability": 0.8, "right_share": 1 / 2, "n": 2},
        {"low": 0.9, "high": 1.0, "mean_probability": 0.9, "right_share": 1, "n": 1},
    ]


def test_certainty_belongs_to_the_last_bin() -> None:
    assert reliability_bins(np.array([1.0, 0.0]), bools(1, 0), ones(2))[-1]["low"] == 0.9


def test_calibration_error_weighs_the_bins() -> None:
    expected = (1 * abs(0.3 - 0) + 2 * abs(0.8 - 1 / 2) + 1 * abs(0.9 - 1)) / 4
    assert calibration_error(P, RIGHT, ones(4)) == pytest.approx(expected)


def test_at_the_threshold_itself_is_answered() -> None:
    answerable = bools(1, 1, 1, 0)
    found = at_threshold(decisions(answerable=answerable), 0.8)
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["coverage"] == 3 / 4
    assert found["f1"] == (1 + 0 + 1 + 1) / 4  # the last is refused, rightly


def test_the_best_threshold_refuses_what_has_no_answer() -> None:
    # Answering down to 0.8 scores 1 + 0 + 1, refusing the rest of which one has no answer 1 more.
    found = best_threshold(decisions(answerable=bools(1, 1, 1, 0)), RIGHT.astype(float), "f1")
    assert found == {"threshold": 0.8, "f1": 3 / 4}


def test_where_refusing_everything_is_best_the_threshold_lies_above_all() -> None:
    nothing = decisions(right=bools(0, 0, 0, 0), answerable=bools(0, 0, 0, 0))
    found = best_threshold(nothing, np.zeros(4), "f1")
    assert found["f1"] == 1
    assert found["threshold"] is not None
    assert found["threshold"] > 0.9


def test_an_empty_set_gives_nothing() -> None:
    empty = decisions(np.empty(0), bools())
    block, figures = deciding_figures(empty, 0.35)
    assert block["at_threshold"]["coverage"] is None
    assert block["best_f1"] == {"threshold": None, "f1": None}
    assert figures["auc"].value is None


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.1, 0.35, 0.5, 0.9, 1.0]), st.booleans(), st.booleans()),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from([0.0, 0.35, 0.6, 1.0]),
)
def test_no_threshold_beats_the_best(rows: list[tuple[float, bool, bool]], other: float) -> None:
    p = np.array([row[0] for row in rows])
    answerable = np.array([row[2] for row in rows])
    right = np.array([row[1] and row[2] for row in rows])
    asked = decisions(p, right, answerable)
    best = best_threshold(asked, right.astype(float), "f1")
    assert best["threshold"] is not None
    assert best["f1"] is not None
    reached = at_threshold(asked, best["threshold"])["f1"]
    assert reached == pytest.approx(best["f1"])
    elsewhere = at_threshold(asked, other)["f1"]
    assert elsewhere is not None
    assert elsewhere <= best["f1"] + 1e-9
