"""People who talk to the bot in every way for a long time, and what must have come of it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from benchmarks.telegram.questions import FOLLOW_UPS, single_questions
from tests.bot_api import Posted, RemoteControl


class Deed(StrEnum):
    """What somebody may do."""

    QUESTION = "questions"
    FOLLOW_UP = "follow-ups"
    BUTTON = "buttons"
    RATING = "ratings"
    EDIT = "edits"
    INLINE = "inline questions"


SHARES = {
    Deed.QUESTION: 40,
    Deed.FOLLOW_UP: 20,
    Deed.BUTTON: 18,
    Deed.RATING: 8,
    Deed.EDIT: 7,
    Deed.INLINE: 7,
}
"""How often each is done, of a hundred deeds."""


@dataclass(slots=True)
class People:
    """Users with a private chat each, who take turns; ``deeds`` counts what they did.

    Only what stands last in a chat is edited, and only its buttons are pressed, so that the order
    of a chat's answers says something.
    """

    control: RemoteControl
    users: Sequence[int]
    chance: random.Random
    deeds: Counter[Deed] = field(default_factory=Counter)
    questions: list[Posted] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    presses: list[str] = field(default_factory=list)
    _latest: dict[int, Posted] = field(default_factory=dict)
    _edits: list[tuple[Posted, float]] = field(default_factory=list)
    _rated: set[str] = field(default_factory=set)
    _known: list[str] = field(default_factory=single_questions)

    def arrive(self) -> None:
        """Everybody has an account."""
        for user in self.users:
            self.control.user(f"Reader {user}", user_id=user)

    def act(self, user: int) -> None:
        """Does one thing, by chance; a question where the wanted thing cannot be done."""
        (wanted,) = self.chance.choices(list(SHARES), list(SHARES.values()))
        if not self._do(wanted, user):
            wanted = Deed.QUESTION
            self._ask(user, self.chance.choice(self._known))
        self.deeds[wanted] += 1

    def _do(self, wanted: Deed, user: int) -> bool:
        match wanted:
            case Deed.QUESTION:
                self._ask(user, self.chance.choice(self._known))
            case Deed.FOLLOW_UP:
                self._ask(user, self.chance.choice(FOLLOW_UPS)[1])
            case Deed.INLINE:
                self.inline.append(self.control.inline(user, self.chance.choice(self._known)))
            case Deed.EDIT:
                return self._edit(user)
            case Deed.BUTTON | Deed.RATING:
                return self._press(user, rating=wanted is Deed.RATING)
        return True

    def _ask(self, user: int, text: str) -> None:
        asked = self.control.ask(user, text)
        self._latest[user] = asked
        self.questions.append(asked)

    def _answered(self, user: int) -> Posted | None:
        """The last message of the answer to the chat's latest question."""
        latest = self._latest.get(user)
        answers = self.control.answers(latest) if latest else []
        return answers[-1] if answers else None

    def _edit(self, user: int) -> bool:
        latest = self._latest.get(user)
        if latest is None or self._answered(user) is None:
            return False
        text = self.chance.choice([known for known in self._known if known != latest.text])
        changed = self.control.edit(latest, text)
        self._latest[user] = changed
        self._edits.append((changed, changed.edited_at or 0.0))
        return True

    def _press(self, user: int, *, rating: bool) -> bool:
        answer = self._answered(user)
        data = [b["callback_data"] for b in answer.buttons] if answer else []
        found = [one for one in data if one.endswith((":+", ":-")) == rating]
        if answer is None or not found:
            return False
        pressed = self.chance.choice(found)
        self.presses.append(self.control.press(answer, pressed))
        if rating:
            self._rated.add(pressed.partition(":")[0])
        return True

    def seconds_to_answers(self) -> list[tuple[float, float]]:
        """For each answered question when it was asked, and how long its answer took."""
        waited = []
        for question in self.questions:
            answers = self.control.answers(question)
            if answers:
                waited.append((question.at, answers[0].at - question.at))
        return waited

    def lost(self, ratings: Sequence[str]) -> Iterator[str]:
        """What nothing came of. ``ratings`` are the ids of those that the bot has kept."""
        control = self.control
        answers = {question.ref: control.answers(question) for question in self.questions}
        yield from (f"lost: question {ref}" for ref, found in answers.items() if not found)
        changed: dict[tuple[str, str], float] = {}
        for call in control.calls("editMessageText"):
            message = (str(call.parameters["chat_id"]), str(call.parameters["message_id"]))
            changed[message] = call.at
        for question, at in self._edits:
            times = [changed.get((str(a.chat), str(a.id)), 0.0) for a in answers[question.ref]]
            if max(times, default=0.0) < at:
                yield f"lost: edit of {question.ref}"
        for query in self.presses:
            if len(control.callback(query).answers) != 1:
                yield f"press {query}: {len(control.callback(query).answers)} answers"
        for query in self.inline:
            if control.inline_answer(query).answered_at is None:
                yield f"lost: inline question {query}"
        kept = {rating.rpartition("-")[0] for rating in ratings}
        if kept != self._rated or len(ratings) != len(self._rated):
            yield f"{len(self._rated)} answers were rated, {len(ratings)} ratings are kept"
