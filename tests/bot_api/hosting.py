"""Where the server runs: a port that can be closed for a while, in this loop or in a thread."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

from aiohttp import web

from tests.bot_api.server import Server
from tests.bot_api.world import World
from tests.deadlines import HANGS

HOST = "127.0.0.1"
_Result = TypeVar("_Result")


class Host:
    """One server on one port of this machine. Its methods belong to the loop that it runs in."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self.port = port
        self._runner: web.AppRunner | None = None
        self._site: web.SockSite | None = None
        self._deliveries: asyncio.Task[None] | None = None
        self._pause: asyncio.Task[None] | None = None
        self.refused = asyncio.Event()

    async def start(self, *more: web.RouteDef) -> None:
        """Listens; ``more`` are routes beside those of the Bot API."""
        server = Server(self.world)
        application = web.Application(client_max_size=2**24)
        application.add_routes([*server.routes(), *more])
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await self.listen()
        self._deliveries = asyncio.create_task(server.deliveries.run())

    async def listen(self) -> None:
        """Takes connections, on the same port as before."""
        assert self._runner is not None
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, self.port))
        self.port = listener.getsockname()[1]
        self._site = web.SockSite(self._runner, listener, backlog=1024)
        await self._site.start()

    async def refuse(self) -> None:
        """Breaks all connections and takes none."""
        assert self._runner is not None
        if self._site is not None:
            await self._site.stop()
            self._site = None
        if self._runner.server is not None:
            for handler in self._runner.server.connections:
                if handler.transport is not None:
                    handler.transport.abort()

    def refuse_for(self, seconds: float, loop: asyncio.AbstractEventLoop) -> None:
        """Lets ``loop`` close the port for ``seconds``; from any thread, returns at once."""

        async def pause() -> None:
            await asyncio.sleep(0.05)  # whoever asked for it over HTTP gets a response
            await self.refuse()
            self.refused.set()
            await asyncio.sleep(seconds)
            await self.listen()

        def begin() -> None:
            self.refused.clear()
            self._pause = loop.create_task(pause())

        loop.call_soon_threadsafe(begin)

    async def accept(self) -> None:
        """Takes connections again, if it takes none."""
        await self._end_pause()
        if self._site is None:
            await self.listen()

    async def _end_pause(self) -> None:
        if self._pause is not None and not self._pause.done():
            self._pause.cancel()
            with suppress(asyncio.CancelledError):
                await self._pause

    async def stop(self) -> None:
        await self._end_pause()
        if self._deliveries is not None:
            self._deliveries.cancel()
            with suppress(asyncio.CancelledError):
                await self._deliveries
        await self.refuse()
        if self._runner is not None:
            await self._runner.cleanup()


class HostThread:
    """A ``Host`` in a thread with a loop of its own."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.host = Host(world, port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="bot-api", daemon=True)
        self._thread.start()
        self.run(self.host.start())

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def run(self, work: Coroutine[Any, Any, _Result], timeout: float = HANGS) -> _Result:
        """Does ``work`` in the server's loop and waits for it."""
        future: Future[_Result] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return future.result(timeout)

    def refuse_connections(self, seconds: float) -> None:
        """Takes no connections for ``seconds``; returns when the port is closed."""
        self.host.refuse_for(seconds, self._loop)
        self.run(self.host.refused.wait())

    def accept_connections(self) -> None:
        """Takes them again, before the time that was named is over."""
        self.run(self.host.accept())

    def close(self) -> None:
        """Ends the server and its thread. Twice is as good as once."""
        if self._loop.is_closed():
            return
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(HANGS)
        self._loop.close()

    async def _end(self) -> None:
        """Stops the host; calls that are still delayed are carried out no more."""
        await self.host.stop()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
