"""Updates that are fetched over a bad line, and processes that meet each other or nobody."""

from __future__ import annotations

import pytest

from tests.bot_api import BotApi, FaultKind, Posted
from tests.bot_api.folk import ANN, BEN, OWNER
from tests.telegram.conftest import QUICK, Launch
from tests.telegram.harness import PROBES, BotProcess
from tests.telegram.test_journeys import ANSWER, HOW_LONG

pytestmark = pytest.mark.timeout(180)

CONFLICT = "another program is using this bot's token"
TEXTS = (HOW_LONG, "Who met Blinken in Reykjavik?", "/help")


@pytest.fixture
def quick(watched: Launch) -> BotProcess:
    """A bot with the reader that needs no model."""
    return watched(sections=QUICK, waiting=50)


def ask_all(api: BotApi) -> list[Posted]:
    """Several questions of several people at once."""
    return [api.ask(user, text) for text in TEXTS for user in (ANN, BEN, OWNER)]


def all_answered(api: BotApi, questions: list[Posted], timeout: float = 60.0) -> None:
    """Every question has its answer, and after a while still only one."""
    for question in questions:
        api.wait_for_answer(question, timeout)
    api.wait_quiet(1.0, timeout)
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
    api.wait_until(lambda: not api.faults() or api.faults()[0].met, 20, "the fault to be met")
    all_answered(api, questions + ask_all(api))
    assert quick.log().count(CONFLICT) == (1 if kind is FaultKind.CONFLICT else 0)


def test_a_closed_port(api: BotApi, quick: BotProcess) -> None:
    quick.expected.extend(PROBES)
    first = ask_all(api)
    api.refuse_connections(3)
    all_answered(api, first + ask_all(api))


def test_silence_makes_the_bot_connect_anew(api: BotApi, watched: Launch) -> None:
    bot = watched(sections=QUICK, stall_seconds=4)
    api.fault(FaultKind.DELAY_BEFORE, "getUpdates", seconds=60)
    api.wait_for_answer(api.ask(ANN, HOW_LONG))
    question = api.ask(ANN, "Who met Blinken in Reykjavik?")
    bot.wait_for_log("Telegram is silent; the connection is built anew", 20)
    all_answered(api, [question])


def test_slow_typing_delays_no_answer(api: BotApi, quick: BotProcess) -> None:
    api.fault(FaultKind.DELAY_AFTER, "sendChatAction", count=10, seconds=5)
    question = api.ask(ANN, HOW_LONG)
    assert api.wait_for_answer(question).at - question.at < 3


def test_a_question_deleted_meanwhile_is_answered(api: BotApi, quick: BotProcess) -> None:
    api.fault(FaultKind.TOO_MANY, "sendMessage", seconds=1)
    question = api.ask(ANN, HOW_LONG)
    api.remove(question)
    assert ANSWER in api.wait_for_message(ANN, question).text


def test_edits_over_a_kill(api: BotApi, quick: BotProcess) -> None:
    quick.expected.extend(PROBES)
    question = api.ask(ANN, "Who met Blinken in Reykjavik?")
    before = api.wait_for_answer(question)
    quick.kill()
    api.edit(question, "What is the capital of Iceland?")
    api.edit(question, HOW_LONG)
    quick.start()
    api.wait_until(lambda: ANSWER in api.message(before).text, 20, "the edited answer")
    api.wait_quiet(1.0)
    assert len(api.answers(question)) == 1


def test_a_bot_that_starts_before_telegram_can_be_reached(api: BotApi, watched: Launch) -> None:
    api.fault(FaultKind.BAD_GATEWAY, "getMe", count=2)
    questions = ask_all(api)
    watched(sections=QUICK)
    all_answered(api, questions)


def test_a_stop_before_telegram_can_be_reached(api: BotApi, launch: Launch) -> None:
    api.fault(FaultKind.BAD_GATEWAY, "getMe", count=1000)
    bot = launch(api.url, sections=QUICK, users=[ANN], ready=False)
    bot.wait_for_log("Telegram cannot be reached", 60)
    assert bot.stop(10) == 0


def test_a_second_instance_on_this_machine_is_refused(api: BotApi, quick: BotProcess) -> None:
    second = BotProcess(quick.folder, quick.index, quick.settings, quick.sections, runs=10)
    second.start(ready=False)
    assert second.wait(60) == 1
    assert "this bot is running already on this machine" in second.log()
    second.check_logs()
    all_answered(api, ask_all(api))


def test_a_second_instance_elsewhere_is_told_of_once(
    api: BotApi, quick: BotProcess, launch: Launch
) -> None:
    """Each of the two may get a question before the other has acknowledged it."""
    quick.unsound = True
    people = {"users": [ANN, BEN], "owners": [OWNER], "waiting": 50}
    other = launch(api.url, sections=QUICK, **people)
    for process in (quick, other):
        process.wait_for_log(CONFLICT, 60)
    for question in ask_all(api):
        api.wait_for_answer(question, 60)
    assert other.stop() == 0
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG), 60).text
    for process in (quick, other):
        assert process.log().count(CONFLICT) == 1


def test_a_wrong_token_ends_in_one_sentence(api: BotApi, launch: Launch) -> None:
    bot = launch(api.url, users=[ANN])
    assert bot.stop() == 0
    bot.token = "5550123:AA-some-other-token-of-nobody"
    bot.start(ready=False)
    assert bot.wait(60) == 2
    assert "does not know this token" in bot.log()
