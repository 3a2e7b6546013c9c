"""What ``list`` and ``collections`` print: a table on a terminal, plain lines elsewhere, or JSON.

Entries are printed as they are read, so that any number of them can be listed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from bot.assembly.holdings import Catalogue, Entry, Order, State, Wanted, state_of
from bot.cli.locations import collection_names, collections_folder
from retrieval.text.characters import printable

_BATCH = 500
"""Entries whose widths are looked at together; later ones are aligned as the first are."""


def print_articles(
    catalogue: Catalogue, wanted: Wanted, order: Order, *, jsonl: bool, texts: bool
) -> None:
    """The wanted articles on standard output; on standard error, how many on a terminal, and where
    there is none.
    """
    count = _Counted(catalogue.entries(wanted, order))
    if jsonl:
        for entry in count:
            record = entry_json(entry)
            if texts:
                record["text"] = catalogue.text(entry.id)
            # ASCII, because this is for programs: whatever the encoding, nothing is lost.
            print(json.dumps(record))
    elif sys.stdout.isatty():
        _print_tables(count)
    else:
        for line in plain_lines(count):
            print(line)
    if not count.seen:
        print("no article of the index is like that", file=sys.stderr)
    elif not jsonl and sys.stdout.isatty():
        print(counted(count.seen, "article"), file=sys.stderr)


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry as ``list --jsonl`` prints it."""
    return {
        "id": entry.id,
        "title": entry.title,
        "publisher": entry.publisher,
        "author": entry.author,
        "published": entry.published.isoformat() if entry.published else None,
        "url": entry.url,
        "path": entry.path,
        "characters": entry.characters,
    }


def plain_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """Day, publisher, characters, id and title, aligned; titles last, so that none is cut."""
    from rich.cells import cell_len

    widths = [0] * 4
    for batch in _batches(entries):
        rows = [_cells(entry) for entry in batch]
        if not any(widths):
            widths = [max(cell_len(row[at]) for row in rows) for at in range(4)]
        for row in rows:
            blanks = [" " * (widths[at] - cell_len(row[at])) for at in range(4)]
            day, publisher, characters, id_, title = row
            yield (
                f"{day}{blanks[0]}  {publisher}{blanks[1]}  {blanks[2]}{characters}  "
                f"{id_}{blanks[3]}  {title}"
            )


def _cells(entry: Entry) -> list[str]:
    day = entry.published.isoformat() if entry.published else "-"
    texts = (day, entry.publisher or "-", f"{entry.characters:,}", entry.id, entry.title or "-")
    return [printable(text) for text in texts]


def _print_tables(entries: Iterable[Entry]) -> None:
    """Tables of equal widths below one heading; the author stands below the publisher."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, emoji=False)
    for number, batch in enumerate(_batches(entries)):
        table = Table(box=None, padding=(0, 1), expand=True, show_header=number == 0)
        table.add_column("Published", width=10)
        table.add_column("Publisher", ratio=3, overflow="fold")
        table.add_column("Title", ratio=6, overflow="fold")
        table.add_column("Id", ratio=4, overflow="fold")
        table.add_column("Characters", width=10, justify="right")
        for entry in batch:
            day, publisher, characters, id_, title = _cells(entry)
            by = printable(entry.author or "")
            source = Text.assemble(publisher, (f"\n{by}", "dim") if by else "")
            table.add_row(
                Text(day), source, Text(title, style="bold"), Text(id_, style="cyan"), characters
            )
        console.print(table)


class _Counted(Iterable[Entry]):
    """Passes entries on and counts them."""

    def __init__(self, entries: Iterator[Entry]) -> None:
        self._entries = entries
        self.seen = 0

    def __iter__(self) -> Iterator[Entry]:
        for entry in self._entries:
            self.seen += 1
            yield entry


def _batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    waiting = iter(entries)
    while batch := list(islice(waiting, _BATCH)):
        yield batch


def print_collections(*, as_json: bool) -> None:
    """Name, articles, last change and folder of every named collection."""
    found = [(name, state_of(collections_folder() / name)) for name in collection_names()]
    if as_json:
        print(json.dumps([_collection_json(name, state) for name, state in found]))
        return
    if not found:
        print(
            f"there is no collection in {collections_folder()}; make one with "
            "`pullquote index PATH... --collection NAME`",
            file=sys.stderr,
        )
        return
    rows = [_collection_cells(name, state) for name, state in found]
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    for row in rows:
        line = "  ".join(row[at].ljust(widths[at]) for at in range(3))
        print(printable(f"{line}  {row[3]}"))


def _collection_cells(name: str, state: State) -> tuple[str, str, str, str]:
    held = "-" if state.articles is None else counted(state.articles, "article")
    where = str(collections_folder() / name)
    return name, held, state.changed or "-", where if state.fault is None else state.fault


def _collection_json(name: str, state: State) -> dict[str, Any]:
    fault = {"fault": state.fault} if state.fault else {}
    record = {key: value for key, value in asdict(state).items() if key != "fault"}
    return {"name": name, **record, "folder": str(collections_folder() / name), **fault}


def counted(count: int, noun: str) -> str:
    """As in "1 article" and "12,000 articles"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
