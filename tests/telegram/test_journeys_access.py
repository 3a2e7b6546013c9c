"""Journeys of those who may not ask, and of those who ask too much."""

from __future__ import annotations

import pytest

from tests.bot_api import BotApi, FaultKind
from tests.bot_api.folk import ANN, BEN, EVE, OWNER
from tests.telegram.conftest import QUICK, Launch
from tests.telegram.harness import BotProcess
from tests.telegram.test_journeys import ANSWER, HOW_LONG

pytestmark = pytest.mark.timeout(120)


def test_strangers_are_told_their_id_and_no_more(api: BotApi, bot: BotProcess) -> None:
    api.ask(ANN, HOW_LONG)
    refused = api.wait_for_answer(api.ask(EVE, HOW_LONG))
    assert str(EVE) in refused.text
    assert ANSWER not in refused.text
    for text in ("/help", "/stats", "/sources", HOW_LONG):
        api.ask(EVE, text)
    answer = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    pressed = api.press(answer, "Sources", user=EVE)
    inline = api.wait_for_inline(api.inline(EVE, HOW_LONG))
    assert inline.results == []
    assert "may not ask" in inline.options["button"]["text"]
    api.wait_for_callback(pressed)
    api.wait_quiet()
    assert [ANSWER in message.text for message in api.messages(EVE)] == [False]
    assert [action.chat for action in api.actions(EVE)] == []


def test_by_default_nobody_may_ask(api: BotApi, watched: Launch) -> None:
    watched(users=[], owners=[])
    assert str(ANN) in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text


def test_a_group_must_be_allowed_whoever_asks(api: BotApi, bot: BotProcess) -> None:
    group = api.group("Elsewhere", (ANN, OWNER))
    refused = api.wait_for_answer(api.say(group, ANN, f"/ask {HOW_LONG}"))
    assert str(group) in refused.text
    again = api.say(group, OWNER, f"/ask {HOW_LONG}")
    api.wait_quiet()
    assert api.answers(again) == []


def test_a_daily_budget_that_outlives_a_restart(api: BotApi, watched: Launch) -> None:
    bot = watched(daily_budget=3)
    for _ in range(2):
        api.wait_for_answer(api.ask(ANN, HOW_LONG))
    api.wait_for_answer(api.ask(ANN, "/help"))
    bot.restart()
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
    assert "3 questions" in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
    more = api.ask(ANN, HOW_LONG)
    assert api.wait_for_inline(api.inline(ANN, HOW_LONG)).results == []
    for user in (BEN, OWNER):
        assert ANSWER in api.wait_for_answer(api.ask(user, HOW_LONG)).text
    api.wait_quiet()
    assert api.answers(more) == []


def test_the_last_question_of_a_day_while_the_one_before_is_being_sent(
    api: BotApi, watched: Launch
) -> None:
    watched(daily_budget=2, sections=QUICK)
    api.fault(FaultKind.DELAY_AFTER, "sendMessage", seconds=2, chat=ANN)
    first = api.ask(ANN, HOW_LONG)
    api.wait_for_answer(first)
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
    assert "2 questions" in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text


def test_too_many_questions_at_once(api: BotApi, watched: Launch) -> None:
    bot = watched(waiting=2)
    bot.notices.append("are waiting for their answers")
    api.fault(FaultKind.DELAY_BEFORE, "sendMessage", seconds=1.5, chat=ANN)
    questions = [api.ask(ANN, f"{HOW_LONG} {'?' * number}") for number in range(5)]
    notice = api.wait_for_answer(questions[2])
    assert "2 questions of yours are waiting" in notice.text
    for question in questions[:2]:
        assert ANSWER in api.wait_for_answer(question).text
    api.wait_quiet()
    assert [len(api.answers(question)) for question in questions] == [1, 1, 1, 0, 0]
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
