"""Plain text and Markdown: one article a file, its text exactly the file's."""

from __future__ import annotations

from collections.abc import Iterator

from retrieval.errors import ArticleFileError
from retrieval.ingest.decoding import decode
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.raw import Found, RawArticle


def read_plain(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The file as one article; ``ArticleFileError`` where it is no text, empty or too long."""
    text = decode(document.read(settings.bounds.text), document.label)
    if not text.strip():
        raise ArticleFileError(f"{document.label}: the file is empty; fill it or leave it out.")
    yield RawArticle(document.name, text, document.root, document.path)
