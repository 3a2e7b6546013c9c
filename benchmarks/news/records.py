"""The benchmark's files: cached passages and predictions, one JSON object a line.

Standard library only: the comparison with Haystack runs in an environment without Pullquote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class CachedPassage:
    """A retrieved passage: half-open offsets into its article, ``text`` without the noise."""

    article_id: str
    start: int
    end: int
    score: float
    text: str


@dataclass(frozen=True, slots=True)
class CachedQuestion:
    """A question with the passages that all readers are given, best first.

    ``date`` is the day it was asked (ISO). ``reachable``: whether the index holds an article that
    is known to hold an accepted answer.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    date: str | None
    reachable: bool
    passages: tuple[CachedPassage, ...]


@dataclass(frozen=True, slots=True)
class PredictedGroup:
    """One answer of a reader. ``sentence`` around its first quote, where the reader gives one."""

    answer: str
    probability: float
    article_id: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True)
class PredictedSpan:
    """A span as the reader gave it, before grouping; larger margins are better."""

    text: str
    article_id: str
    margin: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a reader made of one question: its first groups, best first, and its raw spans."""

    id: str
    answer: str | None
    probability: float
    groups: tuple[PredictedGroup, ...]
    passages: tuple[str, ...]
    spans: tuple[PredictedSpan, ...] = ()


def read_cache(path: Path) -> list[CachedQuestion]:
    """The cached questions of a file that ``passages`` wrote."""
    return [
        CachedQuestion(
            **{
                **row,
                "answers": tuple(row["answers"]),
                "passages": tuple(CachedPassage(**p) for p in row["passages"]),
            }
        )
        for row in _rows(path)
    ]


def read_predictions(path: Path) -> dict[str, Prediction]:
    """The predictions of a file by question id."""
    predictions = (
        Prediction(
            **{
                **row,
                "groups": tuple(PredictedGroup(**g) for g in row["groups"]),
                "passages": tuple(row["passages"]),
                "spans": tuple(PredictedSpan(**s) for s in row["spans"]),
            }
        )
        for row in _rows(path)
    )
    return {prediction.id: prediction for prediction in predictions}


def write_records(path: Path, records: Iterable[CachedQuestion | Prediction]) -> None:
    """Writes one JSON object a line, making the folder if need be."""
    write_rows(path, [asdict(record) for record in records])


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes JSON Lines, making the folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


def _rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        return [json.loads(line) for line in stream if line.strip()]
