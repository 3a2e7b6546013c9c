"""What was asked and answered: immutable values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from retrieval.datatypes import Answer, AnswerGroup, AnswerType

_KEPT_TURNS = 50
"""Older turns are dropped: nothing looks back further, and a bot runs for months."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a turn was answered, as far as a later question can speak of it.

    ``text`` is the quote, ``sentence`` the one it stands in (noise as ``[…]``), ``title`` and
    ``article_id`` are those of the first citation. ``others`` are the answers that other articles
    gave. ``kind`` is what the quote was taken to be, ``probability``, 0..1, that it was right.
    """

    text: str
    sentence: str
    title: str | None = None
    article_id: str | None = None
    kind: AnswerType | None = None
    others: tuple[str, ...] = ()
    probability: float = 1.0

    @classmethod
    def of(cls, answer: Answer) -> Answered | None:
        """None for an abstention."""
        if answer.chosen is None:
            return None
        return cls.of_group(answer.chosen, others=tuple(group.answer for group in answer.rivals))

    @classmethod
    def of_group(cls, group: AnswerGroup, others: tuple[str, ...] = ()) -> Answered:
        first = group.citations[0]
        kind = group.spans[0].answer_type if group.spans else None
        return cls(
            group.answer,
            first.sentence,
            first.title,
            first.article_id,
            kind,
            others,
            group.probability,
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """One question as typed, the standalone question it became, and what it was answered.

    ``number`` counts from 1 within the conversation and is never used again; 0 before it is in one.
    ``answered`` is None when the articles did not say. ``expected`` is the kind of thing that was
    asked for.
    """

    question: str
    standalone_question: str
    answered: Answered | None = None
    expected: AnswerType | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several events or people that a question may mean.

    ``label`` is shown; ``question`` is the standalone question that means this one; ``article_ids``
    are the articles that report it, ``names`` those by which it can be told from the others.
    """

    label: str
    question: str
    article_ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenChoice:
    """A "which one?" that waits for its answer: the question as typed and what it may mean."""

    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns of one conversation, oldest first. A new turn makes a new conversation.

    ``topic`` is what the conversation is about from outside, where something says so (an article
    that was opened, the title of a benchmark's dialogue); ``subtopic`` is the part of it, such as
    a section's heading. ``asked`` counts all turns ever.
    """

    turns: tuple[Turn, ...] = ()
    open_choice: OpenChoice | None = None
    topic: str | None = None
    subtopic: str | None = None
    asked: int = 0

    def with_turn(self, turn: Turn) -> Conversation:
        """With one more turn, which answers whatever choice was open."""
        number = self.asked + 1
        turns = (*self.turns, replace(turn, number=number))[-_KEPT_TURNS:]
        return replace(self, turns=turns, open_choice=None, asked=number)

    def with_open_choice(self, open_choice: OpenChoice) -> Conversation:
        """Waiting for somebody to say which one is meant."""
        return replace(self, open_choice=open_choice)

    def turn(self, number: int) -> Turn | None:
        """The turn with a number; None when there is none, or no longer."""
        return next((turn for turn in self.turns if turn.number == number), None)

    def before(self, number: int) -> Conversation:
        """The conversation as it was when turn ``number`` was asked."""
        kept = tuple(turn for turn in self.turns if turn.number < number)
        return replace(self, turns=kept, open_choice=None, asked=number - 1)

    def with_changed(self, turn: Turn) -> Conversation:
        """With ``turn`` in the place of the one with its number; later turns stay."""
        turns = tuple(turn if old.number == turn.number else old for old in self.turns)
        return replace(self, turns=turns, open_choice=None)

    @property
    def last(self) -> Turn | None:
        return self.turns[-1] if self.turns else None
