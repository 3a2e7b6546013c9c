"""The bot's life: it meets Telegram, takes up what was left, works, and stops in good order."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from time import monotonic, time
from typing import Protocol, TypeVar

from telegram import (
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeChat,
    BotCommandScopeDefault,
    Update,
)
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.presentation.translation import LANGUAGES, SOURCE, wording
from bot.telegram_bot.dispatcher import Dispatcher
from bot.telegram_bot.handlers.commands import menu
from bot.telegram_bot.operations.health_server import Metrics
from bot.telegram_bot.operations.logs import log_event, watch_loop
from bot.telegram_bot.state.chat_queues import ChatQueues
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.transport.fetching import DurableQueue
from bot.telegram_bot.transport.incoming import Incoming, Me, read
from retrieval.errors import ConfigError, StorageError

_LOG = logging.getLogger(__name__)
STOP_SECONDS = 30.0
"""For answers in flight, when the bot is told to stop."""
_LONGEST_WAIT = 60.0
_TIDY_SECONDS = 6 * 3600.0
_PULSE_SECONDS = 1.0
_NEEDED = 3
"""Of the tasks of a running bot, those without which it does nothing, which stand first."""
_Result = TypeVar("_Result")


class Fetches(Protocol):
    """Where updates come from."""

    @property
    def silence(self) -> float:
        """Seconds since Telegram last answered."""
        ...

    async def start(self) -> None:
        """Begins to fetch."""
        ...

    async def stop(self) -> None:
        """Ends fetching."""
        ...

    async def watch(self) -> None:
        """Restores the connection for as long as it runs."""
        ...


class Heartbeat:
    """When the event loop last moved, for whoever watches from another thread."""

    def __init__(self) -> None:
        self.last = monotonic()
        self.stopping = False

    async def beat(self, each: Callable[[], None]) -> None:
        """Notes the time, and calls ``each``, every second."""
        while True:
            self.last = monotonic()
            each()
            await asyncio.sleep(_PULSE_SECONDS)


async def meet_telegram(bot: ExtBot[int]) -> Me:
    """Waits until Telegram says who the bot is. Raises ``ConfigError`` for a token it refuses."""
    wait = 1.0
    while True:
        try:
            await bot.initialize()
            return Me(bot.id, bot.username or "")
        except InvalidToken:
            raise _unknown_token() from None
        except TelegramError as error:
            fault = type(error).__name__
            event = "Telegram cannot be reached; trying on"
            log_event(_LOG, logging.WARNING, event, fault=fault, seconds=wait)
            if isinstance(error, RetryAfter):
                wait = max(wait, float(str(error.retry_after).split(".")[0]))
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)


def _unknown_token() -> ConfigError:
    return ConfigError(
        "Telegram does not know this token; set PULLQUOTE_TELEGRAM_TOKEN to the one that "
        "@BotFather gave you."
    )


class Service:
    """Runs until SIGTERM or SIGINT."""

    def __init__(
        self,
        bot: ExtBot[int],
        me: Me,
        dispatcher: Dispatcher,
        lanes: ChatQueues,
        database: BotDatabase,
        queue: DurableQueue,
        fetches: Fetches,
        metrics: Metrics,
        heartbeat: Heartbeat,
        *,
        owners: Sequence[int],
        keep_days: float,
    ) -> None:
        self._bot = bot
        self._me = me
        self._dispatcher = dispatcher
        self._lanes = lanes
        self._database = database
        self._queue = queue
        self._fetches = fetches
        self._metrics = metrics
        self._heartbeat = heartbeat
        self._owners = owners
        self._keep_days = keep_days

    async def run(self, stop: asyncio.Event) -> None:
        """Works until ``stop``. Raises what ``Fetches.start`` raises, and ``ConfigError`` once
        Telegram no longer knows the token.
        """
        left = self._dispatcher.resume(self._read_body)
        tasks: list[asyncio.Task[None]] = []
        try:
            await unless_stopped(self._fetches.start(), stop)
            event = "ready: taking questions"
            log_event(_LOG, logging.INFO, event, bot=self._me.username, unfinished=left)
            tasks += [
                asyncio.create_task(step)
                for step in (
                    self._take(),
                    self._fetches.watch(),
                    self._heartbeat.beat(self._measure),
                    self._tidy(),
                    self._show_menus(),
                )
            ]
            await _until(stop, tasks[:_NEEDED])
        except InvalidToken:
            raise _unknown_token() from None
        finally:
            await self._end(tasks)

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        self._heartbeat.stopping = True
        log_event(_LOG, logging.INFO, "stopping: answers in work are finished first")
        await self._fetches.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if not await self._lanes.close(STOP_SECONDS):
            event = "some answers were not finished; they go on at the next start"
            log_event(_LOG, logging.WARNING, event)
        await self._dispatcher.close()
        log_event(_LOG, logging.INFO, "stopped")

    async def _take(self) -> None:
        while True:
            update = await self._queue.get()
            assert isinstance(update, Update)
            incoming = self._read(update)
            kind = incoming.kind.value if incoming else "ignored"
            self._metrics.update(kind)
            try:
                self._dispatcher.arrive(update.update_id, incoming)
            except Exception as error:  # one update must not end the bot
                log_event(_LOG, logging.ERROR, "an update was not taken", error=error)

    def _read(self, update: Update) -> Incoming | None:
        try:
            return read(update, self._me)
        except Exception as error:  # Telegram may send what nobody has seen yet
            log_event(_LOG, logging.ERROR, "an update cannot be read", error=error)
            return None

    def _read_body(self, body: str) -> Incoming | None:
        try:
            update = Update.de_json(json.loads(body), self._bot)
        except Exception as error:
            log_event(_LOG, logging.ERROR, "a kept update cannot be read", error=error)
            return None
        return self._read(update)

    def _measure(self) -> None:
        self._metrics.waiting(self._lanes.waiting)
        self._metrics.in_work(self._lanes.running)

    async def _tidy(self) -> None:
        while True:
            try:
                self._database.tidy(time(), self._keep_days)
            except StorageError as error:
                log_event(_LOG, logging.ERROR, "old answers were not dropped", error=error)
            await asyncio.sleep(_TIDY_SECONDS)

    async def _show_menus(self) -> None:
        """The commands in each language, as Telegram lists them below the text field."""
        scopes: list[tuple[BotCommandScope, dict[str, bool]]] = [
            (BotCommandScopeDefault(), {}),
            (BotCommandScopeAllGroupChats(), {"group": True}),
            *((BotCommandScopeChat(owner), {"owner": True}) for owner in self._owners),
        ]
        for language in LANGUAGES:
            for scope, which in scopes:
                commands = menu(wording(language), **which)
                code = None if language == SOURCE else language
                with suppress(TelegramError):  # an owner who has never written to the bot
                    await self._bot.set_my_commands(
                        commands, scope=scope, language_code=code, rate_limit_args=3
                    )


async def _until(stop: asyncio.Event, needed: Sequence[asyncio.Task[None]]) -> None:
    """Waits for ``stop``. Raises what one of the tasks that must not end raises: better no bot than
    one that only seems to run.
    """
    stopped = asyncio.ensure_future(stop.wait())
    try:
        done, _ = await asyncio.wait({stopped, *needed}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        stopped.cancel()


class StoppedEarlyError(Exception):
    """The bot was told to stop before it had begun."""


async def unless_stopped(begun: Awaitable[_Result], stop: asyncio.Event) -> _Result:
    """The result of ``begun``. Raises what it raises, and ``StoppedEarlyError`` when ``stop`` comes
    first.
    """
    beginning = asyncio.ensure_future(begun)
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({beginning, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if beginning.done():
        return beginning.result()
    beginning.cancel()
    await asyncio.gather(beginning, return_exceptions=True)
    raise StoppedEarlyError


def stop_on_signals() -> asyncio.Event:
    """Set by SIGTERM and SIGINT. A second one ends the process at once: nothing is lost by it."""
    loop = asyncio.get_running_loop()
    watch_loop(loop)
    stop = asyncio.Event()

    def told(signal_number: int) -> None:
        if stop.is_set():
            os._exit(128 + signal_number)
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told, name.value)
    return stop
