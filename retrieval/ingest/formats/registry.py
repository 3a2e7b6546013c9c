"""Which reader reads which file, by the ending of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.feeds import read_feed
from retrieval.ingest.formats.jsonlines import read_jsonl
from retrieval.ingest.formats.opml import read_opml
from retrieval.ingest.formats.plain import read_plain
from retrieval.ingest.raw import Found

Reader = Callable[[Document, ReadSettings], Iterator[Found]]
"""Gives what a document holds, in order, as it is read; nothing is held that was given. One part
that cannot be read is a ``Skipped``. Raises ``ArticleFileError``, beginning with the document's
label, where the whole cannot; what was given before counts.
"""

READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".md": read_plain,
    ".jsonl": read_jsonl,
    ".rss": read_feed,
    ".atom": read_feed,
    ".xml": read_feed,
    ".opml": read_opml,
}
"""By ending, in lower case."""

SUFFIXES = tuple(READERS)


def suffix_of(name: str) -> str:
    """The known ending of a file's name, in lower case; empty where it has none."""
    lower = name.lower()
    return max((suffix for suffix in SUFFIXES if lower.endswith(suffix)), key=len, default="")


def read_document(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """What the document holds, by the reader of its ending. Raises ``ArticleFileError``."""
    suffix = suffix_of(document.name)
    if not suffix:
        raise ArticleFileError(
            f"{document.label}: is of no kind that can be indexed ({', '.join(SUFFIXES)}); "
            "convert it, or leave it out."
        )
    yield from READERS[suffix](document, settings)
