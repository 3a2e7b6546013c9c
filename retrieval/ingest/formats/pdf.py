"""PDF: the text of its pages, each a place, and what its properties say."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from retrieval.datatypes import Place
from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.page_facts import without_site
from retrieval.ingest.formats.pdf_lines import (
    Words,
    page_lines,
    paragraphs,
    runs_on,
    without_running_lines,
)
from retrieval.ingest.formats.properties import (
    author_in_properties,
    has_own_day,
    title_in_properties,
)
from retrieval.ingest.raw import Found, RawArticle, Skipped

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

_LARGER = 25
"""A file's bytes, as a multiple of a text's: most of it is pictures and fonts."""
_MOST_PAGES = 10_000
_MOST_DRAWN, _MOST_DRAWN_ON_PAGE = 48 * 2**20, 2 * 2**20
"""Bytes of drawing in a document and on one of its pages; more are maps, and take minutes."""
_MOST_STEPS, _MOST_STEPS_OF_PAGE = 10_000_000, 500_000
"""Steps of drawing in a document, and on one of its pages."""
_BROWSERS = re.compile(r"Skia/PDF|Mozilla|Quartz PDFContext|cairo|WeasyPrint|wkhtmltopdf|Qt ", re.I)
"""Producers that print pages: the file's day is the printing's."""
_FOOTER_URL = re.compile(r"^(?P<url>https?://[^\s…]+)(?: \d+/\d+)?$")


@dataclass(frozen=True, slots=True)
class _Page:
    label: str
    lines: list[str]


def read_pdf(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """Its pages as one article. Raises ``ArticleFileError`` where it is no PDF, is encrypted, or
    holds no text.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    reader = _opened(document, document.read(_LARGER * settings.bounds.text))
    pages: list[_Page] = []
    size = 0
    for page in _pages(document, reader):
        if isinstance(page, Skipped):
            yield page
            continue
        size += sum(map(len, page.lines))
        if size > settings.bounds.text:
            raise ArticleFileError(
                f"{document.label}: holds more than {settings.bounds.text // 2**20} MB of text; "
                "split it into smaller files."
            )
        pages.append(page)
    article = _article(document, reader, pages)
    if not article.text:
        raise ArticleFileError(
            f"{document.label}: holds no text, only pictures; recognise its text (OCR) first."
        )
    yield article


def _opened(document: Document, data: bytes) -> PdfReader:
    from pypdf import PasswordType, PdfReader

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise ArticleFileError(
                f"{document.label}: is locked with a password; save it without one."
            )
    except ArticleFileError:
        raise
    except Exception as error:  # what pypdf raises on broken files shares no base class
        raise ArticleFileError(
            f"{document.label}: is no PDF, or broken ({type(error).__name__}); "
            "open it and print it to a new PDF."
        ) from error
    return reader


def _pages(document: Document, reader: PdfReader) -> Iterator[_Page | Skipped]:
    """The pages in order; one that cannot be read is left out alone."""
    total, labels = _counted(document, reader)
    steps = _Steps()
    for number in range(total):
        label = labels[number] if number < len(labels) else str(number + 1)
        try:
            yield _Page(label, page_lines(steps.text_of(reader.pages[number])))
        except Exception as error:  # as above; RecursionError and MemoryError among them
            reason = f"cannot be read ({type(error).__name__})"
            if isinstance(error, _DrawnError):
                reason = "is a drawing too large to look for text in"
            yield Skipped(document.root, document.path, reason, f"page {label}")


def _counted(document: Document, reader: PdfReader) -> tuple[int, Sequence[str]]:
    try:
        total = len(reader.pages)
    except Exception as error:
        raise ArticleFileError(
            f"{document.label}: its pages cannot be found ({type(error).__name__}); "
            "open it and print it to a new PDF."
        ) from error
    if total > _MOST_PAGES:
        raise ArticleFileError(
            f"{document.label}: has {total} pages, {_MOST_PAGES} at most are read; split it."
        )
    try:
        labels = reader.page_labels
    except Exception:  # then pages are counted
        labels = []
    return total, labels


class _DrawnError(Exception):
    """More is drawn on a page than is looked at."""


@dataclass(slots=True)
class _Steps:
    """How many steps of drawing are left. Forms that draw one another again and again multiply
    without end, and pages may share what they draw.
    """

    left: int = _MOST_STEPS
    bytes_left: int = _MOST_DRAWN

    def text_of(self, page: PageObject) -> str:
        """The text that a page draws; ``_DrawnError`` where it draws too much."""
        contents = page.get_contents()
        size = len(contents.get_data()) if contents is not None else 0
        self.bytes_left -= size
        if size > _MOST_DRAWN_ON_PAGE or min(self.left, self.bytes_left) < 0:
            raise _DrawnError
        least = max(self.left - _MOST_STEPS_OF_PAGE, 0)

        def step(*_: object) -> None:
            self.left -= 1
            if self.left < least:
                raise _DrawnError

        return page.extract_text(visitor_operand_before=step)


def _article(document: Document, reader: PdfReader, pages: Sequence[_Page]) -> RawArticle:
    url = next((url for page in pages if (url := _footer_url(page.lines))), None)
    labels = [page.label for page in pages]
    bodies = without_running_lines([page.lines for page in pages], labels)
    text, places = _joined(bodies, labels)
    title, author, day = _properties(document, reader)
    return RawArticle(
        document.name,
        text,
        document.root,
        document.path,
        title=without_site(title, text.split("\n\n", 3)[:3]) if title else None,
        author=author,
        url=url,
        published=None if has_own_day(text) else day,
        places=places,
    )


def _joined(bodies: Sequence[list[str]], labels: Sequence[str]) -> tuple[str, tuple[Place, ...]]:
    """The text of all pages, and where in it each begins."""
    words = Words.of(bodies)
    text = ""
    parts: list[str] = []
    length = 0
    places: list[Place] = []
    for body, label in zip(bodies, labels, strict=True):
        found = paragraphs(body, words)
        if not found:
            continue
        page = "\n\n".join(found)
        if parts:
            gap = " " if runs_on(parts[-1][-200:], page) else "\n\n"
            parts.append(gap)
            length += len(gap)
        places.append(Place(length, f"p. {label}"))
        parts.append(page)
        length += len(page)
    text = "".join(parts)
    return text, tuple(places)


def _footer_url(lines: Sequence[str]) -> str | None:
    """The address that a browser prints at the foot of a page."""
    matches = (_FOOTER_URL.match(line) for line in lines[-2:])
    return next((match["url"] for match in matches if match), None)


def _properties(
    document: Document, reader: PdfReader
) -> tuple[str | None, str | None, date | None]:
    try:
        found = reader.metadata
        if found is None:
            return None, None, None
        title = title_in_properties(found.title, document.name.rpartition("/")[2])
        author = author_in_properties(found.author)
        printed = _BROWSERS.search(f"{found.producer} {found.creator}")
    except Exception:  # broken properties say nothing
        return None, None, None
    try:
        created = None if printed else found.creation_date
    except Exception:
        created = None
    return title, author, created.date() if created else None
