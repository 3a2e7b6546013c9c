"""The control over HTTP: ``POST /control/NAME`` with a JSON object of arguments.

Values are turned to JSON and back by the annotations of ``Control``'s own methods, so that both
sides have one and the same interface.
"""

from __future__ import annotations

import asyncio
import inspect
from functools import cache, partial
from typing import Any, get_type_hints

import httpx
from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from tests.bot_api.control import Control
from tests.bot_api.waiting import Waiting
from tests.deadlines import HANGS

# What waits, does so on the caller's side, with many short looks.
_LOCAL = {name for name in vars(Waiting) if not name.startswith("_")} | {"assert_sound"}
REMOTE = frozenset(
    name
    for name, member in inspect.getmembers(Control, inspect.isfunction)
    if not name.startswith("_") and name not in _LOCAL | {"open_private"}
)


@cache
def _signature(name: str) -> tuple[inspect.Signature, dict[str, TypeAdapter[Any]]]:
    function = getattr(Control, name)
    hints = get_type_hints(function)
    return inspect.signature(function), {key: TypeAdapter(hint) for key, hint in hints.items()}


class RemoteControl(Control):
    """A ``Control`` of a server in another process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.Client(base_url=url, timeout=HANGS)

    def __getattribute__(self, name: str) -> Any:
        if name in REMOTE:
            return partial(self._call, name)
        return super().__getattribute__(name)

    def _call(self, name: str, *positional: Any, **named: Any) -> Any:
        signature, adapters = _signature(name)
        given = signature.bind(self, *positional, **named).arguments
        arguments = {
            key: adapters[key].dump_python(value, mode="json")
            for key, value in given.items()
            if key != "self"
        }
        response = self._client.post(f"/control/{name}", json=arguments)
        body = response.json()
        if not body["ok"]:
            raise RuntimeError(f"{name}: {body['description']}")
        return adapters["return"].validate_python(body["result"])

    @property
    def bot_id(self) -> int:
        return int(self._me()["id"])

    @property
    def bot_name(self) -> str:
        return str(self._me()["username"])

    @property
    def token(self) -> str:
        return str(self._me()["token"])

    def _me(self) -> dict[str, Any]:
        found: dict[str, Any] = self._client.get("/control/me").json()
        return found

    def close(self) -> None:
        self._client.close()


def routes(control: Control) -> list[web.RouteDef]:
    """Serves ``control``."""

    async def call(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in REMOTE:
            return _failed(f"there is no {name}")
        _, adapters = _signature(name)
        try:
            given = {
                key: adapters[key].validate_python(value)
                for key, value in (await request.json()).items()
            }
            result = await asyncio.to_thread(getattr(control, name), **given)
        except (ValidationError, KeyError, LookupError, TypeError, ValueError) as error:
            return _failed(f"{type(error).__name__}: {error}")
        dumped = adapters["return"].dump_python(result, mode="json")
        return web.json_response({"ok": True, "result": dumped})

    async def me(request: web.Request) -> web.Response:
        me = {"id": control.bot_id, "username": control.bot_name, "token": control.world.token}
        return web.json_response(me)

    return [web.post("/control/{name}", call), web.get("/control/me", me)]


def _failed(text: str) -> web.Response:
    return web.json_response({"ok": False, "description": text}, status=400)
