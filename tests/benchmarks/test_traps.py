"""The trap questions: every accepted answer stands in the articles they are asked about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.evaluation.sets.jsonl import parse_jsonl

ROOT = Path(__file__).parents[2]
TRAPS = ROOT / "benchmarks" / "traps" / "traps.jsonl"
ROWS: list[dict[str, Any]] = [
    json.loads(line) for line in TRAPS.read_text(encoding="utf-8").splitlines()
]
ARTICLES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "seeds").glob("*.txt"))]


def spans(row: dict[str, Any]) -> list[str]:
    nested = [*row.get("disputed", []), *row.get("all_of", [])]
    return [*row["answers"], *row.get("stale", []), *(span for side in nested for span in side)]


def test_every_answer_stands_verbatim_in_an_article() -> None:
    missing = [
        (row["id"], span)
        for row in ROWS
        for span in spans(row)
        if not any(span in article for article in ARTICLES)
    ]
    assert missing == []


def test_ids_and_questions_are_unique() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS) == 40
    assert len({row["question"].casefold() for row in ROWS}) == len(ROWS)


def test_half_of_them_must_be_refused_and_each_says_what_the_trap_is() -> None:
    assert sum(not row["answers"] for row in ROWS) == 20
    assert all((row["kind"] == "unanswerable") == (not row["answers"]) for row in ROWS)
    assert all(row["note"] for row in ROWS)


def test_no_question_is_one_of_the_seeds_own() -> None:
    own = (ROOT / "seeds" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = {json.loads(line)["question"].casefold() for line in own}
    assert not asked & {row["question"].casefold() for row in ROWS}


def test_pullquote_reads_the_set() -> None:
    found = parse_jsonl(TRAPS.read_text(encoding="utf-8"), "traps.jsonl")
    assert len(found.questions) == 40
    assert sum(bool(question.disputed) for question in found.questions) == 2
