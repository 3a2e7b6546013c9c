"""Who may ask, and how much. Pure; knows nothing about what is asked."""

from __future__ import annotations

from dataclasses import dataclass

from bot.telegram_bot.transport.incoming import Incoming, Kind


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
