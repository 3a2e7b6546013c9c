"""Where "typing" is shown: once in each chat or topic, however many of its questions wait.

Used from one event loop.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

Place = tuple[int, int | None]
"""A chat, and the topic in it."""
Show = Callable[[int, int | None, asyncio.Event], Coroutine[Any, Any, None]]
"""Shows it in a chat and topic until the event is set."""


class TypingShown:
    """Keeps ``show`` running where something is to be answered."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._waiting: Counter[Place] = Counter()
        self._ends: dict[Place, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, chat: int, thread: int | None) -> Callable[[], None]:
        """Shows it from now on. What is given is to be called when one question is answered."""
        place = (chat, thread)
        self._waiting[place] += 1
        if place not in self._ends:
            self._start(place)
        return lambda: self._answered(place)

    async def close(self) -> None:
        """Shows it nowhere."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _answered(self, place: Place) -> None:
        self._ends.pop(place).set()
        self._waiting[place] -= 1
        if self._waiting[place] > 0:
            self._start(place)  # a message ends what is shown, and there are more to come
        else:
            del self._waiting[place]

    def _start(self, place: Place) -> None:
        end = self._ends[place] = asyncio.Event()
        task = asyncio.create_task(self._show(*place, end))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
