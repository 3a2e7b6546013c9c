"""Evaluating with several workers, and killed: the same predictions in the end.

Slow: whole runs in processes of their own, each of which starts more.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests import deadlines
from tests.bot.conftest import Run

pytestmark = pytest.mark.slow

SEEDS = Path(__file__).parents[2] / "seeds"
LINES = (SEEDS / "questions.jsonl").read_text("utf-8").splitlines(keepends=True)
ASKED = 16
CHANGES_EVERY_RUN = ("elapsed_ms", "stages")


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of sixteen seed questions, the last eight of them two conversations."""
    path = tmp_path_factory.mktemp("set") / "some.jsonl"
    path.write_text("".join([*LINES[: ASKED - 8], *LINES[23:31]]), "utf-8")
    return path


@pytest.fixture(scope="module")
def whole(
    pullquote: Run, some: Path, seed_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A run of them all with one worker."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    done = pullquote("evaluate", some, "--out", folder, "--index", seed_index, "--workers", 1)
    assert done.returncode == 0, done.stderr
    return folder


def predicted(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "predictions.jsonl").read_text("utf-8").split("\n")
    records = [json.loads(line) for line in lines if line]
    return [{k: v for k, v in r.items() if k not in CHANGES_EVERY_RUN} for r in records]


def test_two_workers_predict_what_one_does(
    pullquote_process: Run, some: Path, seed_index: Path, whole: Path, tmp_path: Path
) -> None:
    done = pullquote_process(
        "evaluate", some, "--out", tmp_path, "--index", seed_index, "--workers", 2
    )
    assert done.returncode == 0, done.stderr
    assert predicted(tmp_path) == predicted(whole)
    assert "time with 2 workers" in done.stdout


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_run_goes_on_and_ends_as_if_it_had_not_been(
    pullquote_process: Run,
    some: Path,
    seed_index: Path,
    whole: Path,
    tmp_path: Path,
    how: signal.Signals,
) -> None:
    arguments = ["evaluate", some, "--out", tmp_path, "--index", seed_index, "--workers", 2]
    kept = tmp_path / "unfinished.jsonl"
    stopped = subprocess.Popen(
        [sys.executable, "-m", "bot.cli.main", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + deadlines.HANGS
    while not (kept.is_file() and kept.read_bytes().count(b"\n") > 3):
        assert stopped.poll() is None, stopped.communicate()
        assert time.monotonic() < until
        time.sleep(0.02)  # between two looks
    os.kill(stopped.pid, how)
    said = stopped.communicate(timeout=deadlines.HANGS)[1]
    if how != signal.SIGKILL:
        assert stopped.returncode == 1
        assert "the same command goes on from here" in said
        assert "Traceback" not in said
    assert not (tmp_path / "predictions.jsonl").exists()
    held = kept.read_bytes()
    assert 3 < held.count(b"\n") <= ASKED
    done = pullquote_process(*arguments)
    assert done.returncode == 0, done.stderr
    assert predicted(tmp_path) == predicted(whole)
    assert not kept.exists()
    # What was kept is not asked again: its times are those of the stopped run.
    first = json.loads(held.split(b"\n")[1])
    times = (tmp_path / "predictions.jsonl").read_text("utf-8")
    assert json.dumps(first["elapsed_ms"]) in times
