"""How well the decision to answer or to refuse is taken, at every threshold.

An answer is *right* when it is the right span and the question has an answer; refusing gives no
answer at all. Everything is computed from the best answer's probability and whether it is right, so
that any threshold can be judged afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.measuring.bootstrap import Counts, Floats, Interval, statistic_intervals

BINS = 10
_MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class Decisions:
    """One entry for each question.

    ``probability``: that of the best answer, 0..1; ``right``: whether that answer is; ``exact`` and
    ``f1``: SQuAD's measures if it were given; ``answerable``: whether the question has an answer.
    Refusing scores 1 for a question without an answer, else 0.
    """

    probability: Floats
    right: NDArray[np.bool_]
    exact: Floats
    f1: Floats
    answerable: NDArray[np.bool_]
    clusters: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.clusters)


def deciding_figures(
    decisions: Decisions, threshold: float
) -> tuple[dict[str, Any], dict[str, Interval]]:
    """The block ``deciding`` of ``metrics.json``, and the headline figures with intervals."""
    p, right = decisions.probability, decisions.right
    ones = np.ones(len(decisions), dtype=np.int64)

    def statistics(counts: Counts) -> list[float | None]:
        return [
            roc_auc(p, right, counts),
            area_under_risk_coverage(p, right, counts),
            calibration_error(p, right, counts),
            _precision(p, right, counts, threshold),
        ]

    names = ("auc", "aurc", "ece", "precision_of_answers")
    intervals = dict(zip(names, statistic_intervals(statistics, decisions.clusters), strict=True))
    block: dict[str, Any] = {
        "threshold": threshold,
        "at_threshold": at_threshold(decisions, threshold),
        "best_exact": best_threshold(decisions, decisions.exact, "exact_match"),
        "best_f1": best_threshold(decisions, decisions.f1, "f1"),
        "roc": {"points": roc_points(p, right)},
        "auc": intervals["auc"].value,
        "risk_coverage": {"points": risk_coverage_points(p, right)},
        "aurc": intervals["aurc"].value,
        "reliability": {"bins": reliability_bins(p, right, ones)},
        "ece": intervals["ece"].value,
        "brier": float(np.mean((p - right) ** 2)) if len(decisions) else None,
    }
    return block, intervals


def at_threshold(decisions: Decisions, threshold: float) -> dict[str, float | None]:
    """What answering from ``threshold`` on gives: shares 0..1."""
    answered = decisions.probability >= threshold
    given = int(answered.sum())
    return {
        "precision": float(decisions.right[answered].mean()) if given else None,
        "coverage": given / len(decisions) if len(decisions) else None,
        "exact_match": _scored(decisions, decisions.exact, answered),
        "f1": _scored(decisions, decisions.f1, answered),
    }


def best_threshold(decisions: Decisions, measure: Floats, name: str) -> dict[str, float | None]:
    """The threshold at which ``measure`` is best, as the official SQuAD 2.0 script seeks it.

    Among equals the lowest. Above the highest probability: refusing everything is best.
    """
    if not len(decisions):
        return {"threshold": None, name: None}
    order = np.argsort(-decisions.probability, kind="stable")
    p = decisions.probability[order]
    gained = measure[order] - ~decisions.answerable[order]  # by answering instead of refusing
    totals = (~decisions.answerable).sum() + np.concatenate([[0.0], np.cumsum(gained)])
    ends = np.concatenate([[0], _block_ends(p)])
    best = int(ends[::-1][np.argmax(totals[ends][::-1])])
    threshold = float(p[best - 1]) if best else float(np.nextafter(p[0], np.inf))
    return {"threshold": threshold, name: float(totals[best] / len(decisions))}


def roc_points(probability: Floats, right: NDArray[np.bool_]) -> list[list[float]]:
    """``[false positive rate, true positive rate]``, rising; empty where all or none are right."""
    from sklearn.metrics import roc_curve

    if not right.any() or right.all():
        return []
    false_rate, true_rate, _ = roc_curve(right, probability)
    return _thinned(np.column_stack([false_rate, true_rate]))


def roc_auc(probability: Floats, right: NDArray[np.bool_], counts: Counts) -> float | None:
    """The share of pairs of a right and a wrong answer of which the right one has the higher
    probability, ties half; larger is better. None where there are no pairs.
    """
    from sklearn.metrics import roc_auc_score

    drawn = counts > 0
    if not right[drawn].any() or right[drawn].all():
        return None
    score = roc_auc_score(right[drawn], probability[drawn], sample_weight=counts[drawn])
    return float(score)


def risk_coverage_points(probability: Floats, right: NDArray[np.bool_]) -> list[list[float]]:
    """``[coverage, risk]`` at each distinct probability, coverage rising.

    Coverage is the share of all questions that are answered, risk the share of wrong ones among
    those (El-Yaniv and Wiener 2010).
    """
    coverage, risk = _risk_coverage(probability, right, np.ones(len(right), dtype=np.int64))
    return _thinned(np.column_stack([coverage, risk]))


def area_under_risk_coverage(
    probability: Floats, right: NDArray[np.bool_], counts: Counts
) -> float | None:
    """The mean risk over all coverages (Geifman, Uziel and El-Yaniv 2019), 0..1; smaller is better.

    Answers of one probability can only be given together: the risk up to them is that with all.
    """
    if not counts.sum():
        return None
    coverage, risk = _risk_coverage(probability, right, counts)
    return float(np.sum(np.diff(coverage, prepend=0.0) * risk))


def reliability_bins(
    probability: Floats, right: NDArray[np.bool_], counts: Counts
) -> list[dict[str, float | int]]:
    """Probability against how often it was right, in ten bins of equal width; empty ones left out.

    The reliability diagram of DeGroot and Fienberg (1983).
    """
    bins: list[dict[str, float | int]] = []
    at = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    for number in range(BINS):
        inside = (at == number) & (counts > 0)
        weights = counts[inside]
        if not weights.sum():
            continue
        bins.append(
            {
                "low": number / BINS,
                "high": (number + 1) / BINS,
                "mean_probability": float(np.average(probability[inside], weights=weights)),
                "right_share": float(np.average(right[inside], weights=weights)),
                "n": int(weights.sum()),
            }
        )
    return bins


def calibration_error(
    probability: Floats, right: NDArray[np.bool_], counts: Counts
) -> float | None:
    """Expected calibration error (Naeini, Cooper and Hauskrecht 2015): the mean distance between
    probability and share of right answers over the bins; 0..1, smaller is better.
    """
    bins = reliability_bins(probability, right, counts)
    whole = sum(b["n"] for b in bins)
    if not whole:
        return None
    return sum(b["n"] * abs(b["mean_probability"] - b["right_share"]) for b in bins) / whole


def _precision(
    probability: Floats, right: NDArray[np.bool_], counts: Counts, threshold: float
) -> float | None:
    answered = (probability >= threshold) & (counts > 0)
    if not answered.any():
        return None
    return float(np.average(right[answered], weights=counts[answered]))


def _scored(decisions: Decisions, measure: Floats, answered: NDArray[np.bool_]) -> float | None:
    if not len(decisions):
        return None
    return float(np.where(answered, measure, ~decisions.answerable).mean())


def _risk_coverage(
    probability: Floats, right: NDArray[np.bool_], counts: Counts
) -> tuple[Floats, Floats]:
    order = np.argsort(-probability, kind="stable")
    order = order[counts[order] > 0]
    if not order.size:
        return np.empty(0), np.empty(0)
    answered = np.cumsum(counts[order])
    wrong = np.cumsum(counts[order] * ~right[order])
    last = _block_ends(probability[order]) - 1
    return answered[last] / answered[-1], wrong[last] / answered[last]


def _block_ends(falling: Floats) -> NDArray[np.int64]:
    """For each run of equal values the place after its last."""
    return np.flatnonzero(np.append(falling[1:] != falling[:-1], True)).astype(np.int64) + 1


def _thinned(points: Floats) -> list[list[float]]:
    """At most some two hundred of the points, the first and the last among them."""
    if len(points) > _MOST_POINTS:
        points = points[np.unique(np.linspace(0, len(points) - 1, _MOST_POINTS).astype(int))]
    return [[round(float(x), 5), round(float(y), 5)] for x, y in points]
