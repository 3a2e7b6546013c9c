"""Books and magazines (.epub): each document of the reading order that has text is an article."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.html import parsed
from retrieval.ingest.formats.markup import Element, shown, tag_of, text_of
from retrieval.ingest.formats.packed import BROKEN, member, unpacked
from retrieval.ingest.formats.page_encoding import decoded
from retrieval.ingest.metadata import parse_date
from retrieval.ingest.raw import Found, RawArticle, Skipped

if TYPE_CHECKING:
    from zipfile import ZipFile

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_UNSEEN = frozenset({"head", "nav"})


@dataclass(frozen=True, slots=True)
class _Book:
    """What its package says; ``labels`` are those of its table of contents, by document."""

    title: str | None
    author: str | None
    publisher: str | None
    published: date | None
    spine: tuple[str, ...]
    labels: dict[str, str] = field(repr=False)


def read_epub(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """Its documents as articles, in reading order. Raises ``ArticleFileError`` where it is no such
    book, is locked, or holds no text; what cannot be read in it is left out alone.
    """
    most = settings.bounds.text
    with unpacked(document, settings.bounds) as archive:
        book = _book(document, archive, most)
        if set(book.spine) & _locked(archive, most):
            raise ArticleFileError(
                f"{document.label}: is locked by its seller (DRM); index an unlocked copy."
            )
        is_empty = True
        for href in book.spine:
            found = _chapter(document, archive, book, href, most)
            if found is not None:
                is_empty = is_empty and isinstance(found, Skipped)
                yield found
    if is_empty:
        raise ArticleFileError(f"{document.label}: holds no text; leave it out.")


def _chapter(
    document: Document, archive: ZipFile, book: _Book, href: str, most: int
) -> RawArticle | Skipped | None:
    try:
        data = member(archive, href, most)
    except BROKEN:
        return Skipped(document.root, document.path, "is broken", href)
    if data is not None and len(data) > most:
        return Skipped(document.root, document.path, f"is larger than {most // 2**20} MB", href)
    root = parsed(decoded(data)) if data else None
    if root is None:
        reason = "is missing in the book" if data is None else "is empty"
        return Skipped(document.root, document.path, reason, href)
    text = text_of(root, _UNSEEN)
    if not text:  # a picture
        return None
    return RawArticle(
        f"{document.name}#{href}",
        text,
        document.root,
        document.path,
        title=_heading(root) or _labelled(book, href),
        publisher=book.publisher,
        author=book.author,
        published=book.published,
        within=href,
    )


def _heading(root: Element) -> str | None:
    headings = (shown(" ".join(found.itertext())) for found in root.iter("h1", "h2", "h3"))
    return next((heading for heading in headings if heading), None)


def _labelled(book: _Book, href: str) -> str | None:
    parts = [part for part in (book.title, book.labels.get(href)) if part]
    return ": ".join(dict.fromkeys(parts)) or None


def _book(document: Document, archive: ZipFile, most: int) -> _Book:
    container = _xml(member(archive, _CONTAINER, most))
    path = next((found.get("full-path") for found in _all(container, "rootfile")), None)
    package = _xml(member(archive, path, most)) if path else None
    if path is None or package is None:
        raise ArticleFileError(
            f"{document.label}: is no EPUB book (it has no package); convert it to EPUB again."
        )
    items = {item.get("id"): item for item in _all(package, "item")}
    spine = []
    for reference in _all(package, "itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and item.get("media-type") in _PAGES:
            is_contents = "nav" in (item.get("properties") or "").split()
            spine += [] if is_contents else [_resolved(path, item.get("href") or "")]
    days = (parse_date(text) for text in _texts(package, "date"))
    authors = ", ".join(dict.fromkeys(_texts(package, "creator")))
    return _Book(
        title=next(_texts(package, "title"), None),
        author=authors or None,
        publisher=next(_texts(package, "publisher"), None),
        published=next((day for day in days if day), None),
        spine=tuple(dict.fromkeys(spine)),
        labels=_labels(archive, path, items, most),
    )


def _labels(archive: ZipFile, path: str, items: dict[str, Element], most: int) -> dict[str, str]:
    """What the book's table of contents calls its documents."""
    labels: dict[str, str] = {}
    for item in items.values():
        at = _resolved(path, item.get("href") or "")
        if "nav" in (item.get("properties") or "").split():
            for link in _all(_xml(member(archive, at, most)), "a"):
                target = _resolved(at, link.get("href") or "")
                labels.setdefault(target, shown(" ".join(link.itertext())))
        elif item.get("media-type") == "application/x-dtbncx+xml":
            for point in _all(_xml(member(archive, at, most)), "navPoint"):
                target = next(
                    (_resolved(at, c.get("src") or "") for c in _all(point, "content")), ""
                )
                labels.setdefault(target, next(_texts(point, "text"), ""))
    return labels


def _locked(archive: ZipFile, most: int) -> set[str]:
    """The members that are encrypted; of many books only fonts are, which say nothing."""
    root = _xml(member(archive, _ENCRYPTION, most))
    return {unquote(found.get("URI") or "") for found in _all(root, "CipherReference")}


def _resolved(base: str, href: str) -> str:
    """The member that a link in the member ``base`` means."""
    path = unquote(urldefrag(href).url)
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path))


def _xml(data: bytes | None) -> Element | None:
    from lxml import etree

    if not data:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def _all(root: Element | None, name: str) -> Iterator[Element]:
    """Elements of that local name, in whatever namespace."""
    if root is not None:
        yield from (found for found in root.iter() if tag_of(found) == name.lower())


def _texts(root: Element, name: str) -> Iterator[str]:
    texts = (shown(" ".join(found.itertext())) for found in _all(root, name))
    yield from (text for text in texts if text)
