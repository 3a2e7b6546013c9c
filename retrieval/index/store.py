"""Where index versions live on disk, and how one is opened or switched in.

DIR/pullquote.lock            held by the one process that writes
DIR/writer.txt                which process that is
DIR/CURRENT                   the name of the version in use; replaced by one atomic rename
DIR/versions/000007/          one version: immutable, complete, with its manifest
DIR/unfinished/               the version being built and the work done for it so far
DIR/readers/                  readers exported for this index; none of this module's business
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from socket import gethostname

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from retrieval.errors import (
    DamagedIndexError,
    ForeignIndexError,
    IndexLockedError,
    NoIndexError,
    StorageError,
)
from retrieval.index import bm25_sparse, database, neighbours
from retrieval.index.collection import Collection
from retrieval.index.database import ArticleDatabase
from retrieval.index.manifest import FILE as MANIFEST_FILE
from retrieval.index.manifest import Manifest
from retrieval.index.terms import PassageTerms
from retrieval.index.vectors import QuantizedVectors

ENCODER_FOLDER = "encoder"
DIGESTS_FILE = "passage_digests.npy"
_LOCK = "pullquote.lock"
_CURRENT = "CURRENT"
_VERSION_NAME = re.compile(r"\d{6,}")
COMPANION = "readers"
"""A folder next to the versions that is not the store's: exported readers."""
_HOLDER = "writer.txt"
"""Beside the lock: which process holds it."""
QUICKLY_VERIFIED = 32 * 2**20
"""Bytes up to which a file's checksum is compared whenever an index is opened; of larger files only
the size is, because reading a gigabyte would cost every start a second.
"""
_KEPT_VERSIONS = 2
"""The current one, and the one before it for processes that are just opening it."""


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """One opened version: everything that retrieval needs, nothing that answers."""

    folder: Path
    manifest: Manifest
    articles: ArticleDatabase
    collection: Collection
    terms: PassageTerms
    vectors: QuantizedVectors

    def identity(self) -> str:
        """Of this version; see ``identity_of``."""
        return identity_of(self.folder)

    @property
    def encoder_folder(self) -> Path:
        return self.folder / ENCODER_FOLDER

    @property
    def sparse_folder(self) -> Path | None:
        """Where the scores of ``bm25s`` are, if this version has them."""
        folder = self.folder / bm25_sparse.FOLDER
        return folder if f"{bm25_sparse.FOLDER}/{bm25_sparse.FILES[0]}" in self._files else None

    @property
    def graph_path(self) -> Path | None:
        """Where the graph of neighbours is, if this version has one."""
        return self.folder / neighbours.FILE if neighbours.FILE in self._files else None

    @property
    def _files(self) -> Container[str]:
        return self.manifest.files

    def digests(self) -> NDArray[np.uint8]:
        """A digest of the indexed text of each passage, shape ``(n, 16)``."""
        digests: NDArray[np.uint8] = np.load(self.folder / DIGESTS_FILE, allow_pickle=False)
        return digests


class IndexStore:
    """The index folder. Cheap to construct; touches the disk only when asked to."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(os.path.abspath(folder))

    @property
    def unfinished(self) -> Path:
        return self.folder / "unfinished"

    def current(self) -> Path | None:
        """The folder of the version in use, or None when nothing was indexed yet.

        Raises ``ForeignIndexError`` when ``CURRENT`` is not one that Pullquote wrote.
        """
        pointer = self.folder / _CURRENT
        try:
            name = pointer.read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise ForeignIndexError(
                f"{pointer}: cannot be read ({error}); name another folder with --index."
            ) from error
        if not _VERSION_NAME.fullmatch(name):
            raise ForeignIndexError(
                f"{pointer}: was not written by Pullquote; name another folder with --index."
            )
        return self.folder / "versions" / name

    def open(self, *, thoroughly: bool = False) -> OpenIndex:
        """Opens the version in use.

        Raises ``NoIndexError``, ``ForeignIndexError`` or ``DamagedIndexError``. Sizes are compared
        with the manifest, and checksums of files up to ``QUICKLY_VERIFIED`` bytes; ``thoroughly``
        compares those of all.
        """
        while True:
            version = self.current()
            if version is None:
                raise NoIndexError(
                    f"{self.folder}: there is no index yet; make one with "
                    "`pullquote index PATH...`, or name its folder with --index."
                )
            try:
                return self._open(version, thoroughly)
            except DamagedIndexError:
                # Two updates while we were opening may have dropped the version under our hands.
                if self.current() == version:
                    raise

    def _open(self, version: Path, thoroughly: bool) -> OpenIndex:
        manifest = Manifest.load(version)
        manifest.verify(version, largest=None if thoroughly else QUICKLY_VERIFIED)
        articles = ArticleDatabase(version / database.FILE)
        try:
            days = articles.published()
            collection = Collection.load(version, tuple(days), tuple(days.values()))
            passage_terms = PassageTerms.load(version)
            vectors = QuantizedVectors.load(version)
        except (OSError, ValueError, EOFError, IndexError) as error:
            articles.close()
            raise DamagedIndexError(
                f"{version}: a file is damaged ({error}); delete {self.folder} and index the "
                "articles again."
            ) from error
        if not len(collection) == len(vectors) == len(passage_terms) == manifest.passages:
            articles.close()
            raise DamagedIndexError(
                f"{version}: its files do not fit each other; delete {self.folder} and index the "
                "articles again."
            )
        return OpenIndex(version, manifest, articles, collection, passage_terms, vectors)

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """Holds the index for writing and gives an empty folder to build a version in.

        Raises ``IndexLockedError`` when another process holds it, ``ForeignIndexError`` when the
        folder holds something else, ``StorageError`` when it cannot be made.
        """
        self.refuse_foreign_folder()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.folder / _LOCK, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise IndexLockedError(
                f"{self.folder}: another `pullquote index` is writing this index"
                f"{self._holder()}; wait for it."
            ) from error
        except OSError as error:
            raise StorageError(
                f"{self.folder}: cannot be written ({error.strerror or error}); free some space, "
                "mend its permissions, or name another folder with --index."
            ) from error
        building = self.unfinished / "building"
        holder = self.folder / _HOLDER
        try:
            since = datetime.now().astimezone().isoformat(" ", "seconds")
            holder.write_text(f"process {os.getpid()} on {gethostname()} since {since}\n", "utf-8")
            shutil.rmtree(building, ignore_errors=True)
            building.mkdir(parents=True)
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)
            holder.unlink(missing_ok=True)
            lock.release()

    def _holder(self) -> str:
        """Who holds the lock, in brackets; nothing where that cannot be told."""
        try:
            found = (self.folder / _HOLDER).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return ""
        return f" ({found})" if found.startswith("process ") else ""

    def switch_in(self, building: Path) -> Path:
        """Makes a finished version the one in use, by one atomic rename, and drops old ones."""
        versions = self.folder / "versions"
        versions.mkdir(exist_ok=True)
        taken = [int(p.name) for p in versions.iterdir() if _VERSION_NAME.fullmatch(p.name)]
        version = versions / f"{max(taken, default=0) + 1:06d}"
        for path in sorted(building.rglob("*")):
            _sync(path)
        _sync(building)
        building.rename(version)
        _sync(versions)
        pointer = self.unfinished / _CURRENT
        pointer.write_text(version.name + "\n", encoding="utf-8")
        _sync(pointer)
        pointer.replace(self.folder / _CURRENT)
        _sync(self.folder)
        self._drop_old(versions, version)
        return version

    def _drop_old(self, versions: Path, current: Path) -> None:
        names = sorted(p.name for p in versions.iterdir() if _VERSION_NAME.fullmatch(p.name))
        for name in [name for name in names if name <= current.name][:-_KEPT_VERSIONS]:
            shutil.rmtree(versions / name, ignore_errors=True)

    def refuse_foreign_folder(self) -> None:
        """Raises ``ForeignIndexError`` when the folder holds something that is no index."""
        if self.folder.exists() and not self.folder.is_dir():
            raise ForeignIndexError(
                f"{self.folder}: is a file, not an index folder; name another with --index."
            )
        is_index = (self.folder / _LOCK).exists() or self.current() is not None
        others = self.folder.is_dir() and any(p.name != COMPANION for p in self.folder.iterdir())
        if not is_index and others:
            raise ForeignIndexError(
                f"{self.folder}: holds other files and no index; name an empty or a new "
                "folder with --index."
            )


def identity_of(version: Path) -> str:
    """Of a version and what it holds: indexes that were made apart differ."""
    digest = sha256((version / MANIFEST_FILE).read_bytes()).hexdigest()
    return f"{version.name}@{digest[:12]}"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
