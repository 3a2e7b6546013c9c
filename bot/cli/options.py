"""Options that several commands share, and the days that they take."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from retrieval.errors import UsageError

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", readable=False, help="TOML file; see config.example.toml."
    ),
]
IndexOption = Annotated[
    Path | None,
    typer.Option(
        "--index",
        metavar="DIR",
        readable=False,
        help="Folder of the index; default: the nearest .pullquote, here or above.",
    ),
]
CollectionOption = Annotated[
    str | None,
    typer.Option("--collection", metavar="NAME", help="An index by name, in place of its folder."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Leave out articles published after this day."),
]


def parse_day(value: str) -> date:
    """``2021-05-19`` or ``2021/05/19``. Raises ``UsageError``."""
    try:
        return date.fromisoformat(value.strip().replace("/", "-"))
    except ValueError:
        raise UsageError(
            f'"{value}" is not a date; write it as year-month-day, for example 2021-05-19.'
        ) from None
