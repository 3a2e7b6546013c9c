"""Articles and passages in SQLite: one file in each index version, written once, then read only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock

from retrieval.datatypes import Article, Noise, NoiseKind, Passage, TextRange
from retrieval.errors import DamagedIndexError

FILE = "articles.sqlite"
_CACHED_ARTICLES = 256

_SCHEMA = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, text TEXT NOT NULL, title TEXT, publisher TEXT, byline TEXT, url TEXT,
    published TEXT, noise TEXT NOT NULL, sentences TEXT NOT NULL,
    root TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL,
    given TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE passages (
    position INTEGER PRIMARY KEY, article_id TEXT NOT NULL REFERENCES articles(id),
    start INTEGER NOT NULL, end INTEGER NOT NULL, digest TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article, the path the user named, its file, and a digest of all that was read.

    ``given`` names the fields that its source gave; the others were detected in the text.
    """

    article: Article
    root: str
    path: str
    digest: str
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with a digest of its indexed text; equal digests have equal vectors."""

    passage: Passage
    digest: str


def write_database(
    path: Path, articles: Iterable[StoredArticle], passages: Iterable[StoredPassage]
) -> None:
    """Writes a new database. Raises ``sqlite3.Error`` or ``OSError`` when the disk refuses."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # the folder is thrown away on failure
        connection.execute("PRAGMA synchronous = OFF")  # synced as a whole before the switch
        connection.executescript("BEGIN;" + _SCHEMA)
        connection.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_article_row(stored) for stored in articles),
        )
        connection.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
            (
                (i, s.passage.article_id, s.passage.start, s.passage.end, s.digest)
                for i, s in enumerate(passages)
            ),
        )
        connection.execute("COMMIT")


class ArticleDatabase:
    """Read access. Safe to share between threads. Implements ``ArticleSource``."""

    def __init__(self, path: Path) -> None:
        """Raises ``DamagedIndexError`` when the file is no database."""
        self._path = path
        self._lock = Lock()
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._connection.execute("SELECT count(*) FROM passages").fetchone()
        except sqlite3.Error as error:
            raise self._damaged(error) from error
        self._cached = lru_cache(maxsize=_CACHED_ARTICLES)(self._read_article)

    def close(self) -> None:
        self._connection.close()

    def article(self, article_id: str) -> Article:
        """The article with that id. Raises ``KeyError`` when there is none."""
        return self._cached(article_id)

    def stored_articles(self) -> Iterator[StoredArticle]:
        """All articles, ordered by id."""
        for row in self._rows("SELECT * FROM articles ORDER BY id"):
            yield StoredArticle(_article(row[:9]), row[9], row[10], row[11], tuple(row[12].split()))

    def headers(self) -> Iterator[tuple[str, str | None, str | None, date | None]]:
        """Id, title, publisher and date of all articles, ordered by id; no text is read."""
        for id_, title, publisher, published in self._rows(
            "SELECT id, title, publisher, published FROM articles ORDER BY id"
        ):
            yield id_, title, publisher, _date(published)

    def passages(self) -> list[StoredPassage]:
        """All passages in index order."""
        rows = self._rows("SELECT article_id, start, end, digest FROM passages ORDER BY position")
        return [StoredPassage(Passage(*row[:3]), row[3]) for row in rows]

    def titles(self) -> dict[str, str | None]:
        """Title of every article."""
        return {id_: title for id_, title, _, _ in self.headers()}

    def published(self) -> dict[str, date | None]:
        """Publication date of every article."""
        return {id_: day for id_, _, _, day in self.headers()}

    def _read_article(self, article_id: str) -> Article:
        rows = self._rows(
            "SELECT id, text, title, publisher, byline, url, published, noise, sentences "
            "FROM articles WHERE id = ?",
            (article_id,),
        )
        if not rows:
            raise KeyError(article_id)
        return _article(rows[0])

    def _rows(self, sql: str, values: Sequence[str] = ()) -> list[tuple]:  # type: ignore[type-arg]  # sqlite rows are untyped
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> DamagedIndexError:
        return DamagedIndexError(
            f"{self._path}: cannot be read ({error}); delete the index and index the articles "
            "again."
        )


def _article_row(stored: StoredArticle) -> tuple[str | None, ...]:
    article = stored.article
    return (
        article.id,
        article.text,
        article.title,
        article.publisher,
        article.byline,
        article.url,
        article.published.isoformat() if article.published else None,
        json.dumps([[n.range.start, n.range.end, n.kind.value] for n in article.noise]),
        json.dumps([[s.start, s.end] for s in article.sentences]),
        stored.root,
        stored.path,
        stored.digest,
        " ".join(stored.given),
    )


def _article(row: Sequence[str]) -> Article:
    noise = tuple(
        Noise(TextRange(start, end), NoiseKind(kind)) for start, end, kind in json.loads(row[7])
    )
    sentences = tuple(TextRange(start, end) for start, end in json.loads(row[8]))
    id_, text, title, publisher, byline, url = row[:6]
    return Article(id_, text, title, publisher, byline, url, _date(row[6]), noise, sentences)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
