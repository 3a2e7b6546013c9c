"""``evaluate --task rewrite`` as a user runs it, on sets of a few turns."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import question_sets as responses
from bot.assembly import rewriters
from bot.config import Config
from bot.evaluation.command import run_evaluation
from bot.evaluation.running import Request
from retrieval.errors import QuestionSetError
from retrieval.indexing.build import Export
from tests.bot.conftest import Run
from tests.evaluation.test_report_and_outputs import HOSTILE, Page

ANSWER = "Antony Blinken met Sergei Lavrov in Reykjavik, where they spoke about the Arctic."
CAST = [
    {
        "id": "talks",
        "turns": [
            {
                "utterance": "Who met Sergei Lavrov in Reykjavik?",
                "rewrite": "Who met Sergei Lavrov in Reykjavik?",
                "response": ANSWER,
            },
            {
                "utterance": "How long did the meeting with him last?",
                "rewrite": "How long did the meeting with Sergei Lavrov last?",
                "response": "The meeting lasted for one hour and 45 minutes.",
            },
            {"utterance": f"Why? {HOSTILE}", "rewrite": "Why did it last so long?", "response": ""},
        ],
    },
    {
        "id": "volcano",
        "turns": [
            {
                "utterance": "Which volcano erupted?",
                "rewrite": "Which volcano erupted?",
                "response": "The volcano Fagradalsfjall erupted in March.",
            }
        ],
    },
]
CANARD = [
    {
        "History": ["Frank Zappa", "Disbandment"],
        "QuAC_dialog_id": "D",
        "Question": "What group disbanded?",
        "Question_no": 1,
        "Rewrite": "What group disbanded?",
    },
    {
        "History": [
            "Frank Zappa",
            "Disbandment",
            "What group disbanded?",
            "Zappa and the Mothers of Invention",
        ],
        "QuAC_dialog_id": "D",
        "Question": "When did they disband?",
        "Question_no": 2,
        "Rewrite": "When did Zappa and the Mothers of Invention disband?",
    },
]
Done = tuple[Path, "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def evaluated(pullquote: Run, seed_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Both sets in one call, in a process of its own."""
    folder = tmp_path_factory.mktemp("rewrite")
    cast, canard = folder / "cast.jsonl", folder / "canard.json"
    cast.write_text("".join(json.dumps(row) + "\n" for row in CAST))
    canard.write_text(json.dumps(CANARD, indent=1))
    arguments = ("--task", "rewrite", "--out", folder / "out", "--index", seed_index)
    done = pullquote("evaluate", cast, canard, *arguments)
    return folder / "out", done


def predictions(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def test_the_files_are_written_for_each_set(evaluated: Done) -> None:
    out, done = evaluated
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for name in ("cast-rewrite", "canard-rewrite"):
        assert f"written to {out / name}" in done.stdout
        assert {path.name for path in (out / name).iterdir()} == {
            "predictions.jsonl",
            "metrics.json",
            "report.html",
            "run.trec",
            "qrels.trec",
        }


def test_each_turn_has_one_prediction(evaluated: Done) -> None:
    found = predictions(evaluated[0] / "cast-rewrite")
    turns = [turn for row in CAST for turn in row["turns"]]  # type: ignore[attr-defined]  # above
    assert [p["id"] for p in found] == ["talks/1", "talks/2", "talks/3", "volcano/1"]
    assert [p["turn"] for p in found] == [1, 2, 3, 1]
    assert [p["conversation"] for p in found] == ["talks", "talks", "talks", "volcano"]
    assert [p["question"] for p in found] == [turn["utterance"] for turn in turns]
    assert [p["rewrite"] for p in found] == [turn["rewrite"] for turn in turns]
    for prediction in found:
        assert prediction["elapsed_ms"] >= 0
        assert prediction["standalone_question"]
        for edit in prediction["edits"]:
            assert list(edit) == ["said", "meant", "why"]
    assert found[0]["standalone_question"] == found[0]["question"]


def test_the_figures_are_those_printed(evaluated: Done) -> None:
    out, done = evaluated
    metrics = json.loads((out / "cast-rewrite" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["counts"] == {"examples": 4, "conversations": 2, "left_out": 0}
    assert list(metrics["by_turn"]) == ["1", "2", "3"]
    assert metrics["by_turn"]["1"]["bleu"]["examples"] == 2
    found = metrics["retrieval"]
    assert (found["responses"], found["without_response"]) == (3, 1)
    assert {row["questions"] for row in found["all"].values()} == {3}
    assert {row["questions"] for row in found["follow_ups"].values()} == {1}
    assert found["all"]["human"]["mrr"] == 1.0
    assert "questions 4, conversations 2\n" in done.stdout
    assert "all turns, human: MRR@100 1.000, recall@5 1.000, over 3\n" in done.stdout
    assert f"BLEU: {metrics['rewriting']['bleu']['value']:.1f} (" in done.stdout


def test_the_run_is_in_trecs_format(evaluated: Done) -> None:
    folder = evaluated[0] / "cast-rewrite"
    run = [line.split() for line in (folder / "run.trec").read_text("utf-8").splitlines()]
    qrels = [line.split() for line in (folder / "qrels.trec").read_text("utf-8").splitlines()]
    assert {len(columns) for columns in run} == {6}
    assert [columns[0] for columns in qrels] == ["talks/1", "talks/2", "volcano/1"]
    assert qrels[0][2] == f"talks/1:0-{len(ANSWER)}"
    assert {columns[2] for columns in qrels} <= {columns[2] for columns in run}


def test_the_report_shows_every_question_and_runs_nothing(evaluated: Done) -> None:
    html = (evaluated[0] / "cast-rewrite" / "report.html").read_text(encoding="utf-8")
    page = Page(html)
    assert "script" not in page.tags
    assert page.addresses == []
    for row in CAST:
        for turn in row["turns"]:  # type: ignore[attr-defined]  # above
            assert turn["utterance"] in page.text
            assert turn["rewrite"] in page.text
    assert "questions 4, conversations 2" in page.text


def test_other_sets_and_other_tasks_are_refused(
    pullquote: Run, evaluated: Done, tmp_path: Path
) -> None:
    cast = evaluated[0].parent / "cast.jsonl"
    for task in ("answer", "read", "retrieve"):
        done = pullquote("evaluate", cast, "--task", task)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--task rewrite" in done.stderr
    questions = tmp_path / "q.csv"
    questions.write_text("question,answer\nWhy?,so\n")
    done = pullquote("evaluate", questions, "--task", "rewrite", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "which --task rewrite needs" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_a_faulty_set_costs_no_waiting(
    evaluated: Done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_export(model: str, folder: Path, quantize: bool = True) -> Any:
        raise AssertionError("all sets are read before the encoder is made")

    monkeypatch.setattr(responses, "export_encoder", no_export)
    faulty = tmp_path / "faulty.jsonl"
    faulty.write_text('{"id": "a", "turns": []}\n')
    files = [evaluated[0].parent / "cast.jsonl", faulty]
    with pytest.raises(QuestionSetError, match='line 1 has no list "turns"'):
        run_evaluation(Request("rewrite", Config(), tmp_path / "none"), files, tmp_path / "out")


def test_the_encoder_of_an_index_is_used_where_there_is_one(
    evaluated: Done,
    seed_index: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def no_export(model: str, folder: Path, quantize: bool = True) -> Any:
        raise AssertionError("the index has this model")

    monkeypatch.setattr(responses, "export_encoder", no_export)
    path = evaluated[0].parent / "canard.json"
    run_evaluation(Request("rewrite", Config(), seed_index), [path], tmp_path / "out")
    assert "questions 2, conversations 1\n" in capsys.readouterr().out


def test_no_index_is_needed_and_the_rewriter_is_the_one_that_the_config_names(
    evaluated: Done, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, export: Export
) -> None:
    from bot.dialogue.rewriting import Rewrite
    from bot.evaluation import command

    class Shouting:
        def rewrite(self, conversation: Any, text: str) -> Rewrite:
            return Rewrite(text.upper(), others=(text.lower(),))

    monkeypatch.setattr(responses, "export_encoder", export)
    monkeypatch.setattr(command, "make_rewriter", lambda config: Shouting())
    path = evaluated[0].parent / "canard.json"
    run_evaluation(Request("rewrite", Config(), tmp_path / "none"), [path], tmp_path / "out")
    found = predictions(tmp_path / "out")
    assert found[1]["standalone_question"] == "WHEN DID THEY DISBAND?"
    assert not (tmp_path / "none").exists()
    assert found[1]["others"] == ["when did they disband?"]
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text("utf-8"))
    assert "rewritten, both ways" in metrics["retrieval"]["all"]


def test_the_config_makes_a_rewriter() -> None:
    from bot.dialogue.conversation import Conversation

    made = rewriters.make_rewriter(Config())
    assert made.rewrite(Conversation(), "Who met Blinken?").question == "Who met Blinken?"
