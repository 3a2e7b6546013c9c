"""Journeys in groups: when the bot is meant, topics, replies, and what stays apart."""

from __future__ import annotations

from tests.bot_api import BotApi, ChatKind
from tests.telegram.crowds import ANSWER, HOW_LONG, Crowd

WHO = "Who met Blinken in Reykjavik?"


def test_the_ways_to_mean_the_bot(readers: Crowd, api: BotApi, ann: int, ben: int) -> None:
    api.configure(privacy=False)
    group = readers.group(ChatKind.SUPERGROUP, ann, ben)
    name = api.bot_name
    for text in (
        f"/ask {HOW_LONG}",
        f"/ask@{name} {HOW_LONG}",
        f"@{name} {HOW_LONG}",
        f"{HOW_LONG} @{name.upper()}",
        f"😀 @{name}, {HOW_LONG}",
    ):
        answer = api.wait_for_answer(api.say(group, ann, text))
        assert ANSWER in answer.marked("bold"), text
    ignored = [
        api.say(group, ann, HOW_LONG),
        api.say(group, ann, f"/ask@another_bot {HOW_LONG}"),
        api.say(group, ann, f"@{name}s {HOW_LONG}"),
        api.say(group, ann, "/nonsense"),
        api.sticker(group, ann),
    ]
    readers.settle()
    assert [api.answers(message) for message in ignored] == [[]] * len(ignored)


def test_a_reply_to_an_answer_follows_up(
    readers: Crowd, api: BotApi, ann: int, ben: int, eve: int
) -> None:
    group = readers.group(ChatKind.SUPERGROUP, ann, ben)
    answer = api.wait_for_answer(api.say(group, ann, f"/ask {HOW_LONG}"))
    follow_up = api.say(group, eve, "Was it longer than expected?", reply_to=answer)
    assert "Understood as" in api.wait_for_answer(follow_up).text
    small_talk = api.say(group, ben, "what do you think?", reply_to=follow_up)
    readers.settle()
    assert api.answers(small_talk) == []


def test_ask_said_of_somebodys_message(readers: Crowd, api: BotApi, ann: int, ben: int) -> None:
    api.configure(privacy=False)
    group = readers.group(ChatKind.GROUP, ann, ben)
    said = api.say(group, ben, HOW_LONG)
    answer = api.wait_for_answer(api.say(group, ann, "/ask", reply_to=said))
    assert ANSWER in answer.marked("bold")
    assert "/help" in api.wait_for_answer(api.say(group, ann, "/ask")).text


def test_topics_are_conversations_of_their_own(
    readers: Crowd, api: BotApi, ann: int, ben: int
) -> None:
    forum = readers.group(ChatKind.SUPERGROUP, ann, ben, forum=True)
    one, two = api.topic(forum, "One", ann), api.topic(forum, "Two", ann)
    first = api.wait_for_answer(api.say(forum, ann, f"/ask {HOW_LONG}", thread=one))
    assert first.thread == one
    assert {action.thread for action in api.actions(forum)} == {one}
    elsewhere = api.say(forum, ann, "/ask Was it longer than expected?", thread=two)
    answer = api.wait_for_answer(elsewhere)
    assert answer.thread == two
    assert "Understood as" not in answer.text
    here = api.say(forum, ann, "/ask Was it longer than expected?", thread=one)
    assert "Understood as" in api.wait_for_answer(here).text
    general = api.wait_for_answer(api.say(forum, ann, f"/ask {WHO}"))
    assert general.thread is None


def test_chats_know_nothing_of_each_other(readers: Crowd, api: BotApi, ann: int, ben: int) -> None:
    group = readers.group(ChatKind.SUPERGROUP, ann, ben)
    api.wait_for_answer(api.ask(ann, HOW_LONG))
    for chat, user in ((ben, ben), (group, ann)):
        sources = api.wait_for_answer(api.say(chat, user, "/sources"))
        assert "004_talks" not in sources.text
        follow_up = api.say(chat, user, f"@{api.bot_name} Was it longer than expected?")
        assert "one hour and 45 minutes longer" not in api.wait_for_answer(follow_up).text


def test_an_edited_question_in_a_group(readers: Crowd, api: BotApi, ann: int, ben: int) -> None:
    group = readers.group(ChatKind.SUPERGROUP, ann, ben)
    question = api.say(group, ann, f"/ask {WHO}")
    before = api.wait_for_answer(question)
    api.edit(question, f"/ask {HOW_LONG}")
    assert ANSWER in api.wait_for_edit(before).marked("bold")
