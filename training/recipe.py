"""``make reader``: the whole way from question sets to the reader's files.

Two trainings, one after the other. The first learns to read from the SQuAD-format sets; the second
goes on from its weights, at a lower rate, on a mixture with the news quizzes (distant supervision).
Every step knows whether it is done, so the same command begins, goes on after a stop of any kind,
and does nothing when all is there.

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
from training import news, squad, workplace

log = logging.getLogger(__name__)

SETS, QUIZ = "reader-train", "news-dev"
MINUTES = 112
"""For the first training: what there was, on two busy cores. Not tuned."""
NEWS_MINUTES = 56
"""For the second: fewer examples, seen once. Not tuned."""
NEWS_RATE = "6e-5"
"""Its peak learning rate, under half of the first one's: to add to what was learnt, not to start
over. Not tuned."""
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
        help="the folder that holds reader-train and news-dev (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, default=Path("build"), help="default: %(default)s")
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument(
        "--minutes",
        type=float,
        default=MINUTES,
        help="for the first training (default: %(default)s; 0: all examples, by no clock)",
    )
    parser.add_argument(
        "--news-minutes",
        type=float,
        default=NEWS_MINUTES,
        help="for the second training (default: %(default)s; 0: all examples, by no clock)",
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
    sets, quiz = str(args.data / SETS), str(args.data / QUIZ)
    first, second = args.out / "reader", args.out / "reader-news"
    encoder = ("--encoder", str(args.encoder)) if args.encoder else ()
    save = ("--save-minutes", str(args.save_minutes))
    blended = second / "blend.pt"
    exported = second / "export"
    return [
        Step("prepare", ("--data", sets, "--out", str(first), *encoder)),
        Step("train", ("--out", str(first), "--minutes", str(args.minutes), *save, *encoder)),
        Step("prepare", ("--data", sets, "--news", quiz, "--out", str(second), *encoder)),
        Step(
            "train",
            (
                *("--out", str(second), "--start-from", str(first / "reader.pt")),
                *("--rate", NEWS_RATE, "--minutes", str(args.news_minutes), *save, *encoder),
            ),
        ),
        Step(
            "blend",
            (str(first / "reader.pt"), str(second / "reader.pt"), "--out", str(blended)),
            inputs=(first / "reader.pt", second / "reader.pt"),
            result=blended,
        ),
        Step(
            "export",
            (str(blended), "--out", str(exported), "--calibration", sets, *encoder),
            inputs=(blended,),
            result=exported / "reader.json",
        ),
        Step(
            "calibrate",
            (str(exported), "--dev", str(second / "dev.json"), "--news", quiz),
            inputs=(exported / "reader.json",),
            result=exported / "calibration.json",
        ),
    ]


def check_data(data: Path) -> None:
    """Raise ``UsageError`` when a file that the recipe needs is not there.

    Asked before anything else: hours into the first training is late to hear of the second's data.
    """
    needed = [data / SETS / name for name in squad.SOURCES.values()]
    needed += [data / QUIZ / name for name in news.FILES]
    missing = [path for path in needed if not path.is_file()]
    if missing:
        raise UsageError(
            f"{missing[0]} is missing; name the folder that holds {SETS} and {QUIZ}: "
            "make reader DATA=/path/to/it."
        )


def run(args: argparse.Namespace) -> None:
    """Do every step that is not done, logging to ``reader.log`` too."""
    check_data(args.data)
    with workplace.logged_to(args.out / "reader.log"):
        recipe = steps(args)
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
    workplace.exit_with_a_sentence(lambda: run(args))
