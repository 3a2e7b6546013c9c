"""Carries out one action in Telegram, exactly once as far as that can be known.

A send whose end was not seen (a dropped connection, a kill) may have arrived. The Bot API has no
way to ask, but editing a message into what it already is gets refused with "message is not
modified": that refusal, for one of the ids that the message can have, proves that it is there.
Network faults are waited out; what Telegram refuses for good is an ``UndeliverableError``.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import httpx
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ChatAction, ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.ext import ExtBot

from bot.telegram_bot.operations.logs import log_event
from bot.telegram_bot.state.actions import Action, AnswerCallback, Delete, Edit, Keyboard, Send
from bot.telegram_bot.transport.message_ids import MessageIds
from bot.telegram_bot.transport.requests import Probing, Sending

_LOG = logging.getLogger(__name__)
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 60.0
"""Seconds between two tries."""
_PROBED = 12
"""Ids that a message may have got which was perhaps sent."""
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_NOT_SUPPORTED = re.compile(r"(\w+)(?:\.\w+)* is not supported")
_OPTIONAL = frozenset({"link_preview_options", "message_thread_id"})
"""What a Bot API server of another make may not know; messages do without."""
_PRESS_TRIES = 6
"""Within some 15 seconds; then whoever pressed has stopped waiting."""
_Result = TypeVar("_Result")


class UndeliverableError(Exception):
    """Telegram refused for good. ``gone``: nothing more can be said in that chat."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


class Delivery:
    """Used from one event loop; what goes to one chat goes there one after the other."""

    def __init__(self, bot: ExtBot[int], ids: MessageIds) -> None:
        self._bot = bot
        self._ids = ids
        self._refused: set[str] = set()
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def carry_out(
        self, action: Action, begin: Callable[[int], Awaitable[None]], since: int | None = None
    ) -> int | None:
        """The id of the message that was sent, edited or deleted. Raises ``UndeliverableError``.

        ``begin`` writes down that a send is begun, with the highest message id known: all of the
        bot's messages in that chat up to there are accounted for. Where it was begun before and not
        seen to end, ``since`` is that id.
        """
        if isinstance(action, AnswerCallback):
            await self._answer_callback(action)
            return None
        async with self._locks.setdefault(action.chat, asyncio.Lock()):
            if isinstance(action, Send):
                return await self._send(action, begin, since)
            return await self._with_retries(lambda: self._change(action))

    async def typing(self, chat: int, thread: int | None, answered: asyncio.Event) -> None:
        """Shows "typing" until ``answered``; nobody misses it where it fails."""
        options = self._known({"message_thread_id": thread})
        while not answered.is_set():
            try:
                await self._bot.send_chat_action(chat, ChatAction.TYPING, **options)
            except BadRequest as error:
                if not self._refuse_option(error, options):
                    return
                options = self._known(options)
                continue
            except TelegramError:
                return
            try:
                await asyncio.wait_for(answered.wait(), 4.5)
            except TimeoutError:
                continue

    async def _send(
        self, action: Send, begin: Callable[[int], Awaitable[None]], since: int | None
    ) -> int:
        wait = _FIRST_WAIT
        floor, perhaps_done = since or 0, since is not None

        async def note() -> None:
            nonlocal floor
            floor = self._ids.highest(action.chat)
            await begin(floor)

        while True:
            if perhaps_done:
                after = max(floor, action.reply_to or 0)
                found = await self._find(action, after)
                if found is not None:
                    self._ids.saw(action.chat, found)
                    return found
                perhaps_done = False
            try:
                message = await self._new_message(action, Sending(note))
            except ChatMigrated as error:
                action = replace(action, chat=error.new_chat_id, reply_to=None)
                continue
            except TelegramError as error:
                _refused_for_good(error)
                perhaps_done = _may_have_arrived(error)
                wait = await _wait_after(error, wait)
                continue
            self._ids.saw(action.chat, message)
            return message

    async def _new_message(self, action: Send, sending: Sending) -> int:
        reply = (
            ReplyParameters(action.reply_to, allow_sending_without_reply=True)
            if action.reply_to
            else None
        )

        async def send(text: str, **options: Any) -> int:
            sent = await self._bot.send_message(
                action.chat, text, reply_parameters=reply, **options
            )
            return sent.message_id

        options = {
            "reply_markup": _markup(action.keyboard),
            "link_preview_options": _preview(action.preview),
            "message_thread_id": action.thread,
            "rate_limit_args": sending,
        }
        return await self._as_understood(send, action, options)

    async def _find(self, action: Send, floor: int) -> int | None:
        """The id of the message, if it was sent after all."""
        for message in self._ids.unknown_after(action.chat, floor, _PROBED):
            same = Edit(action.chat, message, action.page, action.keyboard, action.preview)
            if await self._already_sent(same):
                log_event(_LOG, logging.INFO, "a message in doubt had arrived")
                return message
        return None

    async def _already_sent(self, same: Edit) -> bool:
        """Whether a message is what the edit makes of it."""
        wait = _FIRST_WAIT
        while True:
            try:
                await self._edited(same, Probing())
            except BadRequest as error:
                return "message is not modified" in str(error).casefold()
            except (Forbidden, ChatMigrated):
                return False
            except TelegramError as error:
                wait = await _wait_after(error, wait)
                continue
            return True

    async def _change(self, action: Edit | Delete) -> int:
        """Edits or deletes; what is so already is well."""
        try:
            if isinstance(action, Delete):
                await self._bot.delete_message(action.chat, action.message)
            else:
                await self._edited(action)
        except BadRequest as error:
            said = str(error).casefold()
            if "message is not modified" in said or "message to delete not found" in said:
                return action.message
            raise UndeliverableError(_reason(error)) from error
        return action.message

    async def _edited(self, action: Edit, probing: Probing | None = None) -> None:
        async def edit(text: str, **options: Any) -> int:
            await self._bot.edit_message_text(text, action.chat, action.message, **options)
            return action.message

        options = {
            "reply_markup": _markup(action.keyboard),
            "link_preview_options": _preview(action.preview),
            "rate_limit_args": probing,
        }
        await self._as_understood(edit, action, options)

    async def _as_understood(
        self, call: Callable[..., Awaitable[int]], action: Send | Edit, options: dict[str, Any]
    ) -> int:
        """The call with HTML; without it, or without an option, where the server refuses that."""
        given = self._known(options)
        try:
            return await call(action.page.html, parse_mode=ParseMode.HTML, **given)
        except BadRequest as error:
            if self._refuse_option(error, given):
                return await self._as_understood(call, action, options)
            if "can't parse entities" not in str(error).casefold():
                raise
            log_event(_LOG, logging.ERROR, "Telegram refused our HTML; the text went plain")
            return await call(action.page.plain, **given)

    def _known(self, options: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value
            for name, value in options.items()
            if value is not None and name not in self._refused
        }

    def _refuse_option(self, error: BadRequest, given: dict[str, Any]) -> bool:
        """Whether the server does not know one of the options ``given``, which is now left out."""
        found = _NOT_SUPPORTED.search(str(error).casefold())
        if found is None or found[1] not in _OPTIONAL or found[1] not in given:
            return False
        if found[1] not in self._refused:  # else another chat's message has found out just before
            self._refused.add(found[1])
            log_event(_LOG, logging.WARNING, "the Bot API server lacks an option", option=found[1])
        return True

    async def _answer_callback(self, action: AnswerCallback) -> None:
        wait = _FIRST_WAIT
        for _ in range(_PRESS_TRIES):
            try:
                await self._bot.answer_callback_query(
                    action.query, action.text or None, show_alert=action.alert or None
                )
            except BadRequest:
                return  # too old: whoever pressed has stopped waiting
            except TelegramError as error:
                wait = await _wait_after(error, wait)
                continue
            return

    async def _with_retries(self, call: Callable[[], Awaitable[_Result]]) -> _Result:
        """The call's result, tried until the network lets it through."""
        wait = _FIRST_WAIT
        while True:
            try:
                return await call()
            except TelegramError as error:
                _refused_for_good(error)
                wait = await _wait_after(error, wait)


def _refused_for_good(error: TelegramError) -> None:
    """Raises ``UndeliverableError`` for what no further try can change."""
    if isinstance(error, Forbidden):
        raise UndeliverableError(_reason(error), gone=True) from error
    if isinstance(error, ChatMigrated):  # messages of the old group stay as they are
        raise UndeliverableError("the group has become a supergroup") from error
    if isinstance(error, BadRequest):
        gone = "chat not found" in str(error).casefold()
        raise UndeliverableError(_reason(error), gone=gone) from error


def _reason(error: TelegramError) -> str:
    """Telegram's own words for a refusal, up to where they may quote the text."""
    said = str(error).removeprefix("Forbidden: ")
    return said.partition(":")[0].strip()[:100] or type(error).__name__


def _may_have_arrived(error: TelegramError) -> bool:
    """Whether Telegram may have done what it was asked, though it did not say so."""
    if isinstance(error, RetryAfter | Conflict | InvalidToken):
        return False
    return not isinstance(error.__cause__, _NEVER_SENT)


async def _wait_after(error: TelegramError, wait: float) -> float:
    """Waits as long as the error says or else ``wait`` seconds; gives the next wait."""
    if isinstance(error, RetryAfter):
        after = error.retry_after
        await asyncio.sleep(float(after if isinstance(after, int) else after.total_seconds()))
        return wait
    log_event(_LOG, logging.WARNING, "Telegram could not be reached", fault=type(error).__name__)
    await asyncio.sleep(wait)
    return min(_LONGEST_WAIT, 2 * wait)


def _markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data) for b in row] for row in keyboard]
    )


def _preview(url: str | None) -> LinkPreviewOptions:
    if url is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=url, prefer_small_media=True)
