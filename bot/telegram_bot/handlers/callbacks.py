"""What a pressed button leads to: another view, a rating, or a choice. Sends nothing itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Protocol

from bot.presentation.translation import wording
from bot.storage.ratings import Rating
from bot.telegram_bot.handlers.questions import Answering
from bot.telegram_bot.handlers.steps import Decide
from bot.telegram_bot.rendering.keyboards import BAD, GOOD, Callback, keyboard, pressed
from bot.telegram_bot.state.actions import AnswerCallback, AnswerRecord, Edit, Outcome
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.state.pages import ViewName
from bot.telegram_bot.transport.incoming import Incoming

_LONGEST = 200
"""Characters of a text that a press is answered with."""


class KeepsRatings(Protocol):
    """Where ratings go."""

    def add(self, rating: Rating) -> None:
        """Keeps a rating. Raises ``StorageError``."""
        ...


@dataclass(frozen=True, slots=True)
class CallbackHandler:
    """Takes presses: a choice into the lane of the question that it answers, any other into one of
    its message.
    """

    database: BotDatabase
    ratings: KeepsRatings
    answering: Answering
    pool: Executor
    rated: Callable[[bool], None] = lambda good: None

    def handle(self, update_id: int, said: Incoming) -> Decide:
        """As ``Handler.handle``. Raises ``StorageError``."""
        press, record = self._meant(said)
        if press is None or record is None or press.choice is None or not record.choices:

            async def decided() -> Outcome:
                return self._decide(said)

            return Decide(f"{said.place} message {said.message}", decided)
        token, kept, number = record.token, record, press.choice

        async def chosen() -> Outcome:
            fresh = self.database.answer(token) or kept
            run, loop = self.answering.chosen, asyncio.get_running_loop()
            outcome = await loop.run_in_executor(self.pool, run, said, fresh, number)
            # The press itself comes first: it stops the button from blinking.
            return replace(outcome, actions=(AnswerCallback(said.query), *outcome.actions))

        return Decide(record.place, chosen, asks=True)

    def _decide(self, said: Incoming) -> Outcome:
        """What a press that chooses nothing leads to. Raises ``StorageError``."""
        press, record = self._meant(said)
        words = self.answering.wording(said)
        if press is None or record is None:
            old = words.say("This answer is too old for its buttons; ask the question again.")
            return _alert(said, old)
        if press.good is not None:
            return self._rate(said, record, press.good)
        if press.choice is not None:
            return _alert(said, words.say("That has been chosen already."))
        return self._show(said, record, press)

    def _meant(self, said: Incoming) -> tuple[Callback | None, AnswerRecord | None]:
        press = pressed(said.text)
        record = self.database.answer(press.token) if press else None
        # What was answered in one chat is nobody else's business.
        return press, record if record is not None and record.chat == said.chat else None

    def _rate(self, said: Incoming, record: AnswerRecord, good: bool) -> Outcome:
        words = self.answering.wording(said)
        if record.rated is None:
            return _alert(said, words.say("There is nothing to rate here."))
        rated = record.rated
        self.ratings.add(
            Rating(
                id=f"{record.token}-{_nobody(said.user, record.token)}",
                asked_at=self.answering.clock(),
                question=rated.question,
                standalone_question=rated.standalone_question,
                as_of=None,
                answer=rated.answer,
                article_id=rated.article_id,
                probability=rated.probability,
                good=good,
            )
        )
        self.rated(good)
        thanks = words.say("{thumb} Noted, thank you.", thumb=GOOD if good else BAD)
        return Outcome((AnswerCallback(said.query, thanks),), said.place)

    def _show(self, said: Incoming, record: AnswerRecord, press: Callback) -> Outcome:
        view = press.view or ViewName.ANSWER
        pages = record.views.get(view, ())
        # The answer itself comes back with its last message, where its buttons are.
        page = len(pages) - 1 if view is ViewName.ANSWER else press.page
        if not 0 <= page < len(pages) or said.message not in record.messages[-1:]:
            words = self.answering.wording(said)
            return _alert(said, words.say("There is nothing more to show."))
        below = keyboard(record, wording(record.language), view, page)
        preview = record.preview if view is ViewName.ANSWER else None
        shown = Edit(record.chat, said.message, pages[page], below, preview)
        return Outcome((AnswerCallback(said.query), shown), said.place)


def refuse_press(said: Incoming, text: str) -> Decide:
    """The press leads to nothing but a text that must be seen."""

    async def outcome() -> Outcome:
        return _alert(said, text)

    return Decide(f"{said.place} refused", outcome)


def _alert(said: Incoming, text: str) -> Outcome:
    return Outcome((AnswerCallback(said.query, text[:_LONGEST], alert=True),), said.place)


def _nobody(user: int, token: str) -> str:
    """Tells two people's ratings of one answer apart, and says who nobody is."""
    return blake2b(str(user).encode(), key=token.encode()[:64], digest_size=4).hexdigest()
