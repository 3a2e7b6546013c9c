"""sendMessage: what it takes, and what it refuses."""

from __future__ import annotations

import time

from tests.bot_api.content import content
from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.html import parse
from tests.bot_api.markup import any_keyboard, link_preview
from tests.bot_api.params import Params, as_integer, known_fields, method
from tests.bot_api.records import message_record
from tests.bot_api.text import units
from tests.bot_api.values import Chat, Message, Record
from tests.bot_api.world import World

_REPLY_FIELDS = {
    "message_id",
    "chat_id",
    "allow_sending_without_reply",
    "quote",
    "quote_parse_mode",
    "quote_position",
}


@method(
    "sendMessage",
    "chat_id",
    "message_thread_id",
    "text",
    "parse_mode",
    "link_preview_options",
    "disable_notification",
    "protect_content",
    "reply_parameters",
    "reply_markup",
)
def send_message(world: World, params: Params) -> Record:
    chat = world.writable(chat_id(params))
    read = content(params.text("text"), params.text("parse_mode"))
    markup = any_keyboard(params.structure("reply_markup", dict))
    preview = link_preview(params)
    reply_to, quote = _reply(world, chat, params)
    thread = _thread(world, chat, params.optional_integer("message_thread_id"), reply_to)
    message = Message(
        chat.id,
        world.next_message(chat),
        world.me.id,
        time.time(),
        read.text,
        read.entities,
        read.html,
        markup,
        reply_to,
        quote,
        thread,
        silent=params.flag("disable_notification"),
        preview=preview,
    )
    return message_record(world, world.add(message))


def chat_id(params: Params) -> int:
    """The numeric id; chats are not found by their name here."""
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    try:
        return params.integer("chat_id")
    except ApiError:
        raise bad_request("chat not found") from None


def _reply(world: World, chat: Chat, params: Params) -> tuple[int | None, str | None]:
    """Which message is replied to, and the quote from it."""
    reply = params.structure("reply_parameters", dict)
    if reply is None:
        return None, None
    known_fields(reply, _REPLY_FIELDS, "reply_parameters")
    other = reply.get("chat_id")
    if other is not None and as_integer(other, "reply_parameters.chat_id") != chat.id:
        raise bad_request("replies to other chats are not modelled by the test server")
    target = as_integer(reply.get("message_id"), "reply_parameters.message_id")
    original = world.message(chat.id, target)
    if original is None:
        if reply.get("allow_sending_without_reply") in (True, "true", "True"):
            return None, None
        raise bad_request("message to be replied not found")
    return target, _quote(reply, original)


def _quote(reply: Record, original: Message) -> str | None:
    quote = reply.get("quote")
    if quote is None:
        return None
    if not isinstance(quote, str):
        raise bad_request("QUOTE_TEXT_INVALID")
    if str(reply.get("quote_parse_mode", "")).lower() == "html":
        quote, _ = parse(quote)
    shown = original.text or str(original.extra.get("caption", ""))
    if not quote or units(quote) > 1024 or quote not in shown:
        raise bad_request("QUOTE_TEXT_INVALID")
    return quote


def _thread(world: World, chat: Chat, thread: int | None, reply_to: int | None) -> int | None:
    """The topic that the message goes to: the one named, or that of the message replied to.

    In a supergroup without topics, Telegram gives the messages of a row of replies a thread id, and
    refuses to send to it.
    """
    if thread is None:
        original = world.message(chat.id, reply_to) if reply_to is not None else None
        return original.thread if original is not None else None
    if not chat.is_forum or thread not in chat.topics:
        raise bad_request("message thread not found")
    return thread
