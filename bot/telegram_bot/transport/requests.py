"""How requests reach Telegram: measured, and slowed where Telegram asks for it."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from time import monotonic, perf_counter
from typing import Any

from telegram import Update
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import TimedOut
from telegram.ext import AIORateLimiter
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot.telegram_bot.operations.health_server import Metrics
from bot.telegram_bot.operations.logs import log_event

_LOG = logging.getLogger(__name__)
CONNECTIONS = 128
"""At once; each chat that waits shows "typing" over one of them."""
_Answer = bool | JSONDict | list[JSONDict]


@dataclass(frozen=True, slots=True)
class Sending:
    """``note`` is called just before the request, when all waiting for its turn is over."""

    note: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Probing:
    """An edit that only looks for a message in doubt. It waits for no turn: it changes nothing, and
    would hold up the messages of a group.
    """


RateLimitArgs = Sending | Probing | int
"""What a call gives the limiter as ``rate_limit_args``; a number is how many times the limiter
itself sends again when Telegram says to wait.
"""


class MeasuredRequest(HTTPXRequest):
    """``last_contact`` is when Telegram last answered, as ``monotonic`` counts."""

    __slots__ = ("_metrics", "last_contact")

    def __init__(self, metrics: Metrics, **options: Any) -> None:
        super().__init__(**options)
        self._metrics = metrics
        self.last_contact = monotonic()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """As ``HTTPXRequest.do_request``."""
        name = url.rpartition("/")[2]
        began = perf_counter()
        try:
            status, payload = await super().do_request(
                url,
                method,
                request_data,
                read_timeout,
                write_timeout,
                connect_timeout,
                pool_timeout,
            )
        except TimedOut:
            self._metrics.request(name, "timeout", perf_counter() - began)
            raise
        except Exception:
            self._metrics.request(name, "unreachable", perf_counter() - began)
            raise
        self.last_contact = monotonic()
        self._metrics.contact()
        self._metrics.request(name, status, perf_counter() - began)
        return status, payload


class FetchingRequest(MeasuredRequest):
    """One update that cannot be read holds up no other: the library would ask for it for ever."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """As ``BaseRequest.parse_json_payload``; of what cannot be read only the number is left."""
        answer = HTTPXRequest.parse_json_payload(payload)
        if isinstance(answer.get("result"), list):
            answer["result"] = [_readable(update) for update in answer["result"]]
        return answer


def _readable(update: JSONDict) -> JSONDict:
    try:
        Update.de_json(update, None)
    except Exception as error:
        log_event(_LOG, logging.ERROR, "an update cannot be read", error=error)
        return {"update_id": update["update_id"]}
    return update


def outgoing(metrics: Metrics) -> MeasuredRequest:
    """For all but fetching. It waits long for an end: a send whose end is not seen is in doubt."""
    return MeasuredRequest(
        metrics,
        connection_pool_size=CONNECTIONS,
        connect_timeout=10.0,
        read_timeout=30.0,
        write_timeout=30.0,
        pool_timeout=60.0,
    )


def fetching(metrics: Metrics) -> FetchingRequest:
    """For ``getUpdates`` alone, so that nothing else has to wait behind it."""
    return FetchingRequest(
        metrics, connection_pool_size=2, connect_timeout=10.0, read_timeout=10.0, pool_timeout=10.0
    )


class FloodLimiter(AIORateLimiter):
    """Telegram's limits for messages. "Typing" is no message: it goes at once or not at all.

    Whoever sends waits as long as Telegram says and sends again; the library's own retries would
    let all chats wait for the one that has too much.
    """

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        logging.getLogger("telegram.ext.AIORateLimiter").setLevel(logging.CRITICAL)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, _Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: RateLimitArgs | None,
    ) -> _Answer:
        """As ``AIORateLimiter.process_request``."""
        if endpoint == "sendChatAction" or isinstance(rate_limit_args, Probing):
            return await callback(*args, **kwargs)

        async def noted(*args: Any, **kwargs: Any) -> _Answer:
            if isinstance(rate_limit_args, Sending):
                await rate_limit_args.note()
            return await callback(*args, **kwargs)

        retries = rate_limit_args if isinstance(rate_limit_args, int) else None
        return await super().process_request(noted, args, kwargs, endpoint, data, retries)
