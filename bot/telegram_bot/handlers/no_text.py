"""Pictures, voice messages and all else that cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.presentation.translation import Wording
from bot.telegram_bot.handlers.steps import Decide, reply_with
from bot.telegram_bot.transport.incoming import Incoming


@dataclass(frozen=True, slots=True)
class NoTextHandler:
    """Says that only text is read."""

    wording: Callable[[Incoming], Wording]

    def handle(self, update_id: int, said: Incoming) -> Decide:
        """As ``Handler.handle``."""
        words = self.wording(said)
        return reply_with(said, words.say("Only text is read here; type the question."))
