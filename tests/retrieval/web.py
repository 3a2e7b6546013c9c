"""A web of this machine: pages by path, each a function of the request; what was asked is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Page = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Web:
    """``asked``: the paths in order. ``given_up``: set when the test is over, so that what hangs
    ends.
    """

    address: str = ""
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    given_up: threading.Event = field(default_factory=threading.Event)

    def at(self, path: str) -> str:
        return self.address + path


def page(body: bytes | str, kind: str = "text/plain", status: int = 200, **headers: str) -> Page:
    """A page that answers "not modified" to whoever has its ``ETag``."""
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    def send(request: BaseHTTPRequestHandler) -> None:
        tag = named.get("ETag")
        if tag and request.headers.get("If-None-Match") == tag:
            answer(request, 304)
            return
        answer(request, status, data, {"Content-Type": kind, **named})

    return send


def moved(location: str, status: int = 302) -> Page:
    return lambda request: answer(request, status, b"", {"Location": location})


def answer(
    request: BaseHTTPRequestHandler,
    status: int,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> None:
    request.send_response(status)
    for name, value in (headers or {}).items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


@contextmanager
def serving() -> Iterator[Web]:
    """Without a page at a path it is 404 there."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(self.path)
            web.headers.append(dict(self.headers.items()))
            try:
                web.pages.get(self.path.partition("?")[0], page("gone", status=404))(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # whoever asked has heard enough

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        web.given_up.set()
        server.shutdown()
        server.server_close()
        thread.join()
