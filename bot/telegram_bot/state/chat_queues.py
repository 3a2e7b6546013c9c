"""Jobs of one lane run one after the other, lanes run side by side.

A lane is a chat, so that its answers come in the order of its questions while no chat waits for
another. Keeps nothing over a restart.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

Job = Callable[[], Awaitable[None]]


class ChatQueues:
    """Used from one event loop. A job that raises is told to ``failed``; its lane goes on."""

    def __init__(self, failed: Callable[[BaseException], None]) -> None:
        self._failed = failed
        self._waiting: dict[str, deque[Job]] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def submit(self, lane: str, job: Job) -> None:
        """Runs ``job`` after all earlier ones of its lane; never, once the lanes are closed."""
        if self._closed:
            return
        self._waiting.setdefault(lane, deque()).append(job)
        if lane not in self._running:
            self._running[lane] = asyncio.create_task(self._run(lane))

    @property
    def running(self) -> int:
        """Jobs begun and not ended."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """Jobs not begun."""
        return sum(map(len, self._waiting.values()))

    async def close(self, seconds: float) -> bool:
        """Begins no further job, and waits for those begun; after ``seconds`` they are cancelled.

        False where some had to be.
        """
        self._closed = True
        self._waiting.clear()
        begun = set(self._running.values())
        if not begun:
            return True
        _, left = await asyncio.wait(begun, timeout=seconds)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        return not left

    async def _run(self, lane: str) -> None:
        try:
            while jobs := self._waiting.get(lane):
                job = jobs.popleft()
                try:
                    await job()
                except Exception as error:
                    self._failed(error)
        finally:
            self._waiting.pop(lane, None)
            self._running.pop(lane, None)
