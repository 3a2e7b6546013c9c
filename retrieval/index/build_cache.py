"""What was already done for an index that is still being built, so that a stop loses little.

Vectors are kept by the digest of their text, prepared articles by the digest of what was read. One
SQLite file next to the version in the making; it goes when the version is switched in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from retrieval.index.vectors import QuantizedVectors

FILE = "work.sqlite"


class WorkCache:
    """For one encoder and one way of preparing. Each ``put`` is committed before it returns."""

    def __init__(self, path: Path, encoder: str, dimension: int, preparation: str) -> None:
        self._path = path
        self._encoder = encoder
        self._dimension = dimension
        self._preparation = preparation
        self._connection = self._open()

    def __enter__(self) -> WorkCache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def vector(self, digest: bytes) -> QuantizedVectors | None:
        """One row, or None when it was not computed yet."""
        row = self._connection.execute(
            "SELECT codes, scale FROM vectors WHERE digest = ? AND encoder = ?",
            (digest, self._encoder),
        ).fetchone()
        if row is None or len(row[0]) != self._dimension:
            return None
        codes = np.frombuffer(row[0], dtype=np.int8)
        return QuantizedVectors(codes[None], np.array([row[1]], dtype=np.float32))

    def put_vectors(self, digests: Sequence[bytes], vectors: QuantizedVectors) -> None:
        rows = [
            (digest, self._encoder, codes.tobytes(), float(scale))
            for digest, codes, scale in zip(digests, vectors.codes, vectors.scales, strict=True)
        ]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)

    def prepared(self, digest: str) -> str | None:
        """What ``put_prepared`` was given for that digest, if anything."""
        row = self._connection.execute(
            "SELECT body FROM prepared WHERE digest = ? AND preparation = ?",
            (digest, self._preparation),
        ).fetchone()
        return None if row is None else str(row[0])

    def put_prepared(self, bodies: Sequence[tuple[str, str]]) -> None:
        """``bodies`` are pairs of digest and what is to be kept for it."""
        rows = [(digest, self._preparation, body) for digest, body in bodies]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO prepared VALUES (?, ?, ?)", rows)

    def _open(self) -> sqlite3.Connection:
        """Opens the file; a damaged one only cost time, so it is begun from scratch."""
        try:
            return self._connect()
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            for path in self._path.parent.glob(self._path.name + "*"):
                path.unlink(missing_ok=True)
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS vectors (digest BLOB, encoder TEXT, codes BLOB, "
                "scale REAL, PRIMARY KEY (digest, encoder)) WITHOUT ROWID"
            )
            connection.execute(
                "CREATE TABLE IF NOT EXISTS prepared (digest TEXT, preparation TEXT, body TEXT, "
                "PRIMARY KEY (digest, preparation)) WITHOUT ROWID"
            )
            connection.execute("SELECT count(*) FROM vectors").fetchone()
            connection.execute("SELECT count(*) FROM prepared").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection
