"""The same journeys against a Bot API server written by others: an outside check.

It keeps no texts and no messages, so that what is checked is which methods were carried out, and
that nothing was refused but what it does not know: some options of messages, which the bot then
does without.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.bot_api.folk import ANN, BEN, EVE
from tests.telegram.conftest import Launch
from tests.telegram.crowds import HOW_LONG
from tests.telegram.emulator import Emulator
from tests.telegram.harness import QUICK, BotProcess, free_port

pytestmark = pytest.mark.slow
UNKNOWN_OPTIONS = ("sendMessage:400", "editMessageText:400")
LAST_POLL = "getUpdates:409"
"""A stopping bot acknowledges what it got while the emulator still holds its last poll."""
REFUSALS = (*UNKNOWN_OPTIONS, LAST_POLL, "answerInlineQuery:400")
BUSY = {"users": [ANN, BEN], "waiting": 50, "sections": QUICK}


@pytest.fixture
def bot(emulator: Emulator, launch: Launch) -> BotProcess:
    return launch(emulator.url, **BUSY)


def token_of(bot: BotProcess) -> str:
    """The token of the latest answer, with which its buttons begin."""
    (memory,) = bot.state.rglob("bot.sqlite")
    with closing(sqlite3.connect(memory)) as connection:
        row = connection.execute("SELECT token FROM answers ORDER BY rowid DESC").fetchone()
    return str(row[0])


def passed(emulator: Emulator, *methods: str, refusals: tuple[str, ...] = ()) -> None:
    verdict = emulator.verdict(*methods, refusals=(*REFUSALS, *refusals))
    assert verdict["ok"], verdict


def asked(emulator: Emulator, user: int, text: str, **more: Any) -> None:
    """Asks, and waits until one more message was sent."""
    before = emulator.done()["sendMessage"]
    emulator.say(user, text, **more)
    emulator.wait_for("sendMessage", before + 1)


def test_questions_commands_and_strangers(emulator: Emulator, bot: BotProcess) -> None:
    for text in ("/start", HOW_LONG, "Was it longer than expected?", "/sources", "/help", "/new"):
        asked(emulator, ANN, text)
    asked(emulator, EVE, HOW_LONG)
    emulator.wait_for("setMyCommands", 4)
    assert emulator.done()["sendChatAction"] >= 2
    assert bot.stop() == 0
    assert emulator.done()["sendMessage"] == 7
    passed(emulator, "getMe", "sendMessage", "sendChatAction", "setMyCommands")


def test_views_and_ratings(emulator: Emulator, bot: BotProcess) -> None:
    asked(emulator, ANN, HOW_LONG)
    token = token_of(bot)
    emulator.press(ANN, 1, f"{token}:s0")
    emulator.wait_for("editMessageText")
    emulator.press(ANN, 1, f"{token}:a0")
    emulator.wait_for("editMessageText", 2)
    emulator.press(ANN, 1, f"{token}:+")
    emulator.press(ANN, 1, "nonsense")
    emulator.wait_for("answerCallbackQuery", 4)
    assert bot.stop() == 0
    passed(emulator, "editMessageText", "answerCallbackQuery")


def test_inline(emulator: Emulator, bot: BotProcess) -> None:
    asked(emulator, ANN, HOW_LONG)
    for done, query in enumerate((HOW_LONG, "", "Who won the 1994 Eurovision?"), start=1):
        emulator.inline(ANN, query)
        emulator.wait_for("answerInlineQuery", done)
    assert bot.stop() == 0
    passed(emulator, "answerInlineQuery")


def test_a_restart_between_question_and_button(emulator: Emulator, bot: BotProcess) -> None:
    asked(emulator, ANN, HOW_LONG)
    token = token_of(bot)
    bot.kill()
    emulator.say(BEN, HOW_LONG)
    emulator.press(ANN, 1, f"{token}:s0")
    bot.start()
    emulator.wait_for("editMessageText")
    emulator.wait_for("sendMessage", 2)
    assert bot.stop() == 0
    assert emulator.done()["sendMessage"] == 2
    passed(emulator, "answerCallbackQuery")


def test_which_one(emulator: Emulator, launch: Launch, meetings_index: Path) -> None:
    bot = launch(emulator.url, index=meetings_index, users=[ANN])
    asked(emulator, ANN, HOW_LONG)
    emulator.press(ANN, 1, f"{token_of(bot)}:=2")
    emulator.wait_for("sendMessage", 2)
    emulator.wait_for("editMessageText")
    assert bot.stop() == 0
    passed(emulator, "answerCallbackQuery", "editMessageText")


def test_a_long_answer(emulator: Emulator, launch: Launch, reports_index: Path) -> None:
    """The emulator counts markup as text, and so refuses the first, full page."""
    longer = {"answer": {"citations": 8}}
    bot = launch(emulator.url, index=reports_index, sections=longer, users=[ANN])
    asked(emulator, ANN, "how long did the negotiations last?")
    asked(emulator, ANN, "/help")
    assert bot.stop() == 0
    passed(emulator, "sendMessage")


def test_a_group(emulator: Emulator, launch: Launch) -> None:
    group = {"id": -1_001_234_567_890, "type": "supergroup", "title": "Readers"}
    bot = launch(emulator.url, chats=[group["id"]], sections=QUICK)
    asked(emulator, ANN, f"/ask {HOW_LONG}", chat=group)
    me = {"id": 7, "is_bot": True, "first_name": "Fixture"}
    answer = {"message_id": 1, "date": 1, "chat": group, "from": me, "text": "..."}
    asked(emulator, BEN, "Was it longer than expected?", chat=group, reply_to_message=answer)
    emulator.say(BEN, "not meant for the bot", chat=group)
    assert bot.stop() == 0
    assert emulator.done()["sendMessage"] == 2
    passed(emulator)


def test_a_webhook_with_its_secret(emulator: Emulator, launch: Launch) -> None:
    port = free_port()
    place = {"webhook": f"http://127.0.0.1:{port}/hook", "port": port}
    bot = launch(emulator.url, **BUSY, **place)
    asked(emulator, ANN, HOW_LONG)
    emulator.press(ANN, 1, f"{token_of(bot)}:s0")
    emulator.wait_for("editMessageText")
    bot.kill()
    emulator.say(BEN, HOW_LONG)
    bot.start()
    emulator.wait_until(lambda: emulator.deliver() >= 0 and _sent(emulator)() >= 2, "an answer")
    assert bot.stop() == 0
    delivered = [entry for entry in emulator.journal() if entry.get("event") == "webhook"]
    assert [entry["status"] for entry in delivered if entry["status"]] == [200] * 3
    passed(emulator, "setWebhook", "webhook", refusals=("webhook:0",))  # while it was dead


def _sent(emulator: Emulator) -> Callable[[], int]:
    return lambda: emulator.done()["sendMessage"]
