"""Updates that wait for the bot: kept until acknowledged by an offset or taken by the webhook."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.bot_api.errors import bad_request
from tests.bot_api.values import Record

KINDS = (
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
)
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
FIRST_ID = 100_000_001


@dataclass(slots=True, eq=False)
class Update:
    """One update; ``key`` is the chat or user whose updates stay in order."""

    id: int
    kind: str
    body: Record
    key: int
    at: float = field(default_factory=time.time)
    taken_at: float | None = None

    def record(self) -> Record:
        return {"update_id": self.id, self.kind: self.body}


class UpdateQueue:
    """The waiting updates of one bot. Knows nothing about polls; ``wake`` is called after each."""

    def __init__(self) -> None:
        self.waiting: list[Update] = []
        self.allowed: tuple[str, ...] = ()
        self.last_id = FIRST_ID - 1
        self.dropped = 0
        self.wake: Callable[[], None] = lambda: None

    def put(self, kind: str, body: Record, key: int) -> int:
        """Queues what the bot asked for; the id of an update that it did not ask for is lost."""
        self.last_id += 1
        if kind in self.allowed or (not self.allowed and kind not in _NOT_BY_DEFAULT):
            self.waiting.append(Update(self.last_id, kind, body, key))
            self.wake()
        else:
            self.dropped += 1
        return self.last_id

    def allow(self, kinds: Sequence[object] | None) -> None:
        """Remembers what kinds are wanted; ``None`` leaves that as it is."""
        if kinds is None:
            return
        for kind in kinds:
            if not isinstance(kind, str) or kind not in KINDS:
                # Telegram ignores such names, and then the bot waits for what never comes.
                raise bad_request(
                    f"unknown update type {kind!r} (refused by the strict test server)"
                )
        self.allowed = tuple(str(kind) for kind in kinds)

    def acknowledge(self, offset: int) -> None:
        """Forgets updates below ``offset``; a negative one keeps that many of the last."""
        if offset > 0:
            self.waiting = [update for update in self.waiting if update.id >= offset]
        elif offset < 0:
            self.waiting = self.waiting[offset:]

    def take(self, limit: int) -> list[Record]:
        """The first updates, which stay until they are acknowledged."""
        now = time.time()
        for update in self.waiting[:limit]:
            update.taken_at = update.taken_at or now
        return [update.record() for update in self.waiting[:limit]]

    def remove(self, update: Update) -> None:
        if update in self.waiting:
            self.waiting.remove(update)

    def clear(self) -> None:
        self.waiting.clear()
