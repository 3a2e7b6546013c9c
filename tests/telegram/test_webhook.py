"""The bot behind a webhook: what arrives is what Telegram sent, and the same journeys work."""

from __future__ import annotations

import httpx
import pytest

from tests.bot_api import BotApi, FaultKind
from tests.bot_api.folk import ANN, BEN
from tests.telegram.conftest import Launch
from tests.telegram.crowds import ANSWER, HOW_LONG
from tests.telegram.harness import PROBES, QUICK, BotProcess, free_port, settle

pytestmark = pytest.mark.slow
PUBLIC = "https://bot.example"
PATH = "/hooks/pullquote"


@pytest.fixture
def hooked(api: BotApi, watched: Launch) -> BotProcess:
    """A bot that waits for Telegram to call, behind a proxy."""
    port = free_port()
    api.proxy(PUBLIC, f"http://127.0.0.1:{port}")
    return watched(sections=QUICK, webhook=PUBLIC + PATH, port=port, waiting=50)


def local(bot: BotProcess) -> str:
    return f"http://127.0.0.1:{bot.settings['port']}{PATH}"


def test_a_journey_over_a_webhook(api: BotApi, hooked: BotProcess) -> None:
    answer = api.wait_for_answer(api.ask(ANN, HOW_LONG))
    assert ANSWER in answer.marked("bold")
    api.wait_for_callback(api.press(answer, "Sources"))
    assert api.wait_for_edit(answer).labels == ["↩ Back to the answer"]
    assert api.wait_for_inline(api.inline(BEN, HOW_LONG)).results
    hook = api.webhook()
    assert hook.url == PUBLIC + PATH
    assert hook.secret
    assert {call.status for call in api.calls("webhook")} == {200}


def test_only_telegram_is_listened_to(api: BotApi, hooked: BotProcess) -> None:
    update = {"update_id": 7, "message": {}}
    secret = "X-Telegram-Bot-Api-Secret-Token"
    assert httpx.post(local(hooked), json=update).status_code == 403
    headers = {secret: "guessed"}
    assert httpx.post(local(hooked), json=update, headers=headers).status_code == 403
    elsewhere = local(hooked).removesuffix(PATH) + "/other"
    assert httpx.post(elsewhere, json=update).status_code == 404
    assert api.messages(ANN) == []


def test_questions_during_a_restart_come_later(api: BotApi, hooked: BotProcess) -> None:
    hooked.expected.extend(PROBES)
    before = api.webhook()
    assert hooked.stop() == 0
    questions = [api.ask(user, HOW_LONG) for user in (ANN, BEN)]
    assert api.webhook().url == PUBLIC + PATH
    hooked.start()
    for question in questions:
        assert ANSWER in api.wait_for_answer(question).text
    assert api.webhook().secret == before.secret
    hooked.kill()
    question = api.ask(ANN, HOW_LONG)
    hooked.start()
    assert ANSWER in api.wait_for_answer(question).text


def test_an_update_delivered_twice_is_answered_once(api: BotApi, hooked: BotProcess) -> None:
    question = api.ask(ANN, HOW_LONG)
    api.wait_for_answer(question)
    secret = str(api.webhook().secret)
    chat = {"id": ANN, "type": "private", "first_name": "Ann"}
    message = {"message_id": 50, "date": 1, "chat": chat, "text": HOW_LONG}
    sender = {"id": ANN, "is_bot": False, "first_name": "Ann"}
    update = {"update_id": 900_000_000, "message": {**message, "from": sender}}
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    for _ in range(3):
        assert httpx.post(local(hooked), json=update, headers=headers).is_success
    api.wait_until(lambda: len(api.messages(ANN)) > 1, what="the second answer")
    settle(api, hooked)
    assert len(api.messages(ANN)) == 2


def test_from_webhook_to_polling_and_back(api: BotApi, hooked: BotProcess) -> None:
    hooked.expected.append("can't use getUpdates method while webhook is active")
    for url in ("", PUBLIC + PATH):
        hooked.restart(webhook=url)
        assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text
        assert api.webhook().url == url


def test_a_webhook_that_cannot_be_set_at_first(api: BotApi, hooked: BotProcess) -> None:
    assert hooked.stop() == 0
    api.fault(FaultKind.BAD_GATEWAY, "setWebhook", count=2)
    hooked.start()
    assert ANSWER in api.wait_for_answer(api.ask(ANN, HOW_LONG)).text


def test_a_taken_port_ends_in_one_sentence(api: BotApi, hooked: BotProcess, launch: Launch) -> None:
    port = hooked.settings["port"]
    second = launch(api.url, sections=QUICK, webhook=PUBLIC + PATH, port=port, ready=False)
    assert second.wait() == 1
    assert f"cannot listen on 127.0.0.1:{port}" in second.log()
