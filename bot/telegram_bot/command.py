"""``pullquote telegram``: joins the bot's parts and runs them. Knows no index and no model."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import secrets
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import monotonic

from filelock import FileLock, Timeout
from telegram.ext import ExtBot
from telegram.warnings import PTBDeprecationWarning

from bot.config import Config, TelegramConfig
from bot.dialogue.assistant import Replies
from bot.storage.conversations import ConversationsInSqlite, Limits
from bot.storage.ratings import RatingsInSqlite
from bot.telegram_bot.dispatcher import Dispatcher, Parts, handlers_by_kind
from bot.telegram_bot.handlers.admission import Access, Admission
from bot.telegram_bot.handlers.callbacks import CallbackHandler
from bot.telegram_bot.handlers.commands import CommandHandler, Standing
from bot.telegram_bot.handlers.inline import InlineHandler
from bot.telegram_bot.handlers.moved_chats import MovedChatHandler
from bot.telegram_bot.handlers.no_text import NoTextHandler
from bot.telegram_bot.handlers.questions import Answering, QuestionHandler, utc_now
from bot.telegram_bot.operations.health_server import Health, Metrics, MonitoringServer
from bot.telegram_bot.operations.logs import log_event, set_up_logging
from bot.telegram_bot.outbox import Outbox
from bot.telegram_bot.service import (
    Fetches,
    Heartbeat,
    Service,
    StoppedEarlyError,
    meet_telegram,
    stop_on_signals,
    unless_stopped,
)
from bot.telegram_bot.state.chat_queues import ChatQueues
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.transport.delivery import Delivery
from bot.telegram_bot.transport.fetching import DurableQueue, Polling, Webhook, WebhookPlace
from bot.telegram_bot.transport.incoming import Me
from bot.telegram_bot.transport.message_ids import MessageIds
from bot.telegram_bot.transport.requests import FloodLimiter, MeasuredRequest, fetching, outgoing
from retrieval.errors import ConfigError, StorageError, WorkError

_LOG = logging.getLogger(__name__)
_TOKEN = re.compile(r"(?P<id>\d{5,20}):[\w-]{20,}", re.A)
_SECRET = "webhook secret"
_YIELD_SECONDS = 0.001
"""After so long a thread that computes lets another go on: "typing" is sent in between."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the bot asks: its assistant, a name of the index, and how it is."""

    assistant: Replies
    index: str
    articles: Callable[[], int]
    fault: Callable[[], str | None]


def checked_token(token: str) -> str:
    """The token. Raises ``ConfigError`` where it is missing or can be none."""
    if not token:
        raise ConfigError(
            "PULLQUOTE_TELEGRAM_TOKEN is not set; set it to the token that @BotFather gave you."
        )
    if not _TOKEN.fullmatch(token):
        raise ConfigError(
            "PULLQUOTE_TELEGRAM_TOKEN holds no token of a bot, which looks like 123456:ABC-DEF...; "
            "copy it again from @BotFather."
        )
    return token


def run_telegram(config: Config, token: str, state: Path, asked: Asked) -> None:
    """Runs the bot until it is told to stop; what it keeps lies in a folder of its own below
    ``state``. Raises ``ConfigError`` for a refused token, ``StorageError``, and ``WorkError`` where
    another process runs the same bot or a port is taken.
    """
    found = _TOKEN.fullmatch(token)
    assert found is not None
    sys.setswitchinterval(_YIELD_SECONDS)
    folder = state / f"telegram-{found['id']}"
    # The library warns itself of its own next version whenever Telegram says how long to wait.
    warnings.filterwarnings("ignore", ".*retry_after", PTBDeprecationWarning)
    with _alone(folder), ExitStack() as stack:
        database = stack.enter_context(closing(BotDatabase(folder / "bot.sqlite")))
        secret = [_webhook_secret(database)] if config.telegram.webhook else []
        set_up_logging(config.telegram.log, [token, *secret])
        asyncio.run(_serve(config, token, folder, asked, database, stack))


def _webhook_secret(database: BotDatabase) -> str:
    """Kept, so that what Telegram delivers during a restart has a secret that still holds."""
    secret = database.fact(_SECRET) or secrets.token_urlsafe(32)
    database.set_fact(_SECRET, secret)
    return secret


async def _serve(
    config: Config, token: str, folder: Path, asked: Asked, database: BotDatabase, stack: ExitStack
) -> None:
    settings = config.telegram
    stop = stop_on_signals()
    metrics, heartbeat = Metrics(), Heartbeat()
    metrics.articles(asked.articles())
    polling_request = fetching(metrics)
    bot: ExtBot[int] = ExtBot(
        token,
        base_url=f"{settings.api.rstrip('/')}/bot",
        base_file_url=f"{settings.api.rstrip('/')}/file/bot",
        request=outgoing(metrics),
        get_updates_request=polling_request,
        rate_limiter=FloodLimiter(),
    )
    queue = DurableQueue(database)
    fetches = _fetches(settings, bot, queue, polling_request, database, metrics)
    if settings.monitoring_port:
        health = _health(settings, heartbeat, polling_request, asked)
        stack.enter_context(MonitoringServer(settings.monitoring_port, metrics, health))
    try:
        me = await unless_stopped(meet_telegram(bot), stop)
        with ThreadPoolExecutor(settings.workers or os.cpu_count() or 1, "answer") as pool:
            dispatcher, lanes = _dispatcher(
                config, bot, me, folder, asked, database, pool, metrics, stack
            )
            running = Service(
                bot, me, dispatcher, lanes, database, queue, fetches, metrics, heartbeat,
                owners=settings.owners, keep_days=config.conversation.expire_days,
            )  # fmt: skip
            await running.run(stop)
    except StoppedEarlyError:
        pass
    finally:
        await bot.shutdown()


def _dispatcher(
    config: Config,
    bot: ExtBot[int],
    me: Me,
    folder: Path,
    asked: Asked,
    database: BotDatabase,
    pool: ThreadPoolExecutor,
    metrics: Metrics,
    stack: ExitStack,
) -> tuple[Dispatcher, ChatQueues]:
    settings = config.telegram
    limits = Limits(
        timedelta(days=config.conversation.expire_days), config.conversation.most_conversations
    )
    conversations = ConversationsInSqlite(folder / "conversations.sqlite", limits)
    ratings = RatingsInSqlite(folder / "ratings.sqlite")
    stack.callback(conversations.close)
    stack.callback(ratings.close)
    conversations.expire(utc_now())  # opens the file: whatever is wrong with it is told before
    ratings.open()  # anything is asked
    access = Access(
        frozenset(settings.users), frozenset(settings.chats), frozenset(settings.owners),
        settings.daily_budget, settings.waiting,
    )  # fmt: skip
    answering = Answering(asked.assistant, conversations, asked.index, settings.language)
    lanes, ids = ChatQueues(_failed), MessageIds(database.highest_messages())
    delivery = Delivery(bot, ids)
    standing = _standing(asked, ratings, lanes)
    handlers = handlers_by_kind(
        questions=QuestionHandler(answering, database, pool),
        commands=CommandHandler(database, me.username, access.owners, standing, answering.wording),
        callbacks=CallbackHandler(database, ratings, answering, pool, metrics.rating),
        inline=InlineHandler(bot, access, answering, database, pool, metrics),
        moved_chats=MovedChatHandler(answering),
        no_text=NoTextHandler(answering.wording),
    )
    parts = Parts(
        admission=Admission(
            access, lambda user: database.asked(user, answering.today()), answering.wording
        ),
        handlers=handlers,
        database=database,
        delivery=delivery,
        ids=ids,
        lanes=lanes,
        outbox=Outbox(database, delivery, lanes, ids, answering, metrics),
        refused=partial(metrics.question, "refused"),
    )
    return Dispatcher(parts), lanes


def _fetches(
    settings: TelegramConfig,
    bot: ExtBot[int],
    queue: DurableQueue,
    request: MeasuredRequest,
    database: BotDatabase,
    metrics: Metrics,
) -> Fetches:
    if not settings.webhook:
        return Polling(bot, queue, request, settings.stall_seconds, metrics.polling_rebuilt)
    secret = _webhook_secret(database)
    place = WebhookPlace(settings.webhook, settings.listen, settings.port, secret)
    return Webhook(bot, queue, place)


def _health(
    settings: TelegramConfig, heartbeat: Heartbeat, request: MeasuredRequest, asked: Asked
) -> Callable[[], Health]:
    return lambda: Health(
        loop=heartbeat.last,
        contact=request.last_contact,
        webhook=bool(settings.webhook),
        index_fault=asked.fault(),
        stopping=heartbeat.stopping,
        silence_allowed=2 * settings.stall_seconds,
    )


def _standing(asked: Asked, ratings: RatingsInSqlite, lanes: ChatQueues) -> Callable[[], Standing]:
    begun = monotonic()

    def standing() -> Standing:
        given = ratings.all()
        good = sum(rating.good for rating in given)
        hours = (monotonic() - begun) / 3600
        return Standing(
            asked.articles(), good, len(given) - good, lanes.waiting, lanes.running, hours
        )

    return standing


def _failed(error: BaseException) -> None:
    log_event(_LOG, logging.ERROR, "a job failed", error=error)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the folder. Raises ``WorkError`` while another process does."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(folder / "bot.lock")
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        raise WorkError(
            "this bot is running already on this machine; stop that process first, or give this "
            "one a token of its own."
        ) from None
    except OSError as error:
        raise StorageError(
            f"{folder}: cannot be used ({error.strerror}); see that it can be written, or set "
            "XDG_STATE_HOME to a folder that can."
        ) from error
