"""The ``index`` command: progress on standard error, counts on standard output."""

from __future__ import annotations

import signal
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from bot.assembly import build_index
from bot.config import Config
from bot.render import printable

if TYPE_CHECKING:
    from rich.progress import TaskID

    from retrieval.building import IndexReport

_SECONDS_BETWEEN_LINES = 10
_NAMED = 3
"""Skipped files named for each reason; the rest are counted."""


def run_index(config: Config, index_folder: Path, paths: Sequence[Path]) -> int:
    """Builds and reports. Gives the exit status: 1 when stopped by Ctrl-C or SIGTERM, else 0."""
    try:
        with _stopped_by_sigterm(), _progress() as show:
            report = build_index(config, index_folder, paths, show)
    except KeyboardInterrupt:
        print(
            "pullquote: stopped; the index is as it was, and the same command goes on from here.",
            file=sys.stderr,
        )
        return 1
    for line in report_lines(report):
        print(line)
    return 0


@contextmanager
def _stopped_by_sigterm() -> Iterator[None]:
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
def _progress() -> Iterator[Callable[[str, int, int], None]]:
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
            rate = f"{speed:.0f}/s" if speed else ""
            bars.update(task, completed=done, total=total, rate=rate)

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
        self._write(f"{stage}: {done:,} of {total:,}, {rate:.0f}/s{left}")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def report_lines(report: IndexReport) -> list[str]:
    """What was done, in words."""
    lines = [
        f"added {report.added}, changed {report.changed}, unchanged {report.unchanged}, "
        f"removed {report.removed}, skipped {len(report.skipped)}",
    ]
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for item in report.skipped:
        reasons[item.reason].append(printable(item.name))
    for reason, names in reasons.items():
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        lines.append(f"  skipped {', '.join(names[:_NAMED])}{more}: {reason}")
    lines += [f"  note: {printable(warning)}" for warning in report.warnings[:_NAMED]]
    if len(report.warnings) > _NAMED:
        lines.append(f"  note: {len(report.warnings) - _NAMED} more dates that cannot be read")
    if report.doubted_dates:
        dates = "page date is" if report.doubted_dates == 1 else "page dates are"
        lines.append(
            f"  note: {report.doubted_dates} {dates} contradicted by the text and not trusted; "
            "pullquote doctor says why"
        )
    lines.append(
        f"the index holds {_counted(report.articles, 'article')} in "
        f"{_counted(report.passages, 'passage')} "
        f"({report.embedded} embedded now)"
    )
    return lines


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
