"""Bytes to text, without guessing: UTF-8 with or without BOM, UTF-16 with BOM, else an error."""

from __future__ import annotations

import codecs

from retrieval.errors import ArticleFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decode(data: bytes, name: str) -> str:
    """The text of ``data``, BOM dropped, newlines untouched. ``name`` is the file, for the error.

    Raises ``ArticleFileError`` naming the file and the offset of the first byte that is not text.
    """
    encoding, offset = "utf-8", 0
    for bom, candidate in _BOMS:
        if data.startswith(bom):
            encoding, offset = candidate, len(bom)
            break
    try:
        text = data[offset:].decode(encoding)
    except UnicodeDecodeError as error:
        at = offset + error.start
        value = f" (0x{data[at]:02X})" if at < len(data) else ""
        raise ArticleFileError(
            f"{name}: byte {at}{value} is not valid {encoding.upper()}; "
            "save the file as UTF-8 (or UTF-16 with a byte order mark) and index it again."
        ) from error
    at = text.find("\0")
    if at >= 0:
        position = offset + len(text[:at].encode(encoding))
        raise ArticleFileError(
            f"{name}: byte {position} (0x00) shows that this is a binary file, not text; "
            "leave it out, or convert it to UTF-8 text first."
        )
    return text
