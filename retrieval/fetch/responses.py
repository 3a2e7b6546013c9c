"""What was fetched before, with what to ask whether it changed: SQLite in the index folder.

The bodies are kept, so that "not modified" gives the article again and a stop at any moment loses
nothing: what is known here and missing in the index is read again from here.
"""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

FILE = "fetched.sqlite"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS responses (
    address TEXT PRIMARY KEY, final TEXT, kind TEXT, charset TEXT, etag TEXT, modified TEXT,
    stamp TEXT, used REAL, body BLOB
);
"""
_KEPT = 60 * 24 * 3600.0
"""Seconds after which a response that nobody asked for is dropped: it left its feed."""


@dataclass(frozen=True, slots=True)
class Response:
    """A page as it came. ``final``: its address after redirects. ``kind`` and ``charset`` are what
    the server said it is; ``etag`` and ``modified`` are its answer to "has it changed?". ``stamp``
    is what the feed said of it when it was fetched.
    """

    address: str
    final: str
    kind: str
    charset: str
    body: bytes = field(repr=False)
    etag: str = ""
    modified: str = ""
    stamp: str = ""


class Responses:
    """The kept responses; to be closed. Each is on the disk when ``keep`` returns."""

    def __init__(self, path: Path, now: float) -> None:
        """``now`` in seconds since 1970. A file that is no database is begun anew."""
        try:
            self._connection = self._opened(path)
        except sqlite3.DatabaseError:
            path.unlink(missing_ok=True)
            self._connection = self._opened(path)
        self._now = now

    @staticmethod
    def _opened(path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        try:
            connection.executescript(_SCHEMA)
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def __enter__(self) -> Responses:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with closing(self._connection):
            self._connection.execute("DELETE FROM responses WHERE used < ?", (self._now - _KEPT,))

    def of(self, address: str) -> Response | None:
        """The last good response from an address."""
        row = self._connection.execute(
            "SELECT address, final, kind, charset, body, etag, modified, stamp FROM responses "
            "WHERE address = ?",
            (address,),
        ).fetchone()
        if row is None:
            return None
        address, final, kind, charset, body, *rest = row
        self._connection.execute(
            "UPDATE responses SET used = ? WHERE address = ?", (self._now, address)
        )
        return Response(address, final, kind, charset, zlib.decompress(body), *rest)

    def keep(self, response: Response) -> None:
        """Puts a response in the place of the one before."""
        self._connection.execute(
            "INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                response.address,
                response.final,
                response.kind,
                response.charset,
                response.etag,
                response.modified,
                response.stamp,
                self._now,
                zlib.compress(response.body),
            ),
        )
