"""The strict server itself: what it does and refuses, seen by python-telegram-bot as its client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
import telegram
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.bot_api import BotApi, ChatKind
from tests.bot_api.folk import ANN, BEN

_Result = TypeVar("_Result")
Steps = Callable[[telegram.Bot], Awaitable[_Result]]


@asynccontextmanager
async def client(api: BotApi) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(api.token, base_url=f"{api.url}/bot") as bot:
        yield bot


def run(api: BotApi, steps: Steps[_Result]) -> _Result:
    """Does ``steps`` with a bot of python-telegram-bot."""

    async def inside() -> _Result:
        async with client(api) as bot:
            return await steps(bot)

    return asyncio.run(inside())


def keyboard(*buttons: InlineKeyboardButton) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup.from_column(list(buttons))


def test_it_knows_itself(api: BotApi) -> None:
    me = run(api, lambda bot: bot.get_me())
    assert (me.is_bot, me.username, me.supports_inline_queries) == (True, api.bot_name, True)


def test_a_message_and_its_answer(api: BotApi) -> None:
    question = api.ask(ANN, "hello @pullquote_bot")

    async def steps(bot: telegram.Bot) -> None:
        (update,) = await bot.get_updates(timeout=2)
        assert update.message is not None
        assert update.message.parse_entities() == {update.message.entities[0]: "@pullquote_bot"}
        sent = await update.message.reply_html(
            "<b>Hi</b> <blockquote expandable>so</blockquote>",
            do_quote=True,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard(InlineKeyboardButton("More", callback_data="m")),
        )
        assert sent.reply_to_message is not None

    run(api, steps)
    answer = api.wait_for_answer(question)
    assert (answer.text, answer.marked("bold")) == ("Hi so", ["Hi"])
    assert answer.marked("expandable_blockquote") == ["so"]
    assert (answer.labels, answer.preview) == (["More"], {"is_disabled": True})
    assert answer.id == question.id + 1
    assert api.problems() == []


def test_private_chats_and_small_groups_share_their_numbers(api: BotApi) -> None:
    group = api.group("G", (ANN,), kind=ChatKind.GROUP)
    large = api.group("S", (ANN,))
    numbers = [api.say(chat, ANN, "/x").id for chat in (ANN, group, large, large, ANN)]
    numbers.append(api.ask(BEN, "x").id)
    assert numbers == [1, 2, 2, 3, 3, 4]


TWO_ACTIONS = InlineKeyboardButton("x", url="https://a.example", callback_data="x")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"chat_id": 1}, "Chat not found"),
        ({"text": "x" * 4097}, "Message is too long"),
        ({"text": " \u200b"}, "Message text is empty"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "Can't parse entities"),
        ({"reply_parameters": ReplyParameters(999)}, "Message to be replied not found"),
        ({"reply_parameters": ReplyParameters(1, quote="Hello")}, "Quote_text_invalid"),
        ({"message_thread_id": 5}, "Message thread not found"),
        ({"reply_markup": keyboard(InlineKeyboardButton("x", callback_data="é" * 33))}, "data"),
        ({"reply_markup": keyboard(InlineKeyboardButton("x"))}, "Text buttons are unallowed"),
        ({"reply_markup": keyboard(InlineKeyboardButton(" ", callback_data="x"))}, "text"),
        ({"reply_markup": keyboard(InlineKeyboardButton("x", url="nowhere"))}, "is invalid"),
        ({"reply_markup": keyboard(TWO_ACTIONS)}, "2 actions"),
        (
            {"reply_markup": keyboard(*[InlineKeyboardButton("x", callback_data="x")] * 101)},
            "Reply markup is too long",
        ),
        ({"api_kwargs": {"colour": "red"}}, "Unknown parameter 'colour'"),
    ],
)  # fmt: skip
def test_messages_that_are_refused(api: BotApi, options: dict[str, Any], words: str) -> None:
    api.ask(ANN, "hello, you")
    arguments = {"chat_id": ANN, "text": "x", **options}
    with pytest.raises(BadRequest, match=rf"(?i){words}"):
        run(api, lambda bot: bot.send_message(**arguments))
    assert api.messages(ANN) == []
    assert len(api.problems()) == 1


def test_replies_may_quote_and_may_miss_their_target(api: BotApi) -> None:
    question = api.ask(ANN, "hello, you 😀")
    lost = ReplyParameters(999, allow_sending_without_reply=True)

    async def steps(bot: telegram.Bot) -> None:
        quoting = ReplyParameters(question.id, quote="you 😀")
        await bot.send_message(ANN, "a", reply_parameters=quoting)
        await bot.send_message(ANN, "b", reply_parameters=lost)

    run(api, steps)
    assert [(m.text, m.reply_to, m.quote) for m in api.messages(ANN)] == [
        ("a", question.id, "you 😀"),
        ("b", None, None),
    ]


def test_edits(api: BotApi) -> None:
    question = api.ask(ANN, "hello")

    async def steps(bot: telegram.Bot) -> None:
        sent = await bot.send_message(ANN, "<b>x</b>", parse_mode="HTML")
        await bot.edit_message_text("<i>x</i>", ANN, sent.message_id, parse_mode="HTML")
        for text in ("<i>x</i>", "<em>x</em> \n"):
            with pytest.raises(BadRequest, match="Message is not modified: specified new"):
                await bot.edit_message_text(text, ANN, sent.message_id, parse_mode="HTML")
        below = keyboard(InlineKeyboardButton("More", callback_data="m"))
        await bot.edit_message_reply_markup(ANN, sent.message_id, reply_markup=below)
        with pytest.raises(BadRequest, match="Message is not modified"):
            await bot.edit_message_reply_markup(ANN, sent.message_id, reply_markup=below)
        with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
            await bot.edit_message_text("x" * 4097, ANN, sent.message_id)
        with pytest.raises(BadRequest, match="Message to edit not found"):
            await bot.edit_message_text("y", ANN, 999)
        with pytest.raises(BadRequest, match="Message can't be edited"):
            await bot.edit_message_text("y", ANN, question.id)
        await bot.delete_message(ANN, sent.message_id)
        with pytest.raises(BadRequest, match="Message to delete not found"):
            await bot.delete_message(ANN, sent.message_id)
        assert await bot.delete_messages(ANN, [sent.message_id, question.id])

    run(api, steps)
    (sent,) = api.messages(ANN, deleted=True)
    assert sent.deleted
    assert [version.html for version in sent.versions] == ["<b>x</b>", "<i>x</i>", "<i>x</i>"]
    assert sent.versions[1].markup is None


def test_forums_know_their_topics(api: BotApi) -> None:
    forum = api.group("F", (ANN,), forum=True)
    topic = api.topic(forum, "News", ANN)
    question = api.say(forum, ANN, "/ask x", thread=topic)

    async def steps(bot: telegram.Bot) -> None:
        updates = await bot.get_updates()
        message = updates[-1].message
        assert message is not None
        assert (message.is_topic_message, message.message_thread_id) == (True, topic)
        await bot.send_message(forum, "a", message_thread_id=topic)
        await bot.send_chat_action(forum, "typing", message_thread_id=topic)
        await bot.send_message(forum, "b", reply_parameters=ReplyParameters(question.id))
        for thread in (1, 777):
            with pytest.raises(BadRequest, match="Message thread not found"):
                await bot.send_message(forum, "a", message_thread_id=thread)

    run(api, steps)
    assert [message.text for message in api.messages(forum, thread=topic)] == ["a", "b"]
    assert [action.thread for action in api.actions(forum)] == [topic]


def test_replies_in_a_group_without_topics_name_a_thread_that_takes_no_messages(
    api: BotApi,
) -> None:
    group = api.group("G", (ANN,))
    first = api.say(group, ANN, "/a")
    api.say(group, ANN, "/b", reply_to=first)

    async def steps(bot: telegram.Bot) -> None:
        message = (await bot.get_updates())[-1].message
        assert message is not None
        assert (message.message_thread_id, message.is_topic_message) == (first.id, None)
        with pytest.raises(BadRequest, match="Message thread not found"):
            await bot.send_message(group, "x", message_thread_id=first.id)

    run(api, steps)


def test_who_blocks_kicks_or_moves(api: BotApi) -> None:
    api.ask(ANN, "hi")
    group = api.group("G", (ANN,), kind=ChatKind.GROUP)

    async def steps(bot: telegram.Bot) -> None:
        await bot.send_message(group, "x")
        new = api.migrate(group, ANN)
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(group, "x")
        assert moved.value.new_chat_id == new
        await bot.send_message(new, "x")
        api.kick(new, ANN)
        with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
            await bot.send_message(new, "x")
        api.block(ANN)
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await bot.send_chat_action(ANN, "typing")
        api.unblock(ANN)
        await bot.send_message(ANN, "x")
        other = api.group("O", (ANN,))
        assert await bot.leave_chat(other)
        with pytest.raises(Forbidden, match="not a member"):
            await bot.send_message(other, "x")
        assert (await bot.get_chat_member(ANN, ANN)).status == "member"

    run(api, steps)


def test_menus_and_descriptions(api: BotApi) -> None:
    api.ask(ANN, "hi")

    async def steps(bot: telegram.Bot) -> None:
        await bot.set_my_commands([BotCommand("ask", "Ask")], BotCommandScopeAllGroupChats(), "de")
        await bot.set_my_commands([("help", "Help")], BotCommandScopeChat(ANN))
        assert (await bot.get_my_commands(BotCommandScopeChat(ANN)))[0].command == "help"
        for commands, options in (
            ([("Ask", "x")], {}),
            ([("ask", "x" * 257)], {}),
            ([("a" * 33, "x")], {}),
            ([("ask", "x")], {"language_code": "deu"}),
            ([("ask", "x")], {"scope": BotCommandScopeChat(BEN)}),
            ([("ask", "x")] * 101, {}),
            ([], {}),
        ):
            with pytest.raises(BadRequest):
                await bot.set_my_commands(commands, **options)
        await bot.delete_my_commands(BotCommandScopeChat(ANN))
        await bot.set_my_description("Asks", "de")
        with pytest.raises(BadRequest):
            await bot.set_my_short_description("x" * 121)

    run(api, steps)
    assert api.menus() == [("all_group_chats", "de")]
    assert api.commands("all_group_chats", "de") == [{"command": "ask", "description": "Ask"}]
    assert api.descriptions() == [("description", "de", "Asks")]
