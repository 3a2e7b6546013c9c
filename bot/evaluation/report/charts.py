"""Drawings of an evaluation: lines, bars, dots. Each takes plain numbers and gives an SVG text.

Knows no metrics file and no page. Shares are 0..1; the longest lists are thinned, because a phone
shows no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from bot.evaluation.report.svg import (
    ACCENT,
    BAND,
    INK,
    LINE,
    PAGE,
    REFUSED_RIGHTLY,
    REFUSED_WRONGLY,
    RIGHT,
    SECOND,
    SOFT,
    TEXT,
    WRONG,
    as_percent,
    legend,
    new_axes,
    plain,
    to_svg,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Points = Sequence[Sequence[float]]
MOST_POINTS = 200
VERDICT_COLOURS = {
    "right": RIGHT,
    "wrong": WRONG,
    "refused rightly": REFUSED_RIGHTLY,
    "refused wrongly": REFUSED_WRONGLY,
}


def thinned(points: Points, most: int = MOST_POINTS) -> list[Sequence[float]]:
    """At most ``most`` of the points, evenly chosen; the first and the last stay."""
    if len(points) <= most:
        return list(points)
    return [points[round(i * (len(points) - 1) / (most - 1))] for i in range(most)]


def risk_coverage(points: Points, threshold: tuple[float, float, str] | None) -> str:
    """Share of wrong answers over share answered; ``threshold``: a marked coverage, risk, label."""
    figure, axes = new_axes()
    xs, ys = _columns(points)
    axes.plot(xs, ys, color=ACCENT, linewidth=2)
    axes.fill_between(xs, ys, color=ACCENT, alpha=0.12, linewidth=0)
    top = max([*ys, 0.05, threshold[1] if threshold else 0])
    if threshold is not None:
        _marked(axes, *threshold, top)
    as_percent(axes, "x")
    as_percent(axes, "y", top)
    axes.set_xlabel("questions answered")
    axes.set_ylabel("of these wrong")
    return to_svg(figure, "risk")


def roc(points: Points) -> str:
    """True positive rate over false positive rate."""
    figure, axes = new_axes()
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (2, 3)))
    xs, ys = _columns(points)
    axes.plot(xs, ys, color=ACCENT, linewidth=2)
    axes.fill_between(xs, ys, color=ACCENT, alpha=0.12, linewidth=0)
    as_percent(axes, "x")
    as_percent(axes, "y")
    axes.set_xlabel("wrong or unanswerable, yet let through")
    axes.set_ylabel("right, let through")
    return to_svg(figure, "roc")


def reliability(bins: Sequence[Mapping[str, Any]]) -> str:
    """Share right over mean probability, with how many answers each dot stands for below it."""
    figure, axes = new_axes()
    figure.clear()
    axes, counts = figure.subplots(2, 1, sharex=True, height_ratios=(3.2, 1))
    plain(axes)
    plain(counts)
    filled = [b for b in bins if b.get("n") and b.get("right_share") is not None]
    xs = [b["mean_probability"] for b in filled]
    ys = [b["right_share"] for b in filled]
    axes.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (2, 3)))
    axes.plot(xs, ys, color=ACCENT, linewidth=1.5, alpha=0.6)
    axes.scatter(xs, ys, s=32, color=ACCENT, zorder=3)
    as_percent(axes, "x")
    as_percent(axes, "y")
    axes.set_ylabel("right")
    middles = [(b["low"] + b["high"]) / 2 for b in filled]
    widths = [0.85 * (b["high"] - b["low"]) for b in filled]
    counts.bar(middles, [b["n"] for b in filled], width=widths, color=ACCENT, alpha=0.45)
    counts.set_ylabel("answers")
    counts.set_xlabel("probability given")
    counts.locator_params(axis="y", nbins=2, integer=True)
    as_percent(counts, "x")
    return to_svg(figure, "reliability")


def probabilities(
    edges: Sequence[float], counts: Mapping[str, Sequence[int]], threshold: float | None
) -> str:
    """Stacked bars: for each verdict how many probabilities lie between neighbouring ``edges``."""
    figure, axes = new_axes()
    widths = [0.88 * (b - a) for a, b in pairwise(edges)]
    middles = [(a + b) / 2 for a, b in pairwise(edges)]
    below = [0] * len(middles)
    for verdict, heights in counts.items():
        colour = VERDICT_COLOURS.get(verdict, SOFT)
        axes.bar(middles, heights, widths, bottom=below, color=colour, label=verdict)
        below = [a + b for a, b in zip(below, heights, strict=True)]
    if threshold is not None:
        axes.axvline(threshold, color=INK, linewidth=1.2, linestyle=(0, (3, 2)))
    as_percent(axes, "x")
    axes.set_xlabel("probability of the best answer")
    axes.set_ylabel("questions")
    axes.locator_params(axis="y", integer=True)
    legend(axes)
    return to_svg(figure, "probabilities")


def dots_with_whiskers(
    name: str, bars: Sequence[tuple[str, float, float | None, float | None]]
) -> str:
    """A bar for each ``(label, share, low, high)``, with a whisker over its interval."""
    figure, axes = new_axes(0.6 + 0.32 * len(bars))
    places = list(range(len(bars)))
    axes.barh(places, [bar[1] for bar in bars], height=0.62, color=BAND)
    for place, (_, value, low, high) in enumerate(bars):
        if not (low is None or high is None):
            axes.plot([low, high], [place, place], color=ACCENT, linewidth=2, alpha=0.65)
        axes.plot([value], [place], "o", color=ACCENT, markersize=6)
    _named(axes, [bar[0] for bar in bars])
    as_percent(axes, "x")
    return to_svg(figure, name)


def stage_times(stages: Sequence[tuple[str, float | None, float | None]]) -> str:
    """For each stage its median as a bar and its 95th percentile as a mark, in ms."""
    figure, axes = new_axes(0.95 + 0.34 * len(stages))
    places = list(range(len(stages)))
    axes.barh(places, [p50 or 0 for _, p50, _ in stages], 0.55, color=ACCENT, label="half within")
    for place, (_, p50, p95) in zip(places, stages, strict=True):
        if p95 is not None:
            axes.plot([p50 or 0, p95], [place, place], color=SECOND, linewidth=1.5)
    late = [(p95, place) for place, (_, _, p95) in enumerate(stages) if p95 is not None]
    axes.plot(
        [p for p, _ in late], [q for _, q in late], "|", color=SECOND, markersize=11,
        markeredgewidth=2.2, label="95 % within",
    )  # fmt: skip
    _named(axes, [name for name, _, _ in stages])
    axes.set_xlim(left=0)
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel("ms")
    legend(axes)
    return to_svg(figure, "stages")


def recall_at(
    series: Mapping[str, Sequence[tuple[int, float, float | None, float | None]]],
) -> str:
    """A line for each measure: ``(k, share, low, high)``, k on a logarithmic scale."""
    figure, axes = new_axes()
    colours = (ACCENT, SECOND, RIGHT, SOFT)
    for colour, (name, points) in zip(colours, series.items(), strict=False):
        ks = [p[0] for p in points]
        axes.plot(ks, [p[1] for p in points], "o-", color=colour, linewidth=2, label=name)
        for k, _, low, high in points:
            if not (low is None or high is None):
                axes.plot([k, k], [low, high], color=colour, linewidth=1.5, alpha=0.5)
    every = sorted({p[0] for points in series.values() for p in points})
    axes.set_xscale("log")
    axes.set_xticks(every, [str(k) for k in every])
    axes.minorticks_off()
    axes.set_xlabel("passages looked at (k)")
    as_percent(axes, "y")
    if len(series) > 1:
        legend(axes)
    return to_svg(figure, "recall")


def columns(name: str, bars: Sequence[tuple[str, int]], what: str) -> str:
    """An upright bar for each ``(label, count)``, the count above it."""
    figure, axes = new_axes()
    places = list(range(len(bars)))
    drawn = axes.bar(places, [count for _, count in bars], 0.7, color=ACCENT)
    axes.bar_label(drawn, color=SOFT, fontsize=TEXT, padding=2)
    axes.set_xticks(places, [text for text, _ in bars])
    axes.set_xlabel(what)
    axes.set_ylabel("questions")
    axes.locator_params(axis="y", integer=True)
    return to_svg(figure, name)


def _named(axes: Axes, names: Sequence[str]) -> None:
    """Names down the left side, the first at the top, and a grid that runs upright."""
    axes.set_yticks(list(range(len(names))), [_literal(_clipped(n)) for n in names])
    axes.tick_params(axis="y", labelcolor=INK)
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.grid(axis="x", color=LINE, linewidth=0.7)
    axes.spines["bottom"].set_visible(False)


def _marked(axes: Axes, x: float, y: float, text: str, top: float) -> None:
    """A dot on a curve with its label: below it, where nothing is drawn, if there is room."""
    below = y > 0.25 * top
    axes.plot([x], [y], "o", color=SECOND, markersize=9, markeredgecolor=PAGE, markeredgewidth=1.5)
    axes.annotate(
        _literal(text),
        (x, y),
        xytext=(-8 if x > 0.5 else 8, -9 if below else 9),
        textcoords="offset points",
        ha="right" if x > 0.5 else "left",
        va="top" if below else "bottom",
        color=INK,
        fontsize=TEXT,
        zorder=4,
        bbox={"boxstyle": "square,pad=0.15", "facecolor": PAGE, "edgecolor": "none", "alpha": 0.85},
    )


def _columns(points: Points) -> tuple[list[float], list[float]]:
    kept = thinned(points)
    return [p[0] for p in kept], [p[1] for p in kept]


def _clipped(text: str, most: int = 18) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _literal(text: str) -> str:
    """Text that matplotlib does not take for a formula, nor XML for broken."""
    return "".join(c for c in text if c.isprintable()).replace("$", r"\$")
