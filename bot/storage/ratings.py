"""What people said of the bot's answers, good or bad, kept in one SQLite file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.storage.sqlite_file import FileKind, Read, Rows, SqliteFile, pragma, read_rows
from retrieval.errors import StorageError
from retrieval.text.characters import whole_characters

_APPLICATION, _VERSION = 0x50517172, 1
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
    "CREATE TABLE ratings (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "
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


def _refusal(read: Read) -> str | None:
    columns = {row[1] for row in read("PRAGMA table_info(ratings)")}
    if not columns.issuperset(_COLUMNS):
        return (
            "is a database without a table of ratings; name the file that the bot keeps its "
            "ratings in."
        )
    version = pragma(read, "user_version")
    if version > _VERSION:
        return (
            f"was written by a newer version of Pullquote (its format is {version}, this one's is "
            f"{_VERSION}); update Pullquote, or move the file away."
        )
    return None


_KIND = FileKind(
    _SCHEMA,
    _refusal,
    "cannot be used as a file of ratings ({error}); see that it is whole, can be opened and has "
    "space, or move it away.",
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
        self._file = SqliteFile(path, _KIND)

    def close(self) -> None:
        """Lets go of the file; the next use opens it again."""
        self._file.close()

    def open(self) -> None:
        """Opens the file before its first use, so that one that cannot be used is reported."""
        self._file.open()

    def add(self, rating: Rating) -> None:
        """Keeps a rating as the latest, instead of an earlier one with its id."""
        # REPLACE gives a new number, so that the order is that of rating.
        self._file.change(_INSERT, *(_stored(getattr(rating, column)) for column in _COLUMNS))

    def all(self) -> tuple[Rating, ...]:
        """Every rating, in the order in which they were given."""
        return _ratings(self._file.rows(_SELECT), self.path)


def read_ratings(path: Path) -> tuple[Rating, ...]:
    """Every rating of a file, in the order in which they were given; nothing is written to it.

    Raises ``StorageError`` where it holds no table of ratings or is damaged.
    """
    return _ratings(read_rows(path, _KIND, _SELECT), path)


def _ratings(rows: Rows, path: Path) -> tuple[Rating, ...]:
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
