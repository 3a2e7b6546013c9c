"""The charts of deciding: whether probabilities are right, and what the threshold costs.

Each function gives the charts it has numbers for, maybe none; missing and null blocks are no error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.evaluation.report import charts
from bot.evaluation.report.values import Chart
from bot.evaluation.report.wording import shown, table_of

BINS = 20
LISTED = 40
"""Rows of the table under a curve; the picture has more points."""


def deciding_charts(deciding: Mapping[str, Any]) -> list[Chart]:
    """Risk over coverage, reliability, ROC: the block ``deciding``."""
    made = []
    if len(points := _points(deciding, "risk_coverage")) > 1:
        made.append(_risk_coverage(deciding, points))
    bins = (deciding.get("reliability") or {}).get("bins") or ()
    if filled := [b for b in bins if b.get("n") and b.get("right_share") is not None]:
        made.append(_reliability(deciding, filled))
    if len(points := _points(deciding, "roc")) > 1:
        made.append(_roc(deciding, points))
    return made


def probability_chart(
    pairs: Sequence[tuple[float, str]], threshold: float | None
) -> tuple[Chart, ...]:
    """How often each probability was given, by verdict; ``pairs``: probability and verdict."""
    if not pairs:
        return ()
    edges = [i / BINS for i in range(BINS + 1)]
    order = [
        kind for kind in charts.VERDICT_COLOURS if any(kind == verdict for _, verdict in pairs)
    ]
    counts = {kind: [0] * BINS for kind in order}
    for probability, verdict in pairs:
        if verdict in counts:
            counts[verdict][min(BINS - 1, max(0, int(probability * BINS)))] += 1
    if not counts:
        return ()
    rows = [
        (f"{edges[i]:.2f} to {edges[i + 1]:.2f}", *(str(counts[kind][i]) for kind in order))
        for i in range(BINS)
        if any(counts[kind][i] for kind in order)
    ]
    described = ", ".join(f"{sum(counts[kind])} {kind}" for kind in order)
    where = "" if threshold is None else f" The threshold is {threshold:.2f}."
    chart = Chart(
        "Probabilities given",
        charts.probabilities(edges, counts, threshold),
        f"Histogram of the probability of the best answer by verdict: {described}.{where}",
        "" if threshold is None else f"Dashed: the threshold, {threshold:.2f}.",
        table_of("Probabilities given", ("probability", *order), rows),
    )
    return (chart,)


def _risk_coverage(deciding: Mapping[str, Any], points: charts.Points) -> Chart:
    threshold, at = deciding.get("threshold"), deciding.get("at_threshold") or {}
    coverage, precision = at.get("coverage"), at.get("precision")
    mark, said = None, ""
    if not (threshold is None or coverage is None or precision is None):
        mark = (coverage, 1 - precision, f"threshold {threshold:.2f}")
        said = (
            f"At the threshold {threshold:.2f}, {shown(coverage)} are answered "
            f"and {shown(1 - precision)} of these are wrong."
        )
    last = points[-1]
    return Chart(
        "Risk and coverage",
        charts.risk_coverage(points, mark),
        f"Curve of the share of wrong answers over the share of questions answered. {said} "
        f"With {shown(last[0])} answered, {shown(last[1])} are wrong.",
        " ".join(
            filter(None, [said, _area("Area under the curve", deciding.get("aurc"), "lower")])
        ),
        table_of(
            "Risk and coverage",
            ("answered", "of these wrong"),
            [(shown(c), shown(r)) for c, r in charts.thinned(points, LISTED)],
        ),
    )


def _reliability(deciding: Mapping[str, Any], bins: Sequence[Mapping[str, Any]]) -> Chart:
    notes = [
        f"{name} {deciding[key]:.3f}"
        for key, name in (("ece", "Calibration error"), ("brier", "Brier score"))
        if deciding.get(key) is not None
    ]
    rows = [
        (
            f"{b['low']:.2f} to {b['high']:.2f}",
            f"{b['mean_probability']:.2f}",
            shown(b["right_share"]),
            str(b["n"]),
        )
        for b in bins
    ]
    said = "; ".join(f"{mean}: {right} of {n}" for _, mean, right, n in rows)
    return Chart(
        "Can the probability be believed?",
        charts.reliability(bins),
        f"Share of right answers over the probability given; the diagonal is the ideal. {said}.",
        ". ".join([*notes, "Dotted: what would be right if all were as probable as said."]),
        table_of(
            "Can the probability be believed?", ("probability", "mean", "right", "answers"), rows
        ),
    )


def _roc(deciding: Mapping[str, Any], points: charts.Points) -> Chart:
    area = _area("Area under the curve", deciding.get("auc"), "higher")
    return Chart(
        "Telling right from wrong",
        charts.roc(points),
        f"ROC curve: right answers over others let through, for every threshold. {area}",
        area,
        table_of(
            "Telling right from wrong",
            ("others let through", "right let through"),
            [(shown(f), shown(t)) for f, t in charts.thinned(points, LISTED)],
        ),
    )


def _points(deciding: Mapping[str, Any], key: str) -> list[Sequence[float]]:
    points = (deciding.get(key) or {}).get("points") or ()
    return [point for point in points if None not in point]


def _area(name: str, value: float | None, better: str) -> str:
    return "" if value is None else f"{name} {value:.3f}; {better} is better."
