"""getUpdates, setWebhook and their like: the calls that wait, or decide where updates go."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.faults import OTHER_POLL
from tests.bot_api.params import METHODS, Method, Params, method
from tests.bot_api.values import Record, Webhook
from tests.bot_api.world import World

WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook "
    "first"
)
LONGEST_POLL = 50
_PORTS = (None, 80, 88, 443, 8443)
_LOOKS_AROUND = 0.1


@dataclass(slots=True)
class Polls:
    """Who waits for updates of one bot: one poll at a time, a new one ends the old one.

    Lives in the server's loop; ``ring`` may be called from other threads.
    """

    bell: asyncio.Event = field(default_factory=asyncio.Event)
    newest: int = 0

    async def get_updates(
        self, world: World, params: Params, gone: Callable[[], bool]
    ) -> list[Record]:
        """Waits for updates; ``gone`` tells that nobody waits for the response any more."""
        limit = params.integer("limit", 100)
        limit = limit if 1 <= limit <= 100 else 100
        timeout = min(max(params.integer("timeout"), 0), LONGEST_POLL)
        with world.lock:
            _refuse_beside_webhook(world)
            world.queue.allow(params.structure("allowed_updates", list))
            world.queue.acknowledge(params.integer("offset"))
        self.newest += 1
        mine = self.newest
        self.bell.set()  # an older poll looks, and finds that it is no longer the newest
        world.open_polls += 1
        try:
            return await self._wait(world, mine, limit, timeout, gone)
        finally:
            world.open_polls -= 1

    async def _wait(
        self, world: World, mine: int, limit: int, timeout: int, gone: Callable[[], bool]
    ) -> list[Record]:
        deadline = time.monotonic() + timeout
        while not gone():
            with world.lock:
                if mine != self.newest:
                    raise ApiError(409, OTHER_POLL)
                _refuse_beside_webhook(world)
                found = world.queue.take(limit)
            left = deadline - time.monotonic()
            if found or left <= 0:
                return found
            self.bell.clear()
            try:
                await asyncio.wait_for(self.bell.wait(), min(left, _LOOKS_AROUND))
            except TimeoutError:
                continue
        return []


def _refuse_beside_webhook(world: World) -> None:
    if world.webhook.url:
        raise ApiError(409, WEBHOOK_ACTIVE)


METHODS["getupdates"] = Method(
    "getUpdates",
    lambda world, params: None,
    frozenset({"offset", "limit", "timeout", "allowed_updates"}),
)


@method(
    "setWebhook",
    "url",
    "ip_address",
    "max_connections",
    "allowed_updates",
    "drop_pending_updates",
    "secret_token",
)
def set_webhook(world: World, params: Params) -> bool:
    url = params.text("url")
    secret = params.text("secret_token") or None
    connections = params.integer("max_connections", 40)
    if url:
        _check_url(world, url)
    if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    world.queue.allow(params.structure("allowed_updates", list))
    if params.flag("drop_pending_updates"):
        world.queue.clear()
    world.webhook = Webhook(url, secret, connections, params.text("ip_address") or None)
    world.queue.wake()
    return True


def _check_url(world: World, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme == "http" and world.plain_webhooks:
        return
    if parts.scheme != "https" or not parts.hostname:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


@method("deleteWebhook", "drop_pending_updates")
def delete_webhook(world: World, params: Params) -> bool:
    if params.flag("drop_pending_updates"):
        world.queue.clear()
    world.webhook = Webhook()
    world.queue.wake()
    return True


@method("getWebhookInfo")
def get_webhook_info(world: World, params: Params) -> Record:
    hook = world.webhook
    record: Record = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.queue.waiting),
    }
    if hook.url:
        record["max_connections"] = hook.max_connections
    if hook.last_error_at is not None:
        record["last_error_date"] = int(hook.last_error_at)
        record["last_error_message"] = hook.last_error
    if world.queue.allowed:
        record["allowed_updates"] = list(world.queue.allowed)
    return record
