"""What was read, kept on disk until it is prepared: memory holds one article at a time.

Here every article gets its id. One that was indexed before keeps its own; a second one of the same
id is left out where it says the same, and gets a derived id ("talks~2") where it does not.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from retrieval.datatypes import Place
from retrieval.index.database import StoredIdentity
from retrieval.ingest.numeric_dates import OpenDate, decided, open_date
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

_SCHEMA = """
CREATE TABLE raws (id TEXT PRIMARY KEY, root TEXT, path TEXT, within TEXT, text TEXT, rest TEXT);
"""


class Spool:
    """Filled once with what was read, then asked for it. To be closed."""

    def __init__(self, stored: Sequence[StoredIdentity] = ()) -> None:
        """``stored`` is what the index holds already."""
        # A database without a name lies in memory while it is small, then in a file that nobody
        # sees, and is gone when it is closed.
        self._connection = sqlite3.connect("")
        self._connection.executescript(_SCHEMA)
        self._known = {(old.path, old.within): old for old in stored}
        self._stored = {old.id: old for old in stored}
        self._open_dates: list[OpenDate] = []
        self.skipped: list[Skipped] = []
        self.notes: list[Note] = []

    @classmethod
    def of(cls, found: Iterable[Found], stored: Sequence[StoredIdentity] = ()) -> Spool:
        """A spool filled with all of ``found``."""
        spool = cls(stored)
        spool.fill(found)
        return spool

    def fill(self, found: Iterable[Found]) -> None:
        """Takes everything in; then days and months of dates in figures are told apart. Passes on
        what reading raises.
        """
        for item in found:
            match item:
                case RawArticle():
                    self._take(item)
                case Skipped():
                    self.skipped.append(item)
                case Note():
                    self.notes.append(item)
        for id_, days in decided(self._open_dates):
            self._date(id_, days)

    def close(self) -> None:
        self._connection.close()

    def __len__(self) -> int:
        count: int = self._connection.execute("SELECT count(*) FROM raws").fetchone()[0]
        return count

    def __iter__(self) -> Iterator[RawArticle]:
        """The articles in the order they were read in."""
        for row in self._connection.execute("SELECT * FROM raws ORDER BY rowid"):
            yield _raw(*row)

    def identities(self) -> Iterator[StoredIdentity]:
        """Of all articles, as an index would hold them, ordered by id."""
        for row in self._connection.execute("SELECT * FROM raws ORDER BY id"):
            raw = _raw(*row)
            yield StoredIdentity(raw.id, raw.root, raw.path, digest_of(raw), raw.within)

    def raw(self, id_: str) -> RawArticle:
        """One article. Raises ``KeyError`` when there is none."""
        row = self._row(id_)
        if row is None:
            raise KeyError(id_)
        return _raw(*row)

    def _row(self, id_: str) -> tuple[str, ...] | None:
        found: tuple[str, ...] | None = self._connection.execute(
            "SELECT * FROM raws WHERE id = ?", (id_,)
        ).fetchone()
        return found

    def _take(self, raw: RawArticle) -> None:
        before = self._known.get((raw.path, raw.within))
        if before is not None and self._row(before.id) is None:
            raw = replace(raw, id=before.id, root=before.root)
        else:
            other = self._holder(raw.id)
            if other is not None and _says_the_same(other, raw):
                self._leave_out(raw, other)
                return
            if other is not None:
                raw = self._renamed(raw, other)
        values = (raw.id, raw.root, raw.path, raw.within, raw.text, _rest(raw))
        self._connection.execute("INSERT INTO raws VALUES (?, ?, ?, ?, ?, ?)", values)
        if (dated := open_date(raw)) is not None:
            self._open_dates.append(dated)

    def _holder(self, id_: str) -> RawArticle | StoredIdentity | None:
        """Who has this id: an article of this run, or an indexed one whose file is still there."""
        row = self._row(id_)
        if row is not None:
            return _raw(*row)
        old = self._stored.get(id_)
        return old if old is not None and not is_gone(old.path) else None

    def _leave_out(self, raw: RawArticle, other: RawArticle | StoredIdentity) -> None:
        part = raw.within and f'"{raw.within}"'
        reason = "the same article is there already"
        if other.path != raw.path:
            reason += f", from {other.path}"
        self.skipped.append(Skipped(raw.root, raw.path, reason, part or "(again)"))

    def _renamed(self, raw: RawArticle, other: RawArticle | StoredIdentity) -> RawArticle:
        number = 2
        while self._holder(f"{raw.id}~{number}") is not None:
            number += 1
        derived = f"{raw.id}~{number}"
        where = "" if other.path == raw.path else f" from {raw.path}"
        self.notes.append(
            Note(f'two articles have the id "{raw.id}": the second{where} is kept as "{derived}"')
        )
        return replace(raw, id=derived)

    def _date(self, id_: str, days: frozenset[date]) -> None:
        if len(days) == 1:
            raw = replace(self.raw(id_), published=next(iter(days)))
            self._connection.execute("UPDATE raws SET rest = ? WHERE id = ?", (_rest(raw), id_))
            return
        written = next(dated.written for dated in self._open_dates if dated.id == id_)
        listed = " or ".join(day.isoformat() for day in sorted(days)) or "no day"
        self.notes.append(Note(f'{id_}: left without a date, "{written}" may be {listed}'))


def is_gone(path: str) -> bool:
    """Whether an article's file is no longer there: one that may not be looked at is not gone, and
    addresses are not asked.
    """
    if "://" in path:
        return False
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def digest_of(raw: RawArticle) -> str:
    """A digest of everything that was read of an article."""
    published = raw.published.isoformat() if raw.published else None
    fields: list[object] = [raw.text, raw.title, raw.publisher, raw.url, published]
    # What came later is left out where it is absent: articles of older indexes count as unchanged.
    later = [raw.author, raw.named_title, [[place.start, place.label] for place in raw.places]]
    if any(later):
        fields += later
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def _says_the_same(other: RawArticle | StoredIdentity, raw: RawArticle) -> bool:
    if isinstance(other, RawArticle):
        return other.text == raw.text
    return other.digest == digest_of(raw)


def _rest(raw: RawArticle) -> str:
    return json.dumps(
        {
            "title": raw.title,
            "publisher": raw.publisher,
            "author": raw.author,
            "url": raw.url,
            "published": raw.published.isoformat() if raw.published else None,
            "numeric": raw.numeric,
            "places": [[place.start, place.label] for place in raw.places],
            "named_title": raw.named_title,
        }
    )


def _raw(id_: str, root: str, path: str, within: str, text: str, rest: str) -> RawArticle:
    fields = json.loads(rest)
    day = fields.pop("published")
    places = tuple(Place(start, label) for start, label in fields.pop("places"))
    return RawArticle(
        id=id_,
        text=text,
        root=root,
        path=path,
        within=within,
        published=date.fromisoformat(day) if day else None,
        places=places,
        **fields,
    )
