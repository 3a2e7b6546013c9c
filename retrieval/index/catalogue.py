"""What an index holds, listed: who, when, where from. Read row by row, so that a collection of any
size can be listed; texts are read one at a time, and only where they are asked for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from retrieval.errors import DamagedIndexError


@dataclass(frozen=True, slots=True)
class Entry:
    """One article without its text. ``root`` is what the user named, ``path`` the file or address
    that it was read from; ``characters`` counts the code points of its text.
    """

    id: str
    title: str | None
    publisher: str | None
    author: str | None
    published: date | None
    url: str | None
    root: str
    path: str
    characters: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where an article came from; ``url`` is the address that it has itself."""

    id: str
    root: str
    path: str
    url: str | None
    title: str | None


class Order(StrEnum):
    """How entries are sorted: newest first, or by the alphabet; what has no value comes last."""

    DATE = "date"
    TITLE = "title"
    PUBLISHER = "publisher"
    ID = "id"


_SORTED = {
    Order.DATE: "published DESC NULLS LAST, id",
    Order.TITLE: "title COLLATE NOCASE NULLS LAST, id",
    Order.PUBLISHER: "publisher COLLATE NOCASE NULLS LAST, published DESC NULLS LAST, id",
    Order.ID: "id",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: all that are given must hold. ``publisher``, ``author`` and ``where`` are
    found as a part, case ignored; ``where`` in id, title, path or address. Both days are included;
    with either of them an article without a date is left out.
    """

    publisher: str | None = None
    author: str | None = None
    where: str | None = None
    since: date | None = None
    until: date | None = None

    def holds(self, entry: Entry) -> bool:
        places = (entry.id, entry.title, entry.path, entry.url)
        return (
            _contains(self.publisher, entry.publisher)
            and _contains(self.author, entry.author)
            and _contains(self.where, *places)
            and self._in_time(entry.published)
        )

    def _in_time(self, day: date | None) -> bool:
        if self.since is None and self.until is None:
            return True
        if day is None:
            return False
        return (self.since or day) <= day <= (self.until or day)


def _contains(part: str | None, *texts: str | None) -> bool:
    """Whether one of the texts has the part; true where no part is asked for."""
    return part is None or any(part.casefold() in text.casefold() for text in texts if text)


class Catalogue:
    """Lists the articles of one database, with a connection of its own. To be closed."""

    def __init__(self, path: Path) -> None:
        """``path`` is that of an ``ArticleDatabase``."""
        self._path = path
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        with self._told():
            self._connection = sqlite3.connect(uri, uri=True)
            # SQLite's own length() ends at a NUL.
            self._connection.create_function("characters", 1, len, deterministic=True)

    def close(self) -> None:
        self._connection.close()

    def entries(self, wanted: Wanted = Wanted(), order: Order = Order.DATE) -> Iterator[Entry]:
        """All that are wanted, in that order."""
        author = "coalesce(json_extract(body, '$.author'), json_extract(body, '$.byline'))"
        rows = self._rows(
            f"SELECT id, title, publisher, {author}, published, url, root, path, characters(text) "
            f"FROM articles ORDER BY {_SORTED[order]}"
        )
        for id_, title, publisher, author, day, *rest in rows:
            published = date.fromisoformat(day) if day else None
            entry = Entry(id_, title, publisher, author, published, *rest)
            if wanted.holds(entry):
                yield entry

    def text(self, article_id: str) -> str:
        """*The* text of one article. Raises ``KeyError`` when there is none."""
        return self.text_and_title(article_id)[0]

    def text_and_title(self, article_id: str) -> tuple[str, str | None]:
        """Raises ``KeyError`` when there is no such article."""
        rows = self._rows("SELECT text, title FROM articles WHERE id = ?", article_id)
        for text, title in rows:
            return text, title
        raise KeyError(article_id)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Id and text of all articles, ordered by id, one at a time."""
        yield from self._rows("SELECT id, text FROM articles ORDER BY id")

    def sources(self) -> Iterator[Source]:
        """Where each article came from, ordered by id; no text is read."""
        rows = self._rows("SELECT id, root, path, url, title FROM articles ORDER BY id")
        return (Source(*row) for row in rows)

    def _rows(self, sql: str, *values: str) -> Iterator[tuple]:  # type: ignore[type-arg]  # sqlite rows are untyped
        with self._told():
            # Not "yield from": whoever stops early would close the cursor after the connection.
            for row in self._connection.execute(sql, values):  # noqa: UP028
                yield row

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise DamagedIndexError(
                f"{self._path}: cannot be read ({error}); delete the index and index the articles "
                "again."
            ) from error
