"""Journeys of those who may not ask."""

from __future__ import annotations

from tests.bot_api import BotApi
from tests.bot_api.folk import OWNER
from tests.telegram.crowds import ANSWER, HOW_LONG, Crowd


def test_strangers_are_told_their_id_and_no_more(
    readers: Crowd, api: BotApi, ann: int, eve: int
) -> None:
    api.ask(ann, HOW_LONG)
    refused = api.wait_for_answer(api.ask(eve, HOW_LONG))
    assert str(eve) in refused.text
    assert ANSWER not in refused.text
    for text in ("/help", "/stats", "/sources", HOW_LONG):
        api.ask(eve, text)
    answer = api.wait_for_answer(api.ask(ann, HOW_LONG))
    pressed = api.press(answer, "Sources", user=eve)
    inline = api.wait_for_inline(api.inline(eve, HOW_LONG))
    assert inline.results == []
    assert "may not ask" in inline.options["button"]["text"]
    api.wait_for_callback(pressed)
    readers.settle()
    assert [ANSWER in message.text for message in api.messages(eve)] == [False]
    assert [action.chat for action in api.actions(eve)] == []


def test_a_group_must_be_allowed_whoever_asks(readers: Crowd, api: BotApi, ann: int) -> None:
    group = api.group("Elsewhere", (ann, OWNER))
    refused = api.wait_for_answer(api.say(group, ann, f"/ask {HOW_LONG}"))
    assert str(group) in refused.text
    again = api.say(group, OWNER, f"/ask {HOW_LONG}")
    readers.settle()
    assert api.answers(again) == []
