"""Which message ids are taken, as far as the bot has seen.

Telegram counts the messages of all private chats and small groups of a bot in one row, those of
each supergroup in a row of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from itertools import islice

_SUPERGROUPS_BELOW = -1_000_000_000_000
_REMEMBERED = 4_096
_MOST_UNKNOWN = 200


class MessageIds:
    """The highest id seen in each row, and the latest ones that are known not to be in doubt."""

    def __init__(self, highest: Mapping[int, int] | None = None) -> None:
        """``highest`` is what an earlier process saw, by ``row``."""
        self._highest = dict(highest or {})
        self._order: deque[tuple[int, int]] = deque()
        self._known: set[tuple[int, int]] = set()

    def saw(self, chat: int, message: int) -> None:
        """A message exists, and it is known what it is."""
        key = (row(chat), message)
        self._highest[key[0]] = max(message, self._highest.get(key[0], 0))
        if key in self._known:
            return
        self._known.add(key)
        self._order.append(key)
        if len(self._order) > _REMEMBERED:
            self._known.discard(self._order.popleft())

    def highest(self, chat: int) -> int:
        """The highest id seen in the row of a chat; 0 where none was."""
        return self._highest.get(row(chat), 0)

    def unknown_after(self, chat: int, floor: int, count: int) -> list[int]:
        """Ids above ``floor`` of which nothing is known, lowest first: up to the highest seen, and
        ``count`` beyond it.
        """
        where = row(chat)
        last = max(floor, self.highest(chat)) + count
        ids = (n for n in range(floor + 1, last + 1) if (where, n) not in self._known)
        return list(islice(ids, _MOST_UNKNOWN))


def row(chat: int) -> int:
    """Names the row of numbers that a chat's messages are counted in."""
    return chat if chat <= _SUPERGROUPS_BELOW else 0
