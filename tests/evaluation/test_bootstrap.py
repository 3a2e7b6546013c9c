"""Intervals from resampling, held to formulas and to scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from bot.evaluation.measuring.bootstrap import (
    Interval,
    mean_intervals,
    resampled_counts,
    share_intervals,
    statistic_intervals,
)

NAN = float("nan")


def names(count: int) -> list[str]:
    return [str(number) for number in range(count)]


def test_every_resample_draws_as_many_clusters_as_there_are() -> None:
    counts = np.concatenate(list(resampled_counts(names(7), 50)))
    assert counts.shape == (50, 7)
    assert (counts.sum(axis=1) == 7).all()


def test_questions_of_one_cluster_are_drawn_together() -> None:
    counts = np.concatenate(list(resampled_counts(["a", "b", "a", "c", "a"], 50)))
    assert (counts[:, 0] == counts[:, 2]).all()
    assert (counts[:, 0] == counts[:, 4]).all()
    assert (counts[:, 0] != counts[:, 1]).any()


def test_the_draws_do_not_depend_on_how_many_are_held_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = np.concatenate(list(resampled_counts(names(9), 40)))
    monkeypatch.setattr("bot.evaluation.measuring.bootstrap._CELLS", 30)
    parts = list(resampled_counts(names(9), 40))
    assert len(parts) > 1
    assert (np.concatenate(parts) == whole).all()


def test_the_interval_agrees_with_scipys_percentile_bootstrap() -> None:
    values = np.random.default_rng(3).random(200)
    found = mean_intervals(values[:, None], names(200))[0]
    theirs = bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(4))
    spread = theirs.confidence_interval.high - theirs.confidence_interval.low
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(theirs.confidence_interval.low, abs=0.1 * spread)
    assert found.high == pytest.approx(theirs.confidence_interval.high, abs=0.1 * spread)


def test_clusters_widen_the_interval() -> None:
    values = np.repeat([0.0, 1.0] * 10, 10)[:, None]
    alone = mean_intervals(values, names(200))[0]
    together = mean_intervals(values, [str(number // 10) for number in range(200)])[0]
    assert alone.low is not None
    assert together.low is not None
    assert together.low < alone.low


def test_a_mean_is_over_what_was_measured() -> None:
    found = mean_intervals(np.array([[1.0], [NAN], [0.0], [NAN]]), names(4))[0]
    assert found.value == 1 / 2


def test_what_was_never_measured_has_no_value() -> None:
    assert mean_intervals(np.array([[NAN], [NAN]]), names(2)) == [Interval(None)]
    assert mean_intervals(np.empty((0, 2)), []) == [Interval(None), Interval(None)]


def test_what_never_varies_has_no_width() -> None:
    assert mean_intervals(np.ones((5, 1)), names(5)) == [Interval(1.0, 1.0, 1.0)]


def test_all_right_is_not_certainty() -> None:
    found = share_intervals(np.ones((30, 1)), names(30))[0]
    wilson = 30 / (30 + 1.959964**2)  # n / (n + z²): Wilson's lower bound of n out of n
    assert found.value == 1
    assert found.low == pytest.approx(wilson, abs=1e-6)
    assert found.high == 1
    none = share_intervals(np.zeros((30, 1)), names(30))[0]
    assert none.high == pytest.approx(1 - wilson, abs=1e-6)


def test_one_conversation_says_nothing_of_others() -> None:
    values = np.array([[1.0], [0.0], [1.0]])
    assert share_intervals(values, ["a", "a", "a"]) == [Interval(2 / 3)]
    assert share_intervals(np.array([[1.0], [NAN]]), ["a", "b"]) == [Interval(1.0)]


def test_a_statistic_sees_how_often_each_question_counts() -> None:
    def total(counts: np.ndarray) -> list[float | None]:
        return [float(counts.sum()), None]

    # A figure that no resample moves has no bounds: that is no knowledge of other questions.
    assert statistic_intervals(total, names(6)) == [Interval(6.0), Interval(None)]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0, NAN]), st.sampled_from("abcd")), max_size=30)
)
def test_bounds_surround_what_can_be_drawn(rows: list[tuple[float, str]]) -> None:
    values = np.array([[value] for value, _ in rows]).reshape(len(rows), 1)
    interval = mean_intervals(values, [cluster for _, cluster in rows])[0]
    known = [value for value, _ in rows if value == value]
    if not known:
        assert interval == Interval(None)
        return
    assert interval.value == pytest.approx(sum(known) / len(known))
    assert interval.low is not None
    assert interval.high is not None
    assert min(known) - 1e-9 <= interval.low <= interval.high <= max(known) + 1e-9
