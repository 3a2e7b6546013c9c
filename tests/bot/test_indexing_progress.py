"""What ``pullquote index`` tells while it works, and how it is stopped."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.cli import index as indexing
from bot.terminal.progress import LineProgress
from retrieval.indexing.build import IndexReport
from tests import deadlines
from tests.bot.conftest import Run

PROJECT = Path(__file__).parents[2]
STOPPED = r"pullquote: stopped; the index is as it was, and the same .*\."


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_line_every_ten_seconds_with_rate_and_time_left() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = LineProgress(lines.append, clock)
    for second in range(31):
        clock.now = float(second)
        progress("Embedding passages", 20 * second, 2600)
    assert lines == [
        "Embedding passages: 200 of 2,600, 20/s, 2 min 00 s left",
        "Embedding passages: 400 of 2,600, 20/s, 1 min 50 s left",
        "Embedding passages: 600 of 2,600, 20/s, 1 min 40 s left",
    ]


def test_each_stage_is_timed_for_itself() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = LineProgress(lines.append, clock)
    progress("Reading articles", 0, 10)
    clock.now = 60.0
    progress("Embedding passages", 0, 100)
    clock.now = 70.0
    progress("Embedding passages", 50, 100)
    assert lines == ["Embedding passages: 50 of 100, 5.0/s, 10 s left"]


def test_a_stage_that_is_done_needs_no_line() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = LineProgress(lines.append, clock)
    progress("Preparing the embedding model", 0, 1)
    clock.now = 15.0
    progress("Preparing the embedding model", 1, 1)
    assert lines == []


def test_nothing_done_yet_has_no_time_left() -> None:
    lines: list[str] = []
    clock = Clock()
    progress = LineProgress(lines.append, clock)
    progress("Embedding passages", 0, 100)
    clock.now = 11.0
    progress("Embedding passages", 0, 100)
    assert lines == ["Embedding passages: 0 of 100, 0/s"]


def test_sigterm_is_one_sentence_and_status_1(
    pullquote: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> IndexReport:
        signal.raise_signal(signal.SIGTERM)
        raise AssertionError("nobody heard it")

    monkeypatch.setattr(indexing, "build_index", stopped)
    before = signal.getsignal(signal.SIGTERM)
    done = pullquote("index", tmp_path, "--index", tmp_path / "index")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(STOPPED, done.stderr.removesuffix("\n"))
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.slow
def test_sigterm_ends_like_ctrl_c(tmp_path: Path) -> None:
    """The index of a moment ago stands, the exit status is 1, and one sentence says what to do."""
    articles = tmp_path / "articles"
    articles.mkdir()
    for number in range(3000):
        text = f"Headline {number}\n\n" + f"The ship {number} sailed to harbour {number}. " * 40
        (articles / f"{number}.txt").write_text(text)
    command = [sys.executable, "-m", "bot.cli.main", "index", str(articles), "--index", "index"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        until = time.monotonic() + deadlines.HANGS
        while not (tmp_path / "index" / "unfinished" / "work.sqlite").exists():
            assert time.monotonic() < until
            time.sleep(0.05)  # between two looks
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=deadlines.HANGS)
    assert process.returncode == 1
    last = said.strip().splitlines()[-1]
    assert re.fullmatch(STOPPED, last)
    assert not (tmp_path / "index" / "CURRENT").exists()
