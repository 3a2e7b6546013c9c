"""Where judged answers come from: predictions of a question set, or an earlier run's folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.evaluation.calibrating.threshold import Judged
from bot.evaluation.comparing.saved_run import load_run
from bot.evaluation.measuring.answers import judge_span_right
from bot.evaluation.measuring.judgements import cluster_of
from bot.evaluation.measuring.predictions import Prediction, best_answer
from bot.evaluation.sets.questions import QuestionSet
from retrieval.errors import QuestionSetError


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

    Raises ``UsageError`` when the folder is not that of a whole run, and ``QuestionSetError`` when
    the run is not of the task ``answer`` or nothing in it could be right.
    """
    run = load_run(folder)
    if run.task != "answer":
        raise QuestionSetError(
            f"{folder}: is a run of the task {run.task}; calibrate on one of the task answer, or "
            "on the question set itself."
        )
    asked = [judged for judged in run.judgements.values() if judged.id in run.predictions]
    if not any(judged.answers for judged in asked):
        raise QuestionSetError(
            f"{folder}: no question of this run has an accepted answer, so none could be right; "
            "calibrate on a set with answers."
        )
    about = run.metrics["run"]
    if not all(isinstance(about.get(key), str) for key in ("set", "reader")):
        raise QuestionSetError(
            f"{folder}: its metrics.json names no set or no reader; run `pullquote evaluate` again."
        )
    return JudgedSet(
        Path(about["set"]).name,
        about["reader"],
        tuple(
            Judged(
                float(run.predictions[judged.id]["probability"]),
                judged.measures.get("best_span_right") == 1,
                judged.cluster,
            )
            for judged in asked
        ),
        sum(not judged.answers for judged in asked),
        len(run.judgements) - len(asked),
    )
