"""The HTTP side: reads a call, lets it meet its fault, carries it out, writes the response."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.bot_api import answering, editing, menus, places, sending
from tests.bot_api.delivering import Deliveries
from tests.bot_api.errors import ApiError, bad_request
from tests.bot_api.faults import Fault, FaultKind
from tests.bot_api.params import METHODS, Method, Params
from tests.bot_api.polling import Polls
from tests.bot_api.values import Call
from tests.bot_api.world import World

# Importing these registers their methods.
FAMILIES = (answering, editing, menus, places, sending)

_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center></body></html>"
_PAGES = {
    FaultKind.BAD_GATEWAY: (502, "502 Bad Gateway"),
    FaultKind.SERVER_ERROR: (500, "500 Internal Server Error"),
}
_LOOKS_EVERY = 0.02


class Server:
    """Serves one bot. Lives in one event loop; other threads reach its world under the lock."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.polls = Polls()
        self.deliveries = Deliveries(world)
        self.loop = asyncio.get_running_loop()
        world.queue.wake = self.ring

    def ring(self) -> None:
        """Tells whoever waits for updates to look; from any thread."""
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        self.polls.bell.set()
        self.deliveries.bell.set()

    def routes(self) -> list[web.RouteDef]:
        path = "/bot{token:[^/]+}/{method:[^/]+}"
        return [web.get(path, self.handle), web.post(path, self.handle)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        try:
            found = self._method(request)
            params = Params(await read_parameters(request))
        except ApiError as error:
            return self._respond(error.code, error.body())
        call = Call(found.name, dict(params.values), time.time())
        with self.world.lock:
            self.world.calls.append(call)
            fault = self.world.faults.take(found.name, params.values)
        call.fault = fault.kind.value if fault else ""
        try:
            return await self._meet(request, found, params, call, fault)
        finally:
            call.ended_at = time.time()

    def _method(self, request: web.Request) -> Method:
        token = request.match_info["token"]
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token):
            raise ApiError(404)
        if token != self.world.token:
            raise ApiError(401)
        found = METHODS.get(request.match_info["method"].lower())
        if found is None:
            raise ApiError(404, "method not found")
        return found

    async def _meet(
        self, request: web.Request, found: Method, params: Params, call: Call, fault: Fault | None
    ) -> web.StreamResponse:
        """Carries a call out, or what its fault makes of it."""
        kind = fault.kind if fault else None
        if fault and (error := fault.error()):
            call.retry_after = float(error.parameters.get("retry_after", 0))
            return self._ended(call, error.code, error.body())
        if kind in _PAGES:
            call.status, title = _PAGES[kind]
            page = _PAGE.format(title)
            return web.Response(status=call.status, text=page, content_type="text/html")
        if kind is FaultKind.DROP_BEFORE:
            return drop(request, call)
        if fault and kind is FaultKind.DELAY_BEFORE:
            await _delay(fault)
            if disconnected(request)():
                return drop(request, call)
        status, body = await self._carry_out(request, found, params, call)
        if kind is FaultKind.DROP_AFTER:
            return drop(request, call)
        if fault and kind is FaultKind.DELAY_AFTER:
            await _delay(fault)
        response = self._ended(call, status, body)
        if kind is FaultKind.TRUNCATED:
            raw = json.dumps(body)
            response = web.Response(
                text=raw[: len(raw) // 2], status=status, content_type="application/json"
            )
        return response

    async def _carry_out(
        self, request: web.Request, found: Method, params: Params, call: Call
    ) -> tuple[int, dict[str, Any]]:
        try:
            if self.world.strict:
                params.refuse_unknown(found.parameters)
            if found.name == "getUpdates":
                gone = disconnected(request)
                result: object = await self.polls.get_updates(self.world, params, gone)
            else:
                with self.world.lock:
                    result = found.handler(self.world, params)
        except ApiError as error:
            return error.code, error.body()
        if isinstance(result, dict):
            call.message = result.get("message_id")
        return 200, {"ok": True, "result": result}

    def _ended(self, call: Call, status: int, body: dict[str, Any]) -> web.Response:
        call.status, call.description = status, str(body.get("description", ""))
        return self._respond(status, body)

    def _respond(self, status: int, body: dict[str, Any]) -> web.Response:
        return web.json_response(body, status=status)


def disconnected(request: web.Request) -> Callable[[], bool]:
    """Tells whether the other side has hung up."""
    return lambda: request.transport is None or request.transport.is_closing()


def drop(request: web.Request, call: Call) -> web.Response:
    """Breaks the connection; what is returned reaches nobody."""
    call.status = -1
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def read_parameters(request: web.Request) -> dict[str, Any]:
    """Parameters from the address, and from the body in any form that Telegram takes."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        if not isinstance(body, dict):
            raise bad_request("can't parse request: expected an object")
        return values | body
    if request.method == "POST":
        form = await request.post()
        if any(not isinstance(value, str) for value in form.values()):
            raise bad_request("uploads are not modelled by the test server")
        values |= dict(form)
    return values


async def _delay(fault: Fault) -> None:
    """Until the time of a fault is over, or the fault itself."""
    end = time.monotonic() + fault.seconds
    while not fault.over and (left := end - time.monotonic()) > 0:
        await asyncio.sleep(min(left, _LOOKS_EVERY))
