"""Asks for eight figures of running stories in six wordings each, and compares the answers.

    python -m benchmarks.wordings maui=DIR month=DIR

Each argument names a collection of ``wordings.jsonl`` and the index to ask. Prints, for each
figure, how many wordings got the same value, which, and whether it is the newest one.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path

from bot.assembly.application import open_application
from bot.config import Config
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import AnswerReply
from retrieval.answer.normalisation import meaning_of
from retrieval.datatypes import AnswerType

FIGURES = Path(__file__).with_name("wordings.jsonl")
REFUSED = "refused"


def value_of(answer: str) -> str:
    """What an answer says, apart from hedges and units; itself where it is no figure."""
    amount = meaning_of(answer, AnswerType.NUMBER).amount
    return f"{amount:g}" if amount is not None else answer


def main() -> None:
    """Ask all wordings of the collections that are given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("indexes", nargs="+", metavar="COLLECTION=DIR")
    args = parser.parse_args()
    indexes = dict(pair.split("=", 1) for pair in args.indexes)
    rows = [json.loads(line) for line in FIGURES.read_text("utf-8").splitlines()]
    for collection, folder in indexes.items():
        assistant = open_application(Config(), Path(folder)).assistant
        for row in (row for row in rows if row["collection"] == collection):
            values: Counter[str] = Counter()
            for question in row["questions"]:
                reply, _ = assistant.reply(Conversation(), question)
                answer = reply.chosen.answer if isinstance(reply, AnswerReply) else None
                values[value_of(answer) if answer is not None else REFUSED] += 1
            (most, count), *_ = values.most_common()
            mark = "newest" if most == value_of(row["newest"]) else ""
            print(f"{row['figure']:28} {count} of {len(row['questions'])}  {most:12} {mark}")
            others = {value: n for value, n in values.items() if value != most}
            if others:
                print(f"{'':28} {others}")


if __name__ == "__main__":
    main()
