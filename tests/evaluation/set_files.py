"""Small question sets of each format, written for the tests, and how to put them into files."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.sets.question_sets import load_question_set, load_question_sets
from bot.storage.ratings import Rating, RatingsInSqlite
from retrieval.errors import QuestionSetError

STORY = "Mara runs a ferry. It has room for nine cars. On Sundays it stays in port."
ROWS = (
    {"id": "a", "question": "Who runs the ferry?", "answers": ["Mara"]},
    {"id": "b", "question": "Who built it?", "answers": []},
)
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS)
TABLE = "question,answer\nWho runs the ferry?,Mara\nWho built it?,\n"


def coqa_story() -> dict[str, Any]:
    """Three turns; two more people answered: one differs on the first turn, both know nothing of
    the third.
    """
    return {
        "id": "ferry",
        "source": "harbour news",
        "story": STORY,
        "questions": [
            {"input_text": "Who runs a ferry?", "turn_id": 1},
            {"input_text": "How many cars fit?", "turn_id": 2},
            {"input_text": "Who built it?", "turn_id": 3},
        ],
        "answers": [
            coqa_answer(1, "Mara"),
            coqa_answer(2, "nine"),
            coqa_answer(3, "Her father"),
        ],
        "additional_answers": {
            "0": [coqa_answer(1, "Mara does"), coqa_answer(2, "nine"), coqa_answer(3, "unknown")],
            "1": [coqa_answer(1, "Mara"), coqa_answer(2, "9"), coqa_answer(3, "Unknown.")],
        },
    }


def coqa_answer(turn: int, text: str) -> dict[str, Any]:
    return {"turn_id": turn, "input_text": text, "span_text": text, "span_start": 0, "span_end": 1}


def coqa(*stories: dict[str, Any]) -> dict[str, Any]:
    return {"version": "1.0", "data": list(stories or (coqa_story(),))}


def quac_turn(number: int, question: str, *texts: str) -> dict[str, Any]:
    answers = [{"text": text, "answer_start": 0} for text in texts]
    return {
        "id": f"C_ferry_0_q#{number}",
        "question": question,
        "answers": answers,
        "orig_answer": answers[0] if answers else None,
        "followup": "y",
        "yesno": "x",
    }


def quac(*turns: dict[str, Any]) -> dict[str, Any]:
    asked = turns or (
        quac_turn(0, "Who runs it?", "Mara", "Mara runs a ferry", "Mara"),
        quac_turn(1, "Who built it?", "CANNOTANSWER"),
    )
    paragraph = {"id": "C_ferry_0", "context": f"{STORY} CANNOTANSWER", "qas": list(asked)}
    return {"data": [{"title": "The ferry", "section_title": "Now", "paragraphs": [paragraph]}]}


def squad(**changes: Any) -> dict[str, Any]:
    qa = {"id": "s1", "question": "Who runs it?", "answers": [{"text": "Mara", "answer_start": 0}]}
    paragraph = {"context": STORY, "qas": [qa | changes]}
    return {"version": "1.1", "data": [{"title": "The ferry", "paragraphs": [paragraph]}]}


CAST = {"id": "c", "turns": [{"utterance": "Who?", "rewrite": "Who runs it?", "response": "Mara"}]}
CANARD = {
    "History": ["The ferry", "Now"],
    "QuAC_dialog_id": "C_ferry_0",
    "Question": "Who?",
    "Question_no": 1,
    "Rewrite": "Who runs the ferry?",
}
ARTICLE = {"id": "n", "text": STORY, "title": "The ferry"}

SGML = """
<top>

<num> Number: 301
<title> ferries &amp; ports

<desc> Description:
Which ferries stay in port on
Sundays?

<narr> Narrative:
Only ferries for cars.
</top>

<top>
<num> Number: 302 </num>
<title> Topic:  pilots </title>
</top>
"""
XML = """<?xml version="1.0" encoding="UTF-8"?>
<topics task="harbours">
  <topic number="301">
    <query>ferries &amp; ports</query>
    <question>Which ferries stay in port?</question>
  </topic>
  <topic number="302"><title>pilots</title><narrative>All.</narrative></topic>
</topics>
"""
TSV = "301\tferries & ports\n302\tpilots\n"
QRELS = "301 0 FT-1 1\n301 0 FT-2 0\n302\t0\tFT-3\t2\n302 0 FT-1 -1\n"


def rating(number: int, **changes: Any) -> Rating:
    """A good rating of the answer "Mara"; ``changes`` replace its fields."""
    given: dict[str, Any] = {
        "id": f"r{number}",
        "asked_at": datetime(2026, 3, 1, 12, number, tzinfo=UTC),
        "question": "and who runs it?",
        "standalone_question": "Who runs the ferry?",
        "as_of": date(2026, 3, 1),
        "answer": "Mara",
        "article_id": "harbour.txt",
        "probability": 0.75,
        "good": True,
    }
    return Rating(**given | changes)


def rated(path: Path, *ratings: Rating) -> Path:
    """A file of ratings, closed again."""
    store = RatingsInSqlite(path)
    for one in ratings:
        store.add(one)
    store.all()
    store.close()
    return path


def written(folder: Path, content: Any, name: str = "set") -> Path:
    """A file with the text or bytes, or with anything else as JSON."""
    if not isinstance(content, str | bytes):
        content = json.dumps(content)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def fault(*paths: Path) -> str:
    """The one sentence with which the files are refused, after the name of one of them."""
    with pytest.raises(QuestionSetError) as caught:
        load_question_sets(paths) if len(paths) > 1 else load_question_set(paths[0])
    sentence = str(caught.value)
    named = next(path for path in paths if sentence.startswith(f"{path}: "))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence.replace(str(named.parent), "")) < 300, "nothing of a file's size is echoed"
    return sentence.removeprefix(f"{named}: ")


def loads(*paths: Path) -> bool:
    """Whether the files load or are refused in one line; any other error gets through."""
    try:
        return all(loaded.questions for loaded in load_question_sets(paths))
    except QuestionSetError as error:
        return "\n" not in str(error)
