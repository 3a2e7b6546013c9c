"""What a response is, by what its server says and how it begins: the reader of which ending."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from retrieval.errors import ArticleFileError
from retrieval.fetch.responses import Response
from retrieval.ingest.formats.feeds import is_feed
from retrieval.ingest.formats.opml import is_opml
from retrieval.ingest.formats.registry import suffix_of

FEED, FEED_LIST = ".rss", ".opml"
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/rss+xml": FEED,
    "application/atom+xml": FEED,
    "application/rdf+xml": FEED,
    "application/feed+json": FEED,
    "text/x-opml": FEED_LIST,
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "application/json": ".json",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
}
_OF_NO_KIND = frozenset(
    (
        "",
        "text/plain",
        "application/octet-stream",
        "binary/octet-stream",
        "application/gzip",
        "application/x-gzip",
        "application/x-tar",
    )
)
"""Types that servers give to what they do not know: the address says more."""
_MAY_BE_A_FEED = re.compile(r"text/(?:plain|html|xml)$|application/(?:xml|json|octet-stream)$|$")
_GZIP, _GZIP_BEGINS = ".gz", b"\x1f\x8b"
_BEGINS = ((b"%PDF-", ".pdf"), (b"<!doctype html", ".html"), (b"<html", ".html"))


def suffix_for(response: Response) -> str:
    """The ending whose reader reads it. Raises ``ArticleFileError`` where there is none."""
    kind = response.kind
    suffix = _ENDINGS.get(kind, "")
    if _MAY_BE_A_FEED.match(kind) and is_feed(response.body):
        suffix = FEED
    elif is_opml(response.body):
        suffix = FEED_LIST
    elif kind in _OF_NO_KIND or (suffix and not _is_read(suffix)):
        plain = ".txt" if kind == "text/plain" else ""
        suffix = suffix_of(urlsplit(response.final).path) or _by_beginning(response) or plain
    if suffix.endswith(_GZIP) and not response.body.startswith(_GZIP_BEGINS):
        suffix = suffix.removesuffix(_GZIP)  # it was unpacked on its way
    if not suffix or not _is_read(suffix):
        raise ArticleFileError(
            f"{response.address}: is {kind or 'of no stated kind'}, no page or text that can be "
            "read; name the page that shows it, or save it as text."
        )
    return suffix


def decoded(response: Response) -> bytes:
    """The body; where it is text in another encoding that its server names, as UTF-8 that says so:
    the reader does not see what the server said.
    """
    body, charset = response.body, response.charset
    if not charset or not response.kind.startswith("text/") or response.kind == "text/xml":
        return body
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return body.decode(charset).encode("utf-8-sig")
        except (LookupError, ValueError):
            return body
    return body


def _is_read(suffix: str) -> bool:
    return suffix_of(f"page{suffix}") == suffix


def _by_beginning(response: Response) -> str:
    head = response.body[:500].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((suffix for begins, suffix in _BEGINS if head.startswith(begins.lower())), "")
