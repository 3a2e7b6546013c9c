"""50 chats ask at once: the real bot beside the pipeline alone, in turns.

    make bench-telegram
    python -m benchmarks.telegram.load --chats 50 --repeats 5

Each turn has two bursts. In the first every chat asks one question; in the second every chat sends
four, follow-ups among them, without waiting for answers. The same questions then go through the
pipeline in a process of its own, with the same config and as many threads. The strict server that
plays Telegram has a process too, on the same cores: what it takes is counted against the bot once,
and taken off once. Machines differ and are shared: compare within one run only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time, sleep

from benchmarks.telegram.figures import Cost, Run, cost, median_cost, percentile
from benchmarks.telegram.processes import (
    PROJECT,
    Telegram,
    cpu_seconds,
    main_thread_seconds,
    telegram_server,
)
from benchmarks.telegram.questions import SEEDS, asked_on, asked_once
from bot.assembly.application import build_index
from bot.config import Config
from tests.bot_api import Posted
from tests.telegram.harness import BotProcess

_FIRST_USER = 710_000_000
_BEHIND = 4
"""Questions that each chat sends at once in the second burst."""
_TYPING_BAR, _COST_BAR = 0.5, 0.15
_LONGEST = 300.0
_LOOKS_EVERY = 0.1
_MENU_PROBLEMS = ("chat not found",)


@dataclass(frozen=True, slots=True)
class Burst:
    """What one burst through the bot came to. ``faults`` says what was lost, doubled or late."""

    run: Run
    typing: tuple[float, ...]
    faults: tuple[str, ...]


class Crowd:
    """People who ask at once; every burst has new ones, whose conversations begin afresh."""

    def __init__(self, telegram: Telegram, bot: BotProcess) -> None:
        self._telegram = telegram
        self._bot = bot
        self._next = _FIRST_USER

    def ask(self, talks: list[list[str]]) -> Burst:
        """Sends all, waits for the last answer."""
        control = self._telegram.control
        users = range(self._next, self._next + len(talks))
        self._next += len(talks)
        for user in users:
            control.user(f"Reader {user}", user_id=user)
        pairs = [
            (user, text) for step in range(len(talks[0])) for user, text in _nth(users, talks, step)
        ]
        wanted = control.answer_count() + len(pairs)
        before = self._spent()
        asked = control.ask_all(pairs)
        control.wait_until(
            lambda: control.answer_count() >= wanted, _LONGEST, "all answers", _LOOKS_EVERY
        )
        spent = [after - at_first for after, at_first in zip(self._spent(), before, strict=True)]
        sleep(0.5)  # what is sent twice comes late
        began = asked[0].at
        written = [message for user in users for message in control.everything(user)]
        last = max(m.at for m in written if m.sender == control.bot_id)
        run = Run(len(pairs), last - began, *spent)
        return Burst(run, tuple(self._typing(users, began)), tuple(faults(asked, written)))

    def _spent(self) -> tuple[float, float, float]:
        """Processor time of the bot, of what plays Telegram, and of the bot's event loop."""
        bot, played = self._bot.pid, cpu_seconds(self._telegram.pid) + process_time()
        return cpu_seconds(bot), played, main_thread_seconds(bot)

    def _typing(self, users: range, began: float) -> Iterator[float]:
        """Seconds until each chat saw "typing", ``inf`` where it never did."""
        seen: dict[int, float] = {}
        for action in self._telegram.control.actions():
            seen.setdefault(action.chat, action.at)
        yield from (seen.get(user, float("inf")) - began for user in users)


def _nth(users: range, talks: list[list[str]], step: int) -> list[tuple[int, str]]:
    return [(user, talk[step]) for user, talk in zip(users, talks, strict=True)]


def faults(asked: list[Posted], written: list[Posted]) -> Iterator[str]:
    """What was lost, doubled, or out of the order of its chat."""
    replies: dict[tuple[int, int], list[Posted]] = {}
    for message in written:
        if message.reply_to is not None:
            replies.setdefault((message.chat, message.reply_to), []).append(message)
    latest: dict[int, float] = {}
    for question in asked:
        found = replies.get((question.chat, question.id), [])
        if not found:
            yield f"lost: {question.text!r} in chat {question.chat}"
            continue
        if len({message.text for message in found}) < len(found):
            yield f"doubled: {question.text!r} in chat {question.chat}"
        if found[0].id < latest.get(question.chat, 0):
            yield f"out of order: {question.text!r} in chat {question.chat}"
        latest[question.chat] = found[-1].id


class Pipeline:
    """The pipeline in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, talks: list[list[str]]) -> Run:
        """Asks all, waits for the last answer."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(talks) + "\n")
        process.stdin.flush()
        taken = json.loads(process.stdout.readline())
        return Run(sum(map(len, talks)), taken["seconds"], taken["cpu"])


@contextmanager
def pipeline_process(index: Path, config: Path, workers: int) -> Iterator[Pipeline]:
    """Runs it while entered."""
    command = [sys.executable, "-m", "benchmarks.telegram.pipeline"]
    options = ["--index", str(index), "--config", str(config), "--workers", str(workers)]
    process = subprocess.Popen(
        [*command, *options],
        cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Pipeline(process)
    finally:
        process.communicate()


@dataclass(frozen=True, slots=True)
class Turn:
    """The same questions through both."""

    bot: Burst
    pipeline: Run

    def cost(self, cores: int) -> Cost:
        """Of the front end."""
        return cost(self.bot.run, self.pipeline, cores)


def measure(
    folder: Path, index: Path, chats: int, repeats: int, each: Callable[[str, Turn], None]
) -> list[str]:
    """Runs all turns and tells ``each`` of them; what the server found wrong."""
    cores = os.cpu_count() or 1
    users = list(range(_FIRST_USER, _FIRST_USER + 2 * chats * (repeats + 1)))
    with telegram_server() as telegram:
        settings: dict[str, object] = {
            "api": telegram.control.url, "users": users, "workers": cores, "daily_budget": 0,
        }  # fmt: skip
        bot = BotProcess(folder / "bot", index, settings)
        bot.start()
        try:
            config = bot.folder / "bot.toml"
            with pipeline_process(index, config, cores) as pipeline:
                crowd = Crowd(telegram, bot)
                for turn in range(repeats + 1):
                    for name, talks in (
                        ("one each", asked_once(chats, turn)),
                        (f"{_BEHIND} each", asked_on(chats, _BEHIND, turn)),
                    ):
                        both = _both(crowd, pipeline, talks, bot_first=turn % 2 == 0)
                        if turn:  # the first warms both up
                            each(name, both)
            found = telegram.control.problems(expected=_MENU_PROBLEMS)
        finally:
            bot.stop()
        bot.check_logs()
        return found


def _both(crowd: Crowd, pipeline: Pipeline, talks: list[list[str]], *, bot_first: bool) -> Turn:
    if bot_first:
        burst = crowd.ask(talks)
        return Turn(burst, pipeline.ask(talks))
    alone = pipeline.ask(talks)
    return Turn(crowd.ask(talks), alone)


_MEDIANS: dict[str, Callable[[Run], float]] = {
    "seconds to the last answer, median": lambda run: run.seconds,
    "questions a second, median": lambda run: run.rate,
    "processor milliseconds a question, median": lambda run: 1000 * run.cpu_each,
    "of it in the event loop": lambda run: 1000 * run.loop / run.questions,
    "of the processes that play Telegram": lambda run: 1000 * run.others / run.questions,
}


def report(name: str, turns: list[Turn], cores: int) -> Iterator[str]:
    """Rows of a Markdown table."""
    bot = [turn.bot.run for turn in turns]
    alone = [turn.pipeline for turn in turns]
    typing = [seconds for turn in turns for seconds in turn.bot.typing]
    worst = [max(turn.bot.typing) for turn in turns]
    spent = median_cost([turn.cost(cores) for turn in turns])
    faults = [fault for turn in turns for fault in turn.bot.faults]
    yield f"| **{name}**, {bot[0].questions} questions, {len(turns)} turns | bot | pipeline |"
    yield "|---|---|---|"
    yield (
        f"| typing seen after, p50 / p95 / max | {median(typing):.2f} / "
        f"{percentile(typing, 0.95):.2f} / {max(typing):.2f} s | |"
    )
    late = sum(seconds > _TYPING_BAR for seconds in worst)
    yield f"| turns with a chat past {_TYPING_BAR} s | {late} of {len(turns)} | |"
    yield f"| lost, doubled or out of order | {len(faults)} | |"
    for what, value in _MEDIANS.items():
        yield f"| {what} | {median(map(value, bot)):.1f} | {median(map(value, alone)):.1f} |"
    yield f"| front end by the clock, Telegram's side counted | {spent.wall:+.1%} | |"
    yield f"| front end by the clock, Telegram's side taken off | {spent.wall_corrected:+.1%} | |"
    yield f"| front end by processor time (bar {_COST_BAR:.0%}) | {spent.cpu:+.1%} | |"
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--index", type=Path, help="an index of seeds/; made anew without")
    args = parser.parse_args()
    cores = os.cpu_count() or 1
    turns: dict[str, list[Turn]] = {}

    def each(name: str, turn: Turn) -> None:
        turns.setdefault(name, []).append(turn)
        now, run = turn.cost(cores), turn.bot.run
        print(
            f"{name}: typing max {max(turn.bot.typing):.2f} s, {run.rate:.2f} against "
            f"{turn.pipeline.rate:.2f} questions/s, front end {now.wall:+.1%} by the clock, "
            f"{now.cpu:+.1%} by processor time",
            file=sys.stderr,
        )
        for fault in turn.bot.faults:
            print(fault, file=sys.stderr)

    with tempfile.TemporaryDirectory() as folder:
        index = args.index or Path(folder) / "index"
        if args.index is None:
            build_index(Config(), index, [SEEDS], lambda *_: None)
        found = measure(Path(folder), index, args.chats, args.repeats, each)
    for name, measured in turns.items():
        print("\n".join(report(name, measured, cores)))
    print("\n".join(found) or "The strict server found nothing wrong.")


if __name__ == "__main__":
    main()
