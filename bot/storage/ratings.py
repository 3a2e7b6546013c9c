"""What people said of the bot's answers, good or bad, kept in one SQLite file.

Knows nothing about chats, nor what is made of the ratings.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import Any

from retrieval.errors import StorageError
from retrieval.text.characters import whole_characters

_WAIT = 30.0
"""Seconds that a write waits for another process to finish its own."""
_APPLICATION, _VERSION = 0x50517172, 1
"""What SQLite's ``application_id`` and ``user_version`` are in our files."""
_COLUMNS = (
    "id",
    "asked_at",
    "question",
    "standalone_question",
    "as_of",
    "answer",
    "article_id",
    "probability",
    "good",
)
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS ratings (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
    "asked_at TEXT NOT NULL, question TEXT NOT NULL, standalone_question TEXT NOT NULL, "
    "as_of TEXT, answer TEXT, article_id TEXT, probability REAL NOT NULL, good INTEGER NOT NULL)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_VERSION}",
)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM ratings ORDER BY number"
_INSERT = (
    f"INSERT OR REPLACE INTO ratings ({', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join('?' * len(_COLUMNS))})"
)


@dataclass(frozen=True, slots=True)
class Rating:
    """What somebody said of one answer.

    ``id`` names the question that was answered, one rating each. ``question`` is as typed,
    ``standalone_question`` what was searched for; ``as_of`` the day it was asked for, None where
    none was named. ``answer`` None: the bot abstained; ``article_id`` is where the answer came
    from. ``probability`` is the bot's, from 0 to 1. ``good``: the answer, or the abstention, was
    called right.
    """

    id: str
    asked_at: datetime
    question: str
    standalone_question: str
    as_of: date | None
    answer: str | None
    article_id: str | None
    probability: float
    good: bool


class RatingsInSqlite:
    """Ratings in a file that any number of threads and processes may share.

    The file is opened, and made, at first use. One that holds no ratings, is damaged, or was
    written by a newer version, is left as it is and refused with ``StorageError``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Lets go of the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def open(self) -> None:
        """Opens the file before its first use, so that one that cannot be used is told of."""
        with self._lock, _faults_told(self.path):
            self._opened()

    def add(self, rating: Rating) -> None:
        """Keeps a rating as the latest, instead of an earlier one with its id."""
        row = [_stored(getattr(rating, column)) for column in _COLUMNS]
        with self._lock, _faults_told(self.path):
            # REPLACE gives a new number, so that the order is that of rating.
            self._opened().execute(_INSERT, row)

    def all(self) -> tuple[Rating, ...]:
        """Every rating, in the order in which they were given."""
        with self._lock, _faults_told(self.path):
            return _all(self._opened(), self.path)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not self.path.exists():
                # What people ask is nobody else's business.
                self.path.touch(mode=0o600)
            connection = sqlite3.connect(
                self.path, timeout=_WAIT, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(connection, self.path)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection


def read_ratings(path: Path) -> tuple[Rating, ...]:
    """Every rating of a file, in the order in which they were given; nothing is written to it.

    Raises ``StorageError`` where it holds no table of ratings or is damaged.
    """
    with _faults_told(path):
        # Without a log there is no writer to watch for. SQLite would leave two files behind for
        # that, and could not even read where a folder cannot be written.
        alone = not Path(f"{path}-wal").exists()
        address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
        connection = sqlite3.connect(address, uri=True, timeout=_WAIT, isolation_level=None)
        with closing(connection):
            _must_be_ours(connection, path)
            return _all(connection, path)


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Makes the table of a new file. Nothing is written to a file that is not ours."""
    connection.execute("PRAGMA synchronous = NORMAL")
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        # Each step can be taken twice, so it does not matter whether another process does, too.
        for statement in _SCHEMA:
            connection.execute(statement)
    _must_be_ours(connection, path)
    _keep_a_log(connection)


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


def _must_be_ours(connection: sqlite3.Connection, path: Path) -> None:
    columns = {row[1] for row in connection.execute("PRAGMA table_info(ratings)")}
    if not columns.issuperset(_COLUMNS):
        raise StorageError(
            f"{path}: is a database without a table of ratings; name the file that the bot keeps "
            "its ratings in."
        )
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        raise StorageError(
            f"{path}: was written by a newer version of Pullquote (its format is {version}, this "
            f"one's is {_VERSION}); update Pullquote, or move the file away."
        )


def _all(connection: sqlite3.Connection, path: Path) -> tuple[Rating, ...]:
    rows = connection.execute(_SELECT)
    return tuple(_rating(row, f"{path}: rating {n}") for n, row in enumerate(rows, start=1))


def _rating(row: tuple[Any, ...], place: str) -> Rating:
    values = dict(zip(_COLUMNS, row, strict=True))
    fault = next((name for name, value in values.items() if not _fits(name, value)), None)
    if fault is None:
        as_of = values["as_of"]
        try:
            return Rating(
                **values
                | {
                    "asked_at": datetime.fromisoformat(values["asked_at"]),
                    "as_of": None if as_of is None else date.fromisoformat(as_of),
                    "probability": float(values["probability"]),
                    "good": bool(values["good"]),
                }
            )
        except ValueError:
            fault = "date"
    raise StorageError(f"{place} is damaged (its {fault}); delete that row, or take an older copy.")


def _fits(name: str, value: object) -> bool:
    if name == "good":
        return value in (0, 1)
    if name == "probability":
        return isinstance(value, int | float) and 0 <= value <= 1
    optional = name in {"as_of", "answer", "article_id"}
    return isinstance(value, str) or (optional and value is None)


def _stored(value: object) -> object:
    """As SQLite takes it: dates as ISO 8601, halves of characters replaced."""
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return whole_characters(value) if isinstance(value, str) else value


@contextmanager
def _faults_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        raise StorageError(
            f"{path}: cannot be used as a file of ratings ({error}); see that it is whole, can be "
            "opened and has space, or move it away."
        ) from error
