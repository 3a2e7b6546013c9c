"""Where updates arrive and leave as answers: who may, order, bounds, typing.

Every update is in the database before it comes here; ``Outbox`` sees to it that what it leads to is
done once. Used from one event loop; questions are answered in a pool of threads. Knows nothing
about how updates are fetched.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from time import monotonic

from bot.dialogue.conversation import Conversation
from bot.telegram_bot.handlers.access import Access
from bot.telegram_bot.handlers.callbacks import CallbackHandler
from bot.telegram_bot.handlers.commands import Commands, linked_question
from bot.telegram_bot.handlers.inline import InlineHandler
from bot.telegram_bot.handlers.questions import Answering
from bot.telegram_bot.operations.logs import log_event
from bot.telegram_bot.outbox import Outbox
from bot.telegram_bot.state.actions import Outcome
from bot.telegram_bot.state.chat_queues import ChatQueues
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.transport.delivery import Delivery
from bot.telegram_bot.transport.incoming import Incoming, Kind
from bot.telegram_bot.transport.message_ids import MessageIds
from bot.telegram_bot.transport.typing_indicator import TypingShown

_LOG = logging.getLogger(__name__)
_MOST_TRIES = 10
"""Times that one update may have been begun when the process ended."""
_SAID_AGAIN = 60.0
"""Seconds until a refusal is said again in the same chat: nobody can make the bot flood it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a desk works with."""

    access: Access
    answering: Answering
    commands: Commands
    database: BotDatabase
    delivery: Delivery
    ids: MessageIds
    inline: InlineHandler
    lanes: ChatQueues
    pool: Executor
    presses: CallbackHandler
    work: Outbox
    refused: Callable[[], None] = lambda: None
    """Told of every question that was beyond a bound, or of somebody who may not ask."""


class Dispatcher:
    """Takes updates in; their answers go out in the order of each chat's questions."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._waiting: Counter[int] = Counter()
        self._undecided: Counter[int] = Counter()
        """Of those that wait, those not yet in the day's account of whoever asked."""
        self._told: set[int] = set()
        self._said: dict[tuple[str, int], float] = {}
        self._typing = TypingShown(parts.delivery.typing)

    def resume(self, read_body: Callable[[str], Incoming | None]) -> int:
        """Goes on with what was not finished when the bot ended; gives how many updates."""
        unfinished = self._parts.database.unfinished()
        for left in unfinished:
            if left.outcome is not None:
                self._parts.work.resume(left)
                continue
            incoming = read_body(left.body)
            if incoming is not None and left.tries >= _MOST_TRIES:
                self._parts.work.give_up(left.update_id, incoming)
            else:
                self.arrive(left.update_id, incoming)
        return len(unfinished)

    def arrive(self, update_id: int, incoming: Incoming | None) -> None:
        """Takes one update in; returns at once."""
        if incoming is None:
            self._parts.database.finish(update_id)
            return
        if incoming.message:
            self._parts.ids.saw(incoming.chat, incoming.message)
        if incoming.kind is Kind.INLINE:
            self._parts.inline.arrive(update_id, incoming)
        elif incoming.kind is Kind.MOVED:
            self._moved(update_id, incoming)
        elif not self._parts.access.allows(incoming):
            self._refuse(update_id, incoming)
        elif incoming.kind is Kind.PRESS:
            self._pressed(update_id, incoming)
        else:
            self._spoken_to(update_id, incoming)

    async def close(self) -> None:
        """Stops all typing."""
        await self._typing.close()

    def _spoken_to(self, update_id: int, said: Incoming) -> None:
        words = self._parts.answering.wording(said)
        if said.kind is Kind.NO_TEXT:
            self._say(update_id, said, words.say("Only text is read here; type the question."))
            return
        if said.kind is Kind.COMMAND:
            linked = linked_question(said.text) if said.command == "start" else None
            if linked is None and said.command != "ask":
                self._command(update_id, said)
                return
            said = replace(said, kind=Kind.QUESTION, text=linked or said.text)
        if not said.text:
            self._say(update_id, said, words.say("What is the question? /help shows how to ask."))
            return
        bound = self._beyond_bound(said)
        if bound is None:
            self._take(update_id, said)
            return
        self._parts.refused()
        if bound:
            self._say(update_id, said, bound)
        else:
            self._parts.database.finish(update_id)

    def _take(self, update_id: int, asked: Incoming) -> None:
        """A question, or a changed one, joins those of its chat."""

        async def decide() -> Outcome:
            database, answering = self._parts.database, self._parts.answering
            loop = asyncio.get_running_loop()
            if asked.kind is Kind.EDIT:
                before = database.answer_to(asked.chat, asked.message)
                if before is not None:
                    run = answering.answer_again
                    return await loop.run_in_executor(self._parts.pool, run, asked, before)
            return await loop.run_in_executor(self._parts.pool, answering.answer, asked)

        self._typed(update_id, asked, asked.place, decide)

    def _typed(
        self,
        update_id: int,
        asked: Incoming,
        lane: str,
        decide: Callable[[], Awaitable[Outcome]],
    ) -> None:
        """Decides in the lane; "typing" is shown from now until all is sent."""
        answered = self._typing.begin(asked.chat, asked.thread)
        self._waiting[asked.user] += 1
        self._undecided[asked.user] += 1

        async def decided() -> Outcome:
            try:
                return await decide()
            finally:
                _count_down(self._undecided, asked.user)

        def done() -> None:
            answered()
            _count_down(self._waiting, asked.user)
            self._told.discard(asked.user)

        self._parts.work.submit(update_id, lane, decided, asked, done)

    def _command(self, update_id: int, said: Incoming) -> None:
        parts = self._parts
        owner = said.user in parts.access.owners

        async def decide() -> Outcome:
            return parts.commands.carry_out(said, parts.answering.wording(said), owner=owner)

        parts.work.submit(update_id, said.place, decide, said)

    def _pressed(self, update_id: int, pressed: Incoming) -> None:
        presses = self._parts.presses
        choice = presses.choice(pressed)
        if choice is None:

            async def decide() -> Outcome:
                return presses.decide(pressed)

            lane = f"{pressed.place} message {pressed.message}"
            self._parts.work.submit(update_id, lane, decide, pressed)
            return
        record, number = choice

        async def choose() -> Outcome:
            fresh = self._parts.database.answer(record.token) or record
            loop = asyncio.get_running_loop()
            run = self._parts.answering.chosen
            outcome = await loop.run_in_executor(self._parts.pool, run, pressed, fresh, number)
            # The press itself comes first: it stops the button from blinking.
            return replace(outcome, actions=(presses.noticed(pressed), *outcome.actions))

        self._typed(update_id, pressed, record.place, choose)

    def _refuse(self, update_id: int, said: Incoming) -> None:
        """Says who it is that may not ask, so that an owner can let them."""
        words = self._parts.answering.wording(said)
        self._parts.refused()
        if said.private:
            text = words.say(
                "You may not ask this bot yet. Your id is {id}; its owner can add it to users in "
                "the config.",
                id=str(said.user),
            )
        else:
            text = words.say(
                "This group may not ask this bot yet. Its id is {id}; the bot's owner can add it "
                "to chats in the config.",
                id=str(said.chat),
            )
        if said.kind is Kind.PRESS:

            async def alert() -> Outcome:
                return self._parts.presses.refused(said, text)

            self._parts.work.submit(update_id, f"{said.place} refused", alert, said)
        elif self._not_throttled("refused", said.chat):
            self._say(update_id, said, text)
        else:
            self._parts.database.finish(update_id)

    def _beyond_bound(self, said: Incoming) -> str | None:
        """Why one more question is too much: a notice, or an empty one where it has been said;
        None where it is not.
        """
        access, words = self._parts.access, self._parts.answering.wording(said)
        waiting = self._waiting[said.user]
        if access.too_many_waiting(said.user, waiting):
            if said.user in self._told:
                return ""
            self._told.add(said.user)
            return words.count(
                "One question of yours is waiting for its answer. This one, and further ones until "
                "then, are not answered; ask again after that.",
                "{n} questions of yours are waiting for their answers. This one, and further ones "
                "until then, are not answered; ask again after that.",
                waiting,
            )
        day = self._parts.answering.clock().date().isoformat()
        asked = self._parts.database.asked(said.user, day) + self._undecided[said.user]
        if access.spent(said.user, asked):
            if not self._not_throttled("spent", said.chat):
                return ""
            return words.count(
                "That was the one question that you may ask a day. Ask on tomorrow (UTC).",
                "Those were the {n} questions that you may ask a day. Ask on tomorrow (UTC).",
                access.daily_budget,
            )
        return None

    def _moved(self, update_id: int, moved: Incoming) -> None:
        """A group became a supergroup: its conversation goes along, its permission cannot."""
        answering = self._parts.answering
        old, new = answering.key(f"{moved.chat}"), answering.key(f"{moved.moved_to}")
        conversation = answering.conversations.load(old)
        if conversation != Conversation():
            answering.conversations.save(new, conversation)
            answering.conversations.forget(old)
        event = "a group has another id; put it into telegram.chats of the config"
        log_event(_LOG, logging.WARNING, event, old=moved.chat, new=moved.moved_to)
        self._parts.database.finish(update_id)

    def _say(self, update_id: int, said: Incoming, text: str) -> None:
        async def decide() -> Outcome:
            return self._parts.answering.notice(said, text)

        # Past the chat's lane: a refusal need not wait for answers.
        self._parts.work.submit(update_id, f"{said.place} notices", decide, said)

    def _not_throttled(self, what: str, chat: int) -> bool:
        now = monotonic()
        self._said = {key: at for key, at in self._said.items() if now - at < _SAID_AGAIN}
        if (what, chat) in self._said:
            return False
        self._said[what, chat] = now
        return True


def _count_down(counts: Counter[int], user: int) -> None:
    counts[user] -= 1
    if counts[user] <= 0:
        del counts[user]
