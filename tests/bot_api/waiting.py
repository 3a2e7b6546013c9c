"""Waits with an end: each looks again and again, and says in words what did not come."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from tests.bot_api.reading import Reading
from tests.bot_api.values import CallbackQuery, InlineQuery
from tests.bot_api.views import Posted, Ref
from tests.deadlines import HANGS

_Found = TypeVar("_Found")
_LOOKS_EVERY = 0.01


class Waiting(Reading):
    """Waits on the side of the caller, also where the server is another process."""

    def wait_until(
        self,
        look: Callable[[], _Found | None],
        timeout: float = HANGS,
        what: str = "what was waited for",
        every: float = _LOOKS_EVERY,
    ) -> _Found:
        """The first result of ``look`` that is true."""
        deadline = time.monotonic() + timeout
        while True:
            if found := look():
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not come within {timeout} s. {self._lately()}")
            time.sleep(every)

    def _lately(self) -> str:
        calls = self.calls(since=max(self.call_count() - 8, 0))
        told = [f"{c.method} {c.status} {c.fault} {c.description}".strip() for c in calls]
        return f"{self.pending()} updates wait; the last calls: {told}"

    def wait_for_answer(
        self, message: Posted | Ref, timeout: float = HANGS, count: int = 1
    ) -> Posted:
        """The bot's ``count``-th message that replies to this one."""
        found = self.wait_until(
            lambda: self.answers(message)[count - 1 : count],
            timeout,
            f"answer {count} to message {message.id} of chat {message.chat}",
        )
        return found[0]

    def wait_for_message(
        self, chat: int, after: Posted | Ref | None = None, timeout: float = HANGS
    ) -> Posted:
        """The bot's first message in ``chat`` after this one, replying or not."""
        last = after.id if after is not None else 0
        found = self.wait_until(
            lambda: [m for m in self.messages(chat) if m.id > last][:1],
            timeout,
            f"a message in chat {chat} after {last}",
        )
        return found[0]

    def wait_for_edit(self, message: Posted, timeout: float = HANGS) -> Posted:
        """The message once it looks different from this copy."""

        def look() -> Posted | None:
            now = self.message(message)
            changed = (now.text, now.markup, now.entities) != (
                message.text,
                message.markup,
                message.entities,
            )
            return now if changed else None

        return self.wait_until(look, timeout, f"an edit of message {message.id}")

    def wait_for_callback(self, query: str, timeout: float = HANGS) -> CallbackQuery:
        """The callback query once it is answered."""

        def look() -> CallbackQuery | None:
            found = self.callback(query)
            return found if found.answered_at is not None else None

        return self.wait_until(look, timeout, f"an answer to callback query {query}")

    def wait_for_inline(self, query: str, timeout: float = HANGS) -> InlineQuery:
        """The inline query once it is answered."""

        def look() -> InlineQuery | None:
            found = self.inline_answer(query)
            return found if found.answered_at is not None else None

        return self.wait_until(look, timeout, f"an answer to inline query {query}")

    def wait_for_poll(self, timeout: float = HANGS) -> None:
        """Until the bot waits for updates."""
        self.wait_until(lambda: self.open_polls() > 0, timeout, "getUpdates")

    def wait_quiet(self, seconds: float = 0.5, timeout: float = HANGS) -> None:
        """Until no update waits and the bot has called nothing but getUpdates for a while."""

        def look() -> bool:
            calls = [
                c for c in self.calls(since=max(self.call_count() - 200, 0)) if _is_work(c.method)
            ]
            busy = any(c.ended_at is None or time.time() - c.ended_at < seconds for c in calls)
            return not busy and self.pending() == 0

        self.wait_until(look, timeout, "quiet", every=0.05)


def _is_work(method: str) -> bool:
    return method not in ("getUpdates", "getMe", "getWebhookInfo")
