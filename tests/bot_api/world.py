"""All that one bot's account knows of Telegram. Every access holds ``lock``."""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.faults import Faults
from tests.bot_api.queue import UpdateQueue
from tests.bot_api.values import (
    Action,
    Call,
    CallbackQuery,
    Chat,
    ChatKind,
    Entity,
    InlineQuery,
    Message,
    Record,
    User,
    Version,
    Webhook,
)


class World:
    """One bot, and the part of Telegram that its account sees. Handlers change it."""

    def __init__(self, token: str, username: str = "pullquote_bot") -> None:
        self.token = token
        self.me = User(int(token.partition(":")[0]), "Pullquote", username, is_bot=True)
        self.lock = threading.RLock()
        self.strict = True
        self.privacy = True
        self.plain_webhooks = False
        self.users: dict[int, User] = {self.me.id: self.me}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[tuple[int, int], Message] = {}
        self.of_chat: dict[int, list[Message]] = defaultdict(list)
        self.of_inline: dict[str, Message] = {}
        self.replies: dict[tuple[int, int], list[Message]] = defaultdict(list)
        self.callbacks: dict[str, CallbackQuery] = {}
        self.inlines: dict[str, InlineQuery] = {}
        self.actions: list[Action] = []
        self.calls: list[Call] = []
        self.commands: dict[tuple[str, str], list[Record]] = {}
        self.descriptions: dict[tuple[str, str], str] = {}
        self.webhook = Webhook()
        self.queue = UpdateQueue()
        self.faults = Faults()
        self.proxies: dict[str, str] = {}
        self.open_polls = 0
        self._account_messages = 0
        self._ids = itertools.count(1)

    def next_id(self) -> int:
        """A number that was not given before: for queries, users, topics."""
        return next(self._ids)

    def next_message(self, chat: Chat) -> int:
        """Private chats and basic groups share one row of numbers, supergroups have their own."""
        if chat.kind is ChatKind.SUPERGROUP:
            chat.last_message += 1
            return chat.last_message
        self._account_messages += 1
        return self._account_messages

    def chat(self, chat_id: int) -> Chat:
        """A chat that the bot may name; raises what Telegram says where there is none."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.migrated_to,
            )
        return chat

    def writable(self, chat_id: int) -> Chat:
        """A chat that the bot may write into."""
        chat = self.chat(chat_id)
        if chat.barred:
            raise ApiError(403, chat.barred)
        return chat

    def message(self, chat_id: int, message_id: int) -> Message | None:
        """A message that is still there."""
        message = self.messages.get((chat_id, message_id))
        return None if message is None or message.deleted else message

    def add(self, message: Message) -> Message:
        self.messages[message.chat, message.id] = message
        self.of_chat[message.chat].append(message)
        if message.reply_to is not None:
            self.replies[message.chat, message.reply_to].append(message)
        if message.inline_id is not None:
            self.of_inline[message.inline_id] = message
        note(message)
        return message

    def by_bot(self, chat_id: int) -> Iterator[Message]:
        """What the bot wrote into a chat, deleted messages too, in order."""
        return (m for m in self.of_chat.get(chat_id, ()) if m.sender == self.me.id)

    def deliver(self, kind: str, body: Record, key: int) -> int:
        """Queues an update; ``key`` is the chat or user whose updates stay in order."""
        return self.queue.put(kind, body, key)

    def change(
        self, message: Message, text: str, entities: list[Entity], html: str | None, **more: Any
    ) -> None:
        """Gives a message another text."""
        message.text, message.entities, message.html = text, entities, html
        for name, value in more.items():
            setattr(message, name, value)
        message.edited_at = time.time()
        note(message)


def note(message: Message) -> None:
    """Writes down how ``message`` looks now."""
    at = message.edited_at or message.at
    message.versions.append(Version(at, message.text, message.html, message.markup))
