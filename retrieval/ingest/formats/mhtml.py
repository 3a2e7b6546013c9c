"""A page saved with its pictures in one file (MHTML): the page in it, read as any other page."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.html import article_of_page
from retrieval.ingest.formats.page_encoding import decoded
from retrieval.ingest.raw import Found

_LARGER = 8
"""A file's bytes, as a multiple of a text's: most of it is pictures."""


def read_mhtml(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """Its page as one article. Raises ``ArticleFileError`` where it holds none."""
    most = settings.bounds.text
    data = document.read(_LARGER * most)
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    page = _page(message)
    markup = page.get_payload(decode=True) if page is not None else None
    if page is None or not isinstance(markup, bytes):
        raise ArticleFileError(f"{document.label}: holds no web page; save the page again.")
    if len(markup) > most:
        raise ArticleFileError(
            f"{document.label}: its page is larger than {most // 2**20} MB; "
            "save only the article, as text."
        )
    address = _header(message, "Snapshot-Content-Location") or _header(page, "Content-Location")
    yield article_of_page(
        document,
        decoded(markup, page.get_content_charset()),
        address if address and "://" in address else None,
        _header(message, "Subject"),
    )


def _page(message: EmailMessage) -> EmailMessage | None:
    """The first part that is a page; frames of advertisements come behind it."""
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            return part
    return None


def _header(message: EmailMessage, name: str) -> str | None:
    try:
        return str(message.get(name) or "").strip() or None
    except (ValueError, LookupError, IndexError, AttributeError):  # a header the module trips over
        return None
