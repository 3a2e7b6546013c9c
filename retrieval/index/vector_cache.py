"""Vectors already computed for an index that is still being built, so that a stop loses little."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

import numpy as np

from retrieval.protocols import Vectors

FILE = "vectors-in-progress.sqlite"


class VectorCache:
    """Text digest to vector, for one encoder. Each ``put`` is committed before it returns."""

    def __init__(self, path: Path, encoder: str, dimension: int) -> None:
        self._path = path
        self._encoder = encoder
        self._dimension = dimension
        self._connection = self._open()

    def __enter__(self) -> VectorCache:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._connection.close()

    def get(self, digest: str) -> Vectors | None:
        row = self._connection.execute(
            "SELECT vector FROM vectors WHERE digest = ? AND encoder = ?", (digest, self._encoder)
        ).fetchone()
        if row is None or len(row[0]) != 4 * self._dimension:
            return None
        return np.frombuffer(row[0], dtype=np.float32)

    def put(self, digests: Sequence[str], vectors: Vectors) -> None:
        rows = [
            (digest, self._encoder, vector.tobytes())
            for digest, vector in zip(digests, vectors, strict=True)
        ]
        with self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def _open(self) -> sqlite3.Connection:
        """Opens the file; a damaged one only cost time, so it is begun anew."""
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
                "CREATE TABLE IF NOT EXISTS vectors "
                "(digest TEXT, encoder TEXT, vector BLOB, PRIMARY KEY (digest, encoder))"
            )
            connection.execute("SELECT count(*) FROM vectors").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection
