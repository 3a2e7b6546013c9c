"""A response to articles, by the reader of its kind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace

from retrieval.errors import ArticleFileError
from retrieval.fetch.kinds import FEED_LIST, decoded, suffix_for
from retrieval.fetch.responses import Response
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.feeds import Entry
from retrieval.ingest.formats.registry import read_document
from retrieval.ingest.raw import Found, RawArticle


def read_page(
    response: Response, root: str, settings: ReadSettings, entry: Entry | None = None
) -> Iterator[Found]:
    """What a page holds. ``entry`` is what a feed says of it: it fills what the page lacks. Raises
    ``ArticleFileError``, beginning with the address.
    """
    suffix = suffix_for(response)
    if suffix == FEED_LIST:
        raise ArticleFileError(
            f"{response.address}: is a list of feeds; name it by itself to fetch what they hold."
        )
    address, body = response.address, decoded(response)
    # Readers go by the ending of a name, which an address need not have.
    name = address if address.lower().endswith(suffix) else address + suffix
    document = Document(root, address, name, lambda: io.BytesIO(body))
    for found in read_document(document, settings):
        if isinstance(found, RawArticle):
            yield _completed(found, name, response, entry)
        else:
            yield found


def _completed(raw: RawArticle, name: str, response: Response, entry: Entry | None) -> RawArticle:
    """Called by its address; with its final address, and what the feed knows."""
    own = raw.id == name
    raw = replace(
        raw,
        id=response.address + raw.id.removeprefix(name) if raw.id.startswith(name) else raw.id,
        url=raw.url or response.final,
    )
    if entry is None or not own:
        return raw
    dated = raw.published is not None or raw.numeric is not None
    return replace(
        raw,
        title=raw.title or entry.title or None,
        author=raw.author or entry.author or None,
        publisher=raw.publisher or entry.publisher or None,
        published=raw.published if dated else entry.published,
        numeric=raw.numeric if dated else entry.numeric,
    )
