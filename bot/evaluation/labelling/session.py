"""A labelling session as a state machine: a key gives the next state and what is to be done.

No terminal, no file, no clock. Keys are named ``1`` to ``9``, ``enter``, ``escape``, ``+`` and by
their letters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from bot.evaluation.labelling.labels import Quote
from bot.evaluation.sets.questions import EvalQuestion


@dataclass(frozen=True, slots=True)
class Keep:
    """Write the label of this question: the quotes that answer it, or none that do."""

    question: EvalQuestion
    quotes: tuple[Quote, ...]


class Do(Enum):
    """What else a key may ask for."""

    TAKE_BACK = "remove the last label"
    OPEN_ARTICLE = "open an article to mark a span"


Effect = Keep | Do
Step = tuple["Session", Effect | None]


@dataclass(frozen=True, slots=True)
class Session:
    """Where a person stands in labelling a question set.

    ``labelled`` are the ids in the file, the last one newest. ``current`` is the question that is
    shown; None when none is left. ``chosen`` are the quotes taken so far where a question is to
    have several (``several``). ``note`` is what is said to the last key; ``left``: it was the last.
    """

    questions: tuple[EvalQuestion, ...]
    labelled: tuple[str, ...] = ()
    skipped: frozenset[str] = frozenset()
    current: EvalQuestion | None = None
    chosen: tuple[Quote, ...] = ()
    several: bool = False
    note: str = ""
    left: bool = False

    @property
    def done(self) -> int:
        """How many questions of the set are labelled."""
        labelled = frozenset(self.labelled)
        return sum(question.id in labelled for question in self.questions)

    @property
    def to_do(self) -> int:
        """How many are not, skipped ones included."""
        return len(self.questions) - self.done

    @property
    def number(self) -> int:
        """The place of the current question in the set, from 1; 0 without one."""
        return self.questions.index(self.current) + 1 if self.current else 0


def begin(questions: Sequence[EvalQuestion], labelled: Sequence[str]) -> Session:
    """A session at the first question that has no label."""
    return _onward(Session(tuple(questions), tuple(labelled)))


def press(session: Session, key: str, offered: Sequence[Quote]) -> Step:
    """The session after ``key``, with ``offered`` as the spans 1, 2, 3 … of the question."""
    session = replace(session, note="")
    if key == "q":
        return replace(session, left=True), None
    if key == "u":
        return _undo(session)
    if session.current is None:
        return replace(session, left=key == "enter"), None
    if key.isdecimal():
        return _number(session, int(key), offered)
    match key:
        case "enter" | "a":
            return _accept(session, offered)
        case "m":
            return session, Do.OPEN_ARTICLE
        case "n":
            return _keep(session, ())
        case "s":
            skipped = session.skipped | {session.current.id}
            return _onward(replace(session, skipped=skipped, note="Skipped for now.")), None
        case "+":
            return _say(replace(session, several=True)), None
        case "escape" if session.several:
            return replace(session, several=False, chosen=(), note="Nothing is chosen."), None
        case _:
            return replace(session, note="That key does nothing here; see the line below."), None


def marked(session: Session, quote: Quote, *, more: bool) -> Step:
    """The session after ``quote`` was marked in an article; ``more``: others are to join it."""
    session = replace(session, note="")
    if more or session.several:
        chosen = session.chosen if quote in session.chosen else (*session.chosen, quote)
        session = replace(session, several=True, chosen=chosen)
        return (_say(session), None) if more else _keep(session, session.chosen)
    return _keep(session, (quote,))


def _number(session: Session, number: int, offered: Sequence[Quote]) -> Step:
    if not 1 <= number <= len(offered):
        return replace(session, note=f"There is no span {number}."), None
    quote = offered[number - 1]
    if not session.several:
        return _keep(session, (quote,))
    without = tuple(chosen for chosen in session.chosen if chosen != quote)
    chosen = without if quote in session.chosen else (*session.chosen, quote)
    return _say(replace(session, chosen=chosen)), None


def _accept(session: Session, offered: Sequence[Quote]) -> Step:
    if session.several and not session.chosen:
        return replace(session, note="Nothing is chosen; type a number, or Esc to go back."), None
    quotes = session.chosen or tuple(offered[:1])
    if not quotes:
        note = "There is no span to accept; m marks one in an article, n says unanswerable."
        return replace(session, note=note), None
    return _keep(session, quotes)


def _keep(session: Session, quotes: tuple[Quote, ...]) -> Step:
    question = session.current
    assert question is not None
    labelled = (*session.labelled, question.id)
    return _onward(replace(session, labelled=labelled)), Keep(question, quotes)


def _undo(session: Session) -> Step:
    if not session.labelled:
        return replace(session, note="There is no label to undo."), None
    last = session.labelled[-1]
    question = next((q for q in session.questions if q.id == last), None)
    if question is None:
        note = f"The last label is that of “{last}”, which is not in this question set."
        return replace(session, note=note), None
    undone = replace(
        session,
        labelled=session.labelled[:-1],
        skipped=session.skipped - {last},
        current=question,
        chosen=(),
        several=False,
        note="The last label was undone.",
    )
    return undone, Do.TAKE_BACK


def _onward(session: Session) -> Session:
    """At the first question that is neither labelled nor skipped."""
    past = session.skipped.union(session.labelled)
    waiting = next((q for q in session.questions if q.id not in past), None)
    return replace(session, current=waiting, chosen=(), several=False)


def _say(session: Session) -> Session:
    """What is chosen, where several are to be."""
    if not session.chosen:
        return replace(session, note="Several spans: type their numbers, then Enter.")
    chosen = ", ".join(f"“{_short(quote.text)}”" for quote in session.chosen)
    return replace(session, note=f"Chosen: {chosen}. Enter accepts, Esc drops them.")


def _short(text: str, most: int = 60) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= most else folded[: most - 2].rstrip() + " …"
