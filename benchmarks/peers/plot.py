"""The picture beside the table: quality against time, and time against memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARKERS = "osD^vPX<>"
OURS = "#c1440e"


@dataclass(frozen=True, slots=True)
class Point:
    """One system. ``recall`` in percent."""

    title: str
    is_product: bool
    recall: float
    query_ms: float
    first_answer_s: float
    memory_mb: float


def draw(points: Sequence[Point], recall_label: str, path: Path) -> None:
    """Draws both panels as a PNG. Needs matplotlib."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(11, 5), layout="constrained")
    _panel(left, points, [(p.query_ms, p.recall) for p in points])
    left.set(
        xscale="log",
        xlabel="milliseconds for one question (median, log scale)",
        ylabel=recall_label,
        title="Found, and how fast: up and left is better",
    )
    _panel(right, points, [(p.first_answer_s, p.memory_mb) for p in points])
    right.set(
        xscale="log",
        yscale="log",
        xlabel="seconds from process start to first answer (log scale)",
        ylabel="peak memory while answering, MB (log scale)",
        title="Reopening a saved index: down and left is better",
    )
    for axes in (left, right):
        _plain_ticks(axes)
        axes.grid(alpha=0.3, which="major")
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def _panel(axes: Any, points: Sequence[Point], places: Sequence[tuple[float, float]]) -> None:
    """Ours in one colour, every system with a marker of its own."""
    axes.margins(0.12)
    others = iter(f"C{number}" for number in (0, 2, 4, 5, 7, 8, 9))
    for number, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
        axes.plot(
            [x],
            [y],
            linestyle="none",
            marker=MARKERS[number % len(MARKERS)],
            markersize=10 if point.is_product else 8,
            color=OURS if point.is_product else next(others),
            alpha=0.85,
            label=point.title,
        )


def _plain_ticks(axes: Any) -> None:
    """1, 2 and 5 of every power of ten, written as plain numbers, on axes with a log scale."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    for axis, scale in ((axes.xaxis, axes.get_xscale()), (axes.yaxis, axes.get_yscale())):
        if scale == "log":
            low, high = axis.get_view_interval()
            axis.set_major_locator(LogLocator(subs=(1, 2, 5) if high / low < 1000 else (1,)))
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
            axis.set_minor_formatter(NullFormatter())
