from __future__ import annotations

import sys
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import report
from benchmarks.peers.exchange import Measurement
from benchmarks.peers.run import Step, is_measured, result_file, run_step, wanted_steps
from benchmarks.peers.systems import SYSTEMS

RANKS = {"pullquote": np.array([1.0, 2.0]), "txtai": np.array([6.0, np.inf])}


def measure(folder: Path) -> report.Runs:
    for measured, step in [
        (Measurement("pullquote", "ask", to_answer=1.04, peak_bytes=180_000_000), "ask"),
        (Measurement("pullquote", "ask", rankings={"q": ["a"]}), "rank"),
        (Measurement("txtai", "build", passages=100, to_index=25.0, disk_bytes=123_456), "build"),
        (
            Measurement(
                "txtai",
                "ask",
                to_answer=9.7,
                peak_bytes=600_000_000,
                milliseconds=(1.0, 3.0, 1200.0),
                versions={"python": "3.11.7", "txtai": "9.14.0"},
            ),
            "ask",
        ),
        (Measurement("haystack", "build", fault="MemoryError (exit status 1)"), "build"),
    ]:
        measured.write(result_file(folder, measured.system, step))
    return report.Runs.read(folder)


def row(table: str, title: str) -> list[str]:
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {title} |")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_the_quality_table_has_a_dash_for_what_was_not_measured(tmp_path: Path) -> None:
    table = report.quality_table(measure(tmp_path), RANKS)
    txtai, ours = row(table, "txtai hybrid"), row(table, "Pullquote")
    assert txtai[:4] == ["0.0 %", "0.0 %", "50.0 %", "0.083"]
    assert txtai[4:] == ["3.0 ms", "1,080 ms", "9.7 s", "600 MB", "25.0 s", "0.1 MB"]
    assert ours[:4] == ["50.0 %", "100.0 %", "100.0 %", "0.750"]
    assert ours[4:] == ["—", "—", "1.0 s", "180 MB", "—", "—"]
    assert row(table, "Haystack") == ["—"] * 10


def test_the_timing_table_counts_from_the_start_of_the_process(tmp_path: Path) -> None:
    table = report.timing_table(measure(tmp_path), report.Runs())
    assert row(table, "txtai hybrid")[:3] == ["4", "25.0 s", "0.1 MB"]


def test_every_row_has_a_cell_for_each_column(tmp_path: Path) -> None:
    runs = measure(tmp_path)
    tables = [report.quality_table(runs, RANKS), report.timing_table(runs, runs)]
    for table in [*tables, report.lead_table(RANKS)]:
        assert len({line.count("|") for line in table.splitlines()}) == 1


def test_faults_and_versions_are_told(tmp_path: Path) -> None:
    text = report.notes(["haystack", "txtai"], measure(tmp_path))
    assert "**build failed: MemoryError (exit status 1).**" in text
    assert "(txtai 9.14.0)" in text


def test_the_plot_leaves_out_what_has_no_times(tmp_path: Path) -> None:
    (point,) = report.points(measure(tmp_path), RANKS)
    assert (point.title, point.recall, point.query_ms) == ("txtai hybrid", 0, 3)


def test_an_index_that_is_there_is_not_built() -> None:
    def phases(system: str, kind: str, *, has_index: bool) -> list[str]:
        return [step.phase for step in wanted_steps(system, kind, 9, has_index=has_index)]

    assert phases("txtai", "quality", has_index=True) == ["build", "ask", "ask"]
    assert phases("pullquote", "quality", has_index=True) == ["ask", "ask"]
    assert phases("pullquote", "timing", has_index=False) == ["build", "ask"]
    assert phases("pullquote-day", "quality", has_index=False) == ["ask", "ask"]
    assert phases("pullquote-day", "cold", has_index=False) == []


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_every_system_is_made_without_its_library(name: str, tmp_path: Path) -> None:
    from benchmarks.peers.systems.base import Setup

    system = SYSTEMS[name].make(Setup(tmp_path, tmp_path))
    for method in ("build", "save", "open", "saved", "search"):
        assert callable(getattr(system, method))


def test_a_child_that_fails_leaves_its_fault(tmp_path: Path) -> None:
    args = Namespace(data=tmp_path, out=tmp_path, peers=Path(sys.executable), timeout=60.0)
    args = Namespace(**vars(args), kind="cold", timed=None, index=None)
    measured = run_step("rank-bm25", Step("cold", "cold"), tmp_path / "index", args)
    assert measured.fault is not None
    assert "passages.jsonl" in measured.fault
    assert not is_measured("rank-bm25", args)
