"""``make reader`` from data to files: begun, stopped, gone on with, and not done twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
from filelock import FileLock

from tests import deadlines
from tests.training.test_training import same, stop_at, weights
from training import losses, recipe, workplace
from training.__main__ import suited
from training.evaluate import torch_scorer
from training.predict import Scorer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def stand_ins(tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Instead of the export and the calibration, which have tests of their own: they write their
    results. What stands in for the graph names the weights, and is read with torch.
    """
    calls: list[list[str]] = []

    def export() -> None:
        calls.append(sys.argv)
        folder = Path(sys.argv[sys.argv.index("--out") + 1])
        folder.mkdir(exist_ok=True)
        (folder / "reader.onnx").write_text(sys.argv[1])
        (folder / "reader.json").write_text("{}")

    def calibrate() -> None:
        calls.append(sys.argv)
        (Path(sys.argv[1]) / "calibration.json").write_text("{}")

    def scorer(graph: Path, threads: int) -> Scorer:
        return torch_scorer(Path(graph.read_text()), tiny_encoder, threads)

    for name, main in (("export", export), ("calibrate", calibrate)):
        module = types.ModuleType(f"training.{name}")
        module.main = main  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, f"training.{name}", module)
    monkeypatch.setattr(losses, "onnx_scorer", scorer)
    return calls


def call(data: Path, out: Path, encoder: Path) -> list[str]:
    """A checkpoint after every step."""
    return f"--data {data} --out {out} --encoder {encoder} --save-minutes 0".split()


@pytest.fixture
def whole(
    tmp_path_factory: pytest.TempPathFactory,
    tiny_data: Path,
    tiny_encoder: Path,
    stand_ins: list[list[str]],
) -> Path:
    """The results of both trainings, made without a stop; once for all tests."""
    out = tmp_path_factory.getbasetemp() / "whole-reader"
    if not out.exists():
        recipe.main(call(tiny_data, out, tiny_encoder))
        stand_ins.clear()
    return out


TRAININGS = ("reader/reader.pt", "reader-hard/reader.pt")


@pytest.mark.parametrize("stop", [2, 5])
def test_stopped_and_started_again_it_ends_the_same(
    stop: int,
    whole: Path,
    tmp_path: Path,
    tiny_data: Path,
    tiny_encoder: Path,
    stand_ins: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the first training and in the second."""
    given = call(tiny_data, tmp_path, tiny_encoder)
    with monkeypatch.context() as patch:
        stop_at(stop, patch)
        with pytest.raises(SystemExit) as stopped:
            recipe.main(given)
    assert stopped.value.code == recipe.STOPPED
    assert len(stand_ins) == (stop == 5)
    recipe.main(given)
    assert all(same(weights(tmp_path, name), weights(whole, name)) for name in TRAININGS)
    first, second = tmp_path / "reader", tmp_path / "reader-hard"
    assert [argv[:2] for argv in stand_ins] == [
        ["training.export", str(first / "reader.pt")],
        ["training.export", str(second / "reader.pt")],
        ["training.calibrate", str(second / "export")],
    ]
    logged = (tmp_path / "reader.log").read_text()
    assert "stopped; the same command goes on from here" in logged
    assert "already prepared" in logged
    assert "going on from Position" in logged
    assert ("already scored" in logged) == (stop == 5)
    assert logged.rstrip().endswith(f"done: {second / 'export' / 'calibration.json'}")


def test_the_second_training_goes_on_from_the_first_on_the_hard_rows(
    whole: Path, tiny_data: Path
) -> None:
    finished = json.loads((whole / "reader-hard" / "finished.json").read_text())["settings"]
    assert finished["start_from"] == workplace.digest(whole / "reader" / "reader.pt")
    assert finished["rate"] == float(recipe.HARD_RATE)
    prepared = json.loads((whole / "reader-hard" / "recipe.json").read_text())
    assert prepared["inputs"]["losses.jsonl"] == workplace.digest(whole / "reader/losses.jsonl")
    held = [(whole / name / "dev.json").read_bytes() for name in ("reader", "reader-hard")]
    assert held[0] == held[1], "what is held out is held out of both"


def test_a_finished_reader_is_left_alone(
    whole: Path,
    tmp_path: Path,
    tiny_data: Path,
    tiny_encoder: Path,
    stand_ins: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = call(tiny_data, tmp_path, tiny_encoder)
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    made = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*") if p.suffix != ".log"}
    stop_at(1, monkeypatch)
    recipe.main(given)
    assert stand_ins == []
    assert {p: p.stat().st_mtime_ns for p in made if p.is_file() and p.name != ".lock"} == {
        p: when for p, when in made.items() if p.is_file() and p.name != ".lock"
    }
    os.utime(tmp_path / "reader-hard" / "export" / "reader.json", (0, 0))
    recipe.main(given)
    assert len(stand_ins) == 2, "what follows from a newer file is made anew"


def test_the_recipe_is_that_of_the_readme(tmp_path: Path) -> None:
    made = recipe.steps(recipe.arguments().parse_args(["--out", "build", "--data", "D"]))
    lines = [f"python -m training.{step.name} {' '.join(step.arguments)}" for step in made]
    text = (ROOT / "training" / "README.md").read_text("utf-8")
    shown = text.replace("\\\n", " ").replace("../shared/data", "D")
    squeezed = " ".join(shown.split())
    for line in lines:
        short = line.replace(" --save-minutes 5", "")
        assert short in squeezed


@pytest.mark.parametrize(
    "lost",
    [
        "reader-train/qamr.json.gz",
        "reader-train-2/timeqa.json.gz",
        "news-dev/questions.jsonl",
        "all",
    ],
)
def test_missing_data_is_one_sentence(
    lost: str, tmp_path: Path, tiny_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    if lost != "all":
        for path in tiny_data.rglob("*.*"):
            if path.is_file() and not path.match(lost):
                target = data / path.relative_to(tiny_data)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
    with pytest.raises(SystemExit) as ended:
        recipe.main(["--data", str(data), "--out", str(tmp_path / "build")])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    missing = data / (lost if lost != "all" else "reader-train/squadshifts-new_wiki.json.gz")
    assert said.startswith(f"pullquote: {missing} is missing; ")
    assert "make reader DATA=" in said
    assert not (tmp_path / "build").exists()


def test_make_reader_calls_it(tmp_path: Path) -> None:
    """The target itself, with this interpreter as its environment."""
    (tmp_path / "bin").mkdir()
    script = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
    (tmp_path / "bin" / "python").write_text(script)
    (tmp_path / "bin" / "python").chmod(0o755)
    (tmp_path / ".ready").touch()
    done = subprocess.run(
        ["make", "-C", str(ROOT), "reader", f"VENV={tmp_path}", f"DATA={tmp_path / 'no where'}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=deadlines.HANGS,
    )
    assert done.returncode == 2
    (sentence,) = [line for line in done.stderr.splitlines() if line.startswith("pullquote: ")]
    assert f"{tmp_path / 'no where'}/reader-train/" in sentence
    assert "Traceback" not in done.stderr


def test_two_at_once_are_refused(
    tmp_path: Path, tiny_data: Path, tiny_encoder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "reader").mkdir()
    with (
        FileLock(tmp_path / "reader" / ".lock"),
        pytest.raises(SystemExit) as ended,
    ):
        recipe.main(call(tiny_data, tmp_path, tiny_encoder))
    assert ended.value.code == 1
    assert "another process is at work in" in capsys.readouterr().err


def test_a_failure_is_logged_and_ends_with_one(
    tmp_path: Path, tiny_data: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("no space left")

    monkeypatch.setattr("training.prepare.featurise", broken)
    with pytest.raises(SystemExit) as ended:
        recipe.main(call(tiny_data, tmp_path, tiny_encoder))
    assert ended.value.code == 1
    assert "RuntimeError: no space left" in (tmp_path / "reader.log").read_text()
    assert not (tmp_path / "reader" / "recipe.json").exists()


def test_what_was_half_prepared_is_prepared_again(
    tmp_path: Path, tiny_data: Path, tiny_encoder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when an earlier preparation of the same recipe had stood there whole."""
    first = recipe.steps(recipe.arguments().parse_args(call(tiny_data, tmp_path, tiny_encoder)))[0]
    first.run()
    made = {path.name: path.read_bytes() for path in (tmp_path / "reader").glob("*-*")}
    with monkeypatch.context() as patch:
        patch.setattr("training.mixture.NOISY", 0.5)
        patch.setattr("training.features.Features.save", lambda *_: sys.exit(9))
        with pytest.raises(SystemExit):
            first.run()
    assert not list((tmp_path / "reader").glob("round-*"))
    first.run()
    assert {p.name: p.read_bytes() for p in (tmp_path / "reader").glob("*-*")} == made


def test_other_data_under_a_begun_training_is_refused(
    tmp_path: Path,
    tiny_data: Path,
    tiny_encoder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = call(tiny_data, tmp_path, tiny_encoder)
    with monkeypatch.context() as patch:
        stop_at(3, patch)
        with pytest.raises(SystemExit):
            recipe.main(given)
    monkeypatch.setattr("training.mixture.NOISY", 0.5)
    with pytest.raises(SystemExit) as ended:
        recipe.main(given)
    assert ended.value.code == 2
    assert "holds a training on other data or by another recipe" in capsys.readouterr().err
    kept = json.loads((tmp_path / "reader" / "recipe.json").read_text())
    assert kept["mixture"]["noisy"] == 0.05


def test_the_environment_is_suited_once_and_never_against_the_user() -> None:
    assert suited({}, None) == {
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "0",
        "OMP_NUM_THREADS": "2",
    }
    first = suited({"OMP_NUM_THREADS": "8", "LD_PRELOAD": "own.so"}, "libjemalloc.so.2")
    assert first["OMP_NUM_THREADS"] == "8"
    assert first["LD_PRELOAD"] == "own.so:libjemalloc.so.2"
    assert suited(first, "libjemalloc.so.2") == first
    assert suited({}, "libjemalloc.so.2")["LD_PRELOAD"] == "libjemalloc.so.2"


def test_a_nested_log_says_each_line_once_on_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import logging

    with workplace.logged_to(tmp_path / "all.log"):
        with workplace.logged_to(tmp_path / "step.log"):
            logging.getLogger("training").info("inner")
        logging.getLogger("training").info("outer")
    assert [line.split()[-1] for line in (tmp_path / "all.log").read_text().splitlines()] == [
        "inner",
        "outer",
    ]
    assert (tmp_path / "step.log").read_text().split()[-1:] == ["inner"]
    assert capsys.readouterr().err.count("inner") == 1
