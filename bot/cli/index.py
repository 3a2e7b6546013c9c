"""The ``index`` command: progress on standard error, counts on standard output."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.assembly.application import build_index
from bot.assembly.sources import parted
from bot.cli.merging import merging_note, saying
from bot.config import Config
from bot.terminal.progress import shown_progress, stopped_by_sigterm
from retrieval.text.characters import printable

if TYPE_CHECKING:
    from retrieval.indexing.build import IndexReport

LOG_FILE = "skipped.log"
_NAMED = 3
"""Skipped files named for each reason, and notes; all are in the log."""


def run_index(
    config: Config, index_folder: Path, named: Sequence[str], *, verbose: bool = False
) -> int:
    """Builds and reports. Gives the exit status: 1 when stopped by Ctrl-C or SIGTERM, else 0."""
    paths, _ = parted(named)  # what is fetched comes beside whatever there is
    note = merging_note(index_folder, paths) if paths else None
    try:
        with stopped_by_sigterm(), shown_progress() as show:
            report = build_index(config, index_folder, named, saying(note, show))
    except KeyboardInterrupt:
        print(
            "pullquote: stopped; the index is as it was, and the same command goes on from here.",
            file=sys.stderr,
        )
        return 1
    log = write_log(report, index_folder)
    for line in report_lines(report, log, verbose=verbose):
        print(line)
    return 0


def write_log(report: IndexReport, index_folder: Path) -> Path | None:
    """Names everything that was left out or noted, a line each, in the index folder; where. None
    where there is nothing to name, or the disk refuses: the index itself is whole.
    """
    path = index_folder / LOG_FILE
    lines = [f"skipped\t{item.name}\t{item.reason}" for item in report.skipped]
    lines += [f"note\t{note}" for note in report.notes]
    try:
        if not lines:
            path.unlink(missing_ok=True)
            return None
        path.write_text("".join(printable(line) + "\n" for line in lines), encoding="utf-8")
    except OSError:
        return None
    return path


def skipped_lines(report: IndexReport, *, verbose: bool) -> list[str]:
    """A table: how many were left out for each reason, and the first, or all, of them by name."""
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for item in report.skipped:
        reasons[printable(item.reason.rstrip("."))].append(printable(item.name))
    lines = []
    for reason, names in sorted(reasons.items(), key=lambda entry: -len(entry[1])):
        shown = names if verbose else names[:_NAMED]
        lines.append(f"  {len(names):6}  {reason}: {', '.join(shown)}" + ", …" * (shown != names))
    return lines


def report_lines(
    report: IndexReport, log: Path | None = None, *, verbose: bool = False
) -> list[str]:
    """What was done, in words."""
    lines = [
        f"added {report.added}, changed {report.changed}, unchanged {report.unchanged}, "
        f"removed {report.removed}, skipped {len(report.skipped)}",
    ]
    lines += skipped_lines(report, verbose=verbose)
    notes = report.notes if verbose else report.notes[:_NAMED]
    lines += [f"  note: {printable(note)}" for note in notes]
    if len(notes) < len(report.notes):
        lines.append(f"  note: {len(report.notes) - len(notes)} more notes")
    if log is not None and not verbose and len(report.skipped) + len(report.notes) > _NAMED:
        lines.append(f"  every one of them is named in {log}")
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
