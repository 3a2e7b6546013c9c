"""Progress of long work on standard error, and how it is stopped."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import TaskID

_SECONDS_BETWEEN_LINES = 10

ShowStage = Callable[[str, int, int], None]
"""Shows that of a stage's whole number (third) so many (second) are done."""


@contextmanager
def stopped_by_sigterm() -> Iterator[None]:
    """A polite kill ends like Ctrl-C. Only the main thread hears it: in others nothing changes."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def shown_progress() -> Iterator[ShowStage]:
    """Bars on a terminal; elsewhere a line now and then, so that a log shows where the work is."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield LineProgress(lambda line: print(line, file=sys.stderr, flush=True), monotonic)
        return
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    # Speed over minutes, not seconds: long passages come together, short ones too.
    with Progress(*columns, console=console, transient=True, speed_estimate_period=120) as bars:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total, rate="")
            task = tasks[stage]
            speed = next(t.speed for t in bars.tasks if t.id == task)
            bars.update(task, completed=done, total=total, rate=_rate(speed) if speed else "")

        yield show


class LineProgress:
    """Progress as lines of text, each stage at most every ten seconds."""

    def __init__(self, write: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._write = write
        self._clock = clock
        self._stage = ""
        self._started = self._told = 0.0
        self._first = 0

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if stage != self._stage:
            self._stage, self._started, self._told, self._first = stage, now, now, done
            return
        if now - self._told < _SECONDS_BETWEEN_LINES or done >= total:
            return
        self._told = now
        rate = (done - self._first) / (now - self._started)
        left = f", {_duration((total - done) / rate)} left" if rate > 0 else ""
        self._write(f"{stage}: {done:,} of {total:,}, {_rate(rate)}{left}")


def _rate(per_second: float) -> str:
    digits = 0 if per_second >= 10 or per_second == 0 else 1
    return f"{per_second:.{digits}f}/s"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
