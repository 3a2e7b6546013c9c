"""People, chats and messages as the JSON of the Bot API. Dates are in whole seconds."""

from __future__ import annotations

from tests.bot_api.values import (
    CallbackQuery,
    Chat,
    ChatKind,
    InlineQuery,
    Message,
    Record,
    User,
)
from tests.bot_api.world import World


def user_record(user: User) -> Record:
    record: Record = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.username:
        record["username"] = user.username
    if user.language_code:
        record["language_code"] = user.language_code
    return record


def me_record(world: World) -> Record:
    return {
        **user_record(world.me),
        "can_join_groups": True,
        "can_read_all_group_messages": not world.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_record(world: World, chat: Chat) -> Record:
    if chat.kind is ChatKind.PRIVATE:
        user = world.users[chat.id]
        record: Record = {"id": chat.id, "type": "private", "first_name": user.first_name}
        if user.username:
            record["username"] = user.username
        return record
    record = {"id": chat.id, "type": chat.kind.value, "title": chat.title}
    if chat.is_forum:
        record["is_forum"] = True
    return record


def full_chat_record(world: World, chat: Chat) -> Record:
    """What ``getChat`` tells."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    return {
        **chat_record(world, chat),
        "accent_color_id": chat.id % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys((*gifts, "gifts_from_channels"), True),
    }


def message_record(world: World, message: Message, *, nested: bool = False) -> Record:
    """A message; one that another replies to (``nested``) does not tell what it replies to."""
    chat = world.chats[message.chat]
    record: Record = {
        "message_id": message.id,
        "from": user_record(world.users[message.sender]),
        "chat": chat_record(world, chat),
        "date": int(message.at),
    }
    if message.edited_at is not None:
        record["edit_date"] = int(message.edited_at)
    if message.text:
        record["text"] = message.text
        if message.entities:
            record["entities"] = message.entities
    if message.markup:
        record["reply_markup"] = message.markup
    if message.via_bot:
        record["via_bot"] = user_record(world.me)
    if message.preview is not None:
        record["link_preview_options"] = message.preview
    record |= message.extra | _thread(chat, message)
    if not nested:
        record |= _reply(world, chat, message)
    return record


def _thread(chat: Chat, message: Message) -> Record:
    if message.thread is None:
        return {}
    if chat.is_forum:
        return {"message_thread_id": message.thread, "is_topic_message": True}
    return {"message_thread_id": message.thread}


def _reply(world: World, chat: Chat, message: Message) -> Record:
    target = message.reply_to
    if target is None and chat.is_forum:
        target = message.thread  # in a topic, everything replies to the message that opened it
    original = world.message(message.chat, target) if target is not None else None
    if original is None or original is message:
        return {}
    record: Record = {"reply_to_message": message_record(world, original, nested=True)}
    if message.quote:
        record["quote"] = {"text": message.quote, "position": 0, "is_manual": True}
    return record


def callback_record(world: World, query: CallbackQuery) -> Record:
    """A pressed button: below a message of a chat, or below one sent through inline mode."""
    message = world.messages[query.chat, query.message]
    record: Record = {
        "id": query.id,
        "from": user_record(world.users[query.user]),
        "chat_instance": str(-query.chat * 7_919 - 1),
        "data": query.data,
    }
    if message.inline_id is not None:
        return {**record, "inline_message_id": message.inline_id}
    if message.deleted:
        chat = chat_record(world, world.chats[query.chat])
        gone = {"chat": chat, "message_id": message.id, "date": 0}
        return {**record, "message": gone}
    return {**record, "message": message_record(world, message)}


def inline_record(world: World, query: InlineQuery, chat_type: str) -> Record:
    return {
        "id": query.id,
        "from": user_record(world.users[query.user]),
        "query": query.query,
        "offset": "",
        "chat_type": chat_type,
    }
