"""``evaluate`` as a user runs it, on the project's own articles."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import Run
from tests.bot.test_render import PASSAGE_KEYS, check_contract

SEEDS = Path(__file__).parents[2] / "seeds"
TEXTS = {p.name: p.read_bytes().decode("utf-8-sig") for p in SEEDS.glob("*.txt")}
SOME = ("s01", "s02", "s03", "s17", "s18", "s20", "s21", "sA1", "sA2", "sC1", "sC2", "sC3")
"""Of each kind one or two: a list, a disputed one, without an answer, follow-ups."""
LINES = (SEEDS / "questions.jsonl").read_text("utf-8").splitlines(keepends=True)
QUESTIONS = [asked for line in LINES if (asked := json.loads(line))["id"] in SOME]
PARAGRAPH = "The meeting lasted one hour and 45 minutes. It was held in Reykjavik in May 2021."
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "Talks",
            "paragraphs": [
                {
                    "context": PARAGRAPH,
                    "qas": [
                        {
                            "id": "r1",
                            "question": "How long did the meeting last?",
                            "answers": [
                                {
                                    "text": "one hour and 45 minutes",
                                    "answer_start": PARAGRAPH.index("one hour"),
                                }
                            ],
                            "is_impossible": False,
                        },
                        {
                            "id": "r2",
                            "question": "Who won the Eurovision Song Contest?",
                            "answers": [],
                            "is_impossible": True,
                        },
                    ],
                }
            ],
        }
    ],
}
Evaluated = Callable[[str], tuple[Path, "subprocess.CompletedProcess[str]"]]


@pytest.fixture(scope="module")
def evaluated(
    pullquote: Run, seed_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Evaluated:
    """The output folder and the printed figures of a task, run once for all tests."""
    done: dict[str, tuple[Path, subprocess.CompletedProcess[str]]] = {}

    def evaluate(task: str) -> tuple[Path, subprocess.CompletedProcess[str]]:
        if task not in done:
            folder = tmp_path_factory.mktemp(task)
            questions = folder / "some.jsonl"
            questions.write_text("".join(json.dumps(asked) + "\n" for asked in QUESTIONS))
            if task == "read":
                questions = folder / "squad.json"
                questions.write_text(json.dumps(SQUAD))
            out = folder / "deep" / "out"
            arguments = ("--task", task, "--out", out, "--index", seed_index)
            done[task] = (out, pullquote("evaluate", questions, *arguments))
        return done[task]

    return evaluate


def predictions(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "predictions.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


@pytest.mark.parametrize("task", ["answer", "retrieve", "read"])
def test_the_contracts_files_are_written(evaluated: Evaluated, task: str) -> None:
    folder, done = evaluated(task)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert f"written to {folder}" in done.stdout
    written = {path.name for path in folder.iterdir()}
    assert {"predictions.jsonl", "metrics.json", "report.html", "run.trec"} <= written
    assert not [name for name in written if name.startswith(".")]
    json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8")


def test_every_question_has_one_prediction_that_keeps_the_contract(evaluated: Evaluated) -> None:
    found = predictions(evaluated("answer")[0])
    assert [p["id"] for p in found] == [q["id"] for q in QUESTIONS]
    assert [p["question"] for p in found] == [q["question"] for q in QUESTIONS]
    for prediction in found:
        said = {key: v for key, v in prediction.items() if key not in ("as_typed", "after_gold")}
        check_contract(said, TEXTS)


def test_every_citation_verifies_against_the_files(evaluated: Evaluated) -> None:
    citations = [
        citation
        for prediction in predictions(evaluated("answer")[0])
        for group in prediction["groups"]
        for citation in group["citations"]
    ]
    assert len(citations) > len(QUESTIONS)
    for c in citations:
        assert TEXTS[c["article_id"]][c["start"] : c["end"]] == c["quote"]


def test_follow_ups_are_asked_in_their_conversation(evaluated: Evaluated) -> None:
    asked = {p["id"]: p["standalone_question"] for p in predictions(evaluated("answer")[0])}
    first_turns = [q["id"] for q in QUESTIONS if q.get("turn", 1) == 1]
    questions = {q["id"]: q["question"] for q in QUESTIONS}
    assert {id_: asked[id_] for id_ in first_turns} == {id_: questions[id_] for id_ in first_turns}
    assert "Paul Whelan" in asked["sC3"]
    assert asked["sC3"] != questions["sC3"]


def test_follow_ups_with_a_rewrite_are_measured_in_three_histories(evaluated: Evaluated) -> None:
    folder, done = evaluated("answer")
    follow_ups = {q["id"] for q in QUESTIONS if q.get("rewrite") and q["turn"] > 1}
    found = {p["id"]: p for p in predictions(folder)}
    assert {i for i, p in found.items() if {"as_typed", "after_gold"} <= p.keys()} == follow_ups
    typed = {q["id"]: q["question"] for q in QUESTIONS}
    assert all(found[i]["as_typed"]["standalone_question"] == typed[i] for i in follow_ups)
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["conversations"]["follow_ups"] == len(follow_ups)
    assert metrics["figures"]["harm"]["n"] == len(follow_ups)
    assert "follow-ups right: in their conversation" in done.stdout
    assert "In conversation" in (folder / "report.html").read_text(encoding="utf-8")


def test_the_counts_add_up(evaluated: Evaluated) -> None:
    metrics = json.loads((evaluated("answer")[0] / "metrics.json").read_text(encoding="utf-8"))
    answerable = sum(1 for q in QUESTIONS if q["answers"])
    assert metrics["answerable"]["questions"] == answerable
    assert metrics["unanswerable"]["questions"] == len(QUESTIONS) - answerable
    assert metrics["answerable"]["spans_right"] <= metrics["answerable"]["sentences_right"]
    assert metrics["answerable"]["sentences_right"] <= answerable


@pytest.mark.slow
def test_the_shipped_reader_keeps_to_what_issue_2_asks(
    pullquote_process: Run, seed_index: Path, tmp_path: Path
) -> None:
    arguments = ("--out", tmp_path / "out", "--index", seed_index)
    done = pullquote_process("evaluate", SEEDS / "questions.jsonl", *arguments)
    assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["answerable"]["questions"] + metrics["unanswerable"]["questions"] == len(LINES)
    assert metrics["answerable"]["sentences_right"] >= 20 / 30 * metrics["answerable"]["questions"]
    assert metrics["unanswerable"]["refused_rightly"] >= 3


def test_a_ranking_is_a_trec_run_of_the_passages(evaluated: Evaluated) -> None:
    folder, done = evaluated("retrieve")
    run = [line.split() for line in (folder / "run.trec").read_text("utf-8").splitlines()]
    assert {len(columns) for columns in run} == {6}
    found = predictions(folder)
    assert [p["id"] for p in found] == [q["id"] for q in QUESTIONS]
    assert all(list(passage) == PASSAGE_KEYS for p in found for passage in p["passages"])
    for prediction in found:
        rows = [columns for columns in run if columns[0] == prediction["id"]]
        scores = [float(score) for *_, score, _ in rows]
        assert [int(rank) for _, _, _, rank, _, _ in rows] == list(range(1, len(rows) + 1))
        assert scores == sorted(scores, reverse=True)
        docnos = [f"{p['article_id']}:{p['start']}-{p['end']}" for p in prediction["passages"]]
        assert [columns[2] for columns in rows] == docnos
    assert "recall@" in done.stdout
    assert "mrr" in done.stdout


def test_a_ranking_is_asked_for_with_the_rewrite_of_a_follow_up(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    whole = {"id": "1", "question": "How long did the meeting last?", "answers": ["one hour"]}
    bare = {"id": "2", "question": "And it?", "answers": ["one hour"], "conversation": "c"}
    rewritten = {**bare, "id": "3", "rewrite": whole["question"]}
    path = tmp_path / "set.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in (whole, bare, rewritten)))
    out = tmp_path / "run"
    done = pullquote("evaluate", path, "--task", "retrieve", "--out", out, "--index", seed_index)
    assert done.returncode == 0, done.stderr
    first, typed, third = predictions(out)
    assert third["question"] == "And it?"
    assert third["standalone_question"] == whole["question"]
    assert third["passages"] == first["passages"] != typed["passages"]


def test_reading_sees_the_paragraph_alone(evaluated: Evaluated) -> None:
    folder, _ = evaluated("read")
    answerable, impossible = predictions(folder)
    assert answerable["answer"] == "one hour and 45 minutes"
    assert impossible["abstained"]
    articles = {p["article_id"] for q in (answerable, impossible) for p in q["passages"]}
    (paragraph_id,) = articles
    check_contract(answerable, {paragraph_id: PARAGRAPH})
    check_contract(impossible, {paragraph_id: PARAGRAPH})


def test_reading_a_set_without_unanswerable_questions_always_answers(
    pullquote: Run, seed_index: Path, tmp_path: Path
) -> None:
    """SQuAD 1.1's rule, whatever the threshold; one unanswerable question makes it SQuAD 2.0."""
    config = tmp_path / "sure.toml"
    config.write_text("[answer]\nthreshold = 1.0\n")
    both = SQUAD["data"][0]["paragraphs"][0]["qas"]  # type: ignore[index]  # a literal above
    for questions, abstained in ((both[:1], [False]), (both, [True, True])):
        paragraph = {"context": PARAGRAPH, "qas": questions}
        path = tmp_path / f"{len(questions)}.json"
        path.write_text(
            json.dumps({"version": "2", "data": [{"title": "T", "paragraphs": [paragraph]}]})
        )
        out = tmp_path / f"out{len(questions)}"
        arguments = ("--task", "read", "--out", out, "--index", seed_index, "--config", config)
        assert pullquote("evaluate", path, *arguments).returncode == 0
        assert [p["abstained"] for p in predictions(out)] == abstained


def test_articles_cannot_script_the_report(evaluated: Evaluated) -> None:
    report = (evaluated("answer")[0] / "report.html").read_text(encoding="utf-8")
    assert "<script src" not in report
    assert "http://" not in report.replace("http://www.w3.org", "")
