"""The benchmark of conversations: cutting collections, and the table of rewrites."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.talks.cutting import cut
from benchmarks.talks.reading import rewritten, sampled, sums, table
from bot.evaluation.sets.questions import EvalQuestion
from tests.evaluation.examples import prediction


def _lines(rows: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_collections_of_conversations_are_cut(tmp_path: Path) -> None:
    folder, articles = tmp_path / "newsroom-dev", tmp_path / "news-dev" / "articles.jsonl.gz"
    folder.mkdir()
    articles.parent.mkdir()
    known = {
        name: {"article_ids": ids, "questions": "asked.jsonl"}
        for name, ids in (("talk-a", ["2", "1"]), ("talk-b", ["3"]), ("single", ["1"]))
    }
    (folder / "collections.json").write_text(json.dumps(known))
    asked = [{"id": n, "collection": n[:-1]} for n in ("talk-a1", "talk-b1", "talk-a2", "single1")]
    (folder / "asked.jsonl").write_text(_lines(asked))
    articles.write_bytes(gzip.compress(_lines({"id": i} for i in "1234").encode()))
    found = list(cut(tmp_path, tmp_path / "out"))
    assert [name for name, _, _ in found] == ["talk-a", "talk-b"]
    assert found[0][1].read_text() == _lines([{"id": "2"}, {"id": "1"}])
    assert found[0][2].read_text() == _lines([asked[0], asked[2]])
    assert [name for name, _, _ in cut(tmp_path, tmp_path / "out", "-b")] == ["talk-b"]


def _asked() -> tuple[list[EvalQuestion], dict[str, dict[str, Any]]]:
    turns = (
        ("Who owns the ferry Aurelia?", "Who owns the ferry Aurelia?", ("Olof Berg",)),
        ("and its captain?", "Who is the captain of the Aurelia?", ("Mara Lind",)),
        ("Who rescued\tthem?", "Who rescued the crew of the Aurelia?", ()),
    )
    questions = [
        EvalQuestion(str(n), typed, answers, conversation="c", rewrite=gold)
        for n, (typed, gold, answers) in enumerate(turns)
    ]
    others = {"as_typed": prediction("", None), "after_gold": prediction("", "Mara Lind")}
    found = [
        prediction("0", "Olof Berg"),
        prediction("1", "Velsund", **others),
        prediction("2", None, **others),
    ]
    shown = (turns[0][0], "Who is the captain of Velsund?", turns[2][0])
    return questions, {
        p["id"]: {**p, "standalone_question": text} for p, text in zip(found, shown, strict=True)
    }


def test_rewrites_are_read_beside_the_humans() -> None:
    rows = list(rewritten(*_asked()))
    read = list(csv.DictReader(table(rows).splitlines(), dialect="excel-tab"))
    assert [row["id"] for row in read] == ["1", "2"]
    assert read[0] == {
        "id": "1",
        "broken": "",
        "last": "Who owns the ferry Aurelia?",
        "typed": "and its captain?",
        "shown": "Who is the captain of Velsund?",
        "gold": "Who is the captain of the Aurelia?",
        "lost": "aurelia",
        "added": "velsund",
        "answer": "Velsund",
        "judged": "WRONG",
        "judged_after_gold": "right",
        "judged_as_typed": "refused, WRONG",
    }
    assert (read[1]["typed"], read[1]["judged"]) == ("Who rescued\tthem?", "refused")
    assert read[1]["judged_after_gold"] == "WRONG"


def test_only_what_was_changed_is_drawn_and_always_the_same() -> None:
    rows = list(rewritten(*_asked()))
    assert sampled(rows, 5, seed=1) == rows[:1]
    many = rows[:1] * 50
    assert len(sampled(many, 20, seed=1)) == 20


def test_sums_leave_out_what_a_measure_says_nothing_of() -> None:
    judged = [{"measures": {"harm": value, "left_alone": None}} for value in (1.0, 0.0, 0.0)]
    found = sums([*judged, {"measures": {"f1": 0.5}}])
    assert found["harm"] == (1, 3)
    assert found["left_alone"] == (0, 0)
