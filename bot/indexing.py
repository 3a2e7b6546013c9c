"""The ``index`` command: progress on standard error, counts on standard output."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assembly import build_index
from bot.config import Config
from bot.render import printable

if TYPE_CHECKING:
    from retrieval.building import IndexReport

_NAMED = 3
"""Skipped files named for each reason; the rest are counted."""


def run_index(config: Config, index_folder: Path, paths: Sequence[Path]) -> int:
    """Builds and reports. Gives the exit status: 1 when stopped by Ctrl-C, else 0."""
    from rich.console import Console
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
    try:
        console = Console(stderr=True)
        off = not console.is_terminal
        with Progress(*columns, console=console, transient=True, disable=off) as progress:
            tasks: dict[str, object] = {}

            def show(stage: str, done: int, total: int) -> None:
                if stage not in tasks:
                    tasks[stage] = progress.add_task(stage, total=total, rate="")
                task = tasks[stage]
                speed = next(t.speed for t in progress.tasks if t.id == task)
                rate = f"{speed:.0f}/s" if speed else ""
                progress.update(task, completed=done, total=total, rate=rate)  # type: ignore[arg-type]  # TaskID is an int

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
    lines.append(
        f"the index holds {_counted(report.articles, 'article')} in "
        f"{_counted(report.passages, 'passage')} "
        f"({report.embedded} embedded now)"
    )
    return lines


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
