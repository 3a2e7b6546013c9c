"""What ``benchmarks.growth`` measured, as a Markdown table and a picture.

python -m benchmarks.growth_report --out runs/growth --plot docs/growth.png
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks.growth import POINTS

Point = Mapping[str, Any]

ROWS: dict[str, Callable[[Point], str]] = {
    "articles": lambda p: f"{p['articles']:,}",
    "passages": lambda p: f"{p['passages']:,}",
    "building but for embedding": lambda p: f"{p['build_seconds_without_embedding']:.0f} s",
    "embedded a second (sample)": lambda p: f"{p['embedded_a_second']:.0f}",
    "building in all (reckoned)": lambda p: f"{build_seconds(p) / 60:.1f} min",
    "peak memory, building": lambda p: f"{p['build_peak_mb']:,.0f} MB",
    "on disk": lambda p: f"{p['disk_mb']:,.0f} MB",
    "opening": lambda p: f"{p['open_seconds']:.1f} s",
    "peak memory, asking": lambda p: f"{p['ask_peak_mb']:,.0f} MB",
    "retrieval p50 / p95": lambda p: _both(p["retrieval_ms"]),
    "whole answer p50 / p95": lambda p: _both(p["answer_ms"]),
}


def build_seconds(point: Point) -> float:
    """What was measured, and the embedding of all passages at the speed of the sample."""
    embedding: float = point["passages"] / point["embedded_a_second"]
    measured: float = point["build_seconds_without_embedding"]
    return measured + embedding


def table(points: Sequence[Point]) -> str:
    """Markdown, one column for each point."""
    lines = ["| |" + " |" * len(points), "|---|" + "---|" * len(points)]
    lines += [
        f"| {name} | " + " | ".join(_cell(show, point) for point in points) + " |"
        for name, show in ROWS.items()
    ]
    return "\n".join(lines)


def _cell(show: Callable[[Point], str], point: Point) -> str:
    """A dash where a point lacks the figure."""
    try:
        return show(point)
    except KeyError:
        return "—"


def _both(times: Mapping[str, float]) -> str:
    return f"{times['p50']:.0f} / {times['p95']:.0f} ms"


def plot(points: Sequence[Point], path: Path) -> None:
    """Four panels over the number of passages, all axes logarithmic."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    def all_of(value: Callable[[Point], float]) -> list[tuple[int, float]]:
        """Passages and value of the points that have it."""
        pairs = []
        for point in points:
            with suppress(KeyError):
                pairs.append((point["passages"], value(point)))
        return pairs

    panels: list[tuple[str, dict[str, Callable[[Point], float]]]] = [
        (
            "building, minutes",
            {
                "in all (reckoned)": lambda p: build_seconds(p) / 60,
                "but for embedding": lambda p: p["build_seconds_without_embedding"] / 60,
            },
        ),
        (
            "memory, MB",
            {
                "building": lambda p: p["build_peak_mb"],
                "asking": lambda p: p["ask_peak_mb"],
            },
        ),
        ("on disk, MB", {"index": lambda p: p["disk_mb"]}),
        (
            "p50, milliseconds",
            {
                "whole answer": lambda p: p["answer_ms"]["p50"],
                "retrieval": lambda p: p["retrieval_ms"]["p50"],
            },
        ),
    ]
    figure, axes = pyplot.subplots(1, 4, figsize=(15, 3.6), layout="constrained")
    for axis, (title, lines) in zip(axes, panels, strict=True):
        for name, value in lines.items():
            pairs = all_of(value)
            axis.plot([x for x, _ in pairs], [y for _, y in pairs], marker="o", label=name)
        axis.set(xscale="log", yscale="log", title=title, xlabel="passages")
        axis.grid(visible=True, alpha=0.3)
        axis.legend()
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder of the run")
    parser.add_argument("--plot", type=Path)
    args = parser.parse_args()
    files = [args.out / f"{name}.json" for name in POINTS]
    points = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.exists()]
    print(table(points))
    if args.plot:
        plot(points, args.plot)


if __name__ == "__main__":
    main()
