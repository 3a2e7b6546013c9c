"""What the user named by address to what is read there: pages, the articles of feeds, and of the
feeds of a list. As with files, one that cannot be fetched is left out alone.
"""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import ArticleFileError
from retrieval.fetch.addresses import address_of
from retrieval.fetch.client import Client
from retrieval.fetch.kinds import FEED, FEED_LIST, suffix_for
from retrieval.fetch.pages import read_page
from retrieval.fetch.responses import Response
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.feeds import (
    Entry,
    Feed,
    article_of,
    broken_note,
    parse_feed,
    shortened,
)
from retrieval.ingest.formats.opml import feeds_of
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

Tell = Callable[[str, int, int], None]
"""Shows that of a stage's whole number (third) so many (second) are done."""
_STAGE = "Fetching pages"
_SIDE_BY_SIDE = 16
"""Feeds whose entries are taken in turn; each is held in memory meanwhile."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page that came and is still to be read; ``entry`` is what a feed says of it."""

    response: Response
    root: str
    entry: Entry | None = None

    @property
    def name(self) -> str:
        return self.response.address

    @property
    def source(self) -> str:
        """What is new when this is."""
        return self.response.address


def tell_nothing(stage: str, done: int, total: int) -> None:
    """Shows nothing."""


@dataclass(frozen=True, slots=True)
class Held:
    """An article that the feed at ``source`` holds whole."""

    article: RawArticle
    source: str

    @property
    def name(self) -> str:
        return f"{self.article.path} {self.article.within}".rstrip()


Visited = Fetched | Held | Skipped | Note


@dataclass(slots=True)
class _Tally:
    """How many of the pages that are known of came."""

    tell: Tell
    done: int = 0
    known: int = 0

    def add(self, pages: int) -> None:
        self.known += pages

    def step(self) -> None:
        self.done += 1
        self.tell(_STAGE, self.done, self.known)


def read_addresses(
    named: Sequence[str],
    client: Client,
    settings: ReadSettings,
    tell: Tell = tell_nothing,
    *,
    alone: bool = False,
    only_news: bool = False,
) -> Iterator[Found]:
    """Everything that is found at the named addresses and in the feeds of named lists (paths of
    OPML files), and what was left out; of it ``only_news`` are what ``client`` did not know before
    this run. Raises ``ArticleFileError`` where what is named ``alone`` cannot be used.
    """
    given: set[str] = set()
    for item in _visited(named, client, tell, alone):
        if isinstance(item, Skipped | Note):
            yield item
            continue
        is_new = item.source in client.news
        if item.name in given or (only_news and not is_new):
            continue
        given.add(item.name)
        if isinstance(item, Held):
            yield item.article
            continue
        try:
            yield from read_page(item.response, item.root, settings, item.entry)
        except ArticleFileError as error:
            if alone and item.entry is None:
                raise
            client.doubt(item.response)
            yield _left_out(item.root, item.response.address, error)


def fetch_all(named: Sequence[str], client: Client) -> Sequence[Skipped]:
    """Fetches without reading, so that ``client.news`` tells what is new; what could not be
    fetched.
    """
    visited = _visited(named, client, tell_nothing, alone=False)
    return [item for item in visited if isinstance(item, Skipped)]


def _visited(named: Sequence[str], client: Client, tell: Tell, alone: bool) -> Iterator[Visited]:
    tally = _Tally(tell)
    return _in_turn(_named(name, client, tally, alone) for name in named)


def _named(name: str, client: Client, tally: _Tally, alone: bool) -> Iterator[Visited]:
    try:
        if "://" in name:
            yield from _address(address_of(name).text, client, tally)
        else:
            document = Document(name, name, name, partial(_opened, name))
            data = document.read(ReadSettings().bounds.text)
            yield from _list(name, data, client, tally)
    except ArticleFileError as error:
        if alone:
            raise
        yield _left_out(name, name, error)


def _opened(path: str) -> BinaryIO:
    return Path(path).open("rb")


def _in_turn(visits: Iterable[Iterator[Visited]]) -> Iterator[Visited]:
    """Takes one from each in turn, a few at a time: while one host has its pause, others are
    asked.
    """
    waiting = iter(visits)
    open_ = deque(islice(waiting, _SIDE_BY_SIDE))
    while open_:
        visit = open_.popleft()
        item = next(visit, None)
        if item is not None:
            yield item
            open_.append(visit)
        elif (following := next(waiting, None)) is not None:
            open_.append(following)


def _address(address: str, client: Client, tally: _Tally) -> Iterator[Visited]:
    tally.add(1)
    response = client.get(address)
    suffix = suffix_for(response)
    tally.step()
    if suffix == FEED_LIST:
        yield from _list(address, response.body, client, tally)
    elif suffix == FEED:
        yield from _feed(response, address, client, tally)
    else:
        yield Fetched(response, address)


def _list(root: str, data: bytes, client: Client, tally: _Tally) -> Iterator[Visited]:
    feeds = feeds_of(data, root)
    tally.add(len(feeds))
    return _in_turn(_listed(root, feed, client, tally) for feed in feeds)


def _listed(root: str, feed: str, client: Client, tally: _Tally) -> Iterator[Visited]:
    try:
        response = client.get(feed)
        if suffix_for(response) != FEED:
            raise ArticleFileError(f"{feed}: is no feed; take it off the list.")
        tally.step()
        yield from _feed(response, root, client, tally)
    except ArticleFileError as error:
        yield _left_out(root, feed, error)


def _feed(response: Response, root: str, client: Client, tally: _Tally) -> Iterator[Visited]:
    """A feed's articles, the newest first: those that it holds, and those that it links to."""
    label = response.address
    feed = parse_feed(response.body, label, response.final)
    if feed.is_broken:
        yield broken_note(label)
    entries = _newest(feed, client.limits.entries)
    if len(entries) < len(feed.entries):
        yield Note(f"{label}: of {len(feed.entries)} entries the newest {len(entries)} are taken")
    tally.add(len(entries))
    for entry in entries:
        yield _entry(entry, label, root, client)
        tally.step()


def _entry(entry: Entry, label: str, root: str, client: Client) -> Visited:
    document = Document(root, label, label, io.BytesIO)
    if entry.text and entry.link:
        link = _called(entry.link)
        return Held(article_of(entry, document, link, link, ""), label)
    if entry.text:
        id_ = entry.id or f"{label}#{entry.title}"
        return Held(article_of(entry, document, id_, label, id_), label)
    if not entry.link:
        part = f'"{shortened(entry.title)}"' if entry.title else "an entry"
        return Skipped(root, label, "only a summary, and no address of the article", part)
    try:
        return Fetched(client.get(entry.link, entry.stamp), root, entry)
    except ArticleFileError as error:
        return _left_out(root, entry.link, error)


def _newest(feed: Feed, most: int) -> Sequence[Entry]:
    """By day, where the entries have one; feeds stand in that order otherwise."""
    ordered = sorted(feed.entries, key=lambda entry: entry.published or date.min, reverse=True)
    return ordered[:most]


def _called(link: str) -> str:
    try:
        return address_of(link).text
    except ArticleFileError:  # it is not fetched: a name will do
        return link


def _left_out(root: str, address: str, error: ArticleFileError) -> Skipped:
    """The reason alone: the address stands next to it."""
    _, _, reason = str(error).partition(": ")
    prefix = f"{address}: "
    said = str(error)
    return Skipped(root, address, said.removeprefix(prefix) if said.startswith(prefix) else reason)
