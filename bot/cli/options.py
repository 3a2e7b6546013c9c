"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", metavar="FILE", readable=False, help="TOML file; see config.example.toml."
    ),
]
IndexOption = Annotated[
    Path, typer.Option("--index", metavar="DIR", readable=False, help="Folder of the index.")
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Leave out articles published after this day."),
]
DEFAULT_INDEX = Path(".pullquote")
