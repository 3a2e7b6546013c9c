"""One thing to read: a file, a page, or a member of an archive, as named bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from retrieval.errors import ArticleFileError

_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read before a source is refused, so that no file exhausts the machine.

    ``text``: bytes of one article's text, and of a file that must be held whole to be read.
    ``file``: bytes of any file. ``members``, ``ratio`` and ``depth`` are of archives: how many lie
    in one, unpacked bytes for each packed one, archives within archives.
    """

    text: int = 20 * 2**20
    file: int = 4 * 2**30
    members: int = 100_000
    ratio: int = 200
    depth: int = 3


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """What the user may set: the bounds, and which field of a record is which of an article's
    (``{"story": "text"}``), beside the usual names.
    """

    bounds: Bounds = field(default_factory=Bounds)
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """``root``: the path or address that the user named. ``path``: the file or address; of an
    archive's member the archive's. ``name``: relative to the root, members' with theirs behind
    ("old/stories.zip/a.html"): the id of an article that has none of its own. ``opened`` gives its
    bytes from the beginning, each time it is called. ``depth``: archives around it.
    """

    root: str
    path: str
    name: str
    opened: Callable[[], BinaryIO] = field(repr=False)
    member: str = ""
    depth: int = 0

    @property
    def label(self) -> str:
        """What errors and notes call it."""
        return f"{self.path}/{self.member}" if self.member else self.path

    def read(self, most: int) -> bytes:
        """All its bytes. Raises ``ArticleFileError`` when they are more than ``most``, or cannot
        be read.
        """
        try:
            with self.opened() as stream:
                data = bytearray()
                # Piece by piece: a stream may set aside all that it is asked for.
                while len(data) <= most and (piece := stream.read(_PIECE)):
                    data += piece
        except OSError as error:
            raise ArticleFileError(
                f"{self.label}: cannot be read ({error.strerror or error}); "
                "check its permissions and the disk."
            ) from error
        if len(data) > most:
            raise too_large(self, most)
        return bytes(data)


def too_large(document: Document, most: int) -> ArticleFileError:
    """What is said of a document of more than ``most`` bytes."""
    return ArticleFileError(
        f"{document.label}: is larger than {most // 2**20} MB; split it into smaller files."
    )


def document_of(data: bytes, name: str = "article.txt", root: str = "/") -> Document:
    """A document that is in memory already, for tests and for what was fetched."""
    return Document(root, f"{root.rstrip('/')}/{name}", name, lambda: io.BytesIO(data))
