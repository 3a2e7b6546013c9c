"""Ten thousand hostile messages from many people to the real bot.

    make hostile
    python -m benchmarks.telegram.hostile --messages 10000 --seed 1

Fuzzed texts, commands with odd arguments, pressed buttons that are none or another chat's, inline
questions, edits, updates that make no sense, talk in groups that is not meant for the bot. Each
message meant for it must get one answer or notice, nothing of one chat may be shown in another or
stand in the log, and the strict server that plays Telegram must refuse nothing. A few hundred are
among the tests.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.telegram.questions import SEEDS
from bot.assembly.application import build_index
from bot.config import Config
from tests.telegram.crowds import end, make_crowd
from tests.telegram.siege import Figures, Siege

_PEOPLE, _GROUPS = 300, 50
_PATIENCE = 3600.0


def besiege(folder: Path, index: Path, messages: int, seed: int) -> tuple[Figures, list[str]]:
    """What a siege came to, and all that was wrong."""
    crowd = make_crowd(folder, index, waiting=1000, daily_budget=0)
    crowd.bot.start()
    try:
        siege = Siege(crowd, seed, _PEOPLE, _GROUPS)
        return siege.run(messages, _PATIENCE), siege.problems()
    finally:
        end(crowd)


def report(figures: Figures, found: list[str]) -> Iterator[str]:
    """A Markdown table."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(figures.kinds.items()))
    before, after = figures.memory
    yield f"| {figures.messages} messages | {kinds} |"
    yield "|---|---|"
    yield f"| replies | {figures.replies} |"
    yield f"| seconds | {figures.seconds:.0f} ({figures.messages / figures.seconds:.1f} a second) |"
    yield f"| memory before and after | {before:.0f} and {after:.0f} MB |"
    yield f"| wrong | {len(found)} |"
    yield from found[:50]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=Path, help="an index of seeds/; made anew without")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = args.index or Path(folder) / "index"
        if args.index is None:
            build_index(Config(), index, [SEEDS], lambda *_: None)
        figures, found = besiege(Path(folder) / "bot", index, args.messages, args.seed)
    print("\n".join(report(figures, found)))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
