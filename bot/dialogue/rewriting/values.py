"""A follow-up made standalone: the value, and the seam behind which it is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.dialogue.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: what was said (empty where words were added), what it was taken to mean, and
    why.
    """

    said: str
    meant: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The standalone question and the edits that led to it; no edits when it stood alone.

    ``others`` are other readings of what was typed, where it is not sure which one is meant.
    ``context`` is what was said before, where it is searched for beside a reading as typed.
    ``left_open`` is a second question of the same message, which was not asked.
    """

    question: str
    edits: tuple[Edit, ...] = ()
    others: tuple[str, ...] = ()
    context: str = ""
    left_open: str = ""


class Rewriter(Protocol):
    """Makes follow-ups standalone. Equal values in, equal values out."""

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        """The standalone form of ``text`` after ``conversation``."""
        ...
