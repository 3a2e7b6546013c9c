"""What was asked and answered: immutable values. Knows nothing about where they are kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from retrieval.datatypes import Answer

_KEPT_TURNS = 50
"""Older turns are dropped: nothing looks back further, and a bot runs for months."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question as typed, the standalone question it became, and the decision on it."""

    question: str
    standalone_question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one conversation, oldest first. A new turn makes a new conversation."""

    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> Conversation:
        return replace(self, turns=(*self.turns, turn)[-_KEPT_TURNS:])

    @property
    def last(self) -> Turn | None:
        return self.turns[-1] if self.turns else None
