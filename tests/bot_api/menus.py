"""The bot's command menus and descriptions."""

from __future__ import annotations

import re
from typing import Any

from tests.bot_api.errors import bad_request
from tests.bot_api.params import Params, as_integer, known_fields, method
from tests.bot_api.values import Record
from tests.bot_api.world import World

MOST_COMMANDS = 100
_WITHOUT_CHAT = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
}
_WITH_CHAT = {"chat", "chat_administrators"}


@method("setMyCommands", "commands", "scope", "language_code")
def set_my_commands(world: World, params: Params) -> bool:
    commands = params.structure("commands", list)
    if not commands:
        raise bad_request(
            "BOT_COMMANDS_EMPTY (use deleteMyCommands; refused by the strict test server)"
        )
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    checked = [_command(command) for command in commands]
    if len({command["command"] for command in checked}) < len(checked):
        raise bad_request("BOT_COMMANDS_DUPLICATE (refused by the strict test server)")
    world.commands[_key(world, params)] = checked
    return True


@method("getMyCommands", "scope", "language_code")
def get_my_commands(world: World, params: Params) -> list[Record]:
    return world.commands.get(_key(world, params), [])


@method("deleteMyCommands", "scope", "language_code")
def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(_key(world, params), None)
    return True


def _command(command: Any) -> Record:
    if not isinstance(command, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    known_fields(command, {"command", "description"}, "BotCommand")
    name, description = command.get("command"), command.get("description")
    if not isinstance(name, str) or not re.fullmatch(r"/?[a-z0-9_]{1,32}", name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description.strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


def _key(world: World, params: Params) -> tuple[str, str]:
    """Scope and language as one key: ``("chat:7", "de")``."""
    scope = params.structure("scope", dict) or {"type": "default"}
    known_fields(scope, {"type", "chat_id", "user_id"}, "BotCommandScope")
    kind = str(scope.get("type"))
    language = language_code(params)
    if kind in _WITHOUT_CHAT:
        return kind, language
    if kind not in _WITH_CHAT | {"chat_member"}:
        raise bad_request("can't parse BotCommandScope: Unsupported type specified")
    chat = world.chat(as_integer(scope.get("chat_id"), "chat_id"))
    if kind != "chat_member":
        return f"{kind}:{chat.id}", language
    user = as_integer(scope.get("user_id"), "user_id")
    if user not in chat.members:
        raise bad_request("user not found")
    return f"{kind}:{chat.id}:{user}", language


def language_code(params: Params) -> str:
    """Two letters, or nothing for users of all other languages."""
    language = params.text("language_code")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return language


@method("setMyDescription", "description", "language_code")
def set_my_description(world: World, params: Params) -> bool:
    return _describe(world, params, "description", 512)


@method("setMyShortDescription", "short_description", "language_code")
def set_my_short_description(world: World, params: Params) -> bool:
    return _describe(world, params, "short_description", 120)


def _describe(world: World, params: Params, name: str, most: int) -> bool:
    text = params.text(name)
    if len(text) > most:
        raise bad_request(f"{name.replace('_', ' ')} is too long")
    world.descriptions[name, language_code(params)] = text
    return True


@method("getMyDescription", "language_code")
def get_my_description(world: World, params: Params) -> Record:
    return {"description": world.descriptions.get(("description", language_code(params)), "")}


@method("getMyShortDescription", "language_code")
def get_my_short_description(world: World, params: Params) -> Record:
    text = world.descriptions.get(("short_description", language_code(params)), "")
    return {"short_description": text}
