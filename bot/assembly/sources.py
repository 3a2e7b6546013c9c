"""What the user named, paths and addresses mixed, to what is read there."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Config
from retrieval.errors import ArticleFileError
from retrieval.index.store import IndexStore
from retrieval.indexing.build import Asked, files_asked
from retrieval.indexing.new_articles import Progress
from retrieval.ingest.document import Bounds, ReadSettings
from retrieval.ingest.raw import Found

if TYPE_CHECKING:
    from retrieval.fetch.client import Client

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_LIST_OF_FEEDS = ".opml"


def parted(named: Sequence[str | Path]) -> tuple[list[Path], list[str]]:
    """Files and folders; and what is fetched: addresses and lists of feeds."""
    texts = list(dict.fromkeys(map(str, named)))
    fetched = [text for text in texts if _is_fetched(text)]
    return [Path(text) for text in texts if not _is_fetched(text)], fetched


def read_settings(config: Config) -> ReadSettings:
    """How sources are read."""
    megabyte = 2**20
    ingest = config.ingest
    bounds = Bounds(text=ingest.text_mb * megabyte, file=ingest.file_mb * megabyte)
    return ReadSettings(bounds, ingest.fields)


def asked_for(
    named: Sequence[str | Path],
    store: IndexStore,
    progress: Progress,
    settings: ReadSettings,
) -> Asked:
    """What to index. Raises ``ArticleFileError`` for a path that cannot be used and for what is no
    address; nothing is fetched before it is read.
    """
    paths, addresses = parted(named)
    files = files_asked(paths, store, settings, progress)
    if not addresses:
        return files
    check_addresses(addresses, store)

    def read() -> Iterator[Found]:
        from retrieval.fetch.sources import read_addresses

        yield from files.read()
        with fetching(store, addresses, settings) as client:
            yield from read_addresses(addresses, client, settings, progress, alone=len(named) == 1)

    return Asked((*files.named, *addresses), read, fetches=True)


def check_addresses(addresses: Sequence[str], store: IndexStore) -> None:
    """Raises ``ArticleFileError`` for what is no address, and for a list that is not there."""
    from retrieval.fetch.addresses import address_of

    for text in addresses:
        if _ADDRESS.match(text):
            address_of(text)
        elif not Path(text).is_file():
            files_asked([Path(text)], store)  # says what is wrong with it
            raise ArticleFileError(f"{text}: is no file; name a list of feeds.")


@contextmanager
def fetching(
    store: IndexStore, addresses: Sequence[str], settings: ReadSettings
) -> Iterator[Client]:
    """A client that remembers in the index folder, for one run."""
    from retrieval.fetch.client import Client
    from retrieval.fetch.limits import Limits
    from retrieval.fetch.responses import FILE, Responses

    named = [text for text in addresses if _ADDRESS.match(text)]
    limits = Limits(size=settings.bounds.text)
    with (
        Responses(store.folder / FILE, time.time()) as responses,
        Client(responses, named, limits) as client,
    ):
        yield client


def _is_fetched(text: str) -> bool:
    return bool(_ADDRESS.match(text)) or text.lower().endswith(_LIST_OF_FEEDS)
