"""The lines of a text that may be larger than memory, each within a bound."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.errors import ArticleFileError
from retrieval.ingest.decoding import (
    declared_encoding,
    guess_note,
    guessed_encoding,
    is_utf8,
)
from retrieval.ingest.document import Bounds, Document, too_large
from retrieval.ingest.raw import Note

_SAMPLE = 2**16
_CHUNK = 2**20
_FEW_NULS, _NUL_PART = 3, 100
"""So many NULs, or one in so many bytes, are a fault of a text; more of them show that it is
none."""
# What a byte that is no UTF-8 is read as, until its line is looked at (PEP 383).
_ESCAPE = 0xDC00
_ESCAPED = re.compile("[\udc80-\udcff]")
_DAMAGE = (OSError, EOFError, zlib.error, UnicodeError)


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line with its end. ``number`` counts from 1. ``fault`` says why it cannot be used, in
    words that follow "line 3"; empty where it can.
    """

    number: int
    text: str
    fault: str = ""


class TextLines:
    """Read once. ``notes`` tell, when all is read, in which encodings it was read."""

    def __init__(self, document: Document, bounds: Bounds, newline: str = "\n") -> None:
        """A line may have ``bounds.text`` characters, all of them ``bounds.file``. ``newline`` as
        of ``open``: LF for lines that end at that alone, empty for any line end, kept as it is.
        """
        self._document = document
        self._most = bounds.text
        self._most_in_all = bounds.file
        self._newline = newline
        self._guessed: dict[str, None] = {}

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(guess_note(self._document.label, encoding) for encoding in self._guessed)

    def __iter__(self) -> Iterator[TextLine]:
        """Raises ``ArticleFileError`` where the file cannot be read on."""
        try:
            with self._document.opened() as stream:
                yield from self._lines(io.BufferedReader(_Raw(stream), _SAMPLE))
        except _DAMAGE as error:
            raise ArticleFileError(
                f"{self._document.label}: cannot be read ({_why(error)}); "
                "check the file, its permissions and the disk."
            ) from error

    def _lines(self, stream: io.BufferedReader) -> Iterator[TextLine]:
        sample = stream.peek(_SAMPLE)
        encoding, offset = declared_encoding(sample)
        if not encoding:
            self._refuse_binary(sample)
        if not encoding and not is_utf8(sample):
            encoding = guessed_encoding(sample) or ""
            if encoding:
                self._guessed[encoding] = None
        stream.read(offset)
        # A foreign byte costs its line alone.
        errors = "surrogateescape" if encoding in ("", "utf-8") else "replace"
        text = io.TextIOWrapper(stream, encoding or "utf-8", errors, newline=self._newline)
        number = size = 0
        while line := text.readline(self._most + 1):
            number += 1
            size += len(line)
            if size > self._most_in_all:
                raise too_large(self._document, self._most_in_all)
            if len(line) > self._most and not line.endswith(("\n", "\r")):
                _skip_to_the_end(text, line)
                bound = f"is longer than {self._most // 2**20} MB; split it"
                yield TextLine(number, "", bound)
            else:
                yield self._looked_at(number, line)

    def _refuse_binary(self, sample: bytes) -> None:
        nuls = sample.count(0)
        if nuls > max(_FEW_NULS, len(sample) / _NUL_PART) and guessed_encoding(sample) is None:
            raise ArticleFileError(
                f"{self._document.label}: byte {sample.index(0)} (0x00) shows that this is a "
                "binary file, not text; leave it out, or convert it to UTF-8 text first."
            )

    def _looked_at(self, number: int, line: str) -> TextLine:
        if "\0" in line:
            return TextLine(number, line, "holds a NUL byte (0x00); mend or remove that line")
        foreign = None if line.isascii() else _ESCAPED.search(line)
        if foreign is None:
            return TextLine(number, line)
        data = line.encode("utf-8", "surrogateescape")
        encoding = guessed_encoding(data)
        if encoding is not None:
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                pass
            else:
                self._guessed[encoding] = None
                return TextLine(number, text)
        fault = f"has a byte (0x{ord(foreign[0]) - _ESCAPE:02X}) that is not valid UTF-8; "
        return TextLine(number, line, fault + "save the file as UTF-8 and index it again")


def _skip_to_the_end(text: io.TextIOWrapper, line: str) -> None:
    while line and not line.endswith(("\n", "\r")):
        line = text.readline(_CHUNK)


def _why(error: BaseException) -> str:
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or str(error) or type(error).__name__


class _Raw(io.RawIOBase):
    """Any readable thing as what ``BufferedReader`` takes: it can then be peeked at."""

    def __init__(self, stream: object) -> None:
        self._read = stream.read  # type: ignore[attr-defined]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
