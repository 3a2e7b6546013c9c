"""Inline questions: ``@bot question`` typed in any chat gets answers to pick from.

They are asked while somebody types: only the latest of each person is answered, and none is kept
over a restart.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Executor

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.telegram_bot.handlers.admission import Access
from bot.telegram_bot.handlers.questions import Answering, outcome_name
from bot.telegram_bot.handlers.steps import Run
from bot.telegram_bot.operations.health_server import Metrics
from bot.telegram_bot.operations.logs import log_event
from bot.telegram_bot.state.actions import Outcome, Usage
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.state.pages import InlineAnswer
from bot.telegram_bot.transport.incoming import Incoming
from retrieval.errors import PullquoteError, UsageError

_LOG = logging.getLogger(__name__)
_SHORTEST = 4
"""Characters from which on what is typed may be a question."""
_CACHE = 60
"""Seconds for which Telegram may show the same answers to the same person."""
_START = "inline"


class InlineHandler:
    """Used from one event loop."""

    def __init__(
        self,
        bot: Bot,
        access: Access,
        answering: Answering,
        database: BotDatabase,
        pool: Executor,
        metrics: Metrics,
    ) -> None:
        self._bot = bot
        self._access = access
        self._answering = answering
        self._database = database
        self._pool = pool
        self._metrics = metrics
        self._latest: dict[int, int] = {}
        self._with_button = True

    def handle(self, update_id: int, asked: Incoming) -> Run:
        """Answers when earlier ones of the same person are done, unless there is a later one."""
        self._latest[asked.user] = update_id

        async def job() -> None:
            try:
                if self._latest.get(asked.user) == update_id:
                    await self._answer(update_id, asked)
            finally:
                if self._latest.get(asked.user) == update_id:
                    del self._latest[asked.user]
                self._database.finish(update_id)

        return Run(f"inline {asked.user}", job)

    async def _answer(self, update_id: int, asked: Incoming) -> None:
        words = self._answering.wording(asked)
        day = self._answering.today()
        if not self._access.allows(asked):
            await self._send(asked, (), words.say("You may not ask yet: press here for your id"))
        elif len(asked.text.strip()) < _SHORTEST:
            await self._send(asked, (), words.say("Type a question to the articles"))
        elif self._access.spent(asked.user, self._database.asked(asked.user, day)):
            await self._send(asked, (), words.say("Enough questions for today"))
        else:
            await self._ask(update_id, asked, day)

    async def _ask(self, update_id: int, asked: Incoming, day: str) -> None:
        words = self._answering.wording(asked)
        loop = asyncio.get_running_loop()
        try:
            reply, answers = await loop.run_in_executor(self._pool, self._answering.inline, asked)
        except UsageError:
            await self._send(asked, (), words.say("Type a question to the articles"))
            return
        except PullquoteError as error:
            log_event(_LOG, logging.ERROR, "an inline question failed", error=error)
            return
        usage = Usage(asked.user, day, outcome_name(reply), reply.elapsed_ms)
        self._database.decide(update_id, Outcome(usage=usage))
        self._metrics.question(usage.outcome)
        self._metrics.worked_for(reply.elapsed_ms / 1000)
        said = None if answers else words.say("The articles do not say")
        await self._send(asked, answers, said)

    async def _send(
        self, asked: Incoming, answers: tuple[InlineAnswer, ...], said: str | None
    ) -> None:
        """The answers; or a line above none, which leads to the chat with the bot."""
        button = InlineQueryResultsButton(said, start_parameter=_START) if said else None
        results = [_result(number, answer) for number, answer in enumerate(answers, start=1)]
        try:
            await self._bot.answer_inline_query(
                asked.query,
                results,
                cache_time=_CACHE if answers else 0,
                is_personal=True,
                button=button if self._with_button else None,
            )
        except BadRequest as error:
            if "button is not supported" in str(error).casefold() and self._with_button:
                self._with_button = False  # a Bot API server of another make
                await self._send(asked, answers, said)
        except TelegramError as error:
            fault = type(error).__name__
            log_event(_LOG, logging.WARNING, "an inline answer was lost", fault=fault)


def _result(number: int, answer: InlineAnswer) -> InlineQueryResultArticle:
    preview = (
        LinkPreviewOptions(url=answer.preview, prefer_small_media=True)
        if answer.preview
        else LinkPreviewOptions(is_disabled=True)
    )
    content = InputTextMessageContent(
        answer.page.html, parse_mode=ParseMode.HTML, link_preview_options=preview
    )
    return InlineQueryResultArticle(
        str(number), answer.title, content, description=answer.description
    )
