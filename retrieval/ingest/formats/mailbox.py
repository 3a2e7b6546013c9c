"""A mailbox (``mbox``) to the bytes of its messages, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, too_large

_LINE = 2**16
"""Bytes of a line that are read at once."""
_FROM = re.compile(rb"From .*\d{4}\s*$|From \S+@\S+\s*$|From - ")
_QUOTED_FROM = re.compile(rb"^>(?=>*From )")


def messages_of(document: Document, most: int, in_all: int) -> Iterator[tuple[int, bytes | str]]:
    """Number and bytes of each message, or why it is left out: at most ``most`` bytes of one,
    ``in_all`` of all. Raises ``ArticleFileError`` for a file that is no mailbox or larger.
    """
    number, size, total = 0, 0, 0
    kept: list[bytes] = []
    for line in _separated(document):
        if line is None:
            if number:
                yield number, _whole(kept, size, most)
            number, size, kept = number + 1, 0, []
        elif number:
            size += len(line)
            total += len(line)
            if total > in_all:
                raise too_large(document, in_all)
            if size <= most:
                kept.append(line)
        elif line.strip():
            raise ArticleFileError(
                f'{document.label}: is no mailbox (it does not begin with "From "); '
                "save a single message as .eml."
            )
    if not number:
        raise ArticleFileError(f"{document.label}: the file is empty; fill it or leave it out.")
    yield number, _whole(kept, size, most)


def _separated(document: Document) -> Iterator[bytes | None]:
    """The lines, None for one between two messages. Raises ``ArticleFileError``."""
    try:
        with document.opened() as stream:
            after_blank, whole = True, True
            while line := stream.readline(_LINE):
                if whole and after_blank and _FROM.match(line):
                    yield None
                else:
                    yield _QUOTED_FROM.sub(b"", line) if whole else line
                after_blank = whole and not line.strip()
                whole = line.endswith(b"\n")
    except OSError as error:
        raise ArticleFileError(
            f"{document.label}: cannot be read ({error.strerror or error}); "
            "check its permissions and the disk."
        ) from error


def _whole(kept: list[bytes], size: int, most: int) -> bytes | str:
    if size > most:
        return f"is larger than {most // 2**20} MB; save it without its attachments"
    return b"".join(kept)
