"""The charts of strata, stage times and retrieval, from the blocks of ``metrics.json``.

Each function gives the charts it has numbers for, maybe none; missing and null blocks are no error.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bot.evaluation.report import charts
from bot.evaluation.report.values import Chart
from bot.evaluation.report.wording import STRATA, between, label, shown, table_of

STRATA_SHOWN = 12
_STRATA_FIGURES = ("f1", "correct", "exact_match", "success@5", "recall@5", "recall@20", "mrr")
_STAGES = ("rewrite", "retrieve", "read", "decide", "total")
_RANKS = ((1, 1), (2, 2), (3, 3), (4, 5), (6, 10), (11, 20), (21, None))


def strata_charts(by: Mapping[str, Any]) -> list[Chart]:
    """One figure by kind of answer, source, year and turn: those with two values at least."""
    made = []
    for stratum, values in by.items():
        name = next((n for n in _STRATA_FIGURES if _measured(values, n)), None)
        if name is None or len(values) < 2:
            continue
        kept = [(k, v) for k, v in values.items() if _value(v, name) is not None]
        made.append(_stratum(stratum, name, kept))
    return made


def stage_chart(stages: Mapping[str, Any]) -> tuple[Chart, ...]:
    """Median and 95th percentile of each stage's time."""
    names = [s for s in _STAGES if s in stages] + [s for s in stages if s not in _STAGES]
    times = [(s, _value(stages[s], "p50"), _value(stages[s], "p95")) for s in names]
    times = [time for time in times if time[1] is not None or time[2] is not None]
    if not times:
        return ()
    rows = [
        (
            name,
            *(
                cell
                for key, value in (("p50", p50), ("p95", p95))
                for cell in (shown(value, "ms"), _between(stages[name], key, "ms"))
            ),
        )
        for name, p50, p95 in times
    ]
    words = "; ".join(f"{n}: {shown(a, 'ms')}, {shown(b, 'ms')}" for n, a, b in times)
    chart = Chart(
        "Time of each stage",
        charts.stage_times(times),
        f"Bars of the time of each stage, median and 95th percentile. {words}.",
        "",
        table_of(
            "Time of each stage",
            ("stage", "median", "95 % interval", "95 % within", "interval"),
            rows,
        ),
    )
    return (chart,)


def retrieval_charts(figures: Mapping[str, Any], ranks: Sequence[int | None]) -> list[Chart]:
    """Recall and success over the cut-off, and where the first relevant passage stood."""
    series: dict[str, list[tuple[int, float, float | None, float | None]]] = {}
    for name, figure in figures.items():
        measure, _, cut = name.partition("@")
        if cut.isdigit() and measure in ("recall", "success") and figure.get("value") is not None:
            point = (int(cut), figure["value"], figure.get("low"), figure.get("high"))
            series.setdefault(measure, []).append(point)
    series = {name: sorted(points) for name, points in series.items() if len(points) > 1}
    made = []
    if series:
        rows = [
            (f"{name}@{k}", shown(v), between(low, high))
            for name, points in series.items()
            for k, v, low, high in points
        ]
        made.append(
            Chart(
                "How deep one must look",
                charts.recall_at(series),
                "Lines over the number of passages looked at. "
                + "; ".join(f"{name} {value}" for name, value, _ in rows)
                + ".",
                "",
                table_of("How deep one must look", ("measure", "value", "95 % interval"), rows),
            )
        )
    if ranks:
        made.append(_ranks(ranks))
    return made


def _stratum(stratum: str, name: str, kept: Sequence[tuple[str, Mapping[str, Any]]]) -> Chart:
    drawn = [
        (key, _value(value, name) or 0.0, *_bounds(value, name))
        for key, value in kept[:STRATA_SHOWN]
    ]
    others = [
        n for n in _STRATA_FIGURES if n != name and any(_value(v, n) is not None for _, v in kept)
    ]
    rows = [
        (
            key,
            str(value.get("n") or "–"),
            shown(_value(value, name)),
            between(*_bounds(value, name)),
            *(shown(_value(value, other)) for other in others),
        )
        for key, value in kept
    ]
    title = f"By {STRATA.get(stratum, stratum).lower()}"
    left = len(kept) - len(drawn)
    said = "; ".join(f"{key} {shown(value)}" for key, value, *_ in drawn)
    return Chart(
        title,
        charts.dots_with_whiskers(f"by-{stratum}", drawn),
        f"Bars of {label(name)} with 95 % intervals. {said}.",
        f"{label(name)[:1].upper()}{label(name)[1:]}, with 95 % intervals."
        + (f" {left} more are in the table." if left else ""),
        table_of(
            title,
            (
                STRATA.get(stratum, stratum).lower(),
                "questions",
                label(name),
                "95 % interval",
                *(label(other) for other in others),
            ),
            rows,
        ),
    )


def _ranks(ranks: Sequence[int | None]) -> Chart:
    counted = Counter(
        next(low for low, high in _RANKS if high is None or rank <= high) for rank in ranks if rank
    )
    bars = [
        (str(low) if low == high else f"{low}–{high}" if high else f"{low}+", counted[low])
        for low, high in _RANKS
        if high is not None or counted[low]
    ]
    if missing := sum(1 for rank in ranks if not rank):
        bars.append(("none", missing))
    return Chart(
        "Where the first good passage stands",
        charts.columns("ranks", bars, "rank of the first relevant passage"),
        "Bars of the rank of the first relevant passage. "
        + "; ".join(f"rank {rank}: {count} questions" for rank, count in bars)
        + ".",
        "",
        table_of(
            "Where the first good passage stands",
            ("rank", "questions"),
            [(rank, str(count)) for rank, count in bars],
        ),
    )


def _figure(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    figures = values.get("figures", values) or {}
    found: Mapping[str, Any] = figures.get(name) or {}
    return found


def _value(values: Mapping[str, Any], name: str) -> float | None:
    return _figure(values or {}, name).get("value")


def _bounds(values: Mapping[str, Any], name: str) -> tuple[float | None, float | None]:
    figure = _figure(values, name)
    return figure.get("low"), figure.get("high")


def _between(values: Mapping[str, Any], name: str, unit: str) -> str:
    return between(*_bounds(values, name), unit)


def _measured(values: Mapping[str, Any], name: str) -> bool:
    return sum(_value(value, name) is not None for value in values.values()) > 1
