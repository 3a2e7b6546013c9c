"""Keyboards and link previews: what Telegram refuses of them."""

from __future__ import annotations

import re
from typing import Any

from tests.bot_api.errors import bad_request
from tests.bot_api.params import Params, known_fields
from tests.bot_api.values import Record

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
MOST_DATA_BYTES = 64

_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
}
_LOOKS = {"text", "style", "icon_custom_emoji_id"}
_OTHERS = {
    "keyboard": {
        "is_persistent",
        "resize_keyboard",
        "one_time_keyboard",
        "input_field_placeholder",
        "selective",
    },
    "remove_keyboard": {"selective"},
    "force_reply": {"input_field_placeholder", "selective"},
}
_PREVIEW = {
    "is_disabled",
    "url",
    "prefer_small_media",
    "prefer_large_media",
    "show_above_text",
}


def inline_keyboard(markup: Any) -> Record | None:
    """The keyboard as Telegram keeps it; ``None`` where no button is left."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    known_fields(markup, {"inline_keyboard"}, "reply_markup")
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(
            'can\'t parse inline keyboard: Field "inline_keyboard" must be of type Array'
        )
    kept = [[_button(button) for button in row] for row in rows if row]
    if any(len(row) > MOST_IN_A_ROW for row in kept):
        raise bad_request("BUTTON_ROW_TOO_LONG")
    if sum(map(len, kept)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def any_keyboard(markup: Any) -> Record | None:
    """As ``inline_keyboard``; keyboards below the input field are let through unread."""
    for name, fields in _OTHERS.items():
        if isinstance(markup, dict) and name in markup:
            known_fields(markup, {name} | fields, "reply_markup")
            return None
    return inline_keyboard(markup)


def _button(button: Any) -> Record:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: expected an Object")
    known_fields(button, _ACTIONS | _LOOKS, "InlineKeyboardButton")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    actions = sorted(_ACTIONS & button.keys())
    if not actions:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        raise bad_request(f"inline keyboard button has {len(actions)} actions, must have one")
    _check_action(actions[0], button[actions[0]])
    return button


def _check_action(action: str, value: Any) -> None:
    if action == "callback_data":
        if not isinstance(value, str) or not 1 <= len(value.encode()) <= MOST_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")
    elif action == "url":
        if not isinstance(value, str) or not re.match(r"(?i)(https?|tg|ton)://[^\s]+$", value):
            raise bad_request(f"inline keyboard button URL '{value}' is invalid")
    elif action == "copy_text":
        text = value.get("text") if isinstance(value, dict) else None
        if not isinstance(text, str) or not 1 <= len(text) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    elif action.startswith("switch_inline_query") and not isinstance(value, str | dict):
        raise bad_request(f"can't parse inline keyboard button: {action} must be a string")


def link_preview(params: Params) -> Record | None:
    """``link_preview_options`` of a call."""
    return checked_preview(params.structure("link_preview_options", dict))


def checked_preview(options: Any) -> Record | None:
    if options is None:
        return None
    if not isinstance(options, dict):
        raise bad_request("can't parse link preview options JSON object")
    known_fields(options, _PREVIEW, "link_preview_options")
    for name, value in options.items():
        if not isinstance(value, str if name == "url" else bool):
            raise bad_request(f"can't parse link preview options: wrong type of {name!r}")
    if options.get("prefer_small_media") and options.get("prefer_large_media"):
        raise bad_request("link preview can't be both small and large")
    return dict(options)
