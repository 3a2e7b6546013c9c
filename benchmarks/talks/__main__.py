"""Asks the conversations of newsroom-dev, and says what their history did to each follow-up.

    python -m benchmarks.talks --data ../shared/data --out runs/talks

Cuts, indexes and evaluates each collection (what is there is brought up to date), prints the
measures of conversations over all of them, and writes ``reading.tsv``: rewrites drawn by chance, to
be read one by one.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.talks.cutting import cut
from benchmarks.talks.reading import Rewritten, rewritten, sampled, sums, table
from bot.assembly.application import build_index
from bot.config import Config
from bot.evaluation.command import run_evaluation
from bot.evaluation.report.wording import label
from bot.evaluation.running import Request
from bot.evaluation.sets.question_sets import load_question_set


def main() -> None:
    """Cut, index, evaluate, print, write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("runs/talks"))
    parser.add_argument("--only", default="", help="collections with this in their name")
    parser.add_argument("--read", type=int, default=100, help="rewrites drawn (%(default)s)")
    parser.add_argument("--all", action="store_true", help="every follow-up, changed or not")
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    config = Config()
    judgements: list[dict[str, Any]] = []
    rows: list[Rewritten] = []
    for name, articles, asked in cut(args.data, args.out, args.only):
        index, run = args.out / f"index-{name}", args.out / f"run-{name}"
        build_index(config, index, [articles], lambda *_: None)
        run_evaluation(Request("answer", config, index), [asked], run)
        predictions = {found["id"]: found for found in _lines(run / "predictions.jsonl")}
        judgements += _lines(run / "judgements.jsonl")
        rows += rewritten(load_question_set(asked).questions, predictions)
    for measure, (count, of) in sums(judgements).items():
        print(f"{count}\tof {of}\t{label(measure)}")
    shown = rows if args.all else sampled(rows, args.read, args.seed)
    target = args.out / "reading.tsv"
    target.write_text(table(shown), "utf-8")
    print(f"{len(shown)} of {sum(row.changed for row in rows)} rewrites to read in {target}")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


if __name__ == "__main__":
    main()
