"""Runs as they lie in their folders, read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

from bot.evaluation.measuring.causes import Cause
from bot.evaluation.measuring.judgements import Judgement
from bot.evaluation.measuring.predictions import Prediction, Verdict
from retrieval.errors import UsageError

Row = TypeVar("Row")
PREDICTIONS, JUDGEMENTS, METRICS = "predictions.jsonl", "judgements.jsonl", "metrics.json"


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

    @property
    def golds(self) -> str | None:
        """A digest of all that counted as right, where the run says."""
        found = self.metrics.get("run", {}).get("set_sha256")
        return found if isinstance(found, str) else None


def load_run(folder: Path) -> SavedRun:
    """Raises ``UsageError`` when the folder holds no whole run."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such run folder; name what --out was.")
    missing = [name for name in (PREDICTIONS, JUDGEMENTS, METRICS) if not (folder / name).is_file()]
    if JUDGEMENTS in missing and _is_rewriting(folder / METRICS):
        raise UsageError(
            f"{folder}: is a run of --task rewrite, which cannot be compared yet; name a run of "
            "another task."
        )
    if missing:
        unfinished = (folder / "unfinished.jsonl").is_file()
        cure = "its evaluation was stopped: run it to its end" if unfinished else "evaluate again"
        raise UsageError(f"{folder}: holds no {missing[0]}, so it is no whole run; {cure}.")
    predictions = {p["id"]: p for p in _rows(folder / PREDICTIONS, _prediction)}
    judgements = {j.id: j for j in _rows(folder / JUDGEMENTS, _judgement)}
    metrics = _metrics(folder / METRICS)
    asked = {i for i, judged in judgements.items() if judged.verdict is not Verdict.MISSING}
    if metrics["counts"]["questions"] != len(judgements) or asked != predictions.keys():
        raise UsageError(
            f"{folder}: its files do not have the same questions, so it is no whole run; evaluate "
            "again."
        )
    return SavedRun(folder, predictions, judgements, metrics)


def _is_rewriting(path: Path) -> bool:
    try:
        return bool(json.loads(_text(path))["run"]["task"] == "rewrite")
    except (UsageError, ValueError, TypeError, LookupError, RecursionError):
        return False  # what is wrong with it is told where the run's files are read


def _metrics(path: Path) -> dict[str, Any]:
    try:
        metrics = json.loads(_text(path))
        if not isinstance(metrics, dict) or not isinstance(metrics["run"], dict):
            raise ValueError('it has no block "run"')
        if not isinstance(metrics["counts"]["questions"], int):
            raise ValueError("it does not count questions")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise _faulty(path, "does not say what was run", error) from error
    return metrics


def _rows(path: Path, parse: Callable[[Any], Row]) -> Iterator[Row]:
    # str.splitlines would cut at U+2028 inside a string.
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = parse(json.loads(line))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise _faulty(path, f"line {number} is not one of an evaluation", error) from error
        yield row


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _faulty(path, "cannot be read", error) from error


def _faulty(path: Path, what: str, error: Exception) -> UsageError:
    return UsageError(
        f"{path}: {what} ({str(error) or type(error).__name__}); run `pullquote evaluate` again."
    )


def _prediction(record: Any) -> Prediction:
    if not isinstance(record, dict) or not isinstance(record["id"], str):
        raise ValueError("it has no id")
    score = record.get("probability", 0.0)
    if type(score) not in (int, float) or not 0 <= score <= 1:
        raise ValueError("its probability cannot be one")
    return record


def _finite(value: Any) -> float:
    if type(value) not in (int, float) or not isfinite(value):
        raise ValueError(f"{value} is no measure")
    return float(value)


def _judgement(record: Any) -> Judgement:
    verdict, cause = record.get("verdict"), record.get("cause")
    return Judgement(
        id=str(record["id"]),
        question=str(record["question"]),
        answers=tuple(str(answer) for answer in record["answers"]),
        cluster=str(record["cluster"]),
        measures={
            str(name): None if value is None else _finite(value)
            for name, value in record["measures"].items()
        },
        verdict=Verdict(verdict) if verdict else None,
        cause=Cause(cause) if cause else None,
        strata={str(kind): str(label) for kind, label in record.get("strata", {}).items()},
    )
