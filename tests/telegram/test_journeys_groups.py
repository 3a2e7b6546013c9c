"""Journeys in groups: when the bot is meant, topics, replies, and what stays apart."""

from __future__ import annotations

import pytest

from tests.bot_api import BotApi, ChatKind, FaultKind
from tests.bot_api.folk import ANN, BEN, EVE
from tests.telegram.conftest import Launch
from tests.telegram.harness import BotProcess
from tests.telegram.test_journeys import ANSWER, HOW_LONG

pytestmark = pytest.mark.timeout(120)

WHO = "Who met Blinken in Reykjavik?"


def test_the_ways_to_mean_the_bot(api: BotApi, watched: Launch) -> None:
    api.configure(privacy=False)
    group = api.group("Readers", (ANN, BEN))
    watched(chats=[group])
    name = api.bot_name
    for text in (
        f"/ask {HOW_LONG}",
        f"/ask@{name} {HOW_LONG}",
        f"@{name} {HOW_LONG}",
        f"{HOW_LONG} @{name.upper()}",
        f"😀 @{name}, {HOW_LONG}",
    ):
        answer = api.wait_for_answer(api.say(group, ANN, text))
        assert ANSWER in answer.marked("bold"), text
    ignored = [
        api.say(group, ANN, HOW_LONG),
        api.say(group, ANN, f"/ask@another_bot {HOW_LONG}"),
        api.say(group, ANN, f"@{name}s {HOW_LONG}"),
        api.say(group, ANN, "/nonsense"),
        api.sticker(group, ANN),
    ]
    api.wait_quiet()
    assert [api.answers(message) for message in ignored] == [[]] * len(ignored)


def test_a_reply_to_an_answer_follows_up(api: BotApi, watched: Launch) -> None:
    group = api.group("Readers", (ANN, BEN))
    watched(chats=[group])
    answer = api.wait_for_answer(api.say(group, ANN, f"/ask {HOW_LONG}"))
    follow_up = api.say(group, EVE, "Was it longer than expected?", reply_to=answer)
    assert "Understood as" in api.wait_for_answer(follow_up).text
    small_talk = api.say(group, BEN, "what do you think?", reply_to=follow_up)
    api.wait_quiet()
    assert api.answers(small_talk) == []


def test_ask_said_of_somebodys_message(api: BotApi, watched: Launch) -> None:
    api.configure(privacy=False)
    group = api.group("Readers", (ANN, BEN), kind=ChatKind.GROUP)
    watched(chats=[group])
    said = api.say(group, BEN, HOW_LONG)
    answer = api.wait_for_answer(api.say(group, ANN, "/ask", reply_to=said))
    assert ANSWER in answer.marked("bold")
    assert "/help" in api.wait_for_answer(api.say(group, ANN, "/ask")).text


def test_topics_are_conversations_of_their_own(api: BotApi, watched: Launch) -> None:
    forum = api.group("Forum", (ANN, BEN), forum=True)
    watched(chats=[forum])
    one, two = api.topic(forum, "One", ANN), api.topic(forum, "Two", ANN)
    first = api.wait_for_answer(api.say(forum, ANN, f"/ask {HOW_LONG}", thread=one))
    assert first.thread == one
    assert {action.thread for action in api.actions(forum)} == {one}
    elsewhere = api.say(forum, ANN, "/ask Was it longer than expected?", thread=two)
    answer = api.wait_for_answer(elsewhere)
    assert answer.thread == two
    assert "Understood as" not in answer.text
    here = api.say(forum, ANN, "/ask Was it longer than expected?", thread=one)
    assert "Understood as" in api.wait_for_answer(here).text
    general = api.wait_for_answer(api.say(forum, ANN, f"/ask {WHO}"))
    assert general.thread is None


def test_chats_know_nothing_of_each_other(api: BotApi, watched: Launch) -> None:
    group = api.group("Readers", (ANN, BEN))
    watched(chats=[group])
    api.wait_for_answer(api.ask(ANN, HOW_LONG))
    for chat, user in ((BEN, BEN), (group, ANN)):
        sources = api.wait_for_answer(api.say(chat, user, "/sources"))
        assert "004_talks" not in sources.text
        follow_up = api.say(chat, user, f"@{api.bot_name} Was it longer than expected?")
        assert "one hour and 45 minutes longer" not in api.wait_for_answer(follow_up).text


def test_an_edited_question_in_a_group(api: BotApi, watched: Launch) -> None:
    group = api.group("Readers", (ANN, BEN))
    watched(chats=[group])
    question = api.say(group, ANN, f"/ask {WHO}")
    before = api.wait_for_answer(question)
    api.edit(question, f"/ask {HOW_LONG}")
    assert ANSWER in api.wait_for_edit(before).marked("bold")


def test_a_group_that_moves_keeps_nothing_but_its_conversation(
    api: BotApi, watched: Launch
) -> None:
    group = api.group("Readers", (ANN, BEN), kind=ChatKind.GROUP)
    bot = watched(chats=[group])
    bot.expected.append("group chat was upgraded")
    api.wait_for_answer(api.say(group, ANN, f"/ask {HOW_LONG}"))
    new = api.migrate(group, ANN)
    bot.wait_for_log(str(new))
    refused = api.wait_for_answer(api.say(new, ANN, "/ask Was it longer than expected?"))
    assert str(new) in refused.text
    bot.restart(chats=[new])
    follow_up = api.wait_for_answer(api.say(new, ANN, "/ask Was it longer than expected?"))
    assert "Understood as" in follow_up.text


def test_a_group_that_moves_while_it_is_answered(api: BotApi, watched: Launch) -> None:
    group = api.group("Readers", (ANN, BEN), kind=ChatKind.GROUP)
    bot = watched(chats=[group])
    bot.expected.append("group chat was upgraded")
    api.fault(FaultKind.TOO_MANY, "sendMessage", seconds=2)
    api.say(group, ANN, f"/ask {HOW_LONG}")
    api.wait_until(lambda: not api.faults(), 20, "the fault to be met")
    new = api.migrate(group, ANN)
    assert ANSWER in api.wait_for_message(new).text


def test_a_group_that_throws_the_bot_out(api: BotApi, bot: BotProcess, watched: Launch) -> None:
    assert bot.stop() == 0
    group = api.group("Readers", (ANN, BEN))
    bot.start(chats=[group])
    api.wait_for_answer(api.say(group, ANN, f"/ask {WHO}"))
    api.fault(FaultKind.TOO_MANY, "sendMessage", seconds=1)
    api.say(group, ANN, f"/ask {HOW_LONG}")
    api.wait_until(lambda: not api.faults(), 20, "the fault to be met")
    api.kick(group, BEN)
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
    assert len(api.messages(group)) == 1
