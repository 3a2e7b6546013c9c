"""What the control tells: messages, actions, answers, menus, and the journal of all calls."""

from __future__ import annotations

import copy

from tests.bot_api.checks import problems
from tests.bot_api.talk import Talk
from tests.bot_api.values import (
    Action,
    Call,
    CallbackQuery,
    InlineQuery,
    Message,
    Record,
    Webhook,
)
from tests.bot_api.views import Posted, Ref, view


class Reading(Talk):
    """Looks at what the bot did. Everything that it returns is a copy."""

    def message(self, message: Posted | Ref) -> Posted:
        """How a message looks now."""
        with self.world.lock:
            return view(self.world.messages[message.chat, message.id])

    def messages(
        self, chat: int, *, thread: int | None = None, deleted: bool = False
    ) -> list[Posted]:
        """What the bot wrote into a chat, in order."""
        with self.world.lock:
            found = [m for m in self.world.by_bot(chat) if deleted or not m.deleted]
            return [view(m) for m in found if thread is None or m.thread == thread]

    def everything(self, chat: int) -> list[Posted]:
        """All messages of a chat, whoever wrote them, deleted ones too."""
        with self.world.lock:
            return [view(message) for message in self.world.of_chat.get(chat, ())]

    def answers(self, message: Posted | Ref) -> list[Posted]:
        """The bot's messages that reply to this one."""
        with self.world.lock:
            found = self.world.replies.get((message.chat, message.id), [])
            return [view(m) for m in found if self._by_bot(m)]

    def answer_count(self) -> int:
        """How many messages the bot has sent as replies, in all chats."""
        with self.world.lock:
            return sum(1 for m in self.world.messages.values() if m.reply_to and self._by_bot(m))

    def _by_bot(self, message: Message) -> bool:
        return message.sender == self.world.me.id and not message.deleted

    def actions(self, chat: int | None = None) -> list[Action]:
        """Chat actions, as "typing", with their times."""
        with self.world.lock:
            return [a for a in self.world.actions if chat is None or a.chat == chat]

    def callback(self, query: str) -> CallbackQuery:
        with self.world.lock:
            return copy.deepcopy(self.world.callbacks[query])

    def inline_answer(self, query: str) -> InlineQuery:
        with self.world.lock:
            return copy.deepcopy(self.world.inlines[query])

    def commands(self, scope: str = "default", language: str = "") -> list[Record]:
        """A menu: scopes are "default", "all_group_chats", "chat:7", "chat_member:-5:7" ..."""
        with self.world.lock:
            return copy.deepcopy(self.world.commands.get((scope, language), []))

    def menus(self) -> list[tuple[str, str]]:
        """Scope and language of every menu that is set."""
        with self.world.lock:
            return sorted(self.world.commands)

    def descriptions(self) -> list[tuple[str, str, str]]:
        """Descriptions that are set: kind, language, text."""
        with self.world.lock:
            return sorted((*key, text) for key, text in self.world.descriptions.items())

    def calls(self, method: str | None = None, *, since: int = 0) -> list[Call]:
        """The journal: every call in the order it came; ``method`` "webhook" are deliveries."""
        with self.world.lock:
            found = [c for c in self.world.calls[since:] if method in (None, c.method)]
            return [copy.copy(call) for call in found]

    def call_count(self) -> int:
        with self.world.lock:
            return len(self.world.calls)

    def pending(self) -> int:
        """How many updates wait for the bot, or for its acknowledgement."""
        with self.world.lock:
            return len(self.world.queue.waiting)

    def open_polls(self) -> int:
        """How many getUpdates wait now."""
        with self.world.lock:
            return self.world.open_polls

    def webhook(self) -> Webhook:
        with self.world.lock:
            return copy.copy(self.world.webhook)

    def problems(
        self,
        *,
        expected: tuple[str, ...] = (),
        notices: tuple[str, ...] = (),
        unanswered: tuple[str, ...] = (),
    ) -> list[str]:
        """What the bot did wrong so far, in words; see ``checks``."""
        with self.world.lock:
            return problems(self.world, expected, notices, unanswered)
