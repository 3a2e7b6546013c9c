"""One SQLite file: for its owner alone, checked when it is opened, shared by threads and processes.

Knows nothing about what its tables hold.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from time import monotonic, sleep
from typing import Any

from retrieval.errors import StorageError

Rows = list[tuple[Any, ...]]
Read = Callable[[str], Rows]
"""The rows that a statement gives."""
_WAIT = 30.0
"""Seconds that a write waits for another process to finish its own."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file holds, and what users are told where it does not.

    ``schema`` makes the tables of a new file and sets its ``application_id`` and ``user_version``.
    ``refusal`` says why a file is not of this kind, and what to do; None where it is. ``unusable``
    is said of a fault of SQLite or of the disk, which stands at ``{error}``.
    """

    schema: tuple[str, ...]
    refusal: Callable[[Read], str | None]
    unusable: str


class SqliteFile:
    """Opened, and made, at first use. A file of another kind is left as it is.

    All methods raise ``StorageError``, which names the file and a cure.
    """

    def __init__(self, path: Path, kind: FileKind) -> None:
        self.path = path
        self._kind = kind
        self._lock = RLock()
        self._connection: sqlite3.Connection | None = None

    def open(self) -> None:
        """Opens the file before its first use, so that one that cannot be used is reported."""
        with self._used():
            pass

    def close(self) -> None:
        """Closes the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def rows(self, statement: str, *values: object) -> Rows:
        """All that a query finds."""
        with self._used() as connection:
            return connection.execute(statement, values).fetchall()

    def change(self, statement: str, *values: object) -> int:
        """How many rows a statement has changed."""
        with self._used() as connection:
            return connection.execute(statement, values).rowcount

    @contextmanager
    def together(self) -> Iterator[None]:
        """All changes or none, and nobody else writes meanwhile."""
        with self._used() as connection, _transaction(connection):
            yield

    @contextmanager
    def _used(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _faults_told(self.path, self._kind):
            if self._connection is None:
                self._connection = _opened(self.path, self._kind)
            yield self._connection


def read_rows(path: Path, kind: FileKind, statement: str) -> Rows:
    """All that a query finds in a file to which nothing is written. Raises ``StorageError``."""
    with _faults_told(path, kind):
        # Without a log there is no writer to watch for. SQLite would leave two files behind for
        # that, and could not even read where a folder cannot be written.
        alone = not Path(f"{path}-wal").exists()
        address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
        connection = sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)
        with closing(connection):
            _must_be(kind, connection, path)
            return connection.execute(statement).fetchall()


def pragma(read: Read, name: str) -> int:
    """The value of one of SQLite's numbers about a file."""
    value: int = read(f"PRAGMA {name}")[0][0]
    return value


def _opened(path: Path, kind: FileKind) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)  # what people ask is nobody else's business
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA synchronous = NORMAL")
        if _is_new(connection):
            with _transaction(connection):
                if _is_new(connection):  # else another process was faster
                    for statement in kind.schema:
                        connection.execute(statement)
        _must_be(kind, connection, path)
        _keep_a_log(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _is_new(connection: sqlite3.Connection) -> bool:
    read = _reader(connection)
    known = pragma(read, "application_id") or pragma(read, "user_version")
    return not known and not read("SELECT 1 FROM sqlite_master LIMIT 1")


def _must_be(kind: FileKind, connection: sqlite3.Connection, path: Path) -> None:
    refusal = kind.refusal(_reader(connection))
    if refusal is not None:
        raise StorageError(f"{path}: {refusal}")


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Sets WAL mode. That takes the whole file for a moment, for which SQLite never waits."""
    latest = monotonic() + _WAIT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > latest:
                raise
            sleep(0.01)


def _reader(connection: sqlite3.Connection) -> Read:
    return lambda statement: connection.execute(statement).fetchall()


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _faults_told(path: Path, kind: FileKind) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"{path}: {kind.unusable.format(error=error)}") from error
