"""``make reader-large``: the second reader's way from question sets to its files.

After ``make reader``: it learns from the first reader's mistakes, on the rows that were hard for
its first training, and is calibrated behind the finished one. Steps, stops and logs are as there.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from retrieval.errors import UsageError
from training import workplace
from training.recipe import QUANTISED_ON, Step, check_data, run

LAYERS = 10
"""Of twelve: learns faster than all of them, and fits the size."""
FROZEN = 2
"""The lowest layers, with the word embeddings, stay as they are."""
RATE = "5e-5"


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.large",
        description=__doc__,
        epilog="example: make reader-large DATA=../shared/data",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("../shared/data"),
        help="holds reader-train, reader-train-2 and news-dev (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, default=Path("build"), help="default: %(default)s")
    parser.add_argument(
        "--save-minutes", type=float, default=5, help="between checkpoints (default: %(default)s)"
    )
    return parser


def steps(args: argparse.Namespace) -> list[Step]:
    """The recipe."""
    data = ("--data", str(args.data))
    first, reader, large = (args.out / name for name in ("reader", "reader-hard", "reader-large"))
    folder = args.out / "encoders" / f"mpnet-{LAYERS}"
    encoder = ("--encoder", str(folder))
    exported, behind = large / "export", reader / "export"
    return [
        Step("encoders", ("--out", str(folder), "--layers", str(LAYERS))),
        Step(
            "prepare",
            (
                *(*data, "--losses", str(first / "losses.jsonl")),
                *("--mistakes-of", str(behind / "reader.onnx"), "--out", str(large)),
                *(*encoder, "--max-tokens", "256", "--stride", "64"),
            ),
        ),
        Step(
            "train",
            (
                *("--out", str(large), "--rate", RATE, "--batch-tokens", "1536"),
                *("--frozen-layers", str(FROZEN), "--precision", "bfloat16", "--minutes", "0"),
                *("--save-minutes", f"{args.save_minutes:g}", *encoder),
            ),
        ),
        Step(
            "export",
            (
                *(str(large / "reader.pt"), "--out", str(exported)),
                *("--calibration", str(args.data / QUANTISED_ON), *encoder),
                *("--max-tokens", "256", "--stride", "64", "--name", "pullquote-reader-large"),
            ),
            inputs=(large / "reader.pt",),
            result=exported / "reader.json",
        ),
        Step(
            "calibrate",
            (
                *(str(behind), "--dev", str(reader / "dev.json"), *data),
                *("--second", str(exported)),
            ),
            inputs=(exported / "reader.json", behind / "reader.json"),
            result=behind / "calibration-large.json",
        ),
    ]


def check_first(out: Path) -> None:
    """Raise ``UsageError`` when there is no first reader to learn from."""
    needed = ("reader/losses.jsonl", "reader-hard/dev.json", "reader-hard/export/reader.onnx")
    missing = [out / name for name in needed if not (out / name).is_file()]
    if missing:
        raise UsageError(f"{missing[0]} is missing; run make reader first.")


def main(argv: Sequence[str] | None = None) -> None:
    """Run the recipe; ends with ``SystemExit`` when the call was wrong, failed or was stopped."""
    args = arguments().parse_args(argv)

    def work() -> None:
        check_data(args.data)
        check_first(args.out)
        run(steps(args), args.out / "reader-large.log")

    workplace.exit_with_a_sentence(work)


if __name__ == "__main__":
    from training.__main__ import settle

    settle()
    main()
