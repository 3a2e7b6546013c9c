"""Journeys with bots of their own: of those who ask too much, and of everybody at first."""

from __future__ import annotations

import pytest

from tests.bot_api import BotApi, FaultKind
from tests.bot_api.folk import ANN, BEN, OWNER
from tests.deadlines import HANGS
from tests.telegram.conftest import Launch
from tests.telegram.crowds import ANSWER, HOW_LONG
from tests.telegram.harness import QUICK, settle

pytestmark = pytest.mark.slow


def test_by_default_nobody_may_ask(api: BotApi, watched: Launch) -> None:
    watched(users=[], owners=[])
    assert str(ANN) in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text


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
    settle(api, bot)
    assert api.answers(more) == []


def test_the_last_question_of_a_day_while_the_one_before_is_being_sent(
    api: BotApi, watched: Launch
) -> None:
    watched(daily_budget=2, sections=QUICK)
    api.fault(FaultKind.DELAY_AFTER, "sendMessage", seconds=HANGS, chat=ANN)
    api.wait_for_answer(api.ask(ANN, HOW_LONG))
    last = api.ask(ANN, HOW_LONG)
    api.wait_until(lambda: not api.pending(), what="the bot to take the last question")
    api.clear_faults()
    assert ANSWER in api.wait_for_answer(last).text
    assert "2 questions" in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text


def test_too_many_questions_at_once(api: BotApi, watched: Launch) -> None:
    bot = watched(waiting=2)
    bot.notices.append("are waiting for their answers")
    api.fault(FaultKind.DELAY_BEFORE, "sendMessage", seconds=HANGS, chat=ANN)
    questions = [api.ask(ANN, HOW_LONG)]
    api.wait_until(lambda: not api.faults(), what="the first answer to be held up")
    questions += [api.ask(ANN, f"{HOW_LONG} {'?' * number}") for number in range(1, 5)]
    api.wait_until(lambda: bot.updates()[3:] == [True] * 2, what="the last two to be passed over")
    api.clear_faults()
    notice = api.wait_for_answer(questions[2])
    assert "2 questions of yours are waiting" in notice.text
    for question in questions[:2]:
        assert ANSWER in api.wait_for_answer(question).text
    settle(api, bot)
    assert [len(api.answers(question)) for question in questions] == [1, 1, 1, 0, 0]
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
