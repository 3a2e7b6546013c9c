"""The bytes of a question set as text: UTF-8, with or without a BOM, plain or gzipped.

Read in pieces, so that a file without line ends, or a small gzip file that unpacks to an endless
line, is refused before it fills the memory.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from retrieval.errors import QuestionSetError

_GZIP_MAGIC = b"\x1f\x8b"
_SQLITE_MAGIC = b"SQLite format 3\0"
_UTF16_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class SizeLimits:
    """How much of a file is read, in bytes after unpacking."""

    line: int = 256 * _MEGABYTE
    """The longest line, at least a megabyte. A whole SQuAD file is one line of up to some 50 MB."""
    whole: int = 1024 * _MEGABYTE


def read_set_text(path: Path, limits: SizeLimits | None = None) -> str:
    """The text of ``path``, newlines untouched. Raises ``QuestionSetError``, naming the line.

    Never holds more than ``limits.whole`` bytes, nor more than ``limits.line`` of one line.
    """
    data = b"".join(_checked(path, limits or SizeLimits())).removeprefix(codecs.BOM_UTF8)
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


def is_database(path: Path) -> bool:
    """Whether the file is an SQLite database, sound or not. False where it cannot be read.

    Only plain files are looked at: a pipe would lose what is read here.
    """
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_SQLITE_MAGIC)) == _SQLITE_MAGIC
    except (OSError, ValueError):  # ValueError: a path with a NUL character
        return False


def _checked(path: Path, limits: SizeLimits) -> Iterator[bytes]:
    """The pieces of a file that may be text, as far as bytes tell."""
    lines = whole = begun = 0  # ``begun``: bytes of the line that the last piece left open
    for piece in _pieces(path):
        if not whole:
            _must_not_be_utf16(piece, path)
        nul = piece.find(b"\0")
        if nul >= 0:
            raise QuestionSetError(
                f"{path}: line {lines + _line_of(piece, nul)} holds a NUL byte, so this "
                "is not a text file; save the question set as UTF-8 text."
            )
        ends = piece.find(b"\n")
        if begun + (ends if ends >= 0 else len(piece)) > limits.line:
            raise QuestionSetError(
                f"{path}: line {lines + 1} is longer than {_size(limits.line)}; put each question "
                "on a line of its own, or split the file into smaller ones."
            )
        whole += len(piece)
        if whole > limits.whole:
            raise QuestionSetError(
                f"{path}: the question set is larger than {_size(limits.whole)} in all; split the "
                "file into smaller ones."
            )
        begun = begun + len(piece) if ends < 0 else len(piece) - piece.rfind(b"\n") - 1
        lines += piece.count(b"\n")
        yield piece


def _must_not_be_utf16(start: bytes, path: Path) -> None:
    # Without a mark, every second byte is 0 as long as the characters are ASCII.
    halves = (start[0:4:2], start[1:4:2])
    if start.startswith(_UTF16_BOMS) or halves.count(b"\0\0") == 1:
        raise QuestionSetError(f"{path}: is UTF-16, not UTF-8; save the question set as UTF-8.")


def _pieces(path: Path) -> Iterator[bytes]:
    """The file's bytes, unpacked, a megabyte at most at a time."""
    try:
        if path.is_dir():
            raise QuestionSetError(
                f"{path}: is a folder, not a question set; name one of the files in it."
            )
        with ExitStack() as opened:
            file = opened.enter_context(path.open("rb"))
            source: BufferedReader | gzip.GzipFile = file
            if _is_gzip(file):
                source = opened.enter_context(gzip.GzipFile(fileobj=file))
            while piece := source.read(_MEGABYTE):
                yield piece
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


def _is_gzip(file: BufferedReader) -> bool:
    # Looked at without being taken: a pipe cannot be wound back.
    return file.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC)


def _line_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _size(count: int) -> str:
    return f"{count // _MEGABYTE:,} MB" if count >= _MEGABYTE else f"{count:,} bytes"
