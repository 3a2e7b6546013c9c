"""Brings updates to a webhook: several chats side by side, each chat's in order, until taken.

Telegram waits longer after each failure, and gives up after a day; this tries again after
``retry_seconds``, for ever.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import aiohttp

from tests.bot_api.queue import Update
from tests.bot_api.values import Call, Webhook
from tests.bot_api.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"


@dataclass(slots=True)
class Deliveries:
    """The deliveries of one bot. Lives in the server's loop."""

    world: World
    bell: asyncio.Event = field(default_factory=asyncio.Event)
    retry_seconds: float = 0.2
    timeout_seconds: float = 60.0
    _running: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def run(self) -> None:
        """Delivers until cancelled."""
        timeout = aiohttp.ClientTimeout(total=self.timeout_seconds)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            try:
                while True:
                    self._start(session)
                    await self.bell.wait()
                    self.bell.clear()
            finally:
                await self._stop()

    async def _stop(self) -> None:
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, session: aiohttp.ClientSession) -> None:
        """Starts a delivery for each chat that has an update and none under way."""
        with self.world.lock:
            hook = self.world.webhook
            waiting = list(self.world.queue.waiting) if hook.url else []
        for update in waiting:
            if len(self._running) >= hook.max_connections:
                return
            if update.key not in self._running:
                task = asyncio.create_task(self._deliver(session, hook, update))
                self._running[update.key] = task

    async def _deliver(self, session: aiohttp.ClientSession, hook: Webhook, update: Update) -> None:
        try:
            status, text = await self._post(session, hook, update)
            with self.world.lock:
                if 200 <= status < 300:
                    self.world.queue.remove(update)
                else:
                    hook.last_error_at, hook.last_error = time.time(), text
            if not 200 <= status < 300:
                await asyncio.sleep(self.retry_seconds)
        finally:
            del self._running[update.key]
            self.bell.set()

    async def _post(
        self, session: aiohttp.ClientSession, hook: Webhook, update: Update
    ) -> tuple[int, str]:
        update.taken_at = update.taken_at or time.time()
        headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
        call = Call("webhook", {"update_id": update.id}, time.time())
        with self.world.lock:
            self.world.calls.append(call)
        try:
            url = self._address(hook.url)
            async with session.post(
                url, json=update.record(), headers=headers, allow_redirects=False
            ) as response:
                await response.read()
                call.status = response.status
                text = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError, OSError):
            call.status, text = -1, "Connection refused"
        call.ended_at = time.time()
        return call.status, text

    def _address(self, url: str) -> str:
        """Where the reverse proxy before the bot passes ``url`` on to."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        return url.replace(origin, self.world.proxies.get(origin, origin), 1)
