"""How good a decision is on held-out questions: what ``calibrate`` and ``ablation`` report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.metrics import roc_area

THRESHOLDS = (0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Case:
    """One question: for each group of equal answers its evidence and whether it is right."""

    id: str
    kind: str
    values: tuple[dict[str, float], ...]
    right: tuple[bool, ...]


def is_answerable(case: Case) -> bool:
    """Whether what is read answers the question."""
    return case.kind.split()[0] in ("wiki", "news", "rows", "yes-no")


def figures(outcomes: Sequence[tuple[Case, float, bool]]) -> dict[str, object]:
    """What the printed report holds."""
    probabilities = np.array([p for _, p, _ in outcomes])
    right = np.array([r for _, _, r in outcomes])
    answerable = np.array([is_answerable(c) for c, _, _ in outcomes])
    kinds = sorted({c.kind for c, _, _ in outcomes})
    of_kind = {k: np.array([c.kind == k for c, _, _ in outcomes]) for k in kinds}
    return {
        "questions": len(outcomes),
        "right_first": {k: _percent(right[of_kind[k]].mean()) for k in kinds},
        "calibration_error": round(calibration_error(probabilities, right), 4),
        "calibration_error_of": {
            k: round(calibration_error(probabilities[m], right[m]), 4) for k, m in of_kind.items()
        },
        "area_right_against_wrong": _percent(
            roc_area(probabilities[right].tolist(), probabilities[~right].tolist())
        ),
        "area_answerable_against_not": _percent(
            roc_area(probabilities[answerable].tolist(), probabilities[~answerable].tolist())
        ),
        "best_threshold": best_threshold(probabilities, right, answerable),
        "thresholds": [at_threshold(t, probabilities, right, answerable) for t in THRESHOLDS],
    }


def best_threshold(
    probabilities: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_]
) -> float:
    """The threshold with the best F1 of answering, in steps of 0.05.

    Precision is over the answers given, recall over the questions that have one.
    """

    def f1(threshold: float) -> float:
        given = probabilities >= threshold
        return 2 * float((right & given).sum()) / max(1.0, float(given.sum() + answerable.sum()))

    return max((round(0.05 * step, 2) for step in range(1, 20)), key=f1)


def at_threshold(
    threshold: float,
    probabilities: NDArray[np.float64],
    right: NDArray[np.bool_],
    answerable: NDArray[np.bool_],
) -> dict[str, float | None]:
    """What one threshold buys and costs, in percent."""
    given = probabilities >= threshold
    return {
        "threshold": threshold,
        "precision": _percent(right[given].mean()) if given.any() else None,
        "answered_rightly": _percent((right & given).sum() / answerable.sum()),
        "refused_of_unanswerable": _percent((~given)[~answerable].mean()),
    }


def calibration_error(
    probabilities: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 15
) -> float:
    """Mean distance between probability and share of right answers, over equal-width bins."""
    where = np.minimum((probabilities * bins).astype(int), bins - 1)
    total = 0.0
    for number in range(bins):
        own = where == number
        if own.any():
            total += own.mean() * abs(probabilities[own].mean() - right[own].mean())
    return float(total)


def _percent(share: float) -> float:
    return round(100 * float(share), 1)
