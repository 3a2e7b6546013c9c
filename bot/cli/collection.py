"""The commands that care for a collection: arguments in, one exit status out. Thin, as ``cli``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.locations import located_index, located_settings
from bot.cli.options import CollectionOption, ConfigOption, IndexOption, parse_day
from retrieval.errors import UsageError


class Sorting(StrEnum):
    """How ``list`` sorts."""

    DATE = "date"
    TITLE = "title"
    PUBLISHER = "publisher"
    ID = "id"


def list_(
    publisher: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only of publishers whose names hold this.")
    ] = None,
    author: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only of authors whose names hold this.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only published on this day or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Only published on this day or earlier.")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="Only where id, title, path or address holds this."),
    ] = None,
    sort: Annotated[Sorting, typer.Option(help="Newest first, or by the alphabet.")] = Sorting.DATE,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line.")] = False,
    text: Annotated[
        bool, typer.Option("--text", help="With --jsonl: the stored texts too.")
    ] = False,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """List the articles of the index: day, publisher, characters, id and title.

    Names and texts are found as a part, upper and lower case are one.
    """
    from bot.assembly.holdings import Order, Wanted, open_catalogue
    from bot.cli.listing import print_articles

    if text and not jsonl:
        raise UsageError("--text writes whole articles, one JSON object a line; add --jsonl.")
    days = [None if day is None else parse_day(day) for day in (since, until)]
    wanted = Wanted(publisher, author, where, *days)
    folder = located_index(index, collection)
    located_settings(config)
    with open_catalogue(folder) as catalogue:
        print_articles(catalogue, wanted, Order(sort.value), jsonl=jsonl, texts=text)


def remove(
    named: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID|PATH|ADDRESS",
            help="Ids, addresses, files, or folders with all that was read below them; "
            "they need not exist any more.",
        ),
    ] = None,
    missing: Annotated[
        bool,
        typer.Option(
            "--missing", help="All articles whose files are gone; addresses are not asked."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Take articles out of the index. Files stay as they are: index one again, and it comes back.

    An id that there is counts as an id; write ./NAME for the file or folder of that name. Stop it
    at any time: the index is as it was.
    """
    from bot.cli.removing import run_remove

    folder = located_index(index, collection)
    status = run_remove(located_settings(config), folder, named or [], missing=missing, yes=yes)
    raise typer.Exit(status)


def collections(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
    config: ConfigOption = None,
) -> None:
    """List the named collections: how many articles, when changed last, and where they lie."""
    from bot.cli.listing import print_collections

    located_settings(config)
    print_collections(as_json=as_json)


def verify(
    answers: Annotated[
        str,
        typer.Argument(
            metavar="RUN|ANSWER.json",
            help="A run's folder, its predictions.jsonl, or what ask --json printed; - reads "
            "standard input.",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    config: ConfigOption = None,
    index: IndexOption = None,
    collection: CollectionOption = None,
) -> None:
    """Prove old citations against the articles of today: same, moved, changed or gone.

    Exit status 0 when every quote is still in its article, 1 when one is not.
    """
    from bot.evaluation.verifying.command import run_verify

    folder = located_index(index, collection)
    located_settings(config)
    raise typer.Exit(run_verify(answers, folder, as_json=as_json))
