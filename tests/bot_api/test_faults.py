"""The strict server's faults, final checks, and control from another process."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.bot_api import BotApi, FaultKind, RemoteControl
from tests.bot_api.folk import ANN
from tests.bot_api.test_http import call, client, send
from tests.deadlines import HANGS

__all__ = ["client"]  # a fixture


def test_refusals(api: BotApi, client: httpx.Client) -> None:
    api.ask(ANN, "hi")
    api.fault(FaultKind.TOO_MANY, "sendMessage", seconds=3)
    api.fault(FaultKind.BLOCKED, "sendMessage", chat=ANN)
    api.fault(FaultKind.BAD_REQUEST, "sendMessage", text="whatever")
    api.fault(FaultKind.CONFLICT, "getUpdates")
    assert send(client).json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    assert send(client).json()["description"] == "Forbidden: bot was blocked by the user"
    assert send(client).json()["description"] == "Bad Request: whatever"
    assert send(client).json()["ok"]
    assert call(client, "getUpdates")["error_code"] == 409
    assert [c.fault for c in api.calls("sendMessage")] == ["too_many", "blocked", "bad_request", ""]
    assert api.faults() == []
    (impatient,) = [found for found in api.problems() if "retry_after" in found][:1]
    assert impatient.startswith("sendMessage came ")


def test_faults_may_wait_for_their_call(api: BotApi, client: httpx.Client) -> None:
    api.ask(ANN, "hi")
    api.fault(FaultKind.SERVER_ERROR, skip=1, count=2)
    call(client, "getUpdates")
    assert [send(client).status_code for _ in range(4)] == [200, 500, 500, 200]


def test_html_is_refused_once(api: BotApi, client: httpx.Client) -> None:
    api.ask(ANN, "hi")
    api.fault(FaultKind.REFUSE_HTML, "sendMessage")
    assert send(client, "plain").json()["ok"]
    formatted = {"chat_id": ANN, "text": "<b>x</b>", "parse_mode": "HTML"}
    refused, sent = (
        call(client, "sendMessage", **formatted),
        call(client, "sendMessage", **formatted),
    )
    assert refused["description"].startswith("Bad Request: can't parse entities: ")
    assert sent["ok"]


def test_pages_instead_of_json(api: BotApi, client: httpx.Client) -> None:
    api.fault(FaultKind.BAD_GATEWAY)
    response = client.get("getMe")
    assert response.status_code == 502
    assert "<h1>502 Bad Gateway</h1>" in response.text
    api.fault(FaultKind.TRUNCATED)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        client.get("getMe").json()


@pytest.mark.parametrize(("kind", "done"), [(FaultKind.DROP_BEFORE, 0), (FaultKind.DROP_AFTER, 1)])
def test_broken_connections(api: BotApi, client: httpx.Client, kind: FaultKind, done: int) -> None:
    api.ask(ANN, "hi")
    api.fault(kind, "sendMessage")
    with pytest.raises(httpx.TransportError):
        send(client)
    assert len(api.messages(ANN)) == done
    assert [c.status for c in api.calls("sendMessage")] == [-1]
    assert send(client).json()["ok"]


@pytest.mark.parametrize(
    ("kind", "meanwhile"), [(FaultKind.DELAY_BEFORE, 0), (FaultKind.DELAY_AFTER, 1)]
)
def test_slow_responses(api: BotApi, client: httpx.Client, kind: FaultKind, meanwhile: int) -> None:
    api.ask(ANN, "hi")
    api.fault(kind, "sendMessage", seconds=HANGS)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send, client)
        api.wait_until(lambda: len(api.messages(ANN)) == meanwhile and not api.faults())
        (held,) = api.calls("sendMessage")
        api.clear_faults()
        assert slow.result().json()["ok"]
    assert held.ended_at is None
    assert len(api.messages(ANN)) == 1


def test_who_has_hung_up_is_served_no_more(api: BotApi, client: httpx.Client) -> None:
    api.ask(ANN, "hi")
    api.fault(FaultKind.DELAY_BEFORE, "sendMessage", seconds=HANGS)
    request = client.build_request("GET", "sendMessage", params={"chat_id": ANN, "text": "x"})
    with socket.create_connection((request.url.host, request.url.port or 80)) as connection:
        connection.sendall(b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n" % request.url.raw_path)
        api.wait_until(lambda: not api.faults())
    api.clear_faults()
    api.wait_until(lambda: api.calls("sendMessage")[0].status == -1)
    assert api.messages(ANN) == []


def test_a_delay_ends_by_itself(api: BotApi, client: httpx.Client) -> None:
    api.ask(ANN, "hi")
    api.fault(FaultKind.DELAY_BEFORE, "sendMessage", seconds=0.1)
    assert send(client).json()["ok"]
    (held,) = api.calls("sendMessage")
    assert held.ended_at is not None
    assert held.ended_at - held.at > 0.09


def test_a_fault_that_is_cleared_holds_up_no_later_call(api: BotApi, client: httpx.Client) -> None:
    api.ask(ANN, "hi")
    api.fault(FaultKind.DELAY_BEFORE, "sendMessage", count=2, seconds=HANGS)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send, client)
        api.wait_until(lambda: api.faults()[0].met)
        api.clear_faults()
        assert [slow.result().is_success, send(client).is_success] == [True, True]


def test_a_closed_port_opens_again(api: BotApi, client: httpx.Client) -> None:
    client.get("getMe")
    api.refuse_connections(HANGS)
    with pytest.raises(httpx.TransportError):
        client.get("getMe")
    api.accept_connections()
    assert client.get("getMe").is_success


def test_a_closed_port_opens_by_itself(api: BotApi, client: httpx.Client) -> None:
    api.refuse_connections(0.1)

    def answered() -> bool:
        try:
            return client.get("getMe").is_success
        except httpx.TransportError:
            return False

    api.wait_until(answered, what="an open port", every=0.05)


def test_doubled_and_unordered_answers_are_found(api: BotApi, client: httpx.Client) -> None:
    first, second = api.ask(ANN, "a"), api.ask(ANN, "b")
    for target, text in ((second, "x"), (first, "y"), (second, "x")):
        reply = {"message_id": target.id}
        call(client, "sendMessage", chat_id=ANN, text=text, reply_parameters=reply)
    found = api.problems()
    assert found == [
        f"chat {ANN}: message {second.id} was answered 2 times with 'x'",
        f"chat {ANN}: 4 answers {first.id} after {second.id} was answered",
    ]
    assert api.problems(notices=("y",)) == found[:1]
    with pytest.raises(AssertionError, match="was answered 2 times"):
        api.assert_sound()


def test_waits_end(api: BotApi) -> None:
    question = api.ask(ANN, "hi")
    with pytest.raises(AssertionError, match=r"answer 1 to message 1 .* 1 updates wait"):
        api.wait_for_answer(question, timeout=0.1)


@pytest.fixture
def remote() -> Iterator[RemoteControl]:
    command = [sys.executable, "-m", "tests.bot_api"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[0]
        control = RemoteControl(url)
        yield control
        control.close()
        process.terminate()
        assert process.wait(HANGS) == 0


def test_the_control_over_http(remote: RemoteControl) -> None:
    ann = remote.user("Ann", language="de")
    group = remote.group("G", (ann.id,), forum=True)
    question = remote.say(group, ann.id, "/ask x", thread=remote.topic(group, "T", ann.id))
    url = f"{remote.url}/bot{remote.token}/"
    with httpx.Client(base_url=url, timeout=HANGS) as client:
        below = {"inline_keyboard": [[{"text": "More", "callback_data": "m"}]]}
        reply = {"message_id": question.id}
        text = {"text": "<b>x</b>", "parse_mode": "HTML"}
        call(
            client, "sendMessage", chat_id=group, reply_parameters=reply, reply_markup=below, **text
        )
        answer = remote.wait_for_answer(question)
        query = remote.press(answer, "More", user=ann.id)
        call(client, "answerCallbackQuery", callback_query_id=query)
        assert remote.wait_for_callback(query).data == "m"
        remote.fault(FaultKind.TOO_MANY, count=1, seconds=2)
        assert call(client, "getMe")["error_code"] == 429
    assert (answer.text, answer.marked("bold"), answer.labels) == ("x", ["x"], ["More"])
    assert answer.versions[0].at <= time.time()
    assert remote.messages(group) == [answer]
    assert [c.method for c in remote.calls()] == ["sendMessage", "answerCallbackQuery", "getMe"]
    assert remote.problems() == []
    with pytest.raises(RuntimeError, match="LookupError"):
        remote.press(answer, "Nothing", user=ann.id)
