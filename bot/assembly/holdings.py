"""What an index holds, and what is taken out of it: for the commands that care for a collection."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.assembly.application import index_scale
from bot.config import Config
from retrieval.errors import PullquoteError
from retrieval.index import database
from retrieval.index.catalogue import Catalogue, Entry, Order, Source, Wanted
from retrieval.index.manifest import Manifest
from retrieval.index.store import IndexStore
from retrieval.indexing.new_articles import Progress
from retrieval.indexing.removing import (
    Removal,
    lies_in,
    missing,
    named_by,
    refuse_to_empty,
    remove,
)

__all__ = ["Catalogue", "Entry", "Order", "Removal", "Source", "Wanted"]


@contextmanager
def open_catalogue(index_folder: Path) -> Iterator[Catalogue]:
    """Raises the errors of ``IndexStore.open``."""
    opened = IndexStore(index_folder).open()
    opened.articles.close()
    with closing(Catalogue(opened.articles.path)) as catalogue:
        yield catalogue


def to_remove(index_folder: Path, targets: Sequence[str], *, gone: bool) -> list[Source]:
    """The articles that the targets name, or all whose files are gone. Raises ``UsageError`` for a
    target that names nothing, and where these are all articles of the index.
    """
    with open_catalogue(index_folder) as catalogue:
        held = list(catalogue.sources())
    found = missing(held) if gone else named_by(targets, held)
    refuse_to_empty(IndexStore(index_folder), len(found), len(held))
    return found


def remove_articles(
    config: Config, index_folder: Path, ids: Collection[str], progress: Progress
) -> Removal:
    """``remove`` with the config's sizes from which on large parts are made."""
    return remove(IndexStore(index_folder), ids, index_scale(config), progress)


@dataclass(frozen=True, slots=True)
class State:
    """How an index stands: articles and the moment of the last change (ISO, UTC), or what is wrong
    with it.
    """

    articles: int | None
    changed: str | None
    fault: str | None = None


def state_of(index_folder: Path) -> State:
    """Looks at the manifest alone. Never raises for a fault."""
    try:
        version = IndexStore(index_folder).current()
        if version is None:
            return State(0, None, "nothing is indexed yet")
        manifest = Manifest.load(version)
    except PullquoteError as error:
        return State(None, None, str(error))
    return State(manifest.articles, manifest.created)


@dataclass(frozen=True, slots=True)
class Held:
    """How many articles an index has, how many of them lie in each place asked about, and which
    paths and addresses they were named by.
    """

    articles: int
    inside: dict[str, int]
    roots: tuple[str, ...]


def held(index_folder: Path, places: Sequence[str]) -> Held | None:
    """``places`` are absolute paths and addresses. None where no index can be opened."""
    try:
        version = IndexStore(index_folder).current()
        if version is None:
            return None
        with closing(Catalogue(version / database.FILE)) as catalogue:
            sources = list(catalogue.sources())
    except PullquoteError:
        return None
    inside = {place: sum(lies_in(source, place) for source in sources) for place in places}
    return Held(len(sources), inside, tuple(dict.fromkeys(source.root for source in sources)))
