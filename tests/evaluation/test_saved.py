"""Runs read back from their folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluation.comparing.saved_run import load_run
from bot.evaluation.measuring.causes import Cause
from bot.evaluation.measuring.judgements import judge_answer
from bot.evaluation.outputs import write_run
from retrieval.errors import UsageError
from tests.evaluation.examples import asked, prediction


def written(folder: Path) -> Path:
    judged = judge_answer(
        asked("1", "Oslo\u2028Bergen", conversation="c"),
        prediction("1", "Rome"),
        lambda *_: None,
        cause=Cause.READER,
        strata={"year": "2021"},
    )
    write_run(
        folder,
        predictions=[prediction("1", "Rome")],
        judgements=[judged.record()],
        metrics={"run": {"task": "read"}, "counts": {"questions": 1}},
    )
    return folder


def test_a_run_comes_back_as_it_was(tmp_path: Path) -> None:
    run = load_run(written(tmp_path / "run"))
    judged = run.judgements["1"]
    assert run.task == "read"
    assert judged.answers == ("Oslo\u2028Bergen",)
    assert judged.cause is Cause.READER
    assert judged.strata == {"year": "2021"}
    assert judged.measures["citation_recall"] is None
    assert run.predictions["1"]["answer"] == "Rome"


def test_what_is_no_run_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such run folder"):
        load_run(tmp_path / "none")
    with pytest.raises(UsageError, match=r"holds no predictions\.jsonl, so it is no whole run"):
        load_run(tmp_path)
    (tmp_path / "unfinished.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match="its evaluation was stopped"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("judgements.jsonl", "{"),
        ("judgements.jsonl", "[]\n"),
        ("judgements.jsonl", '{"id": "1"}\n'),
        ("predictions.jsonl", "1\n"),
        (
            "judgements.jsonl",
            '{"id": "1", "question": "?", "answers": [], "cluster": "c", '
            '"measures": {"f1": NaN}}\n',
        ),
        ("metrics.json", "[]"),
        ("metrics.json", '{"run": {}}'),
        ("metrics.json", '{"run": 1'),
    ],
)
def test_a_damaged_run_is_refused_in_one_sentence(tmp_path: Path, name: str, text: str) -> None:
    (written(tmp_path) / name).write_text(text)
    with pytest.raises(UsageError, match="run `pullquote evaluate` again") as refused:
        load_run(tmp_path)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "text"), [("predictions.jsonl", ""), ("judgements.jsonl", ""), ("metrics.json", None)]
)
def test_a_run_that_lost_questions_is_refused(tmp_path: Path, name: str, text: str | None) -> None:
    lost = '{"run": {"task": "read"}, "counts": {"questions": 2}}' if text is None else text
    (written(tmp_path) / name).write_text(lost)
    with pytest.raises(UsageError, match="do not have the same questions"):
        load_run(tmp_path)


def test_a_run_of_rewriting_is_named_as_such(tmp_path: Path) -> None:
    write_run(tmp_path, metrics={"run": {"task": "rewrite"}, "rewriting": {}})
    with pytest.raises(UsageError, match="cannot be compared yet"):
        load_run(tmp_path)


def test_a_run_without_judgements_is_not_taken_for_one_of_rewriting(tmp_path: Path) -> None:
    folder = written(tmp_path)
    causes = {"run": {"task": "answer"}, "counts": {"questions": 1}, "causes": {"rewriting": 1}}
    (folder / "metrics.json").write_text(json.dumps(causes))
    (folder / "judgements.jsonl").unlink()
    with pytest.raises(UsageError, match=r"holds no judgements\.jsonl"):
        load_run(folder)
    (folder / "metrics.json").write_text("[")
    with pytest.raises(UsageError, match=r"holds no judgements\.jsonl"):
        load_run(folder)


def test_a_folder_never_holds_parts_of_two_runs(tmp_path: Path) -> None:
    (tmp_path / "qrels.trec").write_text("1 0 a 1\n")
    (tmp_path / "notes.txt").write_text("mine")
    written(tmp_path)
    assert not (tmp_path / "qrels.trec").exists()
    assert (tmp_path / "notes.txt").read_text() == "mine"
