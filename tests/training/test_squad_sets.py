"""Question sets: what is read, what is dropped, whole articles held out."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from tests.training.builders import CONTEXT, example
from training import squad
from training.squad import Gold


def as_file(path: Path, *questions: dict[str, Any]) -> Path:
    paragraphs = [{"context": CONTEXT, "qas": list(questions)}]
    text = json.dumps({"version": "v2.0", "data": [{"title": "T", "paragraphs": paragraphs}]})
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode(), mtime=0))
    else:
        path.write_text(text, "utf-8")
    return path


def answer(text: str, start: int) -> dict[str, Any]:
    return {"text": text, "answer_start": start}


def test_written_sets_read_back(tmp_path: Path) -> None:
    impossible = squad.Example("2", "new_wiki", "Talks", "Who?", CONTEXT, ())
    squad.write(tmp_path / "dev.json", [example(), impossible])
    assert list(squad.read(tmp_path / "dev.json", "new_wiki")) == [example(), impossible]
    assert json.loads((tmp_path / "dev.json").read_text())["version"] == "v2.0"


def test_an_answer_beside_its_place_is_dropped(tmp_path: Path) -> None:
    start = CONTEXT.index("noon")
    answers = [answer("noon", start), answer("noon", start + 1), answer(" ", CONTEXT.index(" "))]
    asked = {"id": "1", "question": " When? ", "answers": answers}
    path = as_file(tmp_path / "set.json.gz", asked)
    (read,) = squad.read(path, "qamr")
    assert read.golds == (Gold(start, start + 4),)
    assert read.question == "When?"
    assert read.source == "qamr"


def test_a_question_without_any_right_answer_is_dropped_unless_it_is_meant_so(
    tmp_path: Path,
) -> None:
    path = as_file(
        tmp_path / "set.json",
        {"id": "1", "question": "When?", "answers": [answer("noon", 0)]},
        {"id": "2", "question": "Who?", "answers": [], "is_impossible": True},
    )
    assert [read.id for read in squad.read(path, "qamr")] == ["2"]


def test_whole_articles_are_held_out() -> None:
    pool = [example(title=f"T{number % 20}") for number in range(100)]
    train, held, titles = squad.split_by_title(pool, 0.1, seed=13)
    assert len(titles) == 2
    assert {made.title for made in held} == set(titles)
    assert not {made.title for made in train} & set(titles)
    assert len(train) + len(held) == 100
    assert squad.split_by_title(reversed(pool), 0.1, seed=13)[2] == titles
    assert squad.split_by_title(pool, 0.1, seed=14)[2] != titles
