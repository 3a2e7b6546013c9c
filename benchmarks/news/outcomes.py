"""What became of each question, as arrays that all figures are computed from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.news.records import CachedQuestion, Prediction
from bot.evaluation.measuring.answers import (
    TOP_ANSWERS,
    judge_f1,
    judge_in_top_five,
    judge_normalise,
    judge_sentence_right,
    judge_span_right,
    squad_exact_match,
    squad_f1,
)

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One place for each question, all 0..1.

    ``measures`` by name; ``right`` are those of them that are 0 or 1 and that a probability can be
    held against; ``probability`` is what the reader gave its first answer.
    """

    measures: Mapping[str, Values]
    right: tuple[str, ...]
    probability: Values

    def __len__(self) -> int:
        return len(self.probability)


def judge_exact_match(answer: str | None, golds: Sequence[str]) -> bool:
    """Whether the answer equals a gold, curly quotes and dashes counted as punctuation."""
    given = judge_normalise(answer)
    return any(given == judge_normalise(gold) for gold in golds)


def outcomes(
    questions: Sequence[CachedQuestion], predictions: Mapping[str, Prediction]
) -> Outcomes:
    """Judges every question. Raises ``KeyError`` when one was not predicted.

    ``top_five_exact``: one of the first five answers equals a gold (judge's normalisation);
    ``top_five_holds``: a gold stands in one of them as whole words, which is what the outside
    judge counts. ``sentence``: a gold stands in the sentence of the first citation; left out when
    the reader gives no sentences.
    """
    rows = [_judged(question.answers, predictions[question.id]) for question in questions]
    names = [name for name in rows[0] if all(name in row for row in rows)]
    return Outcomes(
        measures={name: np.array([row[name] for row in rows], dtype=np.float64) for name in names},
        right=tuple(name for name in ("judge_exact", "span_right", "sentence") if name in names),
        probability=np.array([predictions[question.id].probability for question in questions]),
    )


def _judged(golds: Sequence[str], prediction: Prediction) -> dict[str, float]:
    answer = prediction.answer
    answers = [group.answer for group in prediction.groups][:TOP_ANSWERS]
    row = {
        "exact_match": squad_exact_match(answer, golds),
        "f1": squad_f1(answer, golds),
        "judge_exact": float(judge_exact_match(answer, golds)),
        "judge_f1": judge_f1(answer, golds),
        "span_right": float(judge_span_right(answer, golds)),
        "top_five_exact": float(any(judge_exact_match(a, golds) for a in answers)),
        "top_five_holds": float(judge_in_top_five(answers, golds)),
    }
    if not prediction.groups:
        row["sentence"] = 0.0
    elif prediction.groups[0].sentence is not None:
        row["sentence"] = float(judge_sentence_right(prediction.groups[0].sentence, golds))
    return row
