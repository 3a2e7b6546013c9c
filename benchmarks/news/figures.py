"""How well probabilities tell right from wrong, and how sure a figure is. Pure; arrays in and out.

``right`` is 0 or 1 for each question, ``probability`` 0..1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.news.outcomes import Outcomes, Values

BINS = 15
RESAMPLES = 2000
_Rows = NDArray[np.intp]
Measure = Callable[[Outcomes, _Rows], float]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % percentile-bootstrap interval over the questions."""

    value: float
    low: float
    high: float

    def as_text(self, factor: float = 100) -> str:
        """For example ``41.2 (37.1–45.4)``; ``factor`` 1 leaves a 0..1 scale."""
        places = 1 if factor == 100 else 3
        value, low, high = (f"{factor * v:.{places}f}" for v in (self.value, self.low, self.high))
        return f"{value} ({low}–{high})"


def risks(right: Values, probability: Values) -> Values:
    """Share of wrong answers among the surest 1, 2, ... n questions: the risk-coverage curve.

    Questions of one probability come in no order: each counts with their common share.
    """
    _, place = np.unique(-probability, return_inverse=True)
    wrong = np.bincount(place, weights=1 - right) / np.bincount(place)
    ordered = wrong[np.sort(place)]
    return np.asarray(np.cumsum(ordered) / np.arange(1, len(right) + 1), dtype=np.float64)


def risk_area(right: Values, probability: Values) -> float:
    """Area under the risk-coverage curve (Geifman and El-Yaniv 2017), 0..1; smaller is better."""
    return float(risks(right, probability).mean())


def separation(right: Values, probability: Values) -> float:
    """AUROC: how often a right answer is given a larger probability than a wrong one; ties half.

    NaN when all are right or all wrong.
    """
    rights = right > 0.5
    positive, negative = int(rights.sum()), int((~rights).sum())
    if not positive or not negative:
        return float("nan")
    _, place, counts = np.unique(probability, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    total = ranks[rights].sum() - positive * (positive + 1) / 2
    return float(total / (positive * negative))


def calibration_error(right: Values, probability: Values) -> float:
    """Expected calibration error over ``BINS`` bins of equal width, 0..1; smaller is better."""
    place = np.minimum((probability * BINS).astype(np.intp), BINS - 1)
    gaps = np.bincount(place, weights=right - probability, minlength=BINS)
    return float(np.abs(gaps).sum() / len(right))


def measures_of(outcomes: Outcomes) -> dict[str, Measure]:
    """Every figure of a run by name: the means, then three for each notion of "right"."""
    found: dict[str, Measure] = {name: _mean(name) for name in outcomes.measures}
    for name in outcomes.right:
        found[f"risk_area:{name}"] = _selective(risk_area, name)
        found[f"auroc:{name}"] = _selective(separation, name)
        found[f"ece:{name}"] = _selective(calibration_error, name)
    return found


def resamples(count: int, seed: int = 0) -> NDArray[np.intp]:
    """``RESAMPLES`` draws of ``count`` questions with replacement, one a row."""
    drawn = np.random.default_rng(seed).integers(count, size=(RESAMPLES, count))
    return np.asarray(drawn, dtype=np.intp)


def figures(outcomes: Outcomes) -> dict[str, Figure]:
    """Every figure of one run with its interval."""
    draws = resamples(len(outcomes))
    return {
        name: _figure(
            measure(outcomes, everything(outcomes)), [measure(outcomes, d) for d in draws]
        )
        for name, measure in measures_of(outcomes).items()
    }


def differences(first: Outcomes, second: Outcomes) -> dict[str, Figure]:
    """``first - second`` for every figure both have; paired: the same questions are drawn."""
    draws = resamples(len(first))
    shared = measures_of(second).keys()

    def gap(measure: Measure, rows: NDArray[np.intp]) -> float:
        return measure(first, rows) - measure(second, rows)

    return {
        name: _figure(gap(measure, everything(first)), [gap(measure, d) for d in draws])
        for name, measure in measures_of(first).items()
        if name in shared
    }


def everything(outcomes: Outcomes) -> NDArray[np.intp]:
    """All questions, each once."""
    return np.arange(len(outcomes), dtype=np.intp)


def _mean(name: str) -> Measure:
    return lambda outcomes, rows: float(outcomes.measures[name][rows].mean())


def _selective(measure: Callable[[Values, Values], float], name: str) -> Measure:
    return lambda outcomes, rows: measure(outcomes.measures[name][rows], outcomes.probability[rows])


def _figure(value: float, drawn: list[float]) -> Figure:
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return Figure(value, float(low), float(high))
