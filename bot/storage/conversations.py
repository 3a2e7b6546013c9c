"""Where conversations are kept between questions: in memory, or in one SQLite file.

Every chat is held apart: its key is an opaque string. Knows nothing about who talks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Protocol, TypeVar

from bot.dialogue.conversation import Conversation
from bot.dialogue.conversation_json import from_json, to_json
from bot.storage.sqlite_file import FileKind, Read, SqliteFile, pragma
from retrieval.errors import StorageError

Clock = Callable[[], datetime]
_Found = TypeVar("_Found")

_LOG = logging.getLogger(__name__)
_APPLICATION, _VERSION = 0x50517163, 1
_SCHEMA = (
    "CREATE TABLE conversations (number INTEGER PRIMARY KEY, chat BLOB NOT NULL UNIQUE, "
    "saved REAL NOT NULL, body BLOB NOT NULL)",
    "CREATE INDEX conversations_by_age ON conversations (saved, number)",
    f"PRAGMA application_id = {_APPLICATION}",
    f"PRAGMA user_version = {_VERSION}",
)


def _refusal(read: Read) -> str | None:
    version = pragma(read, "user_version")
    if pragma(read, "application_id") != _APPLICATION:
        return (
            "is a database of something else; move it away, and a new one for conversations is "
            "made there."
        )
    if version != _VERSION:
        return (
            f"was written by another version of Pullquote (its format is {version}, this one's is "
            f"{_VERSION}); update Pullquote, or move the file away."
        )
    return None


_KIND = FileKind(
    _SCHEMA,
    _refusal,
    "conversations cannot be kept there ({error}); see that it can be written and has space, or "
    "move the file away to begin a new one.",
)


def utc_now() -> datetime:
    """The clock of every store unless a test gives another."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many conversations are kept, and how long after the last change."""

    age: timedelta = timedelta(days=30)
    most: int = 10_000

    def oldest(self, now: datetime) -> float:
        """What was saved before this, in seconds since 1970, has expired."""
        return now.timestamp() - self.age.total_seconds()


class ConversationStore(Protocol):
    """Keeps one conversation for each chat. Safe to share between threads.

    What has expired by age is gone at once; by count, the one saved longest ago goes at the next
    ``save``. All raise ``StorageError`` where the store is a file that cannot be used.
    """

    def load(self, chat: str) -> Conversation:
        """The conversation of a chat; an empty one where none is kept."""
        ...

    def save(self, chat: str, conversation: Conversation) -> None:
        """Keeps a conversation instead of the chat's earlier one. An empty one is forgotten."""
        ...

    def forget(self, chat: str) -> None:
        """Drops the conversation of a chat, if there is one."""
        ...

    def expire(self, now: datetime) -> int:
        """Drops what is too old at ``now`` or too much; gives how many conversations went."""
        ...


class ConversationsInMemory:
    """Implements ``ConversationStore`` as long as the object lives."""

    def __init__(self, limits: Limits | None = None, clock: Clock = utc_now) -> None:
        self._limits = limits or Limits()
        self._clock = clock
        self._lock = Lock()
        # The one saved last stands last.
        self._kept: dict[str, tuple[float, Conversation]] = {}

    def load(self, chat: str) -> Conversation:
        with self._lock:
            saved, conversation = self._kept.get(chat, (0.0, Conversation()))
        return conversation if saved >= self._limits.oldest(self._clock()) else Conversation()

    def save(self, chat: str, conversation: Conversation) -> None:
        now = self._clock()
        with self._lock:
            self._kept.pop(chat, None)
            if conversation != Conversation():
                self._kept[chat] = (now.timestamp(), conversation)
            self._drop(now)

    def forget(self, chat: str) -> None:
        with self._lock:
            self._kept.pop(chat, None)

    def expire(self, now: datetime) -> int:
        with self._lock:
            return self._drop(now)

    def _drop(self, now: datetime) -> int:
        before = len(self._kept)
        oldest = self._limits.oldest(now)
        fresh = [chat for chat, (saved, _) in self._kept.items() if saved >= oldest]
        latest = sorted(fresh, key=lambda chat: self._kept[chat][0])[-self._limits.most :]
        self._kept = {chat: self._kept[chat] for chat in latest}
        return before - len(self._kept)


class ConversationsInSqlite:
    """Implements ``ConversationStore`` in a file that any number of processes may share.

    The file is opened, and made, at first use. One that is no file of conversations, or that a
    newer version has written, is left as it is and refused with ``StorageError``. A conversation
    in it that cannot be read begins afresh, with a logged warning.
    """

    def __init__(self, path: Path, limits: Limits | None = None, clock: Clock = utc_now) -> None:
        self.path = path
        self._limits = limits or Limits()
        self._clock = clock
        self._file = SqliteFile(path, _KIND)

    def close(self) -> None:
        """Lets go of the file; the next use opens it again."""
        self._file.close()

    def load(self, chat: str) -> Conversation:
        oldest = self._limits.oldest(self._clock())
        # As bytes, since damaged text would make the whole call fail.
        found = "SELECT CAST(body AS BLOB) FROM conversations WHERE chat = ? AND saved >= ?"
        rows = self._file.rows(found, _bytes(chat), oldest)
        if not rows:
            return Conversation()
        try:
            return from_json(rows[0][0].decode("utf-8", "surrogatepass"))
        except ValueError as error:
            _LOG.warning("%s: the conversation of %a begins afresh: %s", self.path, chat, error)
            return Conversation()

    def save(self, chat: str, conversation: Conversation) -> None:
        if conversation == Conversation():
            self.forget(chat)
            return
        now = self._clock()
        body = _bytes(to_json(conversation))
        with self._file.together():
            # REPLACE gives a new number, so that among equal times the order is that of saving.
            self._file.change(
                "INSERT OR REPLACE INTO conversations (chat, saved, body) VALUES (?, ?, ?)",
                _bytes(chat), now.timestamp(), body,
            )  # fmt: skip
            self._drop(now)

    def forget(self, chat: str) -> None:
        self._file.change("DELETE FROM conversations WHERE chat = ?", _bytes(chat))

    def expire(self, now: datetime) -> int:
        with self._file.together():
            return self._drop(now)

    def _drop(self, now: datetime) -> int:
        old = "DELETE FROM conversations WHERE saved < ?"
        many = (
            "DELETE FROM conversations WHERE number IN (SELECT number FROM conversations "
            "ORDER BY saved DESC, number DESC LIMIT -1 OFFSET ?)"
        )
        dropped = self._file.change(old, self._limits.oldest(now))
        return dropped + self._file.change(many, self._limits.most)


class ConversationsElseInMemory:
    """Keeps conversations in ``store`` until that fails, and from then on in memory.

    For a front end that must not stop because a disk is full: one warning is logged.
    """

    def __init__(self, store: ConversationStore, spare: ConversationStore) -> None:
        self._store = store
        self._spare = spare

    def load(self, chat: str) -> Conversation:
        return self._try(lambda store: store.load(chat))

    def save(self, chat: str, conversation: Conversation) -> None:
        self._try(lambda store: store.save(chat, conversation))

    def forget(self, chat: str) -> None:
        self._try(lambda store: store.forget(chat))

    def expire(self, now: datetime) -> int:
        return self._try(lambda store: store.expire(now))

    def _try(self, use: Callable[[ConversationStore], _Found]) -> _Found:
        try:
            return use(self._store)
        except StorageError as error:
            _LOG.warning("%s Until then nothing is kept after you leave.", error)
            self._store = self._spare
            return use(self._spare)


def _bytes(text: str) -> bytes:
    """For SQLite, which takes no lone surrogates in a text."""
    return text.encode("utf-8", "surrogatepass")
