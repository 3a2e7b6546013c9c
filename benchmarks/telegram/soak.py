"""The real bot, used without a pause: does it stay as it was?

    make soak
    python -m benchmarks.telegram.soak --minutes 30

20 chats do one thing a second between them: questions, follow-ups, buttons, ratings, edits, inline
questions. Every ten seconds the bot's memory, open files, threads and the sizes of its own files
are noted. Memory is flat if its running median over a minute moves by at most 5 percent of its mean
after the first five minutes. Everything noted is written below ``build/soak``, with a picture.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import monotonic, sleep

from benchmarks.telegram.figures import percentile
from benchmarks.telegram.people import People
from benchmarks.telegram.processes import PROJECT, telegram_server
from benchmarks.telegram.questions import SEEDS
from benchmarks.telegram.watching import (
    MEGABYTE,
    Flatness,
    Sample,
    Watcher,
    draw,
    flatness,
    write_csv,
)
from bot.assembly.application import build_index
from bot.config import Config
from bot.storage.ratings import RatingsInSqlite
from tests.telegram.harness import BotProcess

_FIRST_USER = 720_000_000
_MEMORY_BAR = 0.05
_SMOOTHED = 60.0
"""Seconds over which running medians are taken."""
_SETTLED = 300.0
"""Seconds after which memory is to be flat; of a short run the first 40 percent."""
_PATIENCE = 300.0
_WAITING = 50
"""Questions of one chat that may wait: on a busy machine none is to be refused."""
_EXPECTED = ("chat not found", "message is not modified")
"""What the strict server may have refused: a menu for an owner, and an edit that changes nothing,
which is what the bot takes for done.
"""


@dataclass(frozen=True, slots=True)
class Soaked:
    """What was seen. ``waited`` has for each question when it was asked, and what it took."""

    seconds: float
    samples: tuple[Sample, ...]
    settled: float
    every: float
    waited: tuple[tuple[float, float], ...]
    deeds: dict[str, int]
    faults: tuple[str, ...]
    log_faults: tuple[str, ...]
    behind: float

    @property
    def late(self) -> list[Sample]:
        """The looks after the bot has settled."""
        return [sample for sample in self.samples if sample.at >= self.settled]

    def flat(self, name: str) -> Flatness:
        """How one of the kinds of memory moved then."""
        late = self.late
        width = max(1, round(_SMOOTHED / self.every))
        held = [float(getattr(sample.memory, name)) for sample in late]
        return flatness([sample.at for sample in late], held, width)

    @property
    def sound(self) -> bool:
        """Whether nothing was lost, doubled or logged as wrong, and memory stayed flat."""
        return not (self.faults or self.log_faults) and self.flat("rss").spread <= _MEMORY_BAR


def soak(
    folder: Path,
    index: Path,
    seconds: float,
    *,
    chats: int = 20,
    rate: float = 1.0,
    every: float = 10.0,
    sections: Mapping[str, dict[str, object]] | None = None,
    seed: int = 0,
) -> Soaked:
    """Lets ``chats`` people do ``rate`` things a second with a bot whose config has ``sections``
    beside its own; looks at it ``every`` so many seconds.
    """
    users = range(_FIRST_USER, _FIRST_USER + chats)
    with telegram_server() as telegram:
        settings: dict[str, object] = {
            "api": telegram.control.url, "users": list(users), "daily_budget": 0,
            "waiting": _WAITING,
        }  # fmt: skip
        bot = BotProcess(folder / "bot", index, settings, dict(sections or {}))
        bot.start()
        try:
            people = People(telegram.control, users, random.Random(seed))
            people.arrive()
            with Watcher(bot.pid, bot.state, every) as watcher:
                began = telegram.control.ask(users[0], "Who met in Reykjavik?").at
                behind = _act(people, seconds, rate)
            telegram.control.wait_quiet(2.0, _PATIENCE)
            faults = [
                *people.lost(_ratings(bot)),
                *telegram.control.problems(expected=_EXPECTED),
            ]
            waited = tuple((at - began, took) for at, took in people.seconds_to_answers())
        finally:
            status = bot.stop()
        faults += [f"the bot ended with status {status}"] if status else []
        log = tuple(_wrong_lines(bot.log()))
    deeds = {deed.value: count for deed, count in people.deeds.most_common()}
    settled = min(_SETTLED, 0.4 * seconds)
    return Soaked(
        seconds, tuple(watcher.samples), settled, every, waited, deeds, tuple(faults), log, behind
    )


def _act(people: People, seconds: float, rate: float) -> float:
    """Everybody in turn, in an order that changes; how far behind its time it fell at most."""
    began, behind = monotonic(), 0.0
    order: list[int] = []
    for step in range(round(seconds * rate)):
        if not order:
            order = people.chance.sample(people.users, len(people.users))
        left = began + step / rate - monotonic()
        behind = max(behind, -left)
        sleep(max(0.0, left))
        people.act(order.pop())
    sleep(max(0.0, began + seconds - monotonic()))
    return behind


def _ratings(bot: BotProcess) -> list[str]:
    (file,) = bot.state.rglob("ratings.sqlite")
    with closing(RatingsInSqlite(file)) as ratings:
        return [rating.id for rating in ratings.all()]


def _wrong_lines(log: str) -> Iterator[str]:
    marks = (" WARNING ", " ERROR ", " CRITICAL ", "Traceback")
    yield from (line for line in log.splitlines() if any(mark in line for mark in marks))


def report(soaked: Soaked) -> Iterator[str]:
    """The summary as a Markdown table."""
    took = [seconds for _, seconds in soaked.waited]
    late = soaked.late
    yield f"| {soaked.seconds / 60:.0f} minutes | |"
    yield "|---|---|"
    done = ", ".join(f"{count} {name}" for name, count in soaked.deeds.items())
    yield f"| done | {done} |"
    yield f"| lost, doubled or out of order | {len(soaked.faults)} |"
    yield f"| warnings and errors in the log | {len(soaked.log_faults)} |"
    yield (
        f"| seconds to the answer, p50 / p95 / max | {median(took):.2f} / "
        f"{percentile(took, 0.95):.2f} / {max(took):.2f} |"
    )
    for name in ("rss", "pss", "uss"):
        flat = soaked.flat(name)
        yield (
            f"| {name.upper()} after {soaked.settled / 60:.0f} min | "
            f"{flat.lowest / MEGABYTE:.1f}–{flat.highest / MEGABYTE:.1f} MB, moves by "
            f"{flat.spread:.1%}, {flat.rise / MEGABYTE:+.1f} MB an hour |"
        )
    for name in ("files", "threads"):
        seen = [getattr(sample, name) for sample in late]
        yield f"| open {name} | {min(seen)}–{max(seen)}, at the end {seen[-1]} |"
    for name, size in late[-1].sizes.items():
        yield f"| {Path(name).name} | {size / MEGABYTE:.1f} MB |"
    yield f"| furthest behind the second | {soaked.behind:.1f} s |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--chats", type=int, default=20)
    parser.add_argument("--index", type=Path, help="an index of seeds/; made anew without")
    parser.add_argument("--reader", default="pullquote", help="as the config's reader.model")
    parser.add_argument("--out", type=Path, default=PROJECT / "build" / "soak")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        index = args.index or Path(folder) / "index"
        if args.index is None:
            build_index(Config(), index, [SEEDS], lambda *_: None)
        soaked = soak(
            Path(folder), index, 60 * args.minutes, chats=args.chats,
            sections={"reader": {"model": args.reader}},
        )  # fmt: skip
    args.out.mkdir(parents=True, exist_ok=True)
    write_csv(soaked.samples, args.out / "soak.csv")
    draw(soaked.samples, soaked.waited, soaked.settled, args.out / "soak.png")
    print("\n".join((*report(soaked), "", *soaked.faults, *soaked.log_faults)))
    print(f"{'Sound' if soaked.sound else 'NOT sound'}; see {args.out / 'soak.png'}")
    sys.exit(not soaked.sound)


if __name__ == "__main__":
    main()
