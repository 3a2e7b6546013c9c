"""Runs as they lie in their folders, read back. Knows nothing about how a run is made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.evaluation.measuring.causes import Cause
from bot.evaluation.measuring.judgements import Judgement
from bot.evaluation.measuring.verdicts import Prediction, Verdict
from retrieval.errors import UsageError

_FILES = ("predictions.jsonl", "judgements.jsonl", "metrics.json")


@dataclass(frozen=True, slots=True)
class SavedRun:
    """What ``evaluate`` wrote into ``folder``; predictions and judgements by question id."""

    folder: Path
    predictions: Mapping[str, Prediction] = field(repr=False)
    judgements: Mapping[str, Judgement] = field(repr=False)
    metrics: Mapping[str, Any] = field(repr=False)

    @property
    def task(self) -> str:
        return str(self.metrics.get("run", {}).get("task", "answer"))


def load_run(folder: Path) -> SavedRun:
    """Raises ``UsageError`` when the folder holds no whole run."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such run folder; name what --out was.")
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        unfinished = (folder / "unfinished.jsonl").is_file()
        cure = "its evaluation was stopped: run it to its end" if unfinished else "evaluate again"
        raise UsageError(f"{folder}: holds no {missing[0]}, so it is no whole run; {cure}.")
    try:
        predictions = {p["id"]: p for p in _lines(folder / _FILES[0])}
        judgements = {j["id"]: _judgement(j) for j in _lines(folder / _FILES[1])}
        metrics = json.loads((folder / _FILES[2]).read_text(encoding="utf-8"))
        if not isinstance(metrics, dict):
            raise ValueError("metrics.json is not a JSON object")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{folder}: cannot be read as a run ({str(error) or type(error).__name__}); "
            "evaluate again."
        ) from error
    return SavedRun(folder, predictions, judgements, metrics)


def _lines(path: Path) -> list[dict[str, Any]]:
    # str.splitlines would cut at U+2028 inside a string.
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


def _judgement(record: Mapping[str, Any]) -> Judgement:
    verdict, cause = record.get("verdict"), record.get("cause")
    return Judgement(
        id=str(record["id"]),
        question=str(record["question"]),
        answers=tuple(str(answer) for answer in record["answers"]),
        cluster=str(record["cluster"]),
        measures={
            str(name): None if value is None else float(value)
            for name, value in record["measures"].items()
        },
        verdict=Verdict(verdict) if verdict else None,
        cause=Cause(cause) if cause else None,
        strata={str(kind): str(label) for kind, label in record.get("strata", {}).items()},
    )
