"""Updates in work: decided once, written down, then carried out step by step.

After a kill, ``resume`` goes on where the writing ends. Used from one event loop. Knows nothing
about what is decided.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from time import monotonic
from typing import TypeVar

from bot.dialogue.conversation_json import from_json
from bot.telegram_bot.handlers.questions import Answering
from bot.telegram_bot.handlers.steps import notice
from bot.telegram_bot.operations.health_server import Metrics
from bot.telegram_bot.operations.logs import log_event
from bot.telegram_bot.state.actions import AnswerCallback, Outcome, Send
from bot.telegram_bot.state.chat_queues import ChatQueues
from bot.telegram_bot.state.database import BotDatabase, Unfinished
from bot.telegram_bot.transport.delivery import Delivery, UndeliverableError
from bot.telegram_bot.transport.incoming import Incoming
from bot.telegram_bot.transport.message_ids import MessageIds, row
from retrieval.errors import PullquoteError, StorageError

_LOG = logging.getLogger(__name__)
_STORAGE_WAIT = 10.0
"""Seconds until a full disk is tried again."""
_Result = TypeVar("_Result")
Decide = Callable[[], Awaitable[Outcome]]


class Outbox:
    """Brings each update from its arrival to its end."""

    def __init__(
        self,
        database: BotDatabase,
        delivery: Delivery,
        lanes: ChatQueues,
        ids: MessageIds,
        answering: Answering,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._delivery = delivery
        self._lanes = lanes
        self._ids = ids
        self._answering = answering
        self._metrics = metrics

    def submit(
        self,
        update_id: int,
        lane: str,
        decide: Decide,
        incoming: Incoming,
        done: Callable[[], None] = lambda: None,
    ) -> None:
        """Decides and carries out when the lane's turn comes; ``done`` is called at its end."""
        seen = monotonic()

        async def job() -> None:
            try:
                began = monotonic()
                await _retry_until_stored(partial(self._database.begin_deciding, update_id))
                outcome = await self._decided(decide, incoming)
                await _retry_until_stored(partial(self._database.decide, update_id, outcome))
                worked = monotonic() - began
                await self._carry_out(update_id, outcome)
                self._measure(incoming, outcome, worked, monotonic() - seen)
            finally:
                done()

        self._lanes.submit(lane, job)

    def give_up(self, update_id: int, incoming: Incoming) -> None:
        """Says that it failed: what has ended the process again and again must end."""

        async def decide() -> Outcome:
            raise RuntimeError("the process ended each time that this was tried")

        self.submit(update_id, f"{incoming.place} notices", decide, incoming)

    def resume(self, left: Unfinished) -> None:
        """Carries out what is left of a decided update."""
        outcome = left.outcome
        assert outcome is not None
        for action in outcome.actions:
            if isinstance(action, Send) and action.reply_to:
                self._ids.saw(action.chat, action.reply_to)

        async def job() -> None:
            await self._carry_out(left.update_id, outcome, left.step, left.trying, left.floor or 0)

        self._lanes.submit(outcome.place, job)

    async def _decided(self, decide: Decide, incoming: Incoming) -> Outcome:
        """The outcome; where that cannot be had, a sentence that says so."""
        words = self._answering.wording(incoming)
        try:
            return await decide()
        except PullquoteError as error:
            log_event(_LOG, logging.ERROR, "a question could not be answered", error=error)
            text = words.say("The articles cannot be read just now; the bot's log says why.")
        except Exception as error:
            log_event(_LOG, logging.ERROR, "an update failed", error=error)
            text = words.say("That failed, through no fault of yours; the bot's log says why.")
        self._metrics.question("failed")
        if incoming.query:
            return Outcome((AnswerCallback(incoming.query, text, alert=True),), incoming.place)
        return notice(incoming, text)

    async def _carry_out(
        self,
        update_id: int,
        outcome: Outcome,
        step: int = 0,
        trying: int | None = None,
        floor: int = 0,
    ) -> None:
        self._keep_conversation(outcome)
        for number, action in enumerate(outcome.actions[step:], start=step):
            since = floor if number == trying else None
            begin = partial(self._begin, update_id, number)
            try:
                message = await self._delivery.carry_out(action, begin, since)
            except UndeliverableError as error:
                event = "Telegram refused a message for good"
                log_event(_LOG, logging.WARNING, event, reason=str(error))
                if error.gone:
                    break
                continue
            sent = None
            if isinstance(action, Send) and action.answer and message is not None:
                sent = (action.answer, message)
            highest = None
            if message is not None and not isinstance(action, AnswerCallback):
                highest = (row(action.chat), self._ids.highest(action.chat))
            await _retry_until_stored(
                partial(self._database.advance, update_id, number + 1, sent, highest)
            )
        await _retry_until_stored(partial(self._database.finish, update_id))

    async def _begin(self, update_id: int, step: int, floor: int) -> None:
        await _retry_until_stored(partial(self._database.begin, update_id, step, floor))

    def _keep_conversation(self, outcome: Outcome) -> None:
        if outcome.conversation is None:
            return
        key = self._answering.key(outcome.place)
        try:
            self._answering.conversations.save(key, from_json(outcome.conversation))
        except StorageError as error:
            log_event(_LOG, logging.ERROR, "a conversation could not be kept", error=error)

    def _measure(self, incoming: Incoming, outcome: Outcome, worked: float, took: float) -> None:
        if outcome.usage is not None:
            log_event(
                _LOG, logging.INFO, "a question was answered", chat=incoming.chat,
                outcome=outcome.usage.outcome, work_ms=round(1000 * worked), ms=round(1000 * took),
            )  # fmt: skip
            self._metrics.question(outcome.usage.outcome)
            self._metrics.worked_for(worked)
            self._metrics.answered_in(took)


async def _retry_until_stored(write: Callable[[], _Result]) -> _Result:
    """What ``write`` gives, tried until there is space for it."""
    while True:
        try:
            return write()
        except StorageError as error:
            log_event(_LOG, logging.ERROR, "waiting for the disk", error=error)
            await asyncio.sleep(_STORAGE_WAIT)
