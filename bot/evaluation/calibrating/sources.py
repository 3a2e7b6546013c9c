"""Where judged answers come from: predictions of a question set, or the folder of an earlier run.

Knows nothing about thresholds or configs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.evaluation.calibrating.threshold import Judged
from bot.evaluation.measuring.answers import judge_span_right
from bot.evaluation.measuring.judgements import cluster_of
from bot.evaluation.measuring.verdicts import Prediction, best_answer
from bot.evaluation.sets.questions import QuestionSet
from retrieval.errors import QuestionSetError

PREDICTIONS, JUDGEMENTS, METRICS = "predictions.jsonl", "judgements.jsonl", "metrics.json"


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """The best answer to each question of a set. ``name`` is the set's; ``unanswerable`` of its
    questions have no answer; ``missing`` were never asked; ``reader`` gave the probabilities.
    """

    name: str
    reader: str
    judged: tuple[Judged, ...] = field(repr=False)
    unanswerable: int
    missing: int = 0


def judged_set(
    question_set: QuestionSet, predictions: Sequence[Prediction], reader: str
) -> JudgedSet:
    """Each prediction judged as the outside judge does: no answer is right where none is known."""
    by_id = {prediction["id"]: prediction for prediction in predictions}
    pairs = [(q, by_id[q.id]) for q in question_set.questions if q.id in by_id]
    judged = tuple(
        Judged(float(p["probability"]), judge_span_right(best_answer(p), q.answers), cluster_of(q))
        for q, p in pairs
    )
    return JudgedSet(
        Path(question_set.name).name,
        reader,
        judged,
        sum(not q.answerable for q, _ in pairs),
        len(question_set.questions) - len(pairs),
    )


def require_answers(question_set: QuestionSet) -> None:
    """Raises ``QuestionSetError`` for a set by which nothing can be right."""
    if not any(question.answerable for question in question_set.questions):
        raise QuestionSetError(
            f"{question_set.name}: no question has an accepted answer, so none could be right; "
            "calibrate on a set with answers."
        )


def judged_run(folder: Path) -> JudgedSet:
    """What a run of ``pullquote evaluate`` left: nothing is asked again.

    Raises ``QuestionSetError``, naming file and line, when the folder is not that of a whole run of
    the task ``answer``.
    """
    run = _run_block(folder)
    found = {
        row["id"]: float(row["probability"]) for row in _rows(folder, PREDICTIONS, _is_prediction)
    }
    rows = list(_rows(folder, JUDGEMENTS, _is_judgement))
    asked = [row for row in rows if row["id"] in found]
    if not any(row["answers"] for row in asked):
        raise QuestionSetError(
            f"{folder}: no question of this run has an accepted answer, so none could be right; "
            "calibrate on a set with answers."
        )
    judged = tuple(
        Judged(
            found[row["id"]], row["measures"]["best_span_right"] == 1, row.get("cluster", row["id"])
        )
        for row in asked
    )
    unanswerable = sum(not row["answers"] for row in asked)
    missing = len(rows) - len(asked)
    return JudgedSet(Path(run["set"]).name, run["reader"], judged, unanswerable, missing)


def _run_block(folder: Path) -> dict[str, Any]:
    path = folder / METRICS
    try:
        metrics = json.loads(_text(path))
        run = metrics["run"]
        task, named = run["task"], (run["set"], run["reader"])
    except (ValueError, TypeError, LookupError) as error:
        raise _faulty(path, "does not say what was run", error) from error
    if task != "answer":
        raise QuestionSetError(
            f"{folder}: is a run of the task {task}; calibrate on one of the task answer, or on "
            "the question set itself."
        )
    if not all(isinstance(name, str) and name for name in named):
        raise _faulty(path, "names no set or no reader")
    return dict(run)


def _rows(
    folder: Path, name: str, is_right: Callable[[dict[str, Any]], bool]
) -> Iterator[dict[str, Any]]:
    path = folder / name
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not is_right(row):
                raise ValueError("a value cannot be")
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            raise _faulty(path, f"line {number} is not one of an evaluation", error) from error
        yield row


def _is_prediction(row: dict[str, Any]) -> bool:
    score = row["probability"]
    return isinstance(row["id"], str) and type(score) in (int, float) and 0 <= score <= 1


def _is_judgement(row: dict[str, Any]) -> bool:
    own = isinstance(row["id"], str) and isinstance(row.get("cluster", ""), str)
    # A question that was not asked has no measures.
    known = row["verdict"] == "not asked" or row["measures"]["best_span_right"] in (0, 1)
    return own and known and isinstance(row["answers"], list)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise QuestionSetError(
            f"{path.parent}: is not the folder of a run, it has no {path.name}; name a question "
            "set, or a folder that `pullquote evaluate` wrote."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise _faulty(path, "cannot be read", error) from error


def _faulty(path: Path, what: str, error: Exception | None = None) -> QuestionSetError:
    why = f" ({error or type(error).__name__})" if error else ""
    return QuestionSetError(f"{path}: {what}{why}; run `pullquote evaluate` again.")
