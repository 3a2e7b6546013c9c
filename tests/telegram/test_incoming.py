"""What an update is to the bot. Updates are Telegram's own JSON."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from telegram import Update

from bot.telegram_bot.handlers.admission import Access
from bot.telegram_bot.handlers.commands import linked_question
from bot.telegram_bot.transport.incoming import Incoming, Kind, Me, read

ME = Me(5550123, "Quote_Bot")
ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "de"}
BOT = {"id": ME.id, "is_bot": True, "first_name": "Quote", "username": ME.username}
PRIVATE = {"id": 7, "type": "private", "first_name": "Ann"}
GROUP = {"id": -100200300400500, "type": "supergroup", "title": "Desk"}


def update(kind: str, **fields: Any) -> Update:
    found = Update.de_json({"update_id": 1, kind: fields}, None)
    assert found is not None
    return found


def message(text: str | None = None, chat: Any = PRIVATE, **fields: Any) -> dict[str, Any]:
    said = {"message_id": 5, "date": 1, "chat": chat, "from": ANN, **fields}
    return said if text is None else {**said, "text": text}


def said(
    text: str | None, chat: Any = PRIVATE, *, kind: str = "message", **fields: Any
) -> Incoming | None:
    return read(update(kind, **message(text, chat, **fields)), ME)


def entity(kind: str, offset: int, length: int) -> list[dict[str, Any]]:
    return [{"type": kind, "offset": offset, "length": length}]


def command(text: str, chat: Any = PRIVATE, **fields: Any) -> Incoming | None:
    return said(
        text, chat, entities=entity("bot_command", 0, len(text.split(maxsplit=1)[0])), **fields
    )


def test_a_private_message_is_a_question() -> None:
    assert said(" Who won? ") == Incoming(Kind.QUESTION, 7, 7, "Who won?", 5, language="de")


def test_an_edited_message_is_an_edit() -> None:
    found = said("Who won?", kind="edited_message")
    assert found is not None
    assert (found.kind, found.text, found.message) == (Kind.EDIT, "Who won?", 5)


@pytest.mark.parametrize(
    ("text", "name", "rest"),
    [
        ("/ask Who won?", "ask", "Who won?"),
        ("/ask@quote_bot Who won?", "ask", "Who won?"),
        ("/ASK\nWho\nwon?", "ask", "Who\nwon?"),
        ("/new", "new", ""),
        ("/start q_abc", "start", "q_abc"),
    ],
)
def test_commands(text: str, name: str, rest: str) -> None:
    found = command(text)
    assert found is not None
    assert (found.kind, found.command, found.text) == (Kind.COMMAND, name, rest)


def test_a_command_for_another_bot_is_none_here() -> None:
    assert command("/ask@other_bot Who won?", GROUP) is None


def test_ask_alone_asks_the_message_that_it_replies_to() -> None:
    found = command("/ask", GROUP, reply_to_message=message("Who won?", GROUP))
    assert found is not None
    assert found.text == "Who won?"


def test_in_a_group_only_what_is_addressed_is_a_question() -> None:
    assert said("Who won?", GROUP) is None
    named = said("🙂 @quote_bot, who won?", GROUP, entities=entity("mention", 3, 10))
    assert named is not None
    assert (named.text, named.private, named.chat) == ("🙂 who won?", False, GROUP["id"])
    assert said("mail@quote_bot.example", GROUP) is None
    answer = {**message("Ann won.", GROUP), "from": BOT}
    replied = said("And who lost?", GROUP, reply_to_message=answer)
    assert replied is not None
    assert replied.text == "And who lost?"
    other = message("Ann won.", GROUP)
    assert said("And who lost?", GROUP, reply_to_message=other) is None


def test_a_topic_of_a_forum_is_a_place_of_its_own() -> None:
    topic = {"message_thread_id": 9, "is_topic_message": True}
    found = command("/ask Who won?", GROUP, **topic)
    assert found is not None
    assert found.place == f"{GROUP['id']}:9"
    reply = command("/ask Who won?", GROUP, message_thread_id=9)
    assert reply is not None
    assert reply.place == f"{GROUP['id']}"


@pytest.mark.parametrize(
    "fields",
    [
        {"from": BOT},
        {"via_bot": BOT},
        {"chat": {"id": -1001, "type": "channel", "title": "News"}},
        {"from": {"id": 777000, "is_bot": False, "first_name": "T"}, "is_automatic_forward": True},
    ],
)
def test_what_nobody_wrote_to_the_bot_is_passed_over(fields: dict[str, Any]) -> None:
    assert read(update("message", **{**message("Who won?"), **fields}), ME) is None


def test_who_writes_as_a_group_is_that_group() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    found = command("/ask Who won?", GROUP, **{"from": anonymous, "sender_chat": GROUP})
    assert found is not None
    assert found.user == GROUP["id"]


def test_a_picture_is_no_text_in_private_and_nothing_in_a_group() -> None:
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    found = said(None, photo=photo)
    assert found is not None
    assert found.kind is Kind.NO_TEXT
    assert said(None, GROUP, photo=photo) is None
    assert said(None, pinned_message=message("x")) is None


def test_a_group_that_moves() -> None:
    found = said(None, {"id": -5, "type": "group", "title": "D"}, migrate_to_chat_id=-1005)
    assert found is not None
    assert (found.kind, found.chat, found.moved_to) == (Kind.MOVED, -5, -1005)


def test_presses_and_inline_questions() -> None:
    pressed = read(
        update(
            "callback_query",
            **{"id": "q", "from": ANN, "chat_instance": "c", "data": "t:a0"},
            message=message("Ann won."),
        ),
        ME,
    )
    assert pressed == Incoming(Kind.CALLBACK, 7, 7, "t:a0", 5, language="de", query="q")
    typed = read(
        update("inline_query", **{"id": "i", "from": ANN, "query": "Who", "offset": ""}), ME
    )
    assert typed == Incoming(Kind.INLINE, 0, 7, "Who", language="de", query="i")


def test_halves_of_characters_are_replaced() -> None:
    found = said("Who \ud83d won?")
    assert found is not None
    assert found.text.encode("utf-8").decode() == "Who \ufffd won?"


def test_unknown_updates_are_nothing() -> None:
    answer = {"poll_id": "1", "option_ids": [0], "option_persistent_ids": ["a"], "user": ANN}
    assert read(update("poll_answer", **answer), ME) is None


def test_who_may_ask() -> None:
    access = Access(frozenset({7}), frozenset({-5}), frozenset({1}), daily_budget=2, waiting=3)
    question = Incoming(Kind.QUESTION, 7, 7, "Who?")
    assert access.allows(question)
    assert not Access().allows(question)
    assert not access.allows(Incoming(Kind.QUESTION, 8, 8))
    # What a group hears all its members hear: who asks there does not matter, not even an owner.
    assert access.allows(Incoming(Kind.QUESTION, -5, 99, private=False))
    assert not access.allows(Incoming(Kind.QUESTION, -6, 7, private=False))
    assert not access.allows(Incoming(Kind.QUESTION, -6, 1, private=False))
    assert access.allows(Incoming(Kind.INLINE, 0, 1))
    assert not access.too_many_waiting(7, 2)
    assert access.too_many_waiting(7, 3)
    assert not access.too_many_waiting(1, 99)
    assert not access.spent(7, 1)
    assert access.spent(7, 2)
    assert not access.spent(1, 99)
    assert not Access(daily_budget=0).spent(7, 99)


def test_a_linked_question() -> None:
    coded = base64.urlsafe_b64encode("Wer gewann – wo?".encode()).decode().rstrip("=")
    assert linked_question(f"q_{coded}") == "Wer gewann – wo?"
    for junk in ("", "inline", "q_", "q_*", "q_a", "q_" + "A" * 61, "Q_" + coded, "q_w4"):
        assert (linked_question(junk) or "").strip("\x00") == "", junk
