"""How updates come from Telegram: asked for again and again, or delivered to a webhook.

Each is written down before Telegram is told that it has arrived.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, time
from urllib.parse import urlsplit

from telegram import Bot, Update
from telegram.error import Conflict, NetworkError, TelegramError
from telegram.ext import Updater

from bot.telegram_bot.operations.logs import log_event
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.transport.requests import MeasuredRequest
from retrieval.errors import StorageError, WorkError

_LOG = logging.getLogger(__name__)
ALLOWED = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.INLINE_QUERY,
)
_LONG_POLL = 25
"""Seconds that Telegram holds a question for updates open when there are none."""
_STOP_WAIT = 20.0
_FOREVER = -1


class DurableQueue(asyncio.Queue[object]):
    """Updates on their way, each written down first and taken once, however often it comes."""

    def __init__(self, database: BotDatabase) -> None:
        super().__init__()
        self._database = database

    async def put(self, item: object) -> None:
        """Raises ``NetworkError`` where it cannot be written down: Telegram then sends it again."""
        if not isinstance(item, Update):
            raise TypeError(f"no update: {type(item)}")
        try:
            new = self._database.receive(item.update_id, time(), _written(item))
        except StorageError as error:
            log_event(_LOG, logging.ERROR, "an update cannot be written down", error=error)
            raise NetworkError("the update could not be written down") from error
        if new:
            self.put_nowait(item)


def _written(update: Update) -> str:
    """As JSON. The library's own way fails at the date of a message that is no longer there."""
    return json.dumps(update.to_dict(), default=_plain)


def _plain(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, datetime) else str(value)


class Polling:
    """Asks Telegram for updates; silence is broken by a new connection."""

    def __init__(
        self,
        bot: Bot,
        queue: DurableQueue,
        request: MeasuredRequest,
        stall_seconds: float,
        rebuilt: Callable[[], None],
    ) -> None:
        self._bot = bot
        self._queue = queue
        self._request = request
        self._stall_seconds = stall_seconds
        self._rebuilt = rebuilt
        self._updater = Updater(bot, queue)
        self._told_conflict = False

    @property
    def silence(self) -> float:
        """Seconds since Telegram last answered."""
        return monotonic() - self._request.last_contact

    async def start(self) -> None:
        """Begins to ask. What arrived while nobody asked is kept."""
        await self._updater.initialize()
        await self._updater.start_polling(
            timeout=max(1, min(_LONG_POLL, int(self._stall_seconds / 2))),
            bootstrap_retries=_FOREVER,
            allowed_updates=ALLOWED,
            drop_pending_updates=False,
            error_callback=self._failed,
        )

    async def stop(self) -> None:
        """Stops asking; what was not written down will be sent again."""
        with suppress(TimeoutError, TelegramError, RuntimeError):
            await asyncio.wait_for(self._updater.stop(), _STOP_WAIT)

    async def watch(self) -> None:
        """Makes a new connection whenever Telegram has been silent for too long."""
        while True:
            await asyncio.sleep(min(5.0, self._stall_seconds / 4))
            if self.silence > self._stall_seconds:
                await self._rebuild()

    async def _rebuild(self) -> None:
        event = "Telegram is silent; the connection is built anew"
        log_event(_LOG, logging.WARNING, event, seconds=round(self.silence))
        self._rebuilt()
        with suppress(Exception):  # what hangs, or has failed, may also fail to close
            await self.stop()
        with suppress(Exception):
            await asyncio.wait_for(self._request.shutdown(), _STOP_WAIT)
        await self._request.initialize()
        self._request.last_contact = monotonic()
        self._updater = Updater(self._bot, self._queue)
        await self.start()

    def _failed(self, error: TelegramError) -> None:
        if not isinstance(error, Conflict):
            fault = type(error).__name__
            log_event(_LOG, logging.WARNING, "updates could not be fetched", fault=fault)
        elif not self._told_conflict:
            self._told_conflict = True
            event = (
                "another program is using this bot's token; stop it, or give each bot a token of "
                "its own. Until then each gets some of the messages"
            )
            log_event(_LOG, logging.ERROR, event)


@dataclass(frozen=True, slots=True)
class WebhookPlace:
    """The public address, and where it leads to on this machine."""

    url: str
    listen: str
    port: int
    secret: str


class Webhook:
    """Is told of updates by Telegram, through a proxy that ends TLS."""

    def __init__(self, bot: Bot, queue: DurableQueue, place: WebhookPlace) -> None:
        self._updater = Updater(bot, queue)
        self._place = place

    silence = 0.0
    """Telegram calls when there is something; silence means nothing."""

    async def start(self) -> None:
        """Listens, and tells Telegram where. Raises ``WorkError`` where the port is taken."""
        place = self._place
        await self._updater.initialize()
        try:
            await self._updater.start_webhook(
                listen=place.listen,
                port=place.port,
                url_path=urlsplit(place.url).path.lstrip("/"),
                webhook_url=place.url,
                secret_token=place.secret,
                bootstrap_retries=_FOREVER,
                allowed_updates=ALLOWED,
                drop_pending_updates=False,
            )
        except OSError as error:
            raise WorkError(
                f"the webhook cannot listen on {place.listen}:{place.port} ({error.strerror}); "
                "set telegram.port to a free one."
            ) from error

    async def stop(self) -> None:
        """Stops listening; Telegram keeps what it cannot deliver for a day."""
        with suppress(TimeoutError, TelegramError, RuntimeError):
            await asyncio.wait_for(self._updater.stop(), _STOP_WAIT)

    async def watch(self) -> None:
        """Nothing needs to be watched."""
        await asyncio.Event().wait()
