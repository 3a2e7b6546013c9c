"""Documents that are ZIP archives inside (DOCX, EPUB): opened only where they are no bomb."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Bounds, Document

_TEXTS = (".xml", ".html", ".xhtml", ".htm", ".opf", ".ncx", ".rels")
_SMALL = 2**20
"""Bytes that anything may unpack to, whatever the ratio: short files of blanks pack well."""
_LARGER = 8
"""A file's bytes, as a multiple of a text's: most of it is pictures."""
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError)
"""What ``zipfile`` raises on broken archives and members."""


@contextmanager
def unpacked(document: Document, bounds: Bounds) -> Iterator[zipfile.ZipFile]:
    """The archive that a document is. Raises ``ArticleFileError`` where it is none, is broken, or
    unpacks to more than the bounds allow.
    """
    data = document.read(_LARGER * bounds.text)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(document, archive, bounds)
            yield archive
    except BROKEN as error:
        raise ArticleFileError(
            f"{document.label}: is broken or no such document; open it and save it again."
        ) from error


def member(archive: zipfile.ZipFile, name: str, most: int) -> bytes | None:
    """The bytes of a member, one more than ``most`` at most; None where there is none. ``zipfile``
    never unpacks more than the member says that it holds.
    """
    try:
        with archive.open(name) as stream:
            return stream.read(most + 1)
    except KeyError:
        return None


def _check(document: Document, archive: zipfile.ZipFile, bounds: Bounds) -> None:
    members = archive.infolist()
    if any(info.flag_bits & 1 for info in members):
        raise ArticleFileError(f"{document.label}: is locked with a password; save it without one.")
    size = sum(info.file_size for info in members)
    packed = sum(info.compress_size for info in members) or 1
    text = sum(info.file_size for info in members if info.filename.lower().endswith(_TEXTS))
    most = max(_SMALL, min(packed * bounds.ratio, 2 * _LARGER * bounds.text))
    # A document's text is parsed to a tree several times its size.
    if len(members) > bounds.members or text > 2 * bounds.text or size > most:
        raise ArticleFileError(
            f"{document.label}: unpacks to {size // 2**20 or 1} MB in {len(members)} parts, "
            "more than an article's document does; save its text alone."
        )
