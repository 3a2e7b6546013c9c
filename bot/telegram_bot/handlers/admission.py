"""Who may ask, how much, and what is said to whoever may not. Sends nothing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from bot.presentation.translation import Wording
from bot.telegram_bot.transport.incoming import Incoming, Kind

_SAID_AGAIN = 60.0
"""Seconds until a refusal is said again in the same chat: nobody can make the bot flood it."""


@dataclass(frozen=True, slots=True)
class Access:
    """Numeric ids: ``users`` in private and inline, members of ``chats`` in groups, ``owners``
    everywhere they are users, without a bound.

    ``daily_budget`` questions of one user a day (0: any number); ``waiting`` at once.
    """

    users: frozenset[int] = frozenset()
    chats: frozenset[int] = frozenset()
    owners: frozenset[int] = frozenset()
    daily_budget: int = 0
    waiting: int = 5

    def allows(self, incoming: Incoming) -> bool:
        """Whether an answer may be given there. What one group hears all its members hear, so it
        is the group that must be allowed, not who asks.
        """
        if incoming.private or incoming.kind is Kind.INLINE:
            return incoming.user in self.users or incoming.user in self.owners
        return incoming.chat in self.chats

    def too_many_waiting(self, user: int, waiting: int) -> bool:
        """Whether one more question of ``user`` would be too much, when ``waiting`` wait."""
        return user not in self.owners and waiting >= self.waiting

    def spent(self, user: int, asked: int) -> bool:
        """Whether ``user``, who has ``asked`` so many today, must wait for tomorrow."""
        return user not in self.owners and 0 < self.daily_budget <= asked


@dataclass(frozen=True, slots=True)
class Admitted:
    """The update goes on to its handler."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing comes of the update but ``text``, which says why."""

    text: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """Refused, and nothing is said, since it has been said just before."""


Decision = Admitted | Refused | Ignored


class Admission:
    """Decides about each update, and counts the questions that wait. Used from one event loop.

    ``asked_today`` gives how many questions a user has had decided today.
    """

    def __init__(
        self,
        access: Access,
        asked_today: Callable[[int], int],
        wording: Callable[[Incoming], Wording],
    ) -> None:
        self._access = access
        self._asked_today = asked_today
        self._wording = wording
        self._waiting: Counter[int] = Counter()
        self._undecided: Counter[int] = Counter()
        """Of those that wait, those not yet in the day's account of whoever asked."""
        self._told: set[int] = set()
        self._said: dict[tuple[str, int], float] = {}

    def decide(self, said: Incoming) -> Decision:
        """Inline questions and moved groups are always admitted: who asks inline is told by other
        means, and a group moves on its own.
        """
        if said.kind in (Kind.INLINE, Kind.MOVED):
            return Admitted()
        if not self._access.allows(said):
            return self._not_allowed(said)
        if said.kind in (Kind.QUESTION, Kind.EDIT) and said.text:
            return self._within_bounds(said)
        return Admitted()

    def begin(self, user: int) -> None:
        """One more question of ``user`` waits for its answer."""
        self._waiting[user] += 1
        self._undecided[user] += 1

    def decided(self, user: int) -> None:
        """One of them has its outcome, and stands in the day's account."""
        _count_down(self._undecided, user)

    def done(self, user: int) -> None:
        """One of them is answered."""
        _count_down(self._waiting, user)
        self._told.discard(user)

    def _not_allowed(self, said: Incoming) -> Decision:
        """Says who it is that may not ask, so that an owner can let them. A press is always
        answered, since its button blinks until then.
        """
        if said.kind is not Kind.CALLBACK and not self._not_throttled("refused", said.chat):
            return Ignored()
        words = self._wording(said)
        if said.private:
            text = words.say(
                "You may not ask this bot yet. Your id is {id}; its owner can add it to users in "
                "the config.",
                id=str(said.user),
            )
        else:
            text = words.say(
                "This group may not ask this bot yet. Its id is {id}; the bot's owner can add it "
                "to chats in the config.",
                id=str(said.chat),
            )
        return Refused(text)

    def _within_bounds(self, said: Incoming) -> Decision:
        access, words = self._access, self._wording(said)
        waiting = self._waiting[said.user]
        if access.too_many_waiting(said.user, waiting):
            if said.user in self._told:
                return Ignored()
            self._told.add(said.user)
            text = words.count(
                "One question of yours is waiting for its answer. This one, and further ones until "
                "then, are not answered; ask again after that.",
                "{n} questions of yours are waiting for their answers. This one, and further ones "
                "until then, are not answered; ask again after that.",
                waiting,
            )
            return Refused(text)
        asked = self._asked_today(said.user) + self._undecided[said.user]
        if access.spent(said.user, asked):
            if not self._not_throttled("spent", said.chat):
                return Ignored()
            text = words.count(
                "That was the one question that you may ask a day. Ask on tomorrow (UTC).",
                "Those were the {n} questions that you may ask a day. Ask on tomorrow (UTC).",
                access.daily_budget,
            )
            return Refused(text)
        return Admitted()

    def _not_throttled(self, what: str, chat: int) -> bool:
        now = monotonic()
        self._said = {key: at for key, at in self._said.items() if now - at < _SAID_AGAIN}
        if (what, chat) in self._said:
            return False
        self._said[what, chat] = now
        return True


def _count_down(counts: Counter[int], user: int) -> None:
    counts[user] -= 1
    if counts[user] <= 0:
        del counts[user]
