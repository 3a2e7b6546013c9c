r"""Judges the predictions of any reader on the cached questions.

    python -m benchmarks.news.score runs/news/haystack/predictions.jsonl \
        --passages runs/news/passages.jsonl

Prints each figure with its 95 % bootstrap interval and writes ``metrics.json`` beside the
predictions, with the points of the risk-coverage curves.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.news.figures import Figure, figures, risks
from benchmarks.news.outcomes import Outcomes, outcomes
from benchmarks.news.records import CachedQuestion, Prediction, read_cache, read_predictions

COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_UNIT = ("risk_area:", "auroc:", "ece:")


def report(
    questions: Sequence[CachedQuestion], predictions: Mapping[str, Prediction], metrics: Path
) -> str:
    """The figures as a Markdown table; everything goes into the file ``metrics``."""
    judged = outcomes(questions, predictions)
    found = figures(judged)
    unanswered = sum(predictions[q.id].answer is None for q in questions)
    record = {
        "questions": len(questions),
        "without_an_answer": unanswered,
        "figures": {name: asdict(figure) for name, figure in found.items()},
        "risk_at_coverage": {name: risk_points(judged, name) for name in judged.right},
    }
    metrics.parent.mkdir(parents=True, exist_ok=True)
    metrics.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    lines = [f"{len(questions)} questions, {unanswered} without any answer", ""]
    lines += ["| figure | value (95 % interval) |", "|---|---|"]
    lines += [f"| {name} | {shown(name, figure)} |" for name, figure in found.items()]
    for name, points in record["risk_at_coverage"].items():  # type: ignore[attr-defined]  # JSON
        lines += ["", f"risk at coverage, right = {name}: " + _points(points)]
    return "\n".join(lines)


def shown(name: str, figure: Figure) -> str:
    """Shares in percent, areas on their own scale."""
    return figure.as_text(1 if name.startswith(_UNIT) else 100)


def risk_points(judged: Outcomes, name: str) -> dict[str, float]:
    """The risk when only the surest share of the questions is answered, at ``COVERAGES``."""
    curve = risks(judged.measures[name], judged.probability)
    return {str(c): round(float(curve[max(1, round(c * len(curve))) - 1]), 4) for c in COVERAGES}


def _points(points: Mapping[str, float]) -> str:
    return ", ".join(
        f"{100 * float(coverage):.0f} %: {risk:.2f}" for coverage, risk in points.items()
    )


def main() -> None:
    """Judge one run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--passages", type=Path, required=True, help="the cache that was read")
    args = parser.parse_args()
    metrics = args.predictions.parent / "metrics.json"
    print(report(read_cache(args.passages), read_predictions(args.predictions), metrics))


if __name__ == "__main__":
    main()
