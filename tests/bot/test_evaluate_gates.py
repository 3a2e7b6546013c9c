"""Evaluating as a gate, stopping and going on, and comparing runs, as a user does it."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import pytest

from bot.dialogue.assistant import Assistant
from bot.evaluation.asking import jobs as askers
from bot.evaluation.asking.workers import Unit
from bot.evaluation.measuring.predictions import Prediction
from tests.bot.conftest import Run

SEEDS = Path(__file__).parents[2] / "seeds"
LINES = (SEEDS / "questions.jsonl").read_text("utf-8").splitlines(keepends=True)


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of eight seed questions."""
    path = tmp_path_factory.mktemp("set") / "some.jsonl"
    path.write_text("".join(LINES[:8]), "utf-8")
    return path


@pytest.fixture(scope="module")
def whole(
    pullquote: Run, some: Path, seed_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A run of them all."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    done = pullquote("evaluate", some, "--out", folder, "--index", seed_index)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_run_stopped_by_sigterm_is_gone_on_with(
    pullquote: Run, seed_index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(LINES[:3]), "utf-8")
    arguments = ("evaluate", few, "--out", tmp_path / "run", "--index", seed_index)
    ask, asked = askers.ask_conversation, []

    def stopped_at_the_third(unit: Unit, assistant: Assistant) -> list[Prediction]:
        asked.extend(question.id for question in unit)
        if len(asked) == 3:
            signal.raise_signal(signal.SIGTERM)
        return ask(unit, assistant)

    monkeypatch.setattr(askers, "ask_conversation", stopped_at_the_third)
    stopped = pullquote(*arguments)
    assert (stopped.returncode, stopped.stdout) == (1, "")
    assert "the same command goes on from here" in stopped.stderr
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["unfinished.jsonl"]
    held = (tmp_path / "run" / "unfinished.jsonl").read_text("utf-8").splitlines()
    done = pullquote(*arguments)
    assert done.returncode == 0, done.stderr
    assert asked == ["s01", "s02", "s03", "s03"]
    assert not (tmp_path / "run" / "unfinished.jsonl").exists()
    lines = (tmp_path / "run" / "predictions.jsonl").read_text("utf-8").splitlines()
    kept = [json.loads(line) for line in held[1:]]
    # What was kept was not asked again: its times are those of the stopped run.
    assert [json.loads(line) for line in lines[:2]] == kept


def test_a_run_over_its_bars_passes_and_one_below_fails(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(LINES[:3]), "utf-8")
    arguments = ("evaluate", few, "--out", tmp_path / "run", "--index", seed_index)
    assert pullquote(*arguments, "--fail-under", "f1=0.1,p95=600s").returncode == 0
    failed = pullquote(*arguments, "--fail-under", "p50=0.01ms,f1=0.1")
    assert failed.returncode == 1
    assert failed.stderr.startswith("pullquote: p50 is ")
    assert failed.stderr.rstrip().endswith("above 0.01ms.")
    assert "written to" in failed.stdout


def test_a_wrong_gate_is_refused_before_anything_is_asked(
    pullquote: Run, some: Path, seed_index: Path, whole: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": "x", "question": "Who met Blinken?", "answers": ["Lavrov"]}\n')
    more = tmp_path / "more.jsonl"
    more.write_bytes(some.read_bytes() + other.read_bytes())
    out = tmp_path / "run"
    for asked, arguments, said in (
        (other, ("--fail-under", "f3=1"), 'did you mean "f1"'),
        (other, ("--fail-under", ""), "there is no condition"),
        (other, ("--fail-if-worse-than", tmp_path / "none"), "there is no such run folder"),
        (other, ("--fail-if-worse-than", whole), "was run over another set"),
        (other, ("--fail-if-worse-than", whole, "--task", "retrieve"), "is a run of --task answer"),
        (more, ("--fail-if-worse-than", whole), "was run over 8 questions"),
    ):
        done = pullquote("evaluate", asked, "--out", out, "--index", seed_index, *arguments)
        assert done.returncode == 2, done.stdout
        assert said in done.stderr
        assert done.stderr.count("\n") == 1
        assert not out.exists()


def test_a_run_is_held_against_another(
    pullquote: Run, some: Path, seed_index: Path, whole: Path, tmp_path: Path
) -> None:
    base = ("evaluate", some, "--index", seed_index, "--fail-if-worse-than", whole)
    same = pullquote(*base, "--out", tmp_path / "same")
    assert same.returncode == 0, same.stderr
    assert "The runs show the same for all 8 questions." in same.stdout
    config = tmp_path / "shy.toml"
    config.write_text("[answer]\nthreshold = 1.0\n")
    worse = pullquote(*base, "--out", tmp_path / "shy", "--config", config)
    assert worse.returncode == 1
    assert "pullquote: correct fell from " in worse.stderr
    compared = pullquote("compare", whole, tmp_path / "shy")
    assert compared.returncode == 0, compared.stderr
    assert "Losses: right before, not any more (" in compared.stdout
    assert "nothing  (refused wrongly)" in compared.stdout
    assert "significantly so" in compared.stdout
    assert "<html" in (tmp_path / "shy" / "comparison.html").read_text("utf-8")


def test_one_changed_answer_is_not_significant(pullquote: Run, whole: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    changed.mkdir()
    for name in ("metrics.json", "predictions.jsonl", "judgements.jsonl"):
        (changed / name).write_bytes((whole / name).read_bytes())
    lines = (changed / "judgements.jsonl").read_text("utf-8").splitlines()
    judged = json.loads(lines[0])
    assert judged["verdict"] == "right"
    judged["verdict"] = "wrong"
    judged["measures"] |= {"correct": 0.0, "f1": 0.0, "span_right": 0.0, "has_answer_f1": 0.0}
    (changed / "judgements.jsonl").write_text("\n".join([json.dumps(judged), *lines[1:]]) + "\n")
    rows = (changed / "predictions.jsonl").read_text("utf-8").splitlines()
    first = json.loads(rows[0])
    first["answer"] = "two hours"
    (changed / "predictions.jsonl").write_text("\n".join([json.dumps(first), *rows[1:]]) + "\n")
    page = tmp_path / "page.html"
    done = pullquote("compare", whole, changed, "--out", page)
    assert done.returncode == 0, done.stderr
    assert "8 questions in both, 7 with the same answer" in done.stdout
    assert "1 of 8 answers differs; no measure differs significantly" in done.stdout
    assert "1 of 8 answers differs; no measure differs significantly" in page.read_text("utf-8")
    refused = pullquote("compare", whole, changed, "--out", tmp_path)
    assert refused.returncode == 2
    assert (
        refused.stderr
        == f"pullquote: {tmp_path}: is a folder; name a file for the page with --out.\n"
    )
    assert "two hours" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("missing.jsonl", '{"id": "%d", "question": "Who?", "answers": ["x"]}\n', "line 12"),
        ("twice.jsonl", '{"id": "1", "question": "Who?", "answers": ["x"]}\n', "same id"),
        ("nul.jsonl", '{"id": "1", "question": "W\0ho?", "answers": ["x"]}\n', "NUL byte"),
        ("mixed.csv", "question,answer\nWho?,x\n", "line 4"),
    ],
)
def test_a_broken_set_leaves_nothing_behind(
    pullquote: Run, some: Path, seed_index: Path, tmp_path: Path, name: str, text: str, said: str
) -> None:
    if "%d" in text:
        text = "".join(text % n for n in range(11)) + '{"id": "12", "answers": ["x"]}\n'
    elif name == "twice.jsonl":
        text += text.replace("Who?", "When?")
    elif name == "mixed.csv":
        text += 'When?,y\n{"id": "1", "question": "Who?", "answers": ["x"]}\n'
    path = tmp_path / name
    path.write_text(text)
    out = tmp_path / "out"
    done = pullquote("evaluate", some, path, "--out", out, "--index", seed_index)
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert str(path) in done.stderr
    assert done.stderr.count("\n") == 1
    assert not out.exists()


def test_another_index_or_text_is_asked_anew(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    """What a stopped run kept is taken only where the same would be asked of the same."""
    text = "The ferry sails at noon. It holds forty cars."
    question = {
        "id": "q",
        "question": "How many cars does the ferry hold?",
        "answers": [{"text": "forty cars", "answer_start": text.index("forty")}],
    }
    path, out = tmp_path / "set.json", tmp_path / "run"

    def write(context: str, changes: dict[str, Any]) -> None:
        paragraph = {"context": context, "qas": [{**question, **changes}]}
        path.write_text(json.dumps({"data": [{"title": "T", "paragraphs": [paragraph]}]}))

    arguments = ("evaluate", path, "--task", "read", "--out", out, "--index", seed_index)
    write(text, {})
    assert pullquote(*arguments).returncode == 0
    first = json.loads((out / "metrics.json").read_text())["run"]
    other = text.replace("forty", "fifty")
    write(other, {"answers": [{"text": "fifty cars", "answer_start": other.index("fifty")}]})
    assert pullquote(*arguments).returncode == 0
    second = json.loads((out / "metrics.json").read_text())["run"]
    assert first["asked_sha256"] != second["asked_sha256"]
    write(text, {"answers": [], "is_impossible": True})
    assert pullquote(*arguments).returncode == 0
    third = json.loads((out / "metrics.json").read_text())["run"]
    assert first["asked_sha256"] == third["asked_sha256"]
    assert first["set_sha256"] != third["set_sha256"]
    assert (first["always_answers"], third["always_answers"]) == (True, False)
