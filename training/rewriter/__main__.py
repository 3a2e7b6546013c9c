"""``python -m training.rewriter``: train the edit model, then export it; see ``make rewriter``.

The same command goes on after a stop of any kind and does nothing when all is there.
"""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from training import workplace
from training.__main__ import settle
from training.recipe import STOPPED, Step
from training.rewriter.corpus import check_data

log = logging.getLogger(__name__)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.rewriter", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("../shared/data"),
        help="the folder that holds rewrite and reader-train (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, default=Path("build"), help="default: %(default)s")
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    return parser


def steps(args: argparse.Namespace) -> list[Step]:
    """Training and export; from the reader's weights when they are there."""
    # Written out here: importing them would load torch.
    folder, reader = args.out / "rewriter", args.out / "reader-hard" / "reader.pt"
    weights, exported = folder / "completion.pt", folder / "export"
    data = ("--data", str(args.data))
    encoder = ("--encoder", str(args.encoder)) if args.encoder else ()
    start = ("--start-from", str(reader)) if reader.exists() else ()
    return [
        Step("rewriter.train", (*data, "--out", str(folder), *start, *encoder)),
        Step(
            "rewriter.export",
            (*data, "--weights", str(weights), "--out", str(exported), *encoder),
            inputs=(weights,),
            result=exported / "completion.json",
        ),
    ]


def run(args: argparse.Namespace) -> None:
    """Do every step that is not done, logging to ``rewriter.log`` too."""
    check_data(args.data)
    with workplace.logged_to(args.out / "rewriter.log"):
        for step in steps(args):
            log.info("%s %s", step.name, " ".join(step.arguments))
            if step.name == "rewriter.train":
                log.info("from %s", _start(step))
            if step.is_done():
                log.info("already there: %s", step.result)
                continue
            try:
                step.run()
            except KeyboardInterrupt:
                log.info("stopped; the same command goes on from the last epoch")
                raise SystemExit(STOPPED) from None


def _start(train: Step) -> str:
    if "--start-from" not in train.arguments:
        return "the plain encoder: the reader's weights are not there (make reader)"
    return f"the reader's weights, {train.arguments[train.arguments.index('--start-from') + 1]}"


def main(argv: Sequence[str] | None = None) -> None:
    """Train and export; ends with ``SystemExit`` when the call was wrong or was stopped."""
    args = arguments().parse_args(argv)
    workplace.exit_with_a_sentence(lambda: run(args))


if __name__ == "__main__":
    settle()
    main()
