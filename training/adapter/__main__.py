"""What an adapted training learnt -> a reader's folder, whose int8 weights stay as they are.

Writes the graph anew, copies what belongs to it, and writes the checksums.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from pathlib import Path

import torch

from retrieval.errors import UsageError
from retrieval.reader.span_model import GRAPH_FILE, SETTINGS_FILE, SpanModelSettings
from training import workplace
from training.adapter.packing import packed
from training.export import checksum


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.adapter",
        description=__doc__,
        epilog="example: python -m training.adapter build/reader-adapted/reader.pt",
    )
    parser.add_argument("weights", type=Path, help="reader.pt of a training with --rank")
    parser.add_argument(
        "--reader",
        type=Path,
        default=Path("retrieval/reader/large"),
        help="the folder of the reader that it started from (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, default=Path("build/reader-adapted/export"))
    return parser


def export(weights: Path, reader: Path, out: Path) -> None:
    """Write the adapted reader's folder. Raises ``UsageError`` where it would overwrite its start,
    or where the weights are no adapted reader's.
    """
    if out.resolve() == reader.resolve():
        raise UsageError(f"{out} holds the reader that the training started from; name another.")
    state = torch.load(weights, map_location="cpu", weights_only=True)
    if not any(".into." in name for name in state):
        raise UsageError(f"{weights} is of a training without --rank; see training.export.")
    out.mkdir(parents=True, exist_ok=True)
    settings = SpanModelSettings.load(reader, "name another folder with --reader")
    for name in settings.sha256:
        if name != GRAPH_FILE:
            shutil.copyfile(reader / name, out / name)
    packed(reader / GRAPH_FILE, state, out / GRAPH_FILE)
    sums = {name: checksum(out / name) for name in settings.sha256}
    replace(settings, sha256=sums).save(out)
    for name in (*sums, SETTINGS_FILE):
        print(f"{out / name}  {(out / name).stat().st_size / 1e6:.1f} MB")


def main() -> None:
    """Export; ends with one sentence when the call was wrong."""
    args = arguments().parse_args()
    workplace.exit_with_a_sentence(lambda: export(args.weights, args.reader, args.out))


if __name__ == "__main__":
    main()
