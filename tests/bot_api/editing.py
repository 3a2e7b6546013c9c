"""Changing and deleting messages."""

from __future__ import annotations

import time

from tests.bot_api.content import content
from tests.bot_api.errors import bad_request
from tests.bot_api.markup import inline_keyboard, link_preview
from tests.bot_api.params import Params, as_integer, method
from tests.bot_api.records import message_record
from tests.bot_api.sending import chat_id
from tests.bot_api.values import Chat, ChatKind, Message, Record
from tests.bot_api.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_KEPT_SECONDS = 48 * 3600


@method(
    "editMessageText",
    "chat_id",
    "message_id",
    "inline_message_id",
    "text",
    "parse_mode",
    "link_preview_options",
    "reply_markup",
)
def edit_message_text(world: World, params: Params) -> Record | bool:
    message = _edited(world, params)
    read = content(params.text("text"), params.text("parse_mode"), too_long="MESSAGE_TOO_LONG")
    markup = inline_keyboard(params.structure("reply_markup", dict))
    preview = link_preview(params)
    same_text = (read.text, read.entities) == (message.text, message.entities)
    if same_text and markup == message.markup and (preview or {}) == (message.preview or {}):
        raise bad_request(NOT_MODIFIED)
    world.change(message, read.text, read.entities, read.html, markup=markup, preview=preview)
    return _changed(world, message)


@method("editMessageReplyMarkup", "chat_id", "message_id", "inline_message_id", "reply_markup")
def edit_message_reply_markup(world: World, params: Params) -> Record | bool:
    message = _edited(world, params)
    markup = inline_keyboard(params.structure("reply_markup", dict))
    if markup == message.markup:
        raise bad_request(NOT_MODIFIED)
    world.change(message, message.text, message.entities, message.html, markup=markup)
    return _changed(world, message)


def _edited(world: World, params: Params) -> Message:
    """The message that a call wants to change."""
    if params.has("inline_message_id"):
        inline = world.of_inline.get(params.text("inline_message_id"))
        if inline is None:
            raise bad_request("MESSAGE_ID_INVALID")
        return inline
    chat = world.writable(chat_id(params))
    message = world.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender != world.me.id:
        raise bad_request("message can't be edited")
    return message


def _changed(world: World, message: Message) -> Record | bool:
    return True if message.inline_id is not None else message_record(world, message)


@method("deleteMessage", "chat_id", "message_id")
def delete_message(world: World, params: Params) -> bool:
    chat = world.writable(chat_id(params))
    message = world.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(world, chat, message):
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    return True


@method("deleteMessages", "chat_id", "message_ids")
def delete_messages(world: World, params: Params) -> bool:
    """Skips what is not there, as Telegram does."""
    chat = world.writable(chat_id(params))
    ids = params.structure("message_ids", list) or []
    if not 1 <= len(ids) <= 100:
        raise bad_request("MESSAGE_IDS_INVALID")
    for one in ids:
        message = world.message(chat.id, as_integer(one, "message_id"))
        if message is not None and not _may_delete(world, chat, message):
            raise bad_request("message can't be deleted for everyone")
        if message is not None:
            message.deleted = True
    return True


def _may_delete(world: World, chat: Chat, message: Message) -> bool:
    """Its own messages, and those of others where it is an administrator or in a private chat."""
    if time.time() - message.at > _KEPT_SECONDS:
        return False
    own = message.sender == world.me.id
    return own or chat.kind is ChatKind.PRIVATE or chat.members.get(world.me.id) == "administrator"
