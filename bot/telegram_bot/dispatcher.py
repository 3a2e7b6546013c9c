"""Where updates arrive: each is admitted or not, and goes to the handler of its kind.

Every update is in the database before it comes here; ``Outbox`` sees to it that what it leads to is
done once. Used from one event loop. Knows nothing about how updates are fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.telegram_bot.handlers.admission import Admission, Admitted, Ignored, Refused
from bot.telegram_bot.handlers.callbacks import refuse_press
from bot.telegram_bot.handlers.commands import as_question
from bot.telegram_bot.handlers.steps import Decide, Finish, Handler, Run, Step, reply_with
from bot.telegram_bot.outbox import Outbox
from bot.telegram_bot.state.actions import Outcome
from bot.telegram_bot.state.chat_queues import ChatQueues
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.transport.delivery import Delivery
from bot.telegram_bot.transport.incoming import Incoming, Kind
from bot.telegram_bot.transport.message_ids import MessageIds
from bot.telegram_bot.transport.typing_indicator import TypingShown

_MOST_TRIES = 10
"""Times that one update may have been begun when the process ended."""


def handlers_by_kind(
    *,
    questions: Handler,
    commands: Handler,
    callbacks: Handler,
    inline: Handler,
    moved_chats: Handler,
    no_text: Handler,
) -> Mapping[Kind, Handler]:
    """Which handler takes which kind of update."""
    return {
        Kind.QUESTION: questions,
        Kind.EDIT: questions,
        Kind.COMMAND: commands,
        Kind.CALLBACK: callbacks,
        Kind.INLINE: inline,
        Kind.MOVED: moved_chats,
        Kind.NO_TEXT: no_text,
    }


@dataclass(frozen=True, slots=True)
class Parts:
    """What a dispatcher works with."""

    admission: Admission
    handlers: Mapping[Kind, Handler]
    database: BotDatabase
    delivery: Delivery
    ids: MessageIds
    lanes: ChatQueues
    outbox: Outbox
    refused: Callable[[], None] = lambda: None
    """Called for every question that was beyond a bound, or of somebody who may not ask."""


class Dispatcher:
    """Takes updates in; their answers go out in the order of each chat's questions."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._typing = TypingShown(parts.delivery.typing)

    def resume(self, read_body: Callable[[str], Incoming | None]) -> int:
        """Goes on with what was not finished when the bot ended; gives how many updates."""
        unfinished = self._parts.database.unfinished()
        for left in unfinished:
            if left.outcome is not None:
                self._parts.outbox.resume(left)
                continue
            incoming = read_body(left.body)
            if incoming is not None and left.tries >= _MOST_TRIES:
                self._parts.outbox.give_up(left.update_id, incoming)
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
        said = as_question(incoming)
        self._submit(update_id, said, self._step(update_id, said))

    async def close(self) -> None:
        """Stops all typing."""
        await self._typing.close()

    def _step(self, update_id: int, said: Incoming) -> Step:
        match self._parts.admission.decide(said):
            case Admitted():
                return self._parts.handlers[said.kind].handle(update_id, said)
            case Refused(text):
                self._parts.refused()
                return (refuse_press if said.kind is Kind.CALLBACK else reply_with)(said, text)
            case Ignored():
                self._parts.refused()
                return Finish()

    def _submit(self, update_id: int, said: Incoming, step: Step) -> None:
        match step:
            case Decide(asks=True):
                self._answer(update_id, said, step)
            case Decide(lane, outcome):
                self._parts.outbox.submit(update_id, lane, outcome, said)
            case Run(lane, job):
                self._parts.lanes.submit(lane, job)
            case Finish():
                self._parts.database.finish(update_id)

    def _answer(self, update_id: int, said: Incoming, step: Decide) -> None:
        """Decides in the lane; "typing" is shown from now until all is sent."""
        admission = self._parts.admission
        answered = self._typing.begin(said.chat, said.thread)
        admission.begin(said.user)

        async def decided() -> Outcome:
            try:
                return await step.outcome()
            finally:
                admission.decided(said.user)

        def done() -> None:
            answered()
            admission.done(said.user)

        self._parts.outbox.submit(update_id, step.lane, decided, said, done)
