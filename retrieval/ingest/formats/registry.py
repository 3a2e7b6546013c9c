"""Which reader reads which file, by the ending of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.docx import read_docx
from retrieval.ingest.formats.epub import read_epub
from retrieval.ingest.formats.html import read_html
from retrieval.ingest.formats.jsonlines import read_jsonl
from retrieval.ingest.formats.mhtml import read_mhtml
from retrieval.ingest.formats.pdf import read_pdf
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
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".mhtml": read_mhtml,
    ".mht": read_mhtml,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".epub": read_epub,
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
