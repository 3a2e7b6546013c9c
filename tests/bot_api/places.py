"""The bot itself, its chats, and who is in them."""

from __future__ import annotations

import time

from tests.bot_api.errors import bad_request
from tests.bot_api.params import Params, method
from tests.bot_api.records import full_chat_record, me_record, user_record
from tests.bot_api.sending import chat_id
from tests.bot_api.values import Action, ChatKind, Record
from tests.bot_api.world import World

_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


@method("getMe")
def get_me(world: World, params: Params) -> Record:
    return me_record(world)


@method("sendChatAction", "chat_id", "message_thread_id", "action")
def send_chat_action(world: World, params: Params) -> bool:
    chat = world.writable(chat_id(params))
    action = params.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    thread = params.optional_integer("message_thread_id")
    # Unlike sendMessage, this takes 1, the id of a forum's general topic.
    if thread not in (None, 1) and (not chat.is_forum or thread not in chat.topics):
        raise bad_request("message thread not found")
    world.actions.append(Action(chat.id, thread, action, time.time()))
    return True


@method("getChat", "chat_id")
def get_chat(world: World, params: Params) -> Record:
    return full_chat_record(world, world.writable(chat_id(params)))


@method("getChatMember", "chat_id", "user_id")
def get_chat_member(world: World, params: Params) -> Record:
    chat = world.writable(chat_id(params))
    user = world.users.get(params.integer("user_id"))
    if user is None:
        raise bad_request("user not found")
    status = chat.members.get(user.id, "left")
    record: Record = {"status": status, "user": user_record(user)}
    if status == "creator":
        record["is_anonymous"] = False
    elif status == "administrator":
        record |= dict.fromkeys(_RIGHTS, False)
    return record


_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


@method("leaveChat", "chat_id")
def leave_chat(world: World, params: Params) -> bool:
    chat = world.writable(chat_id(params))
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    chat.members.pop(world.me.id, None)
    chat.barred = f"bot is not a member of the {chat.kind.value} chat"
    return True
