"""Updates that are fetched over a bad line, and processes that meet each other or nobody."""

from __future__ import annotations

import pytest

from tests.bot_api import BotApi, FaultKind, Posted
from tests.bot_api.folk import ANN, BEN, OWNER
from tests.deadlines import HANGS
from tests.telegram.conftest import Launch
from tests.telegram.crowds import ANSWER, HOW_LONG
from tests.telegram.harness import PROBES, QUICK, BotProcess, settle

CONFLICT = "another program is using this bot's token"
TEXTS = (HOW_LONG, "Who met Blinken in Reykjavik?", "/help")


pytestmark = pytest.mark.slow


@pytest.fixture
def quick(watched: Launch) -> BotProcess:
    """A bot that reads little."""
    return watched(sections=QUICK, waiting=50)


def ask_all(api: BotApi) -> list[Posted]:
    """Several questions of several people at once."""
    return [api.ask(user, text) for text in TEXTS for user in (ANN, BEN, OWNER)]


def all_answered(api: BotApi, bot: BotProcess, questions: list[Posted]) -> None:
    """Every question has its answer, and when all is done still only one."""
    for question in questions:
        api.wait_for_answer(question)
    settle(api, bot)
    assert [len(api.answers(question)) for question in questions] == [1] * len(questions)


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.CONFLICT,
        FaultKind.TOO_MANY,
        FaultKind.BAD_GATEWAY,
        FaultKind.DROP_BEFORE,
        FaultKind.DROP_AFTER,
        FaultKind.DELAY_AFTER,
        FaultKind.TRUNCATED,
    ],
)
def test_fetches_that_fail(api: BotApi, quick: BotProcess, kind: FaultKind) -> None:
    api.fault(kind, "getUpdates", count=2)
    questions = ask_all(api)
    api.wait_until(lambda: not api.faults() or api.faults()[0].met, what="the fault to be met")
    all_answered(api, quick, questions + ask_all(api))
    assert quick.log().count(CONFLICT) == (1 if kind is FaultKind.CONFLICT else 0)


def test_a_closed_port(api: BotApi, quick: BotProcess) -> None:
    quick.expected.extend(PROBES)
    first = ask_all(api)
    api.refuse_connections(3)
    all_answered(api, quick, first + ask_all(api))


def test_silence_makes_the_bot_connect_anew(api: BotApi, watched: Launch) -> None:
    bot = watched(sections=QUICK, stall_seconds=4)
    api.fault(FaultKind.DELAY_BEFORE, "getUpdates", seconds=HANGS)
    api.wait_for_answer(api.ask(ANN, HOW_LONG))
    question = api.ask(ANN, "Who met Blinken in Reykjavik?")
    bot.wait_for_log("Telegram is silent; the connection is built anew")
    all_answered(api, bot, [question])


def test_slow_typing_delays_no_answer(api: BotApi, quick: BotProcess) -> None:
    api.fault(FaultKind.DELAY_AFTER, "sendChatAction", count=10, seconds=4 * HANGS)
    api.wait_for_answer(api.ask(ANN, HOW_LONG))
    assert {call.ended_at for call in api.calls("sendChatAction")} == {None}
    api.clear_faults()


def test_a_question_deleted_meanwhile_is_answered(api: BotApi, quick: BotProcess) -> None:
    api.fault(FaultKind.TOO_MANY, "sendMessage", count=1000)
    question = api.ask(ANN, HOW_LONG)
    api.wait_until(lambda: api.faults()[0].met, what="the fault to be met")
    api.remove(question)
    api.clear_faults()
    assert ANSWER in api.wait_for_message(ANN, question).text


def test_edits_over_a_kill(api: BotApi, quick: BotProcess) -> None:
    quick.expected.extend(PROBES)
    question = api.ask(ANN, "Who met Blinken in Reykjavik?")
    before = api.wait_for_answer(question)
    quick.kill()
    api.edit(question, "What is the capital of Iceland?")
    api.edit(question, HOW_LONG)
    quick.start()
    api.wait_until(lambda: ANSWER in api.message(before).text, what="the edited answer")
    settle(api, quick)
    assert len(api.answers(question)) == 1


def test_a_bot_that_starts_before_telegram_can_be_reached(api: BotApi, watched: Launch) -> None:
    api.fault(FaultKind.BAD_GATEWAY, "getMe", count=2)
    questions = ask_all(api)
    bot = watched(sections=QUICK)
    all_answered(api, bot, questions)


def test_a_stop_before_telegram_can_be_reached(api: BotApi, launch: Launch) -> None:
    api.fault(FaultKind.BAD_GATEWAY, "getMe", count=1000)
    bot = launch(api.url, sections=QUICK, users=[ANN], ready=False)
    bot.wait_for_log("Telegram cannot be reached")
    assert bot.stop() == 0


def test_a_second_instance_on_this_machine_is_refused(api: BotApi, quick: BotProcess) -> None:
    second = BotProcess(quick.folder, quick.index, quick.settings, quick.sections, runs=10)
    second.start(ready=False)
    assert second.wait() == 1
    assert "this bot is running already on this machine" in second.log()
    second.check_logs()
    all_answered(api, quick, ask_all(api))


def test_a_second_instance_elsewhere_is_told_of_once(
    api: BotApi, quick: BotProcess, launch: Launch
) -> None:
    """Each of the two may get a question before the other has acknowledged it."""
    quick.unsound = True
    people = {"users": [ANN, BEN], "owners": [OWNER], "waiting": 50}
    other = launch(api.url, sections=QUICK, **people)
    for process in (quick, other):
        process.wait_for_log(CONFLICT)
    for question in ask_all(api):
        api.wait_for_answer(question)
    assert other.stop() == 0
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
    for process in (quick, other):
        assert process.log().count(CONFLICT) == 1


def test_a_wrong_token_ends_in_one_sentence(api: BotApi, launch: Launch) -> None:
    bot = launch(api.url, users=[ANN])
    assert bot.stop() == 0
    bot.token = "5550123:AA-some-other-token-of-nobody"
    bot.start(ready=False)
    assert bot.wait() == 2
    assert "does not know this token" in bot.log()
