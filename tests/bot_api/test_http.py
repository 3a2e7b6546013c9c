"""The strict server over plain HTTP: tokens, forms, updates, webhooks, faults."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

import httpx
import pytest

from tests.bot_api import BotApi
from tests.bot_api.folk import ANN, BEN
from tests.deadlines import HANGS


@pytest.fixture
def client(api: BotApi) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{api.url}/bot{api.token}/", timeout=HANGS) as client:
        yield client


def call(client: httpx.Client, method: str, **parameters: Any) -> dict[str, Any]:
    body: dict[str, Any] = client.post(method, json=parameters).json()
    return body


def send(client: httpx.Client, text: str = "x") -> httpx.Response:
    return client.post("sendMessage", json={"chat_id": ANN, "text": text})


def test_tokens_and_methods_that_do_not_exist(api: BotApi, client: httpx.Client) -> None:
    assert httpx.get(f"{api.url}/bot123456:other/getMe").json() == {
        "ok": False,
        "error_code": 401,
        "description": "Unauthorized",
    }
    assert httpx.get(f"{api.url}/botnonsense/getMe").status_code == 404
    assert call(client, "sendNothing")["description"] == "Not Found: method not found"
    assert client.get("GETME").json()["result"]["is_bot"] is True


def test_parameters_come_as_form_or_json_or_in_the_address(
    api: BotApi, client: httpx.Client
) -> None:
    api.ask(ANN, "hi")
    client.post("sendMessage", data={"chat_id": str(ANN), "text": "form"})
    client.post("sendMessage", files={"chat_id": (None, str(ANN)), "text": (None, "parts")})
    client.get("sendMessage", params={"chat_id": ANN, "text": "address"})
    client.post("sendMessage", json={"chat_id": ANN, "text": "json"})
    assert [m.text for m in api.messages(ANN)] == ["form", "parts", "address", "json"]
    assert client.post("sendMessage", content=b"{", headers={"content-type": "application/json"})
    before = int(time.time())
    date = call(client, "sendMessage", chat_id=ANN, text="x")["result"]["date"]
    assert before <= date <= time.time()


def test_unknown_parameters_are_refused_unless_told_otherwise(
    api: BotApi, client: httpx.Client
) -> None:
    assert call(client, "getMe", colour="red")["error_code"] == 400
    api.configure(strict=False)
    assert call(client, "getMe", colour="red")["ok"]


def test_updates_stay_until_acknowledged(api: BotApi, client: httpx.Client) -> None:
    for number in range(5):
        api.ask(ANN, f"question {number}")
    first = call(client, "getUpdates", limit=2)["result"]
    assert [update["message"]["text"] for update in first] == ["question 0", "question 1"]
    assert call(client, "getUpdates", limit=2)["result"] == first
    rest = call(client, "getUpdates", offset=first[-1]["update_id"] + 1)["result"]
    assert len(rest) == api.pending() == 3
    assert call(client, "getUpdates", offset=-1)["result"] == rest[-1:]
    assert api.pending() == 1


def test_a_poll_waits_and_sees_what_it_asked_for(api: BotApi, client: httpx.Client) -> None:
    assert call(client, "getUpdates", allowed_updates=["inline_query"])["result"] == []
    api.ask(ANN, "dropped: nobody asked for messages")
    with ThreadPoolExecutor(1) as pool:
        poll = pool.submit(call, client, "getUpdates", timeout=50)
        api.wait_for_poll()
        api.inline(ANN, "query")
        (update,) = poll.result()["result"]
    assert update["inline_query"]["query"] == "query"
    assert call(client, "getUpdates", allowed_updates=["messages"])["error_code"] == 400
    began = time.monotonic()
    assert call(client, "getUpdates", offset=update["update_id"] + 1, timeout=1)["result"] == []
    assert time.monotonic() - began > 0.9


def test_the_older_of_two_polls_is_ended(api: BotApi, client: httpx.Client) -> None:
    with ThreadPoolExecutor(1) as pool:
        older = pool.submit(call, client, "getUpdates", timeout=50)
        api.wait_for_poll()
        assert call(client, "getUpdates")["ok"]
        ended = older.result()
    assert ended["error_code"] == 409
    assert ended["description"].startswith("Conflict: terminated by other getUpdates request; make")


class Hook(BaseHTTPRequestHandler):
    """A bot behind a webhook that refuses its first update."""

    got: ClassVar[list[tuple[str, str | None, bytes]]] = []

    def do_POST(self) -> None:  # the name that http.server calls
        body = self.rfile.read(int(self.headers["content-length"]))
        self.got.append((self.path, self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
        self.send_response(500 if len(self.got) == 1 else 200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def hook() -> Iterator[str]:
    Hook.got.clear()
    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_gets_its_updates_until_it_takes_them(
    api: BotApi, client: httpx.Client, hook: str
) -> None:
    api.ask(ANN, "while nobody listens")
    api.proxy("https://bot.example", hook)
    url = "https://bot.example/secret/path"
    assert call(client, "setWebhook", url=url, secret_token="s3cret", max_connections=5)["ok"]
    api.ask(BEN, "hi")
    api.wait_until(lambda: api.pending() == 0, what="all deliveries")
    assert {(path, secret) for path, secret, _ in Hook.got} == {("/secret/path", "s3cret")}
    assert len(Hook.got) == 3
    assert call(client, "getWebhookInfo")["result"]["url"] == url
    assert "500" in call(client, "getWebhookInfo")["result"]["last_error_message"]
    refused = call(client, "getUpdates")
    assert refused["error_code"] == 409
    assert "can't use getUpdates method while webhook is active" in refused["description"]
    assert call(client, "deleteWebhook")["ok"]
    assert call(client, "getUpdates")["ok"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"url": "http://bot.example/x"},
        {"url": "https://bot.example:1234/x"},
        {"url": "https://bot.example/", "secret_token": "no spaces"},
        {"url": "https://bot.example/", "max_connections": 101},
    ],
)
def test_webhooks_that_are_refused(client: httpx.Client, parameters: dict[str, Any]) -> None:
    assert call(client, "setWebhook", **parameters)["error_code"] == 400
