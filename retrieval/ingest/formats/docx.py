"""Word documents (.docx): paragraphs and tables in their order, and the document's properties."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.markup import shown
from retrieval.ingest.formats.packed import unpacked
from retrieval.ingest.formats.properties import (
    author_in_properties,
    has_own_day,
    title_in_properties,
)
from retrieval.ingest.formats.rows import guessed_headers, rows_as_lines
from retrieval.ingest.raw import Found, RawArticle

if TYPE_CHECKING:
    from docx.document import Document as Word

_TEMPLATE_DAY = datetime(2013, 12, 23, 23, 15)
"""When python-docx's own template was made: documents that programs wrote carry it."""
_BLANK_LINES = re.compile(r"\n\s*\n")


def read_docx(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The document as one article. Raises ``ArticleFileError`` where it is none or has no text."""
    with unpacked(document, settings.bounds) as archive:
        text, word = _opened(document, archive.fp)
    if not text:
        raise ArticleFileError(f"{document.label}: holds no text; leave it out.")
    if len(text) > settings.bounds.text:
        raise ArticleFileError(f"{document.label}: holds too much text; split it.")
    properties = word.core_properties
    heading = next(
        (shown(p.text) for p in word.paragraphs if _is_title(p) and p.text.strip()), None
    )
    yield RawArticle(
        document.name,
        text,
        document.root,
        document.path,
        title=heading or title_in_properties(properties.title, document.name),
        author=author_in_properties(properties.author),
        published=None if has_own_day(text) else _day(properties.created),
    )


def _opened(document: Document, file: Any) -> tuple[str, Word]:
    import docx

    try:
        word = docx.Document(file)
        return "\n\n".join(_blocks(word)), word
    except Exception as error:  # python-docx raises what its XML and packages raise
        raise ArticleFileError(
            f"{document.label}: is no Word document, or broken; open it and save it as .docx again."
        ) from error


def _blocks(container: Any) -> Iterator[str]:
    from docx.table import Table

    for item in container.iter_inner_content():
        if isinstance(item, Table):
            rows = list(_rows(item))
            yield from rows_as_lines(rows, guessed_headers(rows))
        else:
            lines = (shown(line) for line in item.text.split("\n"))
            text = "\n".join(lines).strip()
            yield from (part for part in _BLANK_LINES.split(text) if part)


def _rows(table: Any) -> Iterator[list[str]]:
    """The texts of cells by row; one that spans several is said once in each row."""
    for row in table.rows:
        texts: list[str] = []
        before = None
        for cell in row.cells:
            texts.append("" if cell._tc is before else shown(" ".join(_blocks(cell))))
            before = cell._tc
        yield texts


def _is_title(paragraph: Any) -> bool:
    style = paragraph.style
    return style is not None and style.name in ("Title", "Heading 1")


def _day(created: datetime | None) -> date | None:
    if created is None or created.replace(tzinfo=None) == _TEMPLATE_DAY:
        return None
    return created.date()
