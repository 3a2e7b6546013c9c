"""Plain text and Markdown: one article a file, its text exactly the file's.

What stands around the text tells of it: front matter, a line with its address, the file's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from retrieval.errors import ArticleFileError
from retrieval.ingest.addresses import address_lines
from retrieval.ingest.decoding import decoded
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.file_names import said_by
from retrieval.ingest.formats.records import Records, details_of
from retrieval.ingest.front_matter import front_matter
from retrieval.ingest.metadata import find_published, numeric_date_line
from retrieval.ingest.raw import Found, RawArticle
from retrieval.ingest.sentences import lines_of

_TOP = 6
"""Lines among which a text's own date stands."""


def read_plain(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The file as one article; ``ArticleFileError`` where it is no text, empty or too long.

    Its day is that of the front matter, else one that stands in the text, else one in its name.
    """
    read = decoded(document.read(settings.bounds.text), document.label)
    text = read.text
    if not text.strip():
        raise ArticleFileError(f"{document.label}: the file is empty; fill it or leave it out.")
    yield from read.notes(document.label)
    matter = front_matter(text)
    fields, begin = (matter.fields, matter.end) if matter else ({}, 0)
    given = details_of(fields, Records.of(document, settings), "front matter")
    yield from given.notes
    lines = [text[line.start : line.end] for line in lines_of(text) if line.start >= begin]
    says = said_by(document.name)
    is_dated = given.published or given.numeric or _is_dated(lines)
    yield RawArticle(
        document.name,
        text,
        document.root,
        document.path,
        title=given.title,
        publisher=given.publisher,
        author=given.author,
        url=given.url or next((url for _, url in address_lines(lines)), None),
        published=given.published if is_dated else says.published,
        numeric=given.numeric,
        named_title=says.title,
    )


def _is_dated(lines: Sequence[str]) -> bool:
    """Whether the text has a date of its own, for ``prepare`` or ``numeric_dates`` to find."""
    return find_published(lines) is not None or any(map(numeric_date_line, lines[:_TOP]))
