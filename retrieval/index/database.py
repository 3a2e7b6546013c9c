"""Articles in SQLite: one file in each index version, written once, then read only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from types import TracebackType

from retrieval.datatypes import Article, DateDoubt, Noise, NoiseKind, Place, TextRange
from retrieval.errors import DamagedIndexError

FILE = "articles.sqlite"
_CACHED_ARTICLES = 256

_SCHEMA = """
CREATE TABLE articles (
    id TEXT PRIMARY KEY, text TEXT NOT NULL, url TEXT, body TEXT NOT NULL,
    title TEXT, publisher TEXT, published TEXT, date_doubt TEXT,
    root TEXT NOT NULL, path TEXT NOT NULL, digest TEXT NOT NULL, given TEXT NOT NULL,
    within TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX doubted ON articles (id, published, date_doubt) WHERE date_doubt IS NOT NULL;
"""


_COUNT_DOUBTED = "SELECT count(*) FROM articles WHERE date_doubt IS NOT NULL"


@dataclass(frozen=True, slots=True)
class DoubtedDate:
    """An article whose text contradicts its date, and the evidence."""

    article_id: str
    published: date | None
    doubt: DateDoubt


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article, the path the user named, its file, and a digest of all that was read.

    ``given`` names the fields that its source gave; the others were detected in the text.
    ``within`` says which of its file's articles it is, empty where it is all of it.
    """

    article: Article
    root: str
    path: str
    digest: str
    given: tuple[str, ...] = ()
    within: str = ""


@dataclass(frozen=True, slots=True)
class StoredIdentity:
    """What must be known of a stored article to tell whether its source has changed."""

    id: str
    root: str
    path: str
    digest: str
    within: str = ""


class ArticleWriter:
    """Writes a new database, to be used as a context. Half a database is left behind by an error:
    the folder it stands in is thrown away. Raises ``sqlite3.Error`` when the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")  # synced as a whole before the switch

    def __enter__(self) -> ArticleWriter:
        self._connection.executescript("BEGIN;" + _SCHEMA)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self._connection.execute("COMMIT")
        finally:
            self._connection.close()

    def add(self, stored: StoredArticle) -> None:
        article = stored.article
        row = (
            article.id,
            article.text,
            article.url,
            body_of(article),
            article.title,
            article.publisher,
            article.published.isoformat() if article.published else None,
            article.date_doubt.words if article.date_doubt else None,
            stored.root,
            stored.path,
            stored.digest,
            " ".join(stored.given),
            stored.within,
        )
        marks = ", ".join("?" * len(row))
        self._connection.execute(f"INSERT INTO articles VALUES ({marks})", row)

    def copy(self, source: Path, kept: Iterable[StoredIdentity]) -> None:
        """Takes articles over from another database as they are, but for their root and path."""
        run = self._connection.execute
        run("COMMIT")  # SQLite attaches nothing inside a transaction
        run("ATTACH ? AS source", (str(source),))
        run("BEGIN")
        run("CREATE TEMP TABLE kept (id TEXT PRIMARY KEY, root TEXT, path TEXT) WITHOUT ROWID")
        self._connection.executemany(
            "INSERT INTO kept VALUES (?, ?, ?)", ((k.id, k.root, k.path) for k in kept)
        )
        columns = [row[1] for row in run("PRAGMA main.table_info(articles)")]
        taken = ", ".join(f"kept.{c}" if c in ("root", "path") else f"a.{c}" for c in columns)
        run(f"INSERT INTO articles SELECT {taken} FROM source.articles a JOIN kept USING (id)")
        run("DROP TABLE kept")
        run("COMMIT")
        run("DETACH source")
        run("BEGIN")

    def doubted_count(self) -> int:
        """How many of the articles written so far have a date that their text contradicts."""
        found: int = self._connection.execute(_COUNT_DOUBTED).fetchone()[0]
        return found


class ArticleDatabase:
    """Read access. Safe to share between threads. Implements ``ArticleSource``."""

    def __init__(self, path: Path) -> None:
        """Raises ``DamagedIndexError`` when the file is no database."""
        self.path = path
        self._lock = Lock()
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            self._connection.execute("SELECT count(*) FROM articles").fetchone()
        except sqlite3.Error as error:
            raise self._damaged(error) from error
        self._cached = lru_cache(maxsize=_CACHED_ARTICLES)(self._read_article)

    def close(self) -> None:
        self._connection.close()

    def article(self, article_id: str) -> Article:
        """The article with that id. Raises ``KeyError`` when there is none."""
        return self._cached(article_id)

    def stored_articles(self) -> Iterator[StoredArticle]:
        """All articles, ordered by id, read one by one."""
        for identity in self.identities():
            yield self.stored(identity.id)

    def stored(self, article_id: str) -> StoredArticle:
        """One article with all that is kept of it. Raises ``KeyError`` when there is none."""
        rows = self._rows(
            f"SELECT root, path, digest, given, {self._within} FROM articles WHERE id = ?",
            (article_id,),
        )
        if not rows:
            raise KeyError(article_id)
        root, path, digest, given, within = rows[0]
        return StoredArticle(
            self._read_article(article_id), root, path, digest, tuple(given.split()), within
        )

    def identities(self) -> list[StoredIdentity]:
        """Of all articles, ordered by id; no text is read."""
        rows = self._rows(
            f"SELECT id, root, path, digest, {self._within} FROM articles ORDER BY id"
        )
        return [StoredIdentity(*row) for row in rows]

    def headers(self) -> Iterator[tuple[str, str | None, str | None, date | None]]:
        """Id, title, publisher and date of all articles, ordered by id; no text is read."""
        return iter(self._headers)

    def titles(self) -> dict[str, str | None]:
        """Title of every article."""
        return {id_: title for id_, title, _, _ in self._headers}

    def published(self) -> dict[str, date | None]:
        """Publication date of every article as its source gives it, doubted or not."""
        return {id_: day for id_, _, _, day in self._headers}

    def trusted_dates(self) -> dict[str, date | None]:
        """Publication date of every article, None where its text contradicts it."""
        doubted = self._rows("SELECT id FROM articles WHERE date_doubt IS NOT NULL")
        return self.published() | {id_: None for (id_,) in doubted}

    def authors(self) -> dict[str, str]:
        """Who wrote each article that names somebody; no text is read."""
        rows = self._rows(
            "SELECT id, coalesce(json_extract(body, '$.author'), json_extract(body, '$.byline')) "
            "AS author FROM articles WHERE author IS NOT NULL ORDER BY id"
        )
        return dict(rows)

    @cached_property
    def _within(self) -> str:
        """Indexes made before it was kept held whole text files, and records by their ids."""
        columns = {row[1] for row in self._rows("PRAGMA table_info(articles)")}
        plain = "(path LIKE '%.txt' OR path LIKE '%.md')"
        return "within" if "within" in columns else f"CASE WHEN {plain} THEN '' ELSE id END"

    @cached_property
    def _headers(self) -> tuple[tuple[str, str | None, str | None, date | None], ...]:
        """Read once: SQLite walks past every text to them, 0.1 s for ten thousand articles."""
        rows = self._rows("SELECT id, title, publisher, published FROM articles ORDER BY id")
        return tuple((id_, title, publisher, _date(day)) for id_, title, publisher, day in rows)

    def doubted_count(self) -> int:
        """How many articles have a date that their text contradicts."""
        count: int = self._rows(_COUNT_DOUBTED)[0][0]
        return count

    def doubted_dates(self, limit: int) -> list[DoubtedDate]:
        """The first ``limit`` of them, ordered by id; no text is read."""
        rows = self._rows(
            "SELECT id, published, date_doubt FROM articles WHERE date_doubt IS NOT NULL "
            "ORDER BY id LIMIT ?",
            (limit,),
        )
        return [DoubtedDate(id_, _date(day), DateDoubt(_words(doubt))) for id_, day, doubt in rows]

    def _read_article(self, article_id: str) -> Article:
        rows = self._rows("SELECT id, text, url, body FROM articles WHERE id = ?", (article_id,))
        if not rows:
            raise KeyError(article_id)
        return article_of(*rows[0])

    def _rows(self, sql: str, values: Sequence[str | int] = ()) -> list[tuple]:  # type: ignore[type-arg]  # sqlite rows are untyped
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> DamagedIndexError:
        return DamagedIndexError(
            f"{self.path}: cannot be read ({error}); delete the index and index the articles again."
        )


def body_of(article: Article) -> str:
    """All that was found out about an article, as JSON; its id, text and address are not in it."""
    found: dict[str, object] = {
        "title": article.title,
        "publisher": article.publisher,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "noise": [[n.range.start, n.range.end, n.kind.value] for n in article.noise],
        "sentences": [[s.start, s.end] for s in article.sentences],
        "date_doubt": article.date_doubt.words if article.date_doubt else None,
    }
    if article.places:
        found["places"] = [[place.start, place.label] for place in article.places]
    return json.dumps(found, ensure_ascii=False)


def article_of(id_: str, text: str, url: str | None, body: str) -> Article:
    """The article of which ``body_of`` was kept. Raises ``ValueError`` for another body."""
    found = json.loads(body)
    return Article(
        id=id_,
        text=text,
        title=found["title"],
        publisher=found["publisher"],
        author=found.get("author", found.get("byline")),
        url=url,
        published=_date(found["published"]),
        noise=tuple(
            Noise(TextRange(start, end), NoiseKind(kind)) for start, end, kind in found["noise"]
        ),
        sentences=tuple(TextRange(start, end) for start, end in found["sentences"]),
        date_doubt=DateDoubt(_words(doubt)) if (doubt := found.get("date_doubt")) else None,
        places=tuple(Place(start, label) for start, label in found.get("places", ())),
    )


def _words(doubt: str) -> str:
    """Indexes made before words were kept alone hold a sentence around them."""
    return doubt.removeprefix("the text speaks of ")


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
