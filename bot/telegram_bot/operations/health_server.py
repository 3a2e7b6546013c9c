"""How the bot is doing, over HTTP: ``/metrics`` and ``/healthz``, to this machine alone.

It starts and stops nothing but its own server: whoever watches it decides what follows from a
verdict.
"""

from __future__ import annotations

import io
import json
import logging
import socketserver
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Self
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client.exposition import make_wsgi_app

from bot.telegram_bot.operations.logs import log_event
from bot.telegram_bot.operations.metrics import Metrics
from retrieval.errors import WorkError

__all__ = ["Health", "Metrics", "MonitoringServer", "Verdict", "verdict"]

_LOG = logging.getLogger(__name__)
_ADDRESS = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Health:
    """What a verdict rests on. Times are those of one monotonic clock.

    ``contact`` is when Telegram last answered or called, None where it never did; it does not count
    with a ``webhook``, where silence means that nobody asks. ``loop`` is when the event loop last
    moved. ``index_fault`` says why the index cannot be read, in a sentence for people.
    """

    loop: float
    contact: float | None = None
    webhook: bool = False
    index_fault: str | None = None
    stopping: bool = False
    silence_allowed: float = 300.0
    standstill_allowed: float = 30.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the bot is well, and each reason why not."""

    ok: bool
    reasons: tuple[str, ...]


def verdict(now: float, health: Health) -> Verdict:
    """What ``health`` means at ``now``."""
    reasons = []
    if health.stopping:
        reasons.append("the bot is stopping")
    if now - health.loop > health.standstill_allowed:
        reasons.append(f"the event loop has stood still for {now - health.loop:.0f} s")
    if not health.webhook and health.contact is None:
        reasons.append("Telegram has not answered yet")
    elif not health.webhook and health.contact is not None:
        silent = now - health.contact
        if silent > health.silence_allowed:
            reasons.append(f"Telegram has not answered for {silent:.0f} s")
    if health.index_fault is not None:
        reasons.append(f"the index cannot be read: {health.index_fault}")
    return Verdict(not reasons, tuple(reasons))


class MonitoringServer:
    """Serves ``/metrics`` and ``/healthz`` on this machine, from threads of its own, while entered.

    ``health`` is called in one of those threads, at each look; its times are those of ``clock``.
    Raises ``WorkError`` on entering where the port cannot be had; port 0 takes a free one.
    """

    def __init__(
        self,
        port: int,
        metrics: Metrics,
        health: Callable[[], Health],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wanted = port
        self._health = health
        self._clock = clock
        self._metrics: Callable[..., Iterable[bytes]] = make_wsgi_app(metrics.registry)
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Where it listens; what was asked for while it does not."""
        return self._wanted if self._server is None else int(self._server.server_port)

    def __enter__(self) -> Self:
        try:
            server = _Server((_ADDRESS, self._wanted), _Handler)
        except (OSError, OverflowError) as error:
            cause = getattr(error, "strerror", None) or "no such port"
            raise WorkError(
                f"the port {self._wanted} for monitoring cannot be opened ({cause}); set "
                "telegram.monitoring_port to one that is free, or to 0 for none."
            ) from error
        server.set_app(self._serve)
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, args=(0.1,), name="monitoring", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            self._server = self._thread = None

    def _serve(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        if path not in ("/metrics", "/healthz"):
            return _answer(start, method, "404 Not Found", b"not found\n")
        if method not in ("GET", "HEAD"):
            return _answer(start, method, "405 Method Not Allowed", b"use GET\n", Allow="GET, HEAD")
        if path == "/healthz":
            return self._serve_health(start, method)
        if method == "GET":
            return self._metrics(environ, start)
        return _without_body(self._metrics, environ, start)

    def _serve_health(self, start: Callable[..., Any], method: str) -> Iterable[bytes]:
        try:
            found = verdict(self._clock(), self._health())
        except Exception as error:
            log_event(_LOG, logging.ERROR, "the bot's health could not be told", error=error)
            found = Verdict(False, ("the bot's health could not be told; see its log",))
        status = "200 OK" if found.ok else "503 Service Unavailable"
        body = json.dumps(asdict(found)).encode() + b"\n"
        return _answer(start, method, status, body, kind="application/json")


def _answer(
    start: Callable[..., Any],
    method: str,
    status: str,
    body: bytes,
    *,
    kind: str = "text/plain; charset=utf-8",
    **headers: str,
) -> Iterable[bytes]:
    length = ("Content-Length", str(len(body)))
    start(
        status,
        [("Content-Type", kind), length, ("Cache-Control", "no-store"), *headers.items()],
    )
    return [] if method == "HEAD" else [body]


def _without_body(
    serve: Callable[..., Iterable[bytes]], environ: dict[str, Any], start: Callable[..., Any]
) -> Iterable[bytes]:
    said: list[Any] = []
    body = b"".join(
        serve({**environ, "REQUEST_METHOD": "GET"}, lambda *answer: said.extend(answer))
    )
    status, headers, *_ = said
    start(status, [*headers, ("Content-Length", str(len(body)))])
    return []


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False  # leaving does not wait for somebody who holds a connection open

    def server_bind(self) -> None:
        # The usual way asks the name service for this machine's name, which can take a minute.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = _ADDRESS, int(self.server_address[1])
        self.setup_environ()

    def handle_error(self, request: object, client_address: object) -> None:
        """Says nothing: whoever asked has gone away in the middle."""


class _Handler(WSGIRequestHandler):
    timeout = 10.0  # a connection on which nobody asks anything is not kept for ever

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Logs nothing."""

    def get_stderr(self) -> Any:
        """Where the usual server would print an error with all that it says: nowhere."""
        return io.StringIO()
