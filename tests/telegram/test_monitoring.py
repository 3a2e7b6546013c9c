from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.telegram_bot.operations.health_server import Health, Metrics, MonitoringServer, verdict
from bot.telegram_bot.operations.metrics import KINDS, METHODS, OUTCOMES, STATUSES
from retrieval.errors import WorkError
from tests.deadlines import HANGS

NOW = 1000.0
WELL = Health(loop=NOW - 1, contact=NOW - 10)
Ask = Callable[..., tuple[int, dict[str, str], bytes]]


class Service:
    """A running server, its facts to be changed, and a way to ask it."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.health: Health | Exception = WELL
        self.server = MonitoringServer(0, self.metrics, self.facts, clock=lambda: NOW)

    def facts(self) -> Health:
        if isinstance(self.health, Exception):
            raise self.health
        return self.health

    def ask(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=HANGS)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def values(self) -> dict[str, float]:
        """Every sample as Prometheus would read it: name and labels in one."""
        text = self.ask("/metrics")[2].decode()
        return {
            " ".join([sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))]): (
                sample.value
            )
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }


@pytest.fixture
def service() -> Iterator[Service]:
    service = Service()
    with service.server:
        yield service


def test_prometheus_reads_what_was_counted(service: Service) -> None:
    metrics = service.metrics
    metrics.question("answered")
    metrics.update("press")
    metrics.request("sendMessage", 429, 0.2)
    metrics.request("getUpdates", "timeout", 10.0)
    metrics.rating(True)
    metrics.polling_rebuilt()
    metrics.answered_in(1.2)
    metrics.worked_for(0.4)
    metrics.waiting(3)
    metrics.in_work(2)
    metrics.articles(5)
    metrics.contact()
    values = service.values()
    assert values["pullquote_questions_total outcome=answered"] == 1
    assert values["pullquote_questions_total outcome=failed"] == 0
    assert values["pullquote_updates_total kind=press"] == 1
    assert values["pullquote_telegram_requests_total method=sendMessage status=429"] == 1
    assert values["pullquote_telegram_requests_total method=getUpdates status=timeout"] == 1
    assert values["pullquote_ratings_total good=true"] == 1
    assert values["pullquote_ratings_total good=false"] == 0
    assert values["pullquote_polling_rebuilt_total"] == 1
    assert values["pullquote_answer_seconds_sum"] == 1.2
    assert values["pullquote_work_seconds_count"] == 1
    assert values["pullquote_telegram_request_seconds_count method=sendMessage"] == 1
    assert values["pullquote_waiting"] == 3
    assert values["pullquote_in_work"] == 2
    assert values["pullquote_articles"] == 5
    assert values["pullquote_last_contact_timestamp_seconds"] > 1.7e9
    assert values["process_resident_memory_bytes"] > 0


def test_labels_hold_words_of_a_fixed_set_alone(service: Service) -> None:
    before = len(service.values())
    for number in range(100):
        service.metrics.question(f"who is {number}?")
        service.metrics.update(f"{number}")
        service.metrics.request(f"method{number}", f"status{number}", 0.1)
    values = service.values()
    assert values["pullquote_questions_total outcome=other"] == 100
    assert values["pullquote_telegram_requests_total method=other status=other"] == 100
    assert not [name for name in values if "99" in name or "who" in name]
    assert len(values) - before < 30


def test_the_sets_are_small_and_of_plain_words() -> None:
    for words in (OUTCOMES, KINDS, METHODS, STATUSES):
        assert 0 < len(words) < 32
        assert all(word.replace("_", "").isalnum() for word in words)


def test_two_bots_in_one_process_count_apart() -> None:
    one, other = Metrics(), Metrics()
    one.question("answered")
    name, labels = "pullquote_questions_total", {"outcome": "answered"}
    assert one.registry.get_sample_value(name, labels) == 1
    assert other.registry.get_sample_value(name, labels) == 0


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({}, []),
        ({"contact": NOW - 299}, []),
        ({"contact": NOW - 301}, ["Telegram has not answered for 301 s"]),
        ({"contact": None}, ["Telegram has not answered yet"]),
        ({"contact": None, "webhook": True}, []),
        ({"contact": NOW - 10_000, "webhook": True}, []),
        ({"contact": NOW - 40, "silence_allowed": 30.0}, ["Telegram has not answered for 40 s"]),
        ({"loop": NOW - 31}, ["the event loop has stood still for 31 s"]),
        ({"index_fault": "no index; make one."}, ["the index cannot be read: no index; make one."]),
        ({"stopping": True}, ["the bot is stopping"]),
        (
            {"loop": 0.0, "contact": 0.0},
            ["the event loop has stood still for 1000 s", "Telegram has not answered for 1000 s"],
        ),
    ],
)
def test_the_verdict_names_every_reason(change: dict[str, object], reasons: list[str]) -> None:
    found = verdict(NOW, replace(WELL, **change))  # type: ignore[arg-type]
    assert list(found.reasons) == reasons
    assert found.ok == (not reasons)


def test_health_is_200_or_503_with_the_reasons(service: Service) -> None:
    status, headers, body = service.ask("/healthz")
    assert (status, json.loads(body)) == (200, {"ok": True, "reasons": []})
    assert headers["Content-Type"] == "application/json"
    service.health = replace(WELL, stopping=True)
    status, _, body = service.ask("/healthz")
    assert (status, json.loads(body)) == (503, {"ok": False, "reasons": ["the bot is stopping"]})


def test_health_that_cannot_be_told_is_bad_and_says_no_more(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.health = ValueError("a private text")
    status, _, body = service.ask("/healthz")
    assert status == 503
    assert b"private" not in body
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("path", ["/metrics", "/healthz", "/elsewhere"])
def test_head_is_get_without_a_body(service: Service, path: str) -> None:
    status, headers, body = service.ask(path)
    asked = service.ask(path, "HEAD")
    assert (asked[0], asked[1]["Content-Type"], asked[2]) == (status, headers["Content-Type"], b"")
    assert int(asked[1]["Content-Length"]) > 0
    assert body


@pytest.mark.parametrize("path", ["/", "/metrics/", "/healthz/x", "/favicon.ico"])
def test_there_is_nothing_else(service: Service, path: str) -> None:
    assert service.ask(path)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_sent(service: Service, method: str) -> None:
    status, headers, _ = service.ask("/metrics", method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def test_requests_are_not_logged(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    for path in ("/metrics", "/healthz", "/x"):
        service.ask(path)
    with socket.create_connection(("127.0.0.1", service.server.port), timeout=HANGS) as connection:
        connection.sendall(b"\x00\xff nonsense\r\n\r\n")
        connection.recv(1000)
    assert capfd.readouterr() == ("", "")


def test_a_connection_held_open_keeps_nobody_out_and_leaving_does_not_wait() -> None:
    service = Service()
    with ExitStack() as stack:
        with service.server:
            for _ in range(20):
                address = ("127.0.0.1", service.server.port)
                stack.enter_context(socket.create_connection(address, timeout=HANGS))
            assert service.ask("/healthz")[0] == 200
        assert not [one for one in threading.enumerate() if one.name == "monitoring"]


def test_only_this_machine_is_served(service: Service) -> None:
    assert service.server._server is not None
    assert service.server._server.server_address[0] == "127.0.0.1"


def test_a_port_in_use_is_one_sentence_with_the_cure(service: Service) -> None:
    second = MonitoringServer(service.server.port, Metrics(), lambda: WELL)
    with pytest.raises(WorkError, match="monitoring_port") as caught, second:
        pass
    assert str(caught.value) == (
        f"the port {service.server.port} for monitoring cannot be opened (Address already in use); "
        "set telegram.monitoring_port to one that is free, or to 0 for none."
    )


def test_the_port_is_free_again_afterwards() -> None:
    first = Service()
    with first.server:
        first.ask("/healthz")
        port = first.server.port
    with MonitoringServer(port, Metrics(), lambda: WELL) as again:
        assert again.port == port


def test_many_ask_at_once(service: Service) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(service.ask("/metrics")[0])) for _ in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 30
