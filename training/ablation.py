"""What each number of the evidence is worth: the decision fitted without it, on the same questions.

    python -m training.calibrate build/reader/export --cases build/cases.jsonl
    python -m training.ablation build/cases.jsonl

A table: for all features and without each one, five-fold by question, the share of first answers
that are right where there is one (percent), the area under ROC of the probability for right against
wrong first answers (percent), and the calibration error.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from training.calibrate import PROBABILITY, cross_validated
from training.calibration_figures import Case, figures, is_answerable

ALL = "all features"


def load(path: Path) -> list[Case]:
    """Read what ``training.calibrate --cases`` wrote: one JSON object a line."""
    records = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [Case(r["id"], r["kind"], tuple(r["values"]), tuple(r["right"])) for r in records]


def without(cases: Sequence[Case], name: str) -> list[Case]:
    """The cases as if no group had that number."""

    def left(values: dict[str, float]) -> dict[str, float]:
        return {key: value for key, value in values.items() if key != name}

    return [replace(case, values=tuple(map(left, case.values))) for case in cases]


def table(cases: Sequence[Case], seed: int) -> Iterator[tuple[str, float, float, float]]:
    """Rows of: what is left out, right first (percent), area (percent), calibration error."""
    for name in (ALL, *PROBABILITY):
        chosen = cases if name == ALL else without(cases, name)
        outcomes = cross_validated(chosen, folds=5, seed=seed)
        found = figures(outcomes)
        answerable = [right for case, _, right in outcomes if is_answerable(case)]
        first = 100 * sum(answerable) / len(answerable)
        area, error = found["area_right_against_wrong"], found["calibration_error"]
        yield name, first, float(str(area)), float(str(error))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", type=Path, help="written by training.calibrate --cases")
    parser.add_argument("--seed", type=int, default=13)
    args = parser.parse_args()
    print(f"{'left out':20} {'right first':>11} {'area':>6} {'error':>7}")
    for name, first, area, error in table(load(args.cases), args.seed):
        print(f"{name:20} {first:11.1f} {area:6.1f} {error:7.3f}")


if __name__ == "__main__":
    main()
