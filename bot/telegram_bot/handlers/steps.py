"""What a handler makes of an update: one of three next steps, which the dispatcher takes.

The simplest is a sentence to whoever wrote.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.telegram_bot.rendering.markup import escape
from bot.telegram_bot.state.actions import Outcome, Send
from bot.telegram_bot.state.pages import Page
from bot.telegram_bot.transport.incoming import Incoming


@dataclass(frozen=True, slots=True)
class Decide:
    """``outcome`` is found in its turn of the ``lane``, written down and carried out. ``asks``: it
    answers a question, for which "typing" is shown, and which counts as one of the asker's.
    """

    lane: str
    outcome: Callable[[], Awaitable[Outcome]]
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """``job`` runs in its turn of the ``lane``, and finishes the update itself."""

    lane: str
    job: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Finish:
    """All is done."""


Step = Decide | Run | Finish


class Handler(Protocol):
    """Takes one kind of update."""

    def handle(self, update_id: int, said: Incoming) -> Step:
        """The next step; gives it at once, and sends nothing."""
        ...


def reply_with(said: Incoming, text: str) -> Decide:
    """A sentence to whoever wrote. It need not wait for the answers of its chat."""

    async def outcome() -> Outcome:
        return notice(said, text)

    return Decide(f"{said.place} notices", outcome)


def notice(said: Incoming, text: str) -> Outcome:
    """A sentence to whoever wrote, as a reply."""
    reply = Send(said.chat, plain_page(text), reply_to=said.message, thread=said.thread)
    return Outcome((reply,), said.place)


def plain_page(text: str) -> Page:
    """A text without any markup as a page."""
    return Page(escape(text), text)
