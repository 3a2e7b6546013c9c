"""The nouns of evaluation: what was asked, and which answers are accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The text a SQuAD question is asked about; ``id`` is its own within the set."""

    id: str
    title: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """One question with the answers that count as right.

    No ``answers``: the question must be refused. ``date`` is the day on which it is asked. ``turn``
    orders the questions of one ``conversation``. ``disputed`` lists the sides of a contradiction,
    each with its wordings. ``evidence`` names the articles known to hold an answer (None: not
    known). ``context`` is the only paragraph that may answer, in SQuAD, QuAC and CoQA sets.
    ``rewrite`` is a human's standalone wording of a follow-up. ``remarks`` are what was said in the
    conversation right before and asks nothing ("thanks"). ``type`` (the author's own kind of
    question) and ``source`` (where it comes from, such as a publisher) only sort questions.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    date: date | None = None
    conversation: str | None = None
    turn: int | None = None
    disputed: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[str, ...] | None = None
    context: Paragraph | None = None
    rewrite: str | None = None
    type: str | None = None
    source: str | None = None
    remarks: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one file, those of a conversation together and in turn order.

    ``left_out`` counts rows of the file that are not asked; ``left_out_reason`` says why.
    ``qrels``: for each question id, the grade from 0 (not relevant) on of each judged document;
    every question has an entry. ``answered`` is False where the set says only what is relevant: an
    empty ``answers`` then means that none is known, not that the question must be refused.
    """

    name: str
    questions: tuple[EvalQuestion, ...]
    left_out: int = 0
    left_out_reason: str | None = None
    qrels: Mapping[str, Mapping[str, int]] | None = field(default=None, repr=False)
    answered: bool = True


def in_turn_order(questions: list[EvalQuestion]) -> tuple[EvalQuestion, ...]:
    """Each conversation at the place of its first row, its turns rising; the rest as they stand.

    Rows without a turn follow the numbered ones of their conversation, in file order.
    """
    blocks: dict[tuple[str, str], list[EvalQuestion]] = {}
    for question in questions:
        single = question.conversation is None
        key = ("single", question.id) if single else ("conversation", question.conversation or "")
        blocks.setdefault(key, []).append(question)
    return tuple(
        question
        for block in blocks.values()
        for question in sorted(block, key=lambda q: (q.turn is None, q.turn or 0))
    )


def reasons(left_out: Counter[str]) -> str | None:
    """Why rows were left out, with counts where there is more than one reason."""
    if len(left_out) < 2:
        return next(iter(left_out), None)
    return "; ".join(f"{count} {reason}" for reason, count in left_out.items())
