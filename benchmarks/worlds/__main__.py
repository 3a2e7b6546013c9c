"""Asks the real pipeline of a made-up world, of which every fact is known.

    python -m benchmarks.worlds --towns 40 --copies 3 --out runs/world

Prints the figures of ``score.figures``; the answers that are wrong with ``--show``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.worlds.questions import questions
from benchmarks.worlds.reports import reports
from benchmarks.worlds.score import figures, outcome
from benchmarks.worlds.world import KINDS, make_world
from bot.assembly.application import build_index, open_application
from bot.config import Config
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import RemarkReply


def main() -> None:
    """Make the world, index it, ask, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--towns", type=int, default=40, help="one event each (%(default)s)")
    parser.add_argument("--kinds", type=int, default=len(KINDS), help="of events (%(default)s)")
    parser.add_argument("--copies", type=int, default=3, help="articles a toll (%(default)s)")
    parser.add_argument("--moving", type=float, default=0.4, help="share of tolls (%(default)s)")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("runs/world"))
    parser.add_argument("--show", action="store_true", help="the answers that are wrong")
    args = parser.parse_args()
    world = make_world(args.towns, args.seed, kinds=args.kinds, moving=args.moving)
    told = reports(world, args.copies, args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    source = args.out / "articles.jsonl"
    rows = "".join(json.dumps(report.row(), ensure_ascii=False) + "\n" for report in told)
    source.write_text(rows, "utf-8")
    config = Config()
    build_index(config, args.out / "index", [source], lambda *_: None)
    assistant = open_application(config, args.out / "index").assistant
    outcomes = []
    for asked in questions(world, args.seed):
        reply, _ = assistant.reply(Conversation(), asked.text)
        assert not isinstance(reply, RemarkReply)  # no question here is small talk
        found = outcome(asked, reply.answer, told)
        outcomes.append(found)
        if args.show and not found.right:
            print(f"{asked.text}  {asked.values}  got: {found.answer}")
    for name, value in figures(outcomes).items():
        print(f"{value:g}" if isinstance(value, int) else f"{value:.3f}", name, sep="\t")


if __name__ == "__main__":
    main()
