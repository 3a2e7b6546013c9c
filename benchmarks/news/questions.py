"""The quiz questions of one year, each with an id of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.cli.options import parse_day


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """``answer_in``: articles whose text holds an accepted answer; ``asked`` is the quiz's day."""

    id: str
    question: str
    answers: tuple[str, ...]
    asked: date
    answer_in: tuple[str, ...]


def quiz_questions(path: Path, year: int, *, extractive: bool = True) -> list[QuizQuestion]:
    """The questions of ``year`` in file order; with ``extractive`` those that a span can answer.

    A row that repeats an earlier id *and* question is left out. A second question under an id that
    is taken is kept, its id with ``-2`` (``-3`` ...) behind it.
    """
    return list(_distinct(_rows(path), year, extractive))


def _distinct(
    rows: Iterator[dict[str, Any]], year: int, extractive: bool
) -> Iterator[QuizQuestion]:
    asked: dict[str, list[str]] = {}
    for row in rows:
        day = parse_day(row["date"])
        if day.year != year or (extractive and not row["extractive"]):
            continue
        earlier = asked.setdefault(row["id"], [])
        if row["question"] in earlier:
            continue
        earlier.append(row["question"])
        number = len(earlier)
        yield QuizQuestion(
            id=row["id"] if number == 1 else f"{row['id']}-{number}",
            question=row["question"].strip(),
            answers=tuple(row["answers"]),
            asked=day,
            answer_in=tuple(row["answer_in"]),
        )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        for line in stream:
            if line.strip():
                yield json.loads(line)
