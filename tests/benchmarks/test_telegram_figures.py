"""The pure parts of the Telegram benchmarks: what measured series come to, what counts as lost."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.telegram.figures import (
    Run,
    cost,
    median_cost,
    percentile,
    slope,
    smoothed,
    spread,
)
from benchmarks.telegram.load import Burst, Turn, faults, report
from benchmarks.telegram.processes import Memory, folder_sizes
from benchmarks.telegram.questions import asked_on, asked_once, single_questions
from benchmarks.telegram.watching import Sample, flatness, write_csv
from tests.bot_api import Posted

SERIES = st.lists(st.floats(1, 1e9), min_size=1, max_size=60)
BOT = Run(questions=50, seconds=12.0, cpu=11.0, others=2.0, loop=0.5)
ALONE = Run(questions=50, seconds=10.0, cpu=10.0)


def test_the_front_end_costs_what_is_spent_beyond_the_pipeline() -> None:
    found = cost(BOT, ALONE, cores=2)
    assert found.wall == pytest.approx(0.2)
    assert found.wall_corrected == pytest.approx(0.1)
    assert found.cpu == pytest.approx(0.1)


def test_runs_of_other_lengths_are_compared_by_the_question() -> None:
    half = Run(questions=25, seconds=5.0, cpu=5.0)
    assert cost(BOT, half, cores=2) == cost(BOT, ALONE, cores=2)


def test_the_median_is_taken_part_by_part() -> None:
    costs = [cost(replace(BOT, seconds=seconds), ALONE, 2) for seconds in (11.0, 30.0, 13.0)]
    assert median_cost(costs).wall == pytest.approx(0.3)
    assert median_cost(costs).cpu == pytest.approx(0.1)


def test_a_single_peak_is_smoothed_away() -> None:
    values = [100.0] * 10 + [500.0] + [100.0] * 10
    assert spread(smoothed(values, 3)) == 0
    assert spread(values) > 3


def test_a_step_that_stays_is_seen() -> None:
    assert spread(smoothed([100.0] * 10 + [110.0] * 10, 7)) == pytest.approx(10 / 105, rel=0.01)


@given(SERIES, st.integers(1, 20))
def test_smoothing_stays_within_the_values(values: list[float], width: int) -> None:
    even = smoothed(values, width)
    assert even
    assert min(values) <= min(even) <= max(even) <= max(values)
    assert spread(even) <= spread(values) * (max(values) / min(values)) + 1e-9


def test_nothing_measured_does_not_move() -> None:
    assert smoothed([], 3) == []
    assert spread([]) == 0
    assert slope([], []) == 0
    assert slope([1.0], [5.0]) == 0


@given(st.floats(-100, 100), st.floats(-1000, 1000), st.integers(0, 19))
def test_a_rise_is_found_in_spite_of_an_outlier(rise: float, start: float, at: int) -> None:
    times = [float(step) for step in range(20)]
    values = [start + rise * time for time in times]
    values[at] += 1e6
    assert slope(times, values) == pytest.approx(rise, abs=1e-6)


def test_a_rise_is_told_by_the_hour() -> None:
    found = flatness([0.0, 10.0, 20.0, 30.0], [100.0, 101.0, 102.0, 103.0], width=1)
    assert (found.lowest, found.highest) == (100, 103)
    assert found.rise == pytest.approx(360)


@given(SERIES, st.floats(0, 1))
def test_a_percentile_is_one_of_the_values(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_percentiles_of_a_hundred() -> None:
    values = [float(number) for number in range(1, 101)]
    assert percentile(values, 0.95) == 95
    assert percentile(values, 0.5) == 50
    assert percentile(values, 1) == 100
    assert percentile(values, 0) == 1


def test_every_chat_has_its_questions() -> None:
    assert len(asked_once(50)) == 50
    assert all(talk[0] in single_questions() for talk in asked_once(50, turn=3))
    talks = asked_on(50, 4)
    assert {len(talk) for talk in talks} == {4}
    assert all(len(set(talk)) == 4 for talk in talks)
    assert talks != asked_on(50, 4, turn=1)
    assert {len(talk) for talk in asked_on(2, 3)} == {3}


def posted(number: int, text: str, reply_to: int | None = None, chat: int = 7) -> Posted:
    sender = chat if reply_to is None else 1
    return Posted(
        chat, number, sender, float(number), text, None, (), None, reply_to, None, None, False,
        None, None, False, None, (),
    )  # fmt: skip


def test_answers_in_order_are_no_fault() -> None:
    asked = [posted(1, "a?"), posted(2, "b?")]
    replies = [posted(3, "A", 1), posted(4, "and more", 1), posted(5, "B", 2)]
    assert list(faults(asked, [*asked, *replies])) == []


@pytest.mark.parametrize(
    ("replies", "found"),
    [
        ([(3, "A", 1)], ["lost: 'b?' in chat 7"]),
        ([(3, "A", 1), (4, "A", 1), (5, "B", 2)], ["doubled: 'a?' in chat 7"]),
        ([(3, "B", 2), (4, "A", 1)], ["out of order: 'b?' in chat 7"]),
        ([(3, "A", 1), (4, "B", 2), (5, "more of A", 1)], ["out of order: 'b?' in chat 7"]),
    ],
)
def test_what_is_lost_doubled_or_out_of_order_is_told(
    replies: list[tuple[int, str, int]], found: list[str]
) -> None:
    asked = [posted(1, "a?"), posted(2, "b?")]
    assert list(faults(asked, [*asked, *(posted(*reply) for reply in replies)])) == found


def test_the_report_has_both_sides() -> None:
    turn = Turn(Burst(BOT, (0.1, 0.2, 0.7), ()), ALONE)
    rows = list(report("one each", [turn], cores=2))
    assert "| typing seen after, p50 / p95 / max | 0.20 / 0.70 / 0.70 s | |" in rows
    assert "| turns with a chat past 0.5 s | 1 of 1 | |" in rows
    assert "| questions a second, median | 4.2 | 5.0 |" in rows
    assert "| front end by processor time (bar 15%) | +10.0% | |" in rows


def test_looks_are_written_as_rows(tmp_path: Path) -> None:
    first = Sample(0.0, Memory(30, 20, 10), files=9, threads=4, cpu=1.0, sizes={"a": 5})
    later = replace(first, at=10.0, sizes={"a": 6, "b": 1})
    write_csv([first, later], tmp_path / "soak.csv")
    with (tmp_path / "soak.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["seconds"] for row in rows] == ["0.0", "10.0"]
    assert [(row["a"], row["b"]) for row in rows] == [("5", "0"), ("6", "1")]
    assert (rows[0]["rss"], rows[0]["pss"], rows[0]["uss"]) == ("30", "20", "10")


def test_files_are_found_in_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"123")
    assert folder_sizes(tmp_path) == {"deep/file": 3}
