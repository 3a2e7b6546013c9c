"""What the server remembers: people, chats, messages, calls. Knows nothing about HTTP or JSON."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Entity = dict[str, Any]
Record = dict[str, Any]


@dataclass(slots=True)
class User:
    """Somebody with an account; the bot has one too."""

    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False


class ChatKind(StrEnum):
    """What Telegram calls the type of a chat. Channels are not modelled."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"


@dataclass(slots=True)
class Chat:
    """A chat as the bot's account sees it.

    ``barred`` is the text of the 403 that the bot gets here; empty while it may write.
    ``topics`` has the names of a forum's topics by thread id.
    """

    id: int
    kind: ChatKind
    title: str
    is_forum: bool = False
    members: dict[int, str] = field(default_factory=dict)
    topics: dict[int, str] = field(default_factory=dict)
    barred: str = ""
    migrated_to: int | None = None
    # Supergroups count their own messages; the others share the counter of the bot's account.
    last_message: int = 0


@dataclass(frozen=True, slots=True)
class Version:
    """How a message looked from a moment on."""

    at: float
    text: str
    html: str | None
    markup: Record | None


@dataclass(slots=True)
class Message:
    """A message in a chat.

    ``html`` is the text as the bot sent it, ``None`` for what was sent without a parse mode or by
    a person. ``extra`` holds fields of messages that are no text, as they stand in the JSON.
    """

    chat: int
    id: int
    sender: int
    at: float
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    html: str | None = None
    markup: Record | None = None
    reply_to: int | None = None
    quote: str | None = None
    thread: int | None = None
    via_bot: bool = False
    silent: bool = False
    preview: Record | None = None
    edited_at: float | None = None
    deleted: bool = False
    inline_id: str | None = None
    extra: Record = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)


@dataclass(slots=True)
class CallbackQuery:
    """A pressed button, and what the bot answered."""

    id: str
    user: int
    chat: int
    message: int
    data: str
    at: float
    expired: bool = False
    answered_at: float | None = None
    answers: list[Record] = field(default_factory=list)


@dataclass(slots=True)
class InlineQuery:
    """A question typed behind the bot's name, and what the bot answered."""

    id: str
    user: int
    query: str
    at: float
    expired: bool = False
    answered_at: float | None = None
    results: list[Record] = field(default_factory=list)
    options: Record = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """One request of the bot. ``status`` is 0 while it runs, and -1 where no response was sent.

    ``fault`` names the injected fault that it met. ``message`` is the message that it made or
    changed.
    """

    method: str
    parameters: Record
    at: float
    status: int = 0
    description: str = ""
    fault: str = ""
    ended_at: float | None = None
    message: int | None = None
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Action:
    """A chat action, as "typing"."""

    chat: int
    thread: int | None
    action: str
    at: float


@dataclass(slots=True)
class Webhook:
    """Where updates go instead of waiting for ``getUpdates``."""

    url: str = ""
    secret: str | None = None
    max_connections: int = 40
    ip_address: str | None = None
    last_error_at: float | None = None
    last_error: str = ""
