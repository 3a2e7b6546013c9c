"""What every system is given, and what a measurement gives back: JSON, one object a line or file.

    passages.jsonl    every passage in index order        vectors.npy            one row for each
    questions.jsonl   the questions                       question_vectors.npy   one row for each
    articles.jsonl    the articles behind the passages, for the one system that cuts its own

Standard library only: the peers' environment has no Pullquote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PASSAGES = "passages.jsonl"
QUESTIONS = "questions.jsonl"
ARTICLES = "articles.jsonl"
VECTORS = "vectors.npy"
QUESTION_VECTORS = "question_vectors.npy"


@dataclass(frozen=True, slots=True)
class Passage:
    """``text`` is what gets indexed: title, newline, visible text. The body starts at ``body``."""

    docno: str
    article_id: str
    text: str = field(repr=False)
    body: int = 0
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """``date`` is the day on which it is asked, as YYYY-MM-DD."""

    id: str
    question: str
    answers: tuple[str, ...]
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one child process saw of one system; ``None`` or empty: not measured in this phase.

    Seconds are wall clock. ``to_index`` runs from the process's start until the index is saved,
    ``to_answer`` until the first ranking. ``build`` and ``save`` are the two calls alone.
    ``milliseconds`` has one value for each question after the first, ``rankings`` the docnos found
    by question id. ``fault``: why there is no measurement.
    """

    system: str
    phase: str
    passages: int = 0
    to_index: float | None = None
    to_answer: float | None = None
    build: float | None = None
    save: float | None = None
    peak_bytes: int | None = None
    disk_bytes: int | None = None
    milliseconds: tuple[float, ...] = ()
    rankings: dict[str, list[str]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    fault: str | None = None

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Measurement:
        record = json.loads(path.read_text(encoding="utf-8"))
        return cls(**{**record, "milliseconds": tuple(record["milliseconds"])})


def read_passages(folder: Path) -> list[Passage]:
    return [Passage(**record) for record in _records(folder / PASSAGES)]


def read_questions(folder: Path, limit: int | None = None) -> list[Question]:
    """The first ``limit`` questions, all without it."""
    records = list(_records(folder / QUESTIONS))[:limit]
    return [Question(**{**record, "answers": tuple(record["answers"])}) for record in records]


def write_lines(path: Path, values: Iterable[Passage | Question | dict[str, Any]]) -> int:
    """Writes one object a line and says how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for value in values:
            record = value if isinstance(value, dict) else asdict(value)
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")
            count += 1
    return count


def _records(path: Path) -> Iterator[dict[str, Any]]:
    # A line ends at LF alone: articles hold other line separators.
    with path.open(encoding="utf-8", newline="\n") as stream:
        for line in stream:
            yield json.loads(line)
