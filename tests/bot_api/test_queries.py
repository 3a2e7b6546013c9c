"""The strict server's buttons and inline mode."""

from __future__ import annotations

from typing import Any

import pytest
import telegram
from telegram import (
    InlineKeyboardButton,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)
from telegram.error import BadRequest

from tests.bot_api import BotApi
from tests.bot_api.folk import ANN
from tests.bot_api.test_client import keyboard, run


def article(identity: str = "1", text: str = "<b>x</b>", **more: Any) -> InlineQueryResultArticle:
    return InlineQueryResultArticle(
        identity, "Title", InputTextMessageContent(text, parse_mode="HTML"), **more
    )


def test_a_pressed_button(api: BotApi) -> None:
    api.ask(ANN, "hi")
    below = keyboard(
        InlineKeyboardButton("More context", callback_data="c1"),
        InlineKeyboardButton("Page", url="https://a.example"),
    )

    async def steps(bot: telegram.Bot) -> None:
        await bot.send_message(ANN, "x", reply_markup=below)
        (sent,) = api.messages(ANN)
        query = api.press(sent, "more")
        assert api.problems() == [f"callback query {query} ('c1') was not answered"]
        pressed = (await bot.get_updates())[-1].callback_query
        assert pressed is not None
        assert (pressed.id, pressed.data, pressed.from_user.id) == (query, "c1", ANN)
        assert pressed.chat_instance
        assert pressed.message is not None
        await pressed.answer("Noted")
        assert api.wait_for_callback(query).answers == [{"text": "Noted", "show_alert": False}]
        with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
            await pressed.answer("x" * 201)
        with pytest.raises(LookupError):
            api.press(sent, "nothing of that name")

    run(api, steps)


def test_old_and_forged_presses(api: BotApi) -> None:
    api.ask(ANN, "hi")

    async def steps(bot: telegram.Bot) -> None:
        await bot.send_message(ANN, "x")
        (sent,) = api.messages(ANN)
        old = api.press(sent, "gone", forged=True)
        api.expire_queries()
        for query in (old, "12345"):
            with pytest.raises(BadRequest, match="Query is too old and response timeout expired"):
                await bot.answer_callback_query(query)
        await bot.delete_message(ANN, sent.id)
        api.press(sent, "of a deleted message", forged=True)
        pressed = (await bot.get_updates())[-1].callback_query
        assert pressed is not None
        assert pressed.message is not None
        assert not pressed.message.is_accessible

    run(api, steps)


def test_an_inline_question(api: BotApi) -> None:
    query = api.inline(ANN, "how long")

    async def steps(bot: telegram.Bot) -> None:
        asked = (await bot.get_updates())[-1].inline_query
        assert asked is not None
        assert (asked.id, asked.query) == (query, "how long")
        button = InlineQueryResultsButton("More", start_parameter="inline")
        await asked.answer([article("1"), article("2")], 5, is_personal=True, button=button)

    run(api, steps)
    answer = api.wait_for_inline(query)
    assert [result["id"] for result in answer.results] == ["1", "2"]
    assert (answer.options["cache_time"], answer.options["is_personal"]) == (5, True)
    assert api.choose(query, "2", ANN).text == "x"


def test_a_chosen_result_with_buttons_is_edited_by_its_inline_id(api: BotApi) -> None:
    query = api.inline(ANN, "how long")
    below = keyboard(InlineKeyboardButton("More", callback_data="m"))

    async def steps(bot: telegram.Bot) -> None:
        await bot.answer_inline_query(query, [article(reply_markup=below)])
        sent = api.choose(query, "1", -77)
        api.press(sent, "More", user=ANN)
        pressed = (await bot.get_updates())[-1].callback_query
        assert pressed is not None
        assert pressed.message is None
        assert pressed.inline_message_id == sent.inline_id
        await pressed.edit_message_text("new")
        assert api.message(sent).text == "new"

    run(api, steps)


@pytest.mark.parametrize(
    "results",
    [
        [article("1"), article("1")],
        [article("x" * 65)],
        [article("1", "<b>x")],
        [article("1", "x" * 4097)],
        [article("1", "  ")],
        [article(str(number)) for number in range(51)],
        [article("1", reply_markup=keyboard(InlineKeyboardButton("x", callback_data="x" * 65)))],
    ],
)
def test_inline_answers_that_are_refused(
    api: BotApi, results: list[InlineQueryResultArticle]
) -> None:
    query = api.inline(ANN, "how long")
    with pytest.raises(BadRequest):
        run(api, lambda bot: bot.answer_inline_query(query, results))
    assert api.inline_answer(query).answered_at is None


def test_inline_queries_grow_old(api: BotApi) -> None:
    query = api.inline(ANN, "how long")
    api.expire_queries()
    with pytest.raises(BadRequest, match="Query is too old"):
        run(api, lambda bot: bot.answer_inline_query(query, []))
