"""Kills an indexing run at random moments, again and again, and looks at what is left.

    make torture
    python -m benchmarks.torture --rounds 200

Each round changes the folder of articles (some new, some changed, some gone), starts ``pullquote
index`` and sends it SIGKILL after a random time. After every kill the index must open with every
checksum right, hold exactly the articles of before or exactly those of the folder, and answer a
question about one of them in its own words. Now and then the run is then left to finish: it must
embed no passage whose vector the killed runs had already stored.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.assembly.application import open_application
from bot.config import Config
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import RemarkReply
from retrieval.index.build_cache import FILE as WORK_FILE
from retrieval.index.store import IndexStore

PROJECT = Path(__file__).parent.parent
CARGO = ("timber", "coal", "oranges", "steel", "wool", "salt", "paper", "glass")
_SENTENCES = 30


class TortureError(AssertionError):
    """Something was lost, damaged or done twice."""


@dataclass
class Harbour:
    """A folder of made-up articles, each about one ship; ``texts`` is what stands in it."""

    folder: Path
    chance: random.Random
    texts: dict[str, str] = field(default_factory=dict)
    born: int = 0

    def change(self, new: int, changed: int, gone: int) -> None:
        """Some articles come, some change, some go."""
        for id_ in self._some(gone):
            del self.texts[id_]
            (self.folder / id_).unlink()
        for id_ in self._some(changed):
            self._write(id_)
        for _ in range(new):
            self.born += 1
            self._write(f"ship{self.born:05}.txt")

    def _some(self, count: int) -> list[str]:
        return self.chance.sample(sorted(self.texts), min(count, max(0, len(self.texts) - 5)))

    def _write(self, id_: str) -> None:
        ship = id_.removesuffix(".txt")
        pick = self.chance.choice
        lines = [f"News of {ship}", ""]
        for _ in range(_SENTENCES):
            tons, hours = self.chance.randrange(10, 9999), self.chance.randrange(2, 99)
            lines.append(f"After {hours} hours at sea {ship} landed {tons} tons of {pick(CARGO)}.")
        self.texts[id_] = "\n".join(lines)
        (self.folder / id_).write_text(self.texts[id_], encoding="utf-8")


@dataclass
class Torturer:
    """One index that is tortured. ``others`` are articles of other folders, which must stay."""

    harbour: Harbour
    others: dict[str, str]
    index: Path
    command: Sequence[str]
    chance: random.Random
    seen: Counter[str] = field(default_factory=Counter)

    def finish(self) -> float:
        """Lets the command run to its end; seconds it took."""
        waiting = self._vectors_waiting()
        started = time.monotonic()
        done = subprocess.run(self.command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise TortureError(f"the run after a kill failed: {done.stderr.strip()}")
        if self._texts() != self._wanted():
            raise TortureError("after a finished run the index differs from the folder")
        embedded = re.search(r"\((\d+) embedded now\)", done.stdout)
        if embedded is None:
            raise TortureError(f"the run said nothing of embedding: {done.stdout}")
        self.seen["vectors taken from killed runs"] += waiting
        self.seen["vectors computed by finishing runs"] += int(embedded.group(1))
        return time.monotonic() - started

    def kill_after(self, seconds: float) -> None:
        """Starts the command, kills it, and looks at the index."""
        before = self._texts()
        process = subprocess.Popen(
            self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        self.seen["killed" if process.returncode == -signal.SIGKILL else "finished in time"] += 1
        after = self._texts()
        if after == self._wanted() and after != before:
            self.seen["the new version stood"] += 1
        elif after == before:
            self.seen["the old version stood"] += 1
        else:
            raise TortureError("the index holds neither the old articles nor the new ones")
        self._ask(after)

    def _wanted(self) -> dict[str, str]:
        return self.harbour.texts | self.others

    def _texts(self) -> dict[str, str]:
        return texts_of(self.index)

    def _ask(self, texts: dict[str, str]) -> None:
        id_ = self.chance.choice(sorted(texts.keys() - self.others.keys()))
        application = open_application(Config(), self.index)
        question = f"How many tons did {id_.removesuffix('.txt')} land?"
        reply, _ = application.assistant.reply(Conversation(), question)
        assert not isinstance(reply, RemarkReply)
        cited = [c for group in reply.answer.groups for c in group.citations]
        if id_ not in {c.article_id for c in cited}:
            raise TortureError(f"asked about {id_}, nothing of it was quoted")
        if any(texts[c.article_id][c.start : c.end] != c.quote for c in cited):
            raise TortureError("a citation is not verbatim")
        application.index.articles.close()

    def _vectors_waiting(self) -> int:
        path = IndexStore(self.index).unfinished / WORK_FILE
        if not path.exists():
            return 0
        with closing(sqlite3.connect(path)) as connection:
            try:
                return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
            except sqlite3.OperationalError:  # killed before the table was made
                return 0


def torture(
    folder: Path, rounds: int, *, articles: int = 150, seed: int = 0, index: Path | None = None
) -> Counter[str]:
    """Kills ``rounds`` runs in ``folder``; what was seen, counted. A run that ends before its time
    is up is looked at too, and is no round. ``index`` is copied to begin with.

    Raises ``TortureError`` at the first thing that is not as promised.
    """
    chance = random.Random(seed)
    source, target = folder / "articles", folder / "index"
    source.mkdir()
    if index is not None:
        shutil.copytree(index, target)
    others = texts_of(target) if index is not None else {}
    harbour = Harbour(source, chance)
    harbour.change(new=articles, changed=0, gone=0)
    command = [sys.executable, "-m", "bot.cli.main", "index", str(source), "--index", str(target)]
    first = subprocess.run(command, capture_output=True, text=True, check=False, cwd=PROJECT)
    if first.returncode:
        raise TortureError(f"the first run failed: {first.stderr.strip()}")
    torturer = Torturer(harbour, others, target, command, chance)
    harbour.change(new=articles // 6, changed=articles // 6, gone=articles // 10)
    longest = torturer.finish()
    while torturer.seen["killed"] < rounds:
        if chance.random() < 1 / 3:
            torturer.finish()
            harbour.change(new=articles // 6, changed=articles // 6, gone=articles // 6)
        torturer.kill_after(chance.uniform(0, 1.05 * longest))
    torturer.finish()
    return torturer.seen


def texts_of(index: Path) -> dict[str, str]:
    """Every article's text, from an index whose checksums are all right."""
    opened = IndexStore(index).open(thoroughly=True)
    texts = {s.article.id: s.article.text for s in opened.articles.stored_articles()}
    opened.articles.close()
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--articles", type=int, default=150)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen = torture(Path(folder), args.rounds, articles=args.articles, seed=args.seed)
    for what, count in sorted(seen.items()):
        print(f"{what}: {count}")


if __name__ == "__main__":
    main()
