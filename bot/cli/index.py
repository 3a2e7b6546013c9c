"""The ``index`` command: progress on standard error, counts on standard output."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assembly.application import build_index
from bot.config import Config
from bot.terminal.progress import shown_progress, stopped_by_sigterm
from retrieval.text.characters import printable

if TYPE_CHECKING:
    from retrieval.indexing.build import IndexReport

_NAMED = 3
"""Skipped files named for each reason; the rest are counted."""


def run_index(config: Config, index_folder: Path, paths: Sequence[Path]) -> int:
    """Builds and reports. Gives the exit status: 1 when stopped by Ctrl-C or SIGTERM, else 0."""
    try:
        with stopped_by_sigterm(), shown_progress() as show:
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
