"""Groups that become supergroups or throw the bot out, each with a bot of its own."""

from __future__ import annotations

import pytest

from tests.bot_api import BotApi, ChatKind, FaultKind
from tests.bot_api.folk import ANN, BEN
from tests.telegram.conftest import Launch
from tests.telegram.crowds import ANSWER, HOW_LONG
from tests.telegram.harness import BotProcess

pytestmark = pytest.mark.slow
WHO = "Who met Blinken in Reykjavik?"


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
    api.fault(FaultKind.TOO_MANY, "sendMessage", count=1000)
    api.say(group, ANN, f"/ask {HOW_LONG}")
    api.wait_until(lambda: api.faults()[0].met, what="the fault to be met")
    new = api.migrate(group, ANN)
    api.clear_faults()
    assert ANSWER in api.wait_for_message(new).text


def test_a_group_that_throws_the_bot_out(api: BotApi, bot: BotProcess, watched: Launch) -> None:
    assert bot.stop() == 0
    group = api.group("Readers", (ANN, BEN))
    bot.start(chats=[group])
    api.wait_for_answer(api.say(group, ANN, f"/ask {WHO}"))
    api.fault(FaultKind.TOO_MANY, "sendMessage", count=1000)
    api.say(group, ANN, f"/ask {HOW_LONG}")
    api.wait_until(lambda: api.faults()[0].met, what="the fault to be met")
    api.kick(group, BEN)
    api.clear_faults()
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
    assert len(api.messages(group)) == 1
