"""``make reader``: the whole way from question sets to the reader's files.

Two trainings, one after the other. The first learns to read from all sets; the second goes on from
its weights, at a lower rate, on the rows that the first reader gets wrong or is unsure of, and on a
quarter of the others. Every step knows whether it is done, so the same command begins, goes on
after a stop of any kind, and does nothing when all is there.

The steps run in this process, one by one: when it is killed, nothing goes on without it.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import UsageError
from training import news, sets, workplace

log = logging.getLogger(__name__)

QUIZ = "news-dev"
QUANTISED_ON = "reader-train"
"""The folder of sets whose text tells the quantisation which channels need care."""
HARD_RATE = "8e-5"
"""The second training's peak learning rate, about half of the first one's: to mend what is wrong,
not to start over. Not tuned."""
STOPPED = 130


@dataclass(frozen=True, slots=True)
class Step:
    """One command, ``python -m training.NAME ARGUMENTS``.

    ``inputs`` and ``result`` are given for a step that cannot tell by itself whether it is done: it
    is, when the result is there and no older than the inputs.
    """

    name: str
    arguments: tuple[str, ...]
    inputs: tuple[Path, ...] = ()
    result: Path | None = None

    def is_done(self) -> bool:
        """Whether the result is there; a step without one is asked to look for itself."""
        if self.result is None or not self.result.exists():
            return False
        made = self.result.stat().st_mtime_ns
        return all(path.stat().st_mtime_ns <= made for path in self.inputs)

    def run(self) -> None:
        """Run the command here. Ends with ``SystemExit`` as the command would."""
        before, sys.argv = sys.argv, [f"training.{self.name}", *self.arguments]
        try:
            importlib.import_module(f"training.{self.name}").main()
        except SystemExit as stop:
            if stop.code:
                raise
        finally:
            sys.argv = before


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training",
        description=__doc__,
        epilog="example: make reader DATA=../shared/data",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("../shared/data"),
        help="holds reader-train, reader-train-2 and news-dev (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, default=Path("build"), help="default: %(default)s")
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument(
        "--minutes",
        type=float,
        default=0,
        help="end the first training, fully decayed, after so long (0: by its work, no clock)",
    )
    parser.add_argument(
        "--hard-minutes", type=float, default=0, help="the same for the second training"
    )
    parser.add_argument(
        "--save-minutes",
        type=float,
        default=5,
        help="between checkpoints: what a kill may cost (default: %(default)s)",
    )
    return parser


def steps(args: argparse.Namespace) -> list[Step]:
    """The recipe."""
    data = ("--data", str(args.data))
    first, second = args.out / "reader", args.out / "reader-hard"
    encoder = ("--encoder", str(args.encoder)) if args.encoder else ()
    save = ("--save-minutes", str(args.save_minutes))
    losses = first / "losses.jsonl"
    graph, exported = first / "export" / "reader.onnx", second / "export"
    return [
        Step("prepare", (*data, "--out", str(first), *encoder)),
        Step("train", ("--out", str(first), "--minutes", f"{args.minutes:g}", *save, *encoder)),
        _export(first, args.data, encoder),
        Step("losses", (str(graph), *data, "--out", str(losses), *encoder)),
        Step("prepare", (*data, "--losses", str(losses), "--out", str(second), *encoder)),
        Step(
            "train",
            (
                *("--out", str(second), "--start-from", str(first / "reader.pt")),
                *("--rate", HARD_RATE, "--minutes", f"{args.hard_minutes:g}", *save, *encoder),
            ),
        ),
        _export(second, args.data, encoder),
        Step(
            "calibrate",
            (str(exported), "--dev", str(second / "dev.json"), *data),
            inputs=(exported / "reader.json",),
            result=exported / "calibration.json",
        ),
    ]


def _export(folder: Path, data: Path, encoder: tuple[str, ...]) -> Step:
    weights, target = folder / "reader.pt", folder / "export"
    quantised_on = ("--calibration", str(data / QUANTISED_ON))
    return Step(
        "export",
        (str(weights), "--out", str(target), *quantised_on, *encoder),
        inputs=(weights,),
        result=target / "reader.json",
    )


def check_data(data: Path) -> None:
    """Raise ``UsageError`` when a file that the recipe needs is not there.

    Asked before anything else: hours into the first training is late to hear of the last step's.
    """
    needed = [data / chosen.file for chosen in sets.SETS]
    needed += [data / QUIZ / name for name in news.FILES]
    missing = [path for path in needed if not path.is_file()]
    if missing:
        raise UsageError(
            f"{missing[0]} is missing; name the folder that holds reader-train, reader-train-2 "
            f"and {QUIZ}: make reader DATA=/path/to/it."
        )


def run(recipe: Sequence[Step], log_file: Path) -> None:
    """Do every step that is not done, logging to a file too."""
    with workplace.logged_to(log_file):
        for number, step in enumerate(recipe, start=1):
            log.info(
                "step %d of %d: %s %s", number, len(recipe), step.name, " ".join(step.arguments)
            )
            if step.is_done():
                log.info("already there: %s", step.result)
                continue
            try:
                step.run()
            except KeyboardInterrupt:
                log.info("stopped; the same command goes on from here")
                raise SystemExit(STOPPED) from None
            except Exception:
                log.exception("step %d failed; the same command goes on from here", number)
                raise SystemExit(1) from None
        log.info("done: %s", recipe[-1].result)


def main(argv: Sequence[str] | None = None) -> None:
    """Run the recipe; ends with ``SystemExit`` when the call was wrong, failed or was stopped."""
    args = arguments().parse_args(argv)

    def work() -> None:
        check_data(args.data)
        run(steps(args), args.out / "reader.log")

    workplace.exit_with_a_sentence(work)
