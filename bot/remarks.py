"""What is no question to the articles: greetings, thanks, help, and what articles there are.

Knows nothing about indexes; a ``Library`` tells what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.conversation import Conversation


@dataclass(frozen=True, slots=True)
class Listed:
    """An article as a list shows it."""

    article_id: str
    title: str | None
    publisher: str | None = None
    published: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said instead of an answer, and the articles it names."""

    text: str
    articles: tuple[Listed, ...] = ()


class Library(Protocol):
    """What there is to ask about."""

    def count(self, as_of: date | None = None) -> int:
        """How many articles there are, those published after ``as_of`` left out."""
        ...

    def about(self, topic: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        """Articles that tell of ``topic``, best first, each once; none where no word of it is
        found.
        """
        ...

    def since(self, day: date, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        """Articles published on ``day`` or later, newest first."""
        ...


class NoLibrary:
    """Implements ``Library``: nothing is known."""

    def count(self, as_of: date | None = None) -> int:
        return 0

    def about(self, topic: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return ()

    def since(self, day: date, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return ()


def remark_on(
    text: str, conversation: Conversation, library: Library, as_of: date | None = None
) -> Remark | None:
    """The remark on ``text``; None where it is a question to the articles."""
    return None
