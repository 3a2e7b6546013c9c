"""The ``remove`` command: says what will go, asks, and takes it out."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bot.assembly.holdings import Source, remove_articles, to_remove
from bot.cli.listing import counted
from bot.config import Config
from bot.terminal.progress import shown_progress, stopped_by_sigterm
from retrieval.errors import UsageError
from retrieval.text.characters import printable

_NAMED = 5
"""Articles that are named before they go."""


def run_remove(
    config: Config, index_folder: Path, targets: Sequence[str], *, missing: bool, yes: bool
) -> int:
    """Gives the exit status: 1 when it was stopped or declined, else 0. Raises ``UsageError`` for
    what names nothing, for all articles of an index, and where nobody can be asked.
    """
    if missing == bool(targets):
        raise UsageError(
            "say what to remove: ids, addresses, files or folders; or, without any, --missing."
        )
    found = to_remove(index_folder, targets, gone=missing)
    if not found:
        print("no article's file is missing; nothing to remove")
        return 0
    if not yes and not sys.stdin.isatty():
        raise UsageError(
            f"{counted(len(found), 'article')} would be removed, beginning with {_named(found[0])},"
            " and there is no terminal to ask on; add --yes."
        )
    for line in what_goes(found, index_folder):
        print(line, file=sys.stderr)
    try:
        if not yes and not _agreed():
            print("nothing was removed", file=sys.stderr)
            return 1
        ids = {source.id for source in found}
        with stopped_by_sigterm(), shown_progress() as show:
            done = remove_articles(config, index_folder, ids, show)
    except KeyboardInterrupt:
        print("pullquote: stopped; the index is as it was.", file=sys.stderr)
        return 1
    print(
        f"removed {counted(done.removed, 'article')}; the index holds "
        f"{counted(done.articles, 'article')} in {counted(done.passages, 'passage')}"
    )
    return 0


def what_goes(found: Sequence[Source], index_folder: Path) -> list[str]:
    """How many articles will go, and the first of them by name."""
    where = printable(str(index_folder.resolve()))
    lines = [f"{counted(len(found), 'article')} will be removed from {where}:"]
    lines += [f"  {_named(source)}" for source in found[:_NAMED]]
    if len(found) > _NAMED:
        lines.append(f"  and {len(found) - _NAMED:,} more")
    return lines


def _named(source: Source) -> str:
    return printable(f"{source.title} ({source.id})" if source.title else source.id)


def _agreed() -> bool:
    print("Remove? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in ("y", "yes")
