"""An assistant that notices a new version of its index between two questions.

It is told how to see that there is another index, and how to open it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from threading import Lock
from typing import Protocol

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import Reply
from retrieval.errors import PullquoteError


class Opened(Protocol):
    """One opened version and the assistant over it."""

    @property
    def assistant(self) -> Assistant: ...

    @property
    def article_count(self) -> int: ...

    def is_current(self) -> bool:
        """Whether no newer version has taken its place. Cheap: asked before every question."""
        ...


class ReloadingAssistant:
    """Replies from the newest version that can be opened; safe to share between threads.

    A reply keeps the articles of the version it was made from, so that its citations stay true
    after an update. A new version that cannot be opened is logged once, and the old one answers on.
    """

    def __init__(self, opened: Opened, reopen: Callable[[], Opened]) -> None:
        self._opened = opened
        self._reopen = reopen
        self._lock = Lock()
        self._refused: str | None = None

    def reply(
        self,
        conversation: Conversation,
        text: str,
        as_of: date | None = None,
        *,
        asks_back: bool = False,
    ) -> tuple[Reply, Conversation]:
        """As ``Assistant.reply``."""
        return self._current().reply(conversation, text, as_of, asks_back=asks_back)

    def ask_again(
        self, conversation: Conversation, number: int, text: str, as_of: date | None = None
    ) -> tuple[Reply, Conversation]:
        """As ``Assistant.ask_again``."""
        return self._current().ask_again(conversation, number, text, as_of)

    @property
    def opened(self) -> Opened:
        """The version that answers now."""
        return self._opened

    @property
    def fault(self) -> str | None:
        """Why the newest version cannot be opened, in a sentence; None where it could be."""
        return self._refused

    def _current(self) -> Assistant:
        if self._opened.is_current():
            return self._opened.assistant
        with self._lock:
            if not self._opened.is_current():
                try:
                    self._opened = self._reopen()
                    self._refused = None
                except PullquoteError as error:
                    self._log_once(str(error))
        return self._opened.assistant

    def _log_once(self, fault: str) -> None:
        if fault != self._refused:
            logging.getLogger(__name__).warning("the index has changed, but: %s", fault)
        self._refused = fault
