"""A Telegram update as a plain value: what was said, where, by whom.

The one place that reads ``telegram.Update``. Knows nothing about who may ask or what is answered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from telegram import CallbackQuery, Chat, InlineQuery, Message, MessageEntity, Update

from retrieval.text.characters import whole_characters

_COMMAND = re.compile(r"/(?P<name>\w{1,32})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?\Z", re.S)


class Kind(Enum):
    """What an update is, with its name in the bot's metrics."""

    QUESTION = "question"
    COMMAND = "command"
    EDIT = "edit"
    CALLBACK = "press"
    INLINE = "inline"
    NO_TEXT = "no_text"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that somebody did.

    ``text`` is the question, a command's argument, an inline query or a pressed button's data.
    ``message`` is the message that was sent, edited, or whose button was pressed. ``query`` is the
    id under which a press or an inline query is answered. ``command`` is without its slash.
    ``moved_to`` is the new id of a group.
    """

    kind: Kind
    chat: int
    user: int
    text: str = ""
    message: int = 0
    private: bool = True
    thread: int | None = None
    language: str | None = None
    command: str = ""
    query: str = ""
    moved_to: int = 0

    @property
    def place(self) -> str:
        """The conversation: a chat, or a topic of a forum."""
        return f"{self.chat}" if self.thread is None else f"{self.chat}:{self.thread}"


def read(update: Update, me: Me) -> Incoming | None:
    """What the update is to the bot; None where it is none of its business.

    In a group that is everything not addressed to the bot: by ``/ask``, by its name, or by a reply
    to one of its messages.
    """
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.inline_query is not None:
        return _inline(update.inline_query)
    if update.message is not None:
        return _message(update.message, me)
    if update.edited_message is not None:
        return _edit(update.edited_message, me)
    return None


def _press(pressed: CallbackQuery) -> Incoming | None:
    message = pressed.message
    if message is None or not pressed.data:
        return None
    chat = message.chat
    return Incoming(
        Kind.CALLBACK,
        chat.id,
        pressed.from_user.id,
        whole_characters(pressed.data),
        message.message_id,
        chat.type == Chat.PRIVATE,
        _thread(message) if isinstance(message, Message) else None,
        pressed.from_user.language_code,
        query=pressed.id,
    )


def _inline(asked: InlineQuery) -> Incoming:
    user = asked.from_user
    return Incoming(
        Kind.INLINE,
        0,
        user.id,
        whole_characters(asked.query),
        language=user.language_code,
        query=asked.id,
    )


def _message(message: Message, me: Me) -> Incoming | None:
    if message.migrate_to_chat_id is not None:
        return Incoming(Kind.MOVED, message.chat.id, 0, moved_to=message.migrate_to_chat_id)
    if not _from_a_person(message, me):
        return None
    if message.text is None:
        if message.chat.type != Chat.PRIVATE or message.effective_attachment is None:
            return None
        return _incoming(Kind.NO_TEXT, message, "")
    command = _command(message, me)
    if command is not None:
        return command
    question = _addressed(message, me)
    return None if question is None else _incoming(Kind.QUESTION, message, question)


def _edit(message: Message, me: Me) -> Incoming | None:
    if message.text is None or not _from_a_person(message, me):
        return None
    command = _command(message, me)
    if command is not None and command.command != "ask":
        return None
    question = command.text if command is not None else _addressed(message, me)
    return None if question is None else _incoming(Kind.EDIT, message, question)


def _from_a_person(message: Message, me: Me) -> bool:
    """Whether somebody wrote it, not a bot, a channel, or this bot through somebody's inline
    question.
    """
    if message.chat.type == Chat.CHANNEL or message.is_automatic_forward:
        return False
    if message.via_bot is not None and message.via_bot.id == me.id:
        return False
    sender = message.from_user
    # An anonymous admin of a group writes as the group itself.
    return sender is not None and (not sender.is_bot or message.sender_chat is not None)


def _command(message: Message, me: Me) -> Incoming | None:
    """The command that the message begins with, if it is meant for this bot."""
    entities = message.entities
    if not entities or entities[0].type != MessageEntity.BOT_COMMAND or entities[0].offset:
        return None
    found = _COMMAND.match(message.text or "")
    if found is None:
        return None
    named = found["bot"]
    if named is not None and named.casefold() != me.username.casefold():
        return None
    rest = (found["rest"] or "").strip()
    if not rest and found["name"].casefold() == "ask" and message.reply_to_message is not None:
        rest = (message.reply_to_message.text or "").strip()  # "/ask" said of somebody's message
    return _incoming(Kind.COMMAND, message, rest, found["name"].casefold())


def _addressed(message: Message, me: Me) -> str | None:
    """The text without the bot's name; None in a group where the bot is not meant."""
    text, named = _without_name(message, me)
    if message.chat.type == Chat.PRIVATE:
        return text
    answered = message.reply_to_message
    to_me = (
        answered is not None and answered.from_user is not None and answered.from_user.id == me.id
    )
    return text if named or to_me else None


def _without_name(message: Message, me: Me) -> tuple[str, bool]:
    name = f"@{me.username}".casefold()
    # Offsets of entities are UTF-16 units; the library cannot cut texts with half characters.
    units = (message.text or "").encode("utf-16-le", "surrogatepass")
    mentions = (
        units[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le", "replace")
        for one in message.entities
        if one.type == MessageEntity.MENTION
    )
    if not any(mention.casefold() == name for mention in mentions):
        return (message.text or "").strip(), False
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)[,:]?"
    text = re.sub(pattern, " ", message.text or "", flags=re.I)
    return re.sub(r"[ \t]{2,}", " ", text).strip(), True


def _incoming(kind: Kind, message: Message, text: str, command: str = "") -> Incoming:
    sender = message.sender_chat or message.from_user
    return Incoming(
        kind,
        message.chat.id,
        sender.id if sender is not None else 0,
        whole_characters(text),  # what is kept must be writable
        message.message_id,
        message.chat.type == Chat.PRIVATE,
        _thread(message),
        getattr(message.from_user, "language_code", None),
        command,
    )


def _thread(message: Message) -> int | None:
    """The topic of a forum. Replies in other groups have a thread too, which is none."""
    return message.message_thread_id if message.is_topic_message else None
