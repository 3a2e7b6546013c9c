"""The bytes of a question set as text: UTF-8, with or without a BOM, plain or gzipped."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path

from retrieval.errors import QuestionSetError

_GZIP_MAGIC = b"\x1f\x8b"
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_set_text(path: Path) -> str:
    """The text of ``path``, newlines untouched. Raises ``QuestionSetError``, naming the line."""
    data = _bytes(path).removeprefix(codecs.BOM_UTF8)
    if data.startswith(_UTF16_BOMS):
        raise QuestionSetError(f"{path}: is UTF-16, not UTF-8; save the question set as UTF-8.")
    nul = data.find(b"\0")
    if nul >= 0:
        raise QuestionSetError(
            f"{path}: line {_line_of(data, nul)} holds a NUL byte, so this is not a text file; "
            "save the question set as UTF-8 text."
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise QuestionSetError(
            f"{path}: line {_line_of(data, error.start)} is not UTF-8 "
            f"(byte 0x{data[error.start]:02X}); save the question set as UTF-8."
        ) from error
    if not text.strip():
        raise QuestionSetError(f"{path}: the question set is empty; put at least one question in.")
    return text


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise QuestionSetError(
                f"{path}: is a folder, not a question set; name one of the files in it."
            )
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(_GZIP_MAGIC) else data
    except FileNotFoundError as error:
        raise QuestionSetError(f"{path}: there is no such file; check the path.") from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise QuestionSetError(
            f"{path}: is not a whole gzip file ({error}); download or compress it again."
        ) from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        detail = getattr(error, "strerror", None) or error
        raise QuestionSetError(
            f"{path}: cannot be read ({detail}); check the path and its permissions."
        ) from error


def _line_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1
