r"""Several runs on the same passages: figures side by side, paired differences, risk curves.

    python -m benchmarks.news.compare neural=runs/news/neural model-free=runs/news/model-free \
        haystack=runs/news/haystack --passages runs/news/passages.jsonl --plot risk.png

Each run is ``NAME=FOLDER`` with a ``predictions.jsonl``; the first is compared with each of the
others, drawing the same questions for both (paired bootstrap). ``--plot`` needs matplotlib.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.news.figures import differences, figures, risks
from benchmarks.news.outcomes import Outcomes, outcomes
from benchmarks.news.records import read_cache, read_predictions
from benchmarks.news.score import shown


def tables(runs: Mapping[str, Outcomes]) -> str:
    """The figures of all runs, then the first one's lead over each of the others, in Markdown."""
    (first, judged), *others = runs.items()
    found = {name: figures(run) for name, run in runs.items()}
    rows = {
        figure: [shown(figure, found[run][figure]) if figure in found[run] else "" for run in runs]
        for figure in found[first]
    }
    parts = [_table(["figure", *runs], rows)]
    if others:
        leads = {name: differences(judged, other) for name, other in others}
        rows = {
            figure: [
                shown(figure, lead[figure]) if figure in lead else "" for lead in leads.values()
            ]
            for figure in found[first]
        }
        parts.append(_table([f"{first} minus", *leads], rows))
    return "\n\n".join(parts)


def plot(runs: Mapping[str, Outcomes], right: str, path: Path) -> None:
    """Draws the risk-coverage curves as a PNG. The first few questions are too few to draw."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    for name, run in runs.items():
        curve = risks(run.measures[right], run.probability)
        coverage = np.arange(1, len(curve) + 1) / len(curve)
        shown_from = max(1, len(curve) // 50)
        label = f"{name} (area {curve.mean():.3f})"
        axes.plot(100 * coverage[shown_from:], 100 * curve[shown_from:], label=label)
    axes.set(
        xlabel="questions answered, surest first (%)",
        ylabel=f"of them wrong (%); right = {right}",
        xlim=(0, 100),
        ylim=(0, 100),
    )
    axes.grid(alpha=0.3)
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def _table(head: list[str], rows: Mapping[str, list[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *(f"| {name} | {' | '.join(r)} |" for name, r in rows.items())])


def _run(value: str) -> tuple[str, Path]:
    name, _, folder = value.partition("=")
    if not folder:
        raise argparse.ArgumentTypeError(f'"{value}" is not NAME=FOLDER')
    return name, Path(folder)


def main() -> None:
    """Print the tables, draw the curves."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", type=_run, nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--passages", type=Path, required=True, help="the cache they read")
    parser.add_argument("--plot", type=Path, metavar="PNG")
    parser.add_argument(
        "--right", choices=("judge_exact", "span_right"), default="span_right", help="for the plot"
    )
    args = parser.parse_args()
    questions = read_cache(args.passages)
    runs = {
        name: outcomes(questions, read_predictions(folder / "predictions.jsonl"))
        for name, folder in args.runs
    }
    print(tables(runs))
    if args.plot:
        plot(runs, args.right, args.plot)


if __name__ == "__main__":
    main()
