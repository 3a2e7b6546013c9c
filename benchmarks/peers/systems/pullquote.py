"""Pullquote as its commands use it: ``build_index``, then ``open_application``.

It cuts its passages from the articles itself; that they are those which the others are given is
checked whenever an index is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.peers.exchange import ARTICLES, Passage, Question, read_passages
from benchmarks.peers.systems.base import Setup
from retrieval.datatypes import Query

if TYPE_CHECKING:
    from bot.assembly.application import Application


def make(setup: Setup) -> Pullquote:
    """The question alone."""
    return Pullquote(setup, lambda text, _: Query(text))


def make_with_day(setup: Setup) -> Pullquote:
    """Articles near the question's day rank a little higher; none is left out."""
    return Pullquote(setup, lambda text, day: Query(text, asked_on=day))


def make_as_of(setup: Setup) -> Pullquote:
    """As ``--as-of`` the question's day: later articles are left out too."""
    return Pullquote(setup, lambda text, day: Query(text, day, asked_on=day))


class Pullquote:
    """The product's defaults. It embeds for itself, also where the others are given vectors."""

    def __init__(self, setup: Setup, query: Callable[[str, date | None], Query]) -> None:
        self._setup = setup
        self._query = query
        self._folder = Path()
        self._application: Application | None = None

    def build(self, passages: Sequence[Passage], folder: Path) -> None:
        from bot.assembly.application import build_index
        from bot.config import Config

        self._folder = folder
        build_index(Config(), folder, [self._setup.data / ARTICLES], lambda *_: None)

    def save(self, folder: Path) -> None:
        """``build`` has done it: an index is nowhere but on the disk."""

    def open(self, folder: Path) -> None:
        from bot.assembly.application import open_application
        from bot.config import Config

        self._application = open_application(Config(), folder)

    def saved(self, folder: Path) -> Path:
        """The version in use; an earlier one may still lie beside it."""
        from retrieval.index.store import IndexStore

        current = IndexStore(folder).current()
        assert current is not None
        return current

    def search(self, question: Question, limit: int) -> list[str]:
        if self._application is None:  # just built: an index is always searched from the disk
            self.open(self._folder)
        assert self._application is not None
        day = date.fromisoformat(question.date) if question.date else None
        found = self._application.retrieve(self._query(question.question, day), limit)
        return [scored.passage.id for scored in found]

    def check(self) -> None:
        """Raises ``ValueError`` unless its passages are those of the exported folder."""
        assert self._application is not None
        own = {docno for docno, _, _ in self._application.searchable_passages()}
        given = {passage.docno for passage in read_passages(self._setup.data)}
        if own != given:
            raise ValueError(
                f"Pullquote has {len(own)} passages, the others {len(given)}, and only "
                f"{len(own & given)} are the same; export from this index again"
            )
