"""One action, exactly once: the real client against the strict server and its faults."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from telegram.ext import ExtBot

from bot.telegram_bot.operations.metrics import Metrics
from bot.telegram_bot.state.actions import AnswerCallback, Button, Delete, Edit, Send
from bot.telegram_bot.state.pages import Page
from bot.telegram_bot.transport.delivery import Delivery, UndeliverableError
from bot.telegram_bot.transport.message_ids import MessageIds
from bot.telegram_bot.transport.requests import FloodLimiter, outgoing
from tests.telegram.api import BotApi, FaultKind
from tests.telegram.conftest import ANN, BEN

pytestmark = [
    pytest.mark.timeout(60),
    # The client warns itself of its own next version, whenever Telegram says how long to wait.
    pytest.mark.filterwarnings("ignore:.*retry_after:telegram.warnings.PTBDeprecationWarning"),
]
PAGE = Page("<b>May 19</b> &amp; more", "May 19 & more")
OTHER = Page("<b>May 20</b>", "May 20")
ROW = ((Button("Sources", "token-0001:s0"),),)
_Result = TypeVar("_Result")


def deliver(api: BotApi, work: Callable[[Delivery, MessageIds], Awaitable[_Result]]) -> _Result:
    async def run() -> _Result:
        bot: ExtBot[int] = ExtBot(
            api.token,
            base_url=f"{api.url}/bot",
            request=outgoing(Metrics()),
            rate_limiter=FloodLimiter(),
        )
        ids = MessageIds()
        async with bot:
            return await work(Delivery(bot, ids), ids)

    return asyncio.run(run())


async def unnoted(floor: int) -> None:
    """Nothing is written down here."""


@pytest.fixture(autouse=True)
def greeted(api: BotApi) -> None:
    """A bot cannot write to whoever has never written to it."""
    for user in (ANN, BEN):
        api.start(user)


def send_once(api: BotApi, action: Send, since: int | None = None) -> int | None:
    return deliver(api, lambda delivery, _: delivery.carry_out(action, unnoted, since))


def test_a_message_with_all_it_has(api: BotApi) -> None:
    question = api.ask(ANN, "When?")
    send_once(api, Send(ANN, PAGE, ROW, question.id, preview="https://example.org/a"))
    answer = api.wait_for_answer(question)
    assert (answer.html, answer.text, answer.labels) == (PAGE.html, PAGE.plain, ["Sources"])
    assert answer.preview == {"url": "https://example.org/a", "prefer_small_media": True}


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.DROP_BEFORE,
        FaultKind.DROP_AFTER,
        FaultKind.BAD_GATEWAY,
        FaultKind.SERVER_ERROR,
        FaultKind.TRUNCATED,
        FaultKind.TOO_MANY,
        FaultKind.CONFLICT,
        FaultKind.REFUSE_HTML,
    ],
)
def test_one_message_stands_there_whatever_goes_wrong(api: BotApi, kind: FaultKind) -> None:
    question = api.ask(ANN, "When?")
    api.fault(kind, "sendMessage")
    sent = send_once(api, Send(ANN, PAGE, ROW, question.id))
    (answer,) = api.answers(question)
    assert answer.id == sent
    assert answer.text == PAGE.plain


def test_a_message_in_doubt_after_a_kill_is_found(api: BotApi) -> None:
    question = api.ask(ANN, "When?")
    action = Send(ANN, PAGE, ROW, question.id)
    first = send_once(api, action)
    api.ask(BEN, "Who?")
    assert send_once(api, action, since=question.id) == first
    assert len(api.messages(ANN)) == 1


def test_one_that_was_never_sent_is_sent(api: BotApi) -> None:
    question = api.ask(ANN, "When?")
    other = send_once(api, Send(BEN, OTHER))
    sent = send_once(api, Send(ANN, PAGE, ROW, question.id), since=question.id)
    assert [m.id for m in api.messages(ANN)] == [sent]
    assert [(m.id, m.text) for m in api.messages(BEN)] == [(other, OTHER.plain)]


def test_what_is_known_of_other_messages_keeps_them_from_being_touched(api: BotApi) -> None:
    async def both(delivery: Delivery, ids: MessageIds) -> tuple[int | None, int | None]:
        first = await delivery.carry_out(Send(ANN, OTHER, ROW, question.id), unnoted)
        api.fault(FaultKind.DROP_BEFORE, "sendMessage")
        return first, await delivery.carry_out(Send(ANN, PAGE, ROW, question.id), unnoted)

    question = api.ask(ANN, "When?")
    first, second = deliver(api, both)
    texts = {message.id: message.text for message in api.messages(ANN)}
    assert texts == {first: OTHER.plain, second: PAGE.plain}


def test_edits_and_deletions_can_be_done_twice(api: BotApi) -> None:
    sent = send_once(api, Send(ANN, PAGE, ROW))
    assert sent is not None

    async def twice(delivery: Delivery, ids: MessageIds) -> None:
        for action in (Edit(ANN, sent, OTHER), Edit(ANN, sent, OTHER)):
            await delivery.carry_out(action, unnoted)
        assert [m.text for m in api.messages(ANN)] == [OTHER.plain]
        for _ in range(2):
            await delivery.carry_out(Delete(ANN, sent), unnoted)

    deliver(api, twice)
    assert api.messages(ANN) == []


def test_what_telegram_refuses_for_good(api: BotApi) -> None:
    sent = send_once(api, Send(BEN, PAGE))
    assert sent is not None
    api.block(ANN)
    with pytest.raises(UndeliverableError) as blocked:
        send_once(api, Send(ANN, PAGE))
    assert blocked.value.gone
    with pytest.raises(UndeliverableError) as strange:
        send_once(api, Send(404404404, PAGE))
    assert strange.value.gone

    async def edit(delivery: Delivery, ids: MessageIds) -> None:
        await delivery.carry_out(Edit(BEN, sent + 50, PAGE), unnoted)

    with pytest.raises(UndeliverableError) as missing:
        deliver(api, edit)
    assert not missing.value.gone


def test_a_press_that_is_too_old_is_no_fault(api: BotApi) -> None:
    async def answer(delivery: Delivery, ids: MessageIds) -> None:
        assert await delivery.carry_out(AnswerCallback("12345", "Noted."), unnoted) is None

    deliver(api, answer)


def test_one_chats_flood_holds_up_no_other(api: BotApi) -> None:
    async def both(delivery: Delivery, ids: MessageIds) -> list[str]:
        done: list[str] = []

        async def send(name: str, chat: int) -> None:
            await delivery.carry_out(Send(chat, PAGE), unnoted)
            done.append(name)

        await asyncio.gather(send("flooded", ANN), send("free", BEN))
        return done

    api.fault(FaultKind.TOO_MANY, "sendMessage", chat=ANN, seconds=2)
    assert deliver(api, both) == ["free", "flooded"]
