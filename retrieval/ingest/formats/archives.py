"""ZIP and tar archives, and gzip: what lies in them, each member a document of its own.

Nothing is unpacked to a place that has a name, and nothing beyond the bounds: neither the sizes
that an archive states nor the names that its members have are trusted.
"""

from __future__ import annotations

import gzip
import io
import lzma
import posixpath
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, cast

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Bounds, Document
from retrieval.ingest.raw import Skipped

Members = Callable[[Document, Bounds], Iterator[Document | Skipped]]
"""Gives an archive's members in its order, each to be read before the next is asked for. Raises
``ArticleFileError`` where the archive cannot be read (on).
"""

_IN_MEMORY = 4 * 2**20
"""Bytes of a member that are held in memory; what is larger goes to a temporary file."""
_SMALL = 2**20
"""Bytes that may be unpacked whatever the ratio: few bytes pack well."""
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
    RuntimeError,
)
"""What the libraries raise for archives that are cut off, altered, encrypted or of a new kind."""


def unzipped(document: Document, bounds: Bounds) -> Iterator[Document | Skipped]:
    """The members of a ZIP archive."""
    with _seekable(document, bounds) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except _BROKEN as error:
            raise _broken(document, "ZIP archive", error) from error
        for count, info in enumerate(archive.infolist()):
            if count >= bounds.members:
                yield _too_many(document, bounds)
                return
            if info.is_dir():
                continue
            if info.flag_bits & 1:
                yield _left_out(document, info.filename, "is encrypted")
                continue
            yield _member(
                document,
                info.filename,
                _checked(_opening(archive, info), info.compress_size, bounds),
            )


def untarred(document: Document, bounds: Bounds) -> Iterator[Document | Skipped]:
    """The regular files of a tar archive, packed or not; read once, from its beginning."""
    with document.opened() as stream:
        counted = _Counted(stream)
        try:
            # The library reads the stream in its order and keeps what it saw of each member.
            with tarfile.open(fileobj=cast("IO[bytes]", counted), mode="r|*") as archive:
                for count, info in enumerate(archive):
                    archive.members = []  # type: ignore[attr-defined]  # else memory grows with it
                    if count >= bounds.members:
                        yield _too_many(document, bounds)
                        return
                    if info.isdir():
                        continue
                    content = archive.extractfile(info) if info.isreg() else None
                    if content is None:
                        yield _left_out(document, info.name, "is a link or device, not a file")
                        continue
                    with SpooledTemporaryFile(_IN_MEMORY) as kept:
                        try:
                            _copy(content, kept, counted, bounds)
                        except ArticleFileError as error:
                            yield _left_out(document, info.name, str(error))
                            continue
                        yield _member(document, info.name, _again(cast("BinaryIO", kept)))
        except _BROKEN as error:
            raise _broken(document, "tar archive", error) from error


def gunzipped(document: Document, bounds: Bounds) -> Document:
    """The document that a gzip file holds; what is wrong with the file shows when it is read."""

    def opened() -> BinaryIO:
        packed = document.opened()
        counted = _Counted(packed)
        stream = _Bounded(
            cast("IO[bytes]", gzip.GzipFile(fileobj=counted)), counted, bounds, document
        )
        return cast("BinaryIO", io.BufferedReader(stream))

    return replace(document, opened=opened)


class _Counted(io.RawIOBase):
    """A stream that counts the bytes that were read of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.count += len(data)
        return data

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Bounded(io.RawIOBase):
    """Unpacked bytes; reading raises ``ArticleFileError`` beyond the bounds, and for what is broken
    in the packed ones.
    """

    def __init__(
        self, stream: IO[bytes], packed: _Counted | int, bounds: Bounds, document: Document
    ) -> None:
        self._stream = stream
        self._packed = packed
        self._bounds = bounds
        self._document = document
        self._count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer)).cast("B")
        try:
            data = self._stream.read(len(view))
        except _BROKEN as error:
            kind = "gzip file" if isinstance(self._packed, _Counted) else "archive"
            raise _broken(self._document, kind, error) from error
        self._count += len(data)
        packed = self._packed.count if isinstance(self._packed, _Counted) else self._packed
        if fault := _beyond(self._count, packed, self._bounds):
            raise ArticleFileError(f"{self._document.label}: {fault}; unpack it yourself.")
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        if isinstance(self._packed, _Counted):  # a gzip stream leaves what it reads from open
            self._packed.close()
        super().close()


def _beyond(unpacked: int, packed: int, bounds: Bounds) -> str:
    """Why so many bytes are too many; empty where they are not."""
    if unpacked > bounds.file:
        return f"unpacks to more than {bounds.file // 2**20} MB"
    if unpacked > _SMALL and unpacked > bounds.ratio * max(packed, 1):
        return f"unpacks to more than {bounds.ratio} times its size"
    return ""


def _opening(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: archive.open(info)


def _checked(
    opening: Callable[[], IO[bytes]], packed: int, bounds: Bounds
) -> Callable[[Document], BinaryIO]:
    def opened(document: Document) -> BinaryIO:
        try:
            stream = opening()
        except _BROKEN as error:
            raise _broken(document, "archive", error) from error
        return cast("BinaryIO", io.BufferedReader(_Bounded(stream, packed, bounds, document)))

    return opened


class _Kept(io.RawIOBase):
    """A kept file, read from its beginning; closing it leaves the file open for the next reader."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        stream.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer)).cast("B")
        data = self._stream.read(len(view))
        view[: len(data)] = data
        return len(data)


def _again(stream: BinaryIO) -> Callable[[Document], BinaryIO]:
    return lambda document: cast("BinaryIO", io.BufferedReader(_Kept(stream)))


def _copy(source: IO[bytes], target: IO[bytes], packed: _Counted, bounds: Bounds) -> None:
    """Copies a tar's member; its packed size is not known, so what was read so far counts."""
    before, count = packed.count, 0
    while data := source.read(2**20):
        count += len(data)
        # Half a megabyte is read ahead of what is unpacked.
        if fault := _beyond(count, packed.count - before + 2**19, bounds):
            raise ArticleFileError(fault)
        target.write(data)


def _seekable(document: Document, bounds: Bounds) -> BinaryIO:
    """The document's bytes in a stream that can go back: those of an archive's member, which would
    be unpacked from the beginning each time, in a temporary file.
    """
    stream = document.opened()
    if not document.member:
        return stream
    with stream:
        kept = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # closed by whoever asked for it
        shutil.copyfileobj(stream, kept)
    kept.seek(0)
    return cast("BinaryIO", kept)


def _member(document: Document, name: str, opened: Callable[[Document], BinaryIO]) -> Document:
    # A name may be absolute or climb: it is nothing but a name here, and gets plain.
    plain = posixpath.normpath("/" + name.replace("\\", "/")).lstrip("/")
    inner = f"{document.member}/{plain}" if document.member else plain
    shell = Document(
        document.root,
        document.path,
        f"{document.name}/{plain}",
        document.opened,
        inner,
        document.depth + 1,
    )
    return replace(shell, opened=lambda: opened(shell))


def _left_out(document: Document, name: str, reason: str) -> Skipped:
    inner = f"{document.member}/{name}" if document.member else name
    return Skipped(document.root, document.path, reason, inner)


def _too_many(document: Document, bounds: Bounds) -> Skipped:
    return _left_out(
        document, "(the rest)", f"holds more than {bounds.members} files; unpack it yourself"
    )


def _broken(document: Document, kind: str, error: BaseException) -> ArticleFileError:
    detail = str(error).splitlines()[0] if str(error) else type(error).__name__
    return ArticleFileError(
        f"{document.label}: is not a whole {kind} ({detail}); download or pack it again."
    )
