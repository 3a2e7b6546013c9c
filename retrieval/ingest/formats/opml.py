"""OPML: lists of feeds, as feed readers export them. They hold addresses, no articles."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.raw import Found


def read_opml(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """Always raises ``ArticleFileError``: what lies in a folder causes no fetching."""
    raise ArticleFileError(
        f"{document.label}: is a list of feeds; name the file itself to fetch what they hold."
    )


def is_opml(data: bytes) -> bool:
    """Whether bytes begin like such a list."""
    return b"<opml" in data[:2000].replace(b"\0", b"").lower()


def feeds_of(data: bytes, label: str) -> tuple[str, ...]:
    """The addresses of a list's feeds, each once, in its order. Raises ``ArticleFileError`` for
    what is no list, or an empty one.
    """
    from lxml import etree

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None or str(root.tag).lower() != "opml":
        raise ArticleFileError(f"{label}: is no OPML list of feeds; export it again.")
    named = (
        value.strip()
        for outline in root.iter("outline")
        for key, value in outline.attrib.items()
        if str(key).lower() == "xmlurl"
    )
    found = tuple(dict.fromkeys(str(address) for address in named if address))
    if not found:
        raise ArticleFileError(f"{label}: the list holds no feeds; export it again.")
    return found
