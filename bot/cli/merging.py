"""Before articles are indexed: what is gone can be removed, and whose articles come together."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from bot.assembly.holdings import held
from bot.cli.listing import counted
from bot.cli.locations import located_index
from bot.terminal.progress import ShowStage
from retrieval.errors import ArticleFileError
from retrieval.text.characters import printable

_NAMED = 3
"""Folders that are named; of more, the rest are counted."""


def merging_note(index_folder: Path, named: Sequence[str | Path]) -> str | None:
    """What to say before articles are added to those of other folders; None where none are.

    Raises ``ArticleFileError`` for a path that is gone and of which there are articles in the
    index: they can be removed.
    """
    places = [_place(str(name)) for name in named]
    found = held(index_folder, places)
    if found is None:
        return None
    for place in places:
        if (count := found.inside[place]) and not _is_address(place) and not os.path.exists(place):
            raise ArticleFileError(
                f"{place}: there is no such file or folder; {counted(count, 'article')} from it "
                f"{'is' if count == 1 else 'are'} in the index: `pullquote remove "
                f"{shlex.quote(place)}{_at(index_folder)}` takes "
                f"{'it' if count == 1 else 'them'} out."
            )
    if not found.articles or any(related(root, place) for root in found.roots for place in places):
        return None
    return printable(
        f"the index holds {counted(found.articles, 'article')} of {_listed(found.roots)}; "
        f"those of {_listed(places)} are added to them"
    )


def _at(index_folder: Path) -> str:
    """How a command is told of this index; nothing where it would find it itself."""
    if located_index(None, None).resolve() == index_folder.resolve():
        return ""
    return f" --index {shlex.quote(str(index_folder))}"


def related(root: str, place: str) -> bool:
    """Whether two absolute paths or addresses are the same, or one lies below the other."""
    if _is_address(root) or _is_address(place):
        return root == place
    one, other = root.rstrip("/") + "/", place.rstrip("/") + "/"
    return one.startswith(other) or other.startswith(one)


def saying(note: str | None, show: ShowStage) -> ShowStage:
    """``show``, which says the note when all is read and the work on it begins: what is refused
    while it is read adds nothing.
    """
    waiting = [note] if note else []
    stages: set[str] = set()

    def shown(stage: str, done: int, total: int) -> None:
        stages.add(stage)
        if waiting and len(stages) > 1:
            print(waiting.pop(), file=sys.stderr)
        show(stage, done, total)

    return shown


def _place(name: str) -> str:
    return name if _is_address(name) else os.path.abspath(name)


def _is_address(name: str) -> bool:
    return "://" in name


def _listed(places: Sequence[str]) -> str:
    more = [f"{len(places) - _NAMED} more"] if len(places) > _NAMED else []
    shown = [*places[:_NAMED], *more]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
