"""Answers to pressed buttons and to inline questions."""

from __future__ import annotations

import re
import time
from typing import Any

from tests.bot_api.content import content
from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.markup import checked_preview, inline_keyboard
from tests.bot_api.params import Params, known_fields, method
from tests.bot_api.text import units
from tests.bot_api.values import Record
from tests.bot_api.world import World

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
MOST_RESULTS = 50

_ARTICLE = {
    "type",
    "id",
    "title",
    "input_message_content",
    "reply_markup",
    "url",
    "description",
    "thumbnail_url",
    "thumbnail_width",
    "thumbnail_height",
}
_CONTENT = {"message_text", "parse_mode", "link_preview_options"}


@method("answerCallbackQuery", "callback_query_id", "text", "show_alert", "url", "cache_time")
def answer_callback_query(world: World, params: Params) -> bool:
    query = world.callbacks.get(params.text("callback_query_id"))
    if query is None or query.expired:
        raise bad_request(TOO_OLD)
    text = params.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    if params.has("url"):
        raise bad_request("URL_INVALID")  # only games may open one
    _seconds(params)
    query.answered_at = query.answered_at or time.time()
    query.answers.append({"text": text, "show_alert": params.flag("show_alert")})
    return True


@method(
    "answerInlineQuery",
    "inline_query_id",
    "results",
    "cache_time",
    "is_personal",
    "next_offset",
    "button",
)
def answer_inline_query(world: World, params: Params) -> bool:
    query = world.inlines.get(params.text("inline_query_id"))
    results = params.structure("results", list) or []
    if query is None or query.expired:
        raise bad_request(TOO_OLD)
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    ids: set[str] = set()
    for result in results:
        _check_result(result)
        if result["id"] in ids:
            raise bad_request("RESULT_ID_DUPLICATE")
        ids.add(result["id"])
    if len(params.text("next_offset").encode()) > 64:
        raise bad_request("NEXT_OFFSET_INVALID")
    button = _button(params.structure("button", dict))
    query.options = {
        "cache_time": _seconds(params, 300),
        "is_personal": params.flag("is_personal"),
        "next_offset": params.text("next_offset"),
        "button": button,
    }
    query.results = results
    query.answered_at = time.time()
    return True


def _check_result(result: Any) -> None:
    if not isinstance(result, dict) or result.get("type") != "article":
        raise bad_request("inline results other than articles are not modelled by the test server")
    known_fields(result, _ARTICLE, "InlineQueryResultArticle")
    identity = result.get("id")
    if not isinstance(identity, str) or not 1 <= len(identity.encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID")
    title = result.get("title")
    if not isinstance(title, str) or not title.strip():
        raise bad_request("RESULT_TITLE_EMPTY")
    if units(title) > 256 or units(str(result.get("description", ""))) > 512:
        raise bad_request("RESULT_TEXT_TOO_LONG (refused by the strict test server)")
    inline_keyboard(result.get("reply_markup"))
    message = result.get("input_message_content")
    if not isinstance(message, dict):
        raise bad_request("can't parse inline query result: Can't find field \"message_text\"")
    known_fields(message, _CONTENT, "InputTextMessageContent")
    checked_preview(message.get("link_preview_options"))
    try:
        content(str(message.get("message_text", "")), str(message.get("parse_mode") or ""))
    except ApiError as error:
        reason = error.description.partition(": ")[2]
        raise bad_request(f"can't parse inline query result: {reason}") from None


def _button(button: Record | None) -> Record | None:
    if button is None:
        return None
    known_fields(button, {"text", "start_parameter", "web_app"}, "InlineQueryResultsButton")
    if not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request("BUTTON_TEXT_INVALID")
    start = button.get("start_parameter")
    if start is None and "web_app" not in button:
        raise bad_request("BUTTON_TYPE_INVALID")
    if start is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", str(start)):
        raise bad_request("START_PARAM_INVALID")
    return button


def _seconds(params: Params, default: int = 0) -> int:
    seconds = params.integer("cache_time", default)
    if seconds < 0:
        raise bad_request("cache_time must not be negative")
    return seconds
