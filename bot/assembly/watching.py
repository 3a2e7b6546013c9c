"""Keeps an index current, one round at a time: files, or what is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bot.assembly.application import build_asked
from bot.assembly.sources import asked_for, check_addresses, fetching, parted, read_settings
from bot.config import Config
from retrieval.index.store import IndexStore
from retrieval.indexing.build import Asked, IndexReport, files_asked, no_progress
from retrieval.ingest.raw import Found, RawArticle, Skipped


@dataclass(frozen=True, slots=True)
class Round:
    """What came: the report of an index run, with the titles of what is new. Without a run there
    was nothing new, and ``skipped`` is what could not be fetched.
    """

    report: IndexReport | None
    titles: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()


class Watched:
    """What is watched for one index. Rounds raise what ``build_index`` raises."""

    def __init__(self, config: Config, index_folder: Path, named: Sequence[str]) -> None:
        """Raises ``ArticleFileError`` for a path that cannot be used and for what is no address."""
        self._config = config
        self.index_folder = index_folder
        self._store = IndexStore(index_folder)
        self._settings = read_settings(config)
        self.paths, self.addresses = parted(named)
        files_asked(self.paths, self._store, self._settings)
        check_addresses(self.addresses, self._store)

    def files(self) -> Round:
        """Reads all files anew; what has not changed costs no more than its reading."""
        return self._built(files_asked(self.paths, self._store, self._settings))

    def everything_fetched(self) -> Round:
        """Fetches and indexes, whether anything is new or not."""
        if self._store.current() is None:  # only who writes an index may make its folder
            return self._built(asked_for(self.addresses, self._store, no_progress, self._settings))
        return self._fetched(only_news=False)

    def news_fetched(self) -> Round:
        """Fetches, and indexes what is new: what was fetched stays in an index until it is
        removed.
        """
        return self._fetched(only_news=True)

    def _fetched(self, *, only_news: bool) -> Round:
        """First all is fetched, because an index is not to be held while sites are waited for."""
        from retrieval.fetch.sources import fetch_all, read_addresses

        with fetching(self._store, self.addresses, self._settings) as client:
            skipped = fetch_all(self.addresses, client)
            if only_news and not client.news:
                return Round(None, skipped=tuple(skipped))
            # Whatever was asked for comes from what is kept: nothing is fetched twice.
            found = read_addresses(self.addresses, client, self._settings, only_news=only_news)
            first = _up_to_an_article(found)
            if not first or not isinstance(first[-1], RawArticle):
                return Round(None, skipped=tuple(i for i in first if isinstance(i, Skipped)))
            return self._built(
                Asked(tuple(self.addresses), lambda: chain(first, found), fetches=True)
            )

    def _built(self, asked: Asked) -> Round:
        report = build_asked(self._config, self.index_folder, asked, no_progress)
        return Round(report, self._titles(report.fresh), report.skipped)

    def _titles(self, ids: Sequence[str]) -> tuple[str, ...]:
        if not ids:
            return ()
        index = self._store.open()
        try:
            titles = index.articles.titles()
            return tuple(titles.get(id_) or id_ for id_ in ids)
        finally:
            index.articles.close()


def _up_to_an_article(found: Iterator[Found]) -> list[Found]:
    """What comes before the first article, and it; all where there is none."""
    taken: list[Found] = []
    for item in found:
        taken.append(item)
        if isinstance(item, RawArticle):
            break
    return taken
