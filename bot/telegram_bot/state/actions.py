"""What is to be done in Telegram, decided before anything is sent: values that survive a crash.

An ``Outcome`` is written down whole before its first action is carried out, so that after a crash
the rest is carried out, and nothing is decided twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter

from bot.telegram_bot.state.pages import Page, ViewName


@dataclass(frozen=True, slots=True)
class Button:
    """One inline button. ``data``, at most 64 bytes, comes back when it is pressed."""

    label: str
    data: str


Keyboard = tuple[tuple[Button, ...], ...]
"""Rows of buttons; empty for none."""


@dataclass(frozen=True, slots=True)
class Send:
    """A new message. ``answer`` is the token of the answer that the message is a part of."""

    chat: int
    page: Page
    keyboard: Keyboard = ()
    reply_to: int | None = None
    thread: int | None = None
    preview: str | None = None
    answer: str | None = None
    kind: Literal["send"] = "send"


@dataclass(frozen=True, slots=True)
class Edit:
    """Another text and keyboard for one of the bot's messages. Doing it twice changes nothing."""

    chat: int
    message: int
    page: Page
    keyboard: Keyboard = ()
    preview: str | None = None
    kind: Literal["edit"] = "edit"


@dataclass(frozen=True, slots=True)
class Delete:
    """One of the bot's messages goes. Doing it twice changes nothing."""

    chat: int
    message: int
    kind: Literal["delete"] = "delete"


@dataclass(frozen=True, slots=True)
class AnswerCallback:
    """What a person sees at once who pressed a button: a short text, or nothing."""

    query: str
    text: str = ""
    alert: bool = False
    kind: Literal["press"] = "press"


Action = Send | Edit | Delete | AnswerCallback


@dataclass(frozen=True, slots=True)
class Rated:
    """What a rating of an answer says of it; see ``bot.storage.ratings.Rating``."""

    question: str
    standalone_question: str
    answer: str | None
    article_id: str | None
    probability: float


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer as its buttons, its edits and ``/sources`` need it, long after it was given.

    ``place`` is the conversation, ``question`` the message answered. ``messages`` are the ids of
    the bot's messages with it, known once they are sent. ``turn`` is its number in the
    conversation, 0 where it made none. ``choices`` are buttons still to be pressed. ``language``
    is that of its buttons.
    """

    token: str
    place: str
    chat: int
    question: int
    made: float
    views: dict[ViewName, tuple[Page, ...]]
    language: str
    asked: str
    thread: int | None = None
    preview: str | None = None
    choices: tuple[str, ...] = ()
    turn: int = 0
    rated: Rated | None = None
    messages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """What one question adds to the day's account of its asker."""

    user: int
    day: str
    outcome: str
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one update leads to. ``conversation`` is kept under ``place`` before the actions."""

    actions: tuple[Action, ...] = ()
    place: str = ""
    conversation: str | None = None
    answers: tuple[AnswerRecord, ...] = ()
    usage: Usage | None = None


_OUTCOME = TypeAdapter(Outcome)
_RECORD = TypeAdapter(AnswerRecord)


def outcome_to_json(outcome: Outcome) -> bytes:
    """The outcome in full, halves of characters included."""
    return _OUTCOME.dump_json(outcome)


def outcome_from_json(text: bytes) -> Outcome:
    """The outcome that ``outcome_to_json`` wrote. Raises ``ValueError`` for anything else."""
    return _OUTCOME.validate_json(text)


def record_to_json(record: AnswerRecord) -> bytes:
    """The record in full."""
    return _RECORD.dump_json(record)


def record_from_json(text: bytes) -> AnswerRecord:
    """The record that ``record_to_json`` wrote. Raises ``ValueError`` for anything else."""
    return _RECORD.validate_json(text)
