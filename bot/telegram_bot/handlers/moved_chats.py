"""A group became a supergroup: its conversation goes along, its permission cannot."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot.dialogue.conversation import Conversation
from bot.telegram_bot.handlers.questions import Answering
from bot.telegram_bot.handlers.steps import Finish
from bot.telegram_bot.operations.logs import log_event
from bot.telegram_bot.transport.incoming import Incoming

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MovedChatHandler:
    """Moves conversations from a group's old id to its new one."""

    answering: Answering

    def handle(self, update_id: int, moved: Incoming) -> Finish:
        """As ``Handler.handle``. Raises ``StorageError``."""
        conversations = self.answering.conversations
        old, new = self.answering.key(f"{moved.chat}"), self.answering.key(f"{moved.moved_to}")
        conversation = conversations.load(old)
        if conversation != Conversation():
            conversations.save(new, conversation)
            conversations.forget(old)
        event = "a group has another id; put it into telegram.chats of the config"
        log_event(_LOG, logging.WARNING, event, old=moved.chat, new=moved.moved_to)
        return Finish()
