"""Pages by address: what is asked, what is refused, and how little a bad server can do."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from retrieval.errors import ArticleFileError
from retrieval.fetch.addresses import address_of, is_public
from retrieval.fetch.client import Client
from retrieval.fetch.limits import Limits
from retrieval.fetch.responses import Response, Responses

from .builders import assert_one_sentence
from .web import Web, answer, moved, page, serving

QUICK = Limits(connect=5.0, silence=0.3, total=0.8, size=200_000)
ETAG = '"v1"'


class Clock:
    """Time passes only by waiting."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waited: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waited.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as served:
        yield served


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client_for(web: Web, tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Client]]:
    """Makes clients that share what was fetched, each for a run of its own."""
    with ExitStack() as stack:

        def make(limits: Limits = QUICK, **options: object) -> Client:
            responses = stack.enter_context(Responses(tmp_path / "fetched.sqlite", 0.0))
            named = options.pop("named", [web.address])
            client = Client(
                responses,
                named,  # type: ignore[arg-type]
                limits,
                wait=clock.wait,
                clock=clock,
                **options,  # type: ignore[arg-type]
            )
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(client_for: Callable[..., Client]) -> Client:
    return client_for()


def refused(client: Client, address: str) -> str:
    with pytest.raises(ArticleFileError) as caught:
        client.get(address)
    assert_one_sentence(caught.value)
    assert str(caught.value).startswith(f"{address}: ")
    return str(caught.value).removeprefix(f"{address}: ")


def test_a_page_comes_as_it_is(web: Web, client: Client) -> None:
    web.pages["/a"] = page(b"Tides \xe9", "Text/Plain; charset=ISO-8859-1", ETag=ETAG)
    address = web.at("/a")
    assert client.get(address + "#part") == Response(
        address, address, "text/plain", "iso-8859-1", b"Tides \xe9", ETAG
    )
    assert web.asked == ["/robots.txt", "/a"]
    assert all(h["User-Agent"].startswith("pullquote") for h in web.headers)


def test_once_a_run_and_only_if_changed(web: Web, client_for: Callable[..., Client]) -> None:
    web.pages["/a"] = page("Tides", ETag=ETAG)
    first, second, third = client_for(), client_for(), client_for()
    come = [first.get(web.at("/a")), first.get(web.at("/a")), second.get(web.at("/a"))]
    assert web.asked == ["/robots.txt", "/a"] * 2
    assert come == [come[0]] * 3
    assert (first.news, second.news) == ({web.at("/a")}, set())
    web.pages["/a"] = page("Other tides", ETag='"v2"')
    assert third.get(web.at("/a")).body == b"Other tides"
    assert third.news == {web.at("/a")}


def test_no_cookie_is_given_back(web: Web, client: Client) -> None:
    web.pages["/a"] = page("Tides", Set_Cookie="who=you; Path=/")
    client.get(web.at("/a"))
    client.get(web.at("/a?again"))
    assert all("Cookie" not in headers for headers in web.headers)


def test_last_modified_is_asked_about_too(web: Web, client_for: Callable[..., Client]) -> None:
    day = "Mon, 07 Oct 2024 10:00:00 GMT"
    web.pages["/a"] = page("Tides", Last_Modified=day)
    client_for().get(web.at("/a"))
    client_for().get(web.at("/a"))
    assert web.headers[-1]["If-Modified-Since"] == day


def test_what_a_feed_says_is_unchanged_is_not_asked_for(
    web: Web, client_for: Callable[..., Client]
) -> None:
    web.pages["/a"] = page("Tides")
    for stamp in ("monday", "monday", "tuesday"):
        client_for().get(web.at("/a"), stamp)
    assert web.asked == ["/robots.txt", "/a"] * 2


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "is not there (status 404); check the address."),
        (410, "is not there (status 410); check the address."),
        (403, "may not be read (status 403); save it from your browser and index the file."),
        (500, "its server fails (status 500); try again later."),
        (503, "its server fails (status 503); try again later."),
        (418, "is answered with status 418 in place of a page; check the address."),
    ],
)
def test_statuses_are_said_in_words(web: Web, client: Client, status: int, words: str) -> None:
    web.pages["/a"] = page("no", status=status)
    assert refused(client, web.at("/a")) == words
    assert refused(client, web.at("/a")) == words, "and not asked for again"
    assert web.asked.count("/a") == 1


def test_a_busy_host_is_waited_for(web: Web, client: Client, clock: Clock) -> None:
    answers = iter([page("", status=429, Retry_After="7"), page("Tides")])

    def in_turn(request: BaseHTTPRequestHandler) -> None:
        next(answers)(request)

    web.pages["/a"] = in_turn
    assert client.get(web.at("/a")).body == b"Tides"
    assert clock.waited == [1.0, 7.0]


def test_a_host_that_stays_busy_is_left_alone(web: Web, client: Client, clock: Clock) -> None:
    web.pages["/a"] = page("", status=429)
    assert "asks to be left alone for a minute; try again later." in refused(client, web.at("/a"))
    assert web.asked.count("/a") == QUICK.tries
    assert clock.waited == [1.0, 10.0, 10.0]


def test_a_host_that_wants_hours_is_not_waited_for(web: Web, client: Client, clock: Clock) -> None:
    web.pages["/a"] = page("", status=503, Retry_After="7200")
    web.pages["/b"] = page("Tides")
    assert "for 120 minutes" in refused(client, web.at("/a"))
    assert "for 120 minutes" in refused(client, web.at("/b"))
    assert web.asked == ["/robots.txt", "/a"]
    assert clock.waited == [1.0]


def test_one_request_a_second(web: Web, client: Client, clock: Clock) -> None:
    for name in "abc":
        web.pages[f"/{name}"] = page(name)
        client.get(web.at(f"/{name}"))
    assert clock.waited == [1.0] * 3


def test_robots_are_kept(web: Web, client: Client, clock: Clock) -> None:
    web.pages["/robots.txt"] = page(
        "User-agent: *\nDisallow: /private/\nUser-agent: pullquote\nDisallow: /drafts\n"
        "Crawl-delay: 3\n"
    )
    web.pages["/private/a"] = web.pages["/drafts/a"] = page("Tides")
    assert refused(client, web.at("/drafts/a")) == (
        "its site asks robots to leave it out (robots.txt); "
        "save the page from your browser and index the file."
    )
    client.get(web.at("/private/a"))
    client.get(web.at("/private/a?again"))
    assert web.asked == ["/robots.txt", "/private/a", "/private/a?again"]
    assert clock.waited == [1.0, 3.0]


def test_robots_of_a_failing_server_deny(web: Web, client: Client) -> None:
    web.pages["/robots.txt"] = page("", status=500)
    web.pages["/a"] = page("Tides")
    assert "robots.txt of its site cannot be read (the server fails with status 500)" in refused(
        client, web.at("/a")
    )
    assert web.asked == ["/robots.txt"]


def test_redirects_are_followed_to_the_final_address(web: Web, client: Client) -> None:
    web.pages |= {"/a": moved("/b", 301), "/b": moved(web.at("/c")), "/c": page("Tides")}
    response = client.get(web.at("/a"))
    assert (response.address, response.final) == (web.at("/a"), web.at("/c"))


def test_redirects_end(web: Web, client: Client) -> None:
    web.pages |= {"/a": moved("/b"), "/b": moved("/a")}
    assert "redirects in a circle" in refused(client, web.at("/a"))
    web.pages |= {f"/{n}": moved(f"/{n + 1}") for n in range(20)}
    assert "redirects more than 5 times" in refused(client, web.at("/0"))
    web.pages |= {"/x": moved("ftp://example.org/"), "/y": answerless(302)}
    assert "redirects to no valid address" in refused(client, web.at("/x"))
    assert "redirects to no valid address" in refused(client, web.at("/y"))


def answerless(status: int) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda request: answer(request, status)


def test_a_redirect_to_a_private_address_is_refused(web: Web, client: Client) -> None:
    with serving() as inside:
        web.pages["/a"] = moved(inside.at("/secret"))
        assert "leads to a private address (127.0.0.1)" in refused(client, web.at("/a"))
        assert inside.asked == []


def test_names_that_resolve_to_private_addresses_are_refused(
    web: Web, client_for: Callable[..., Client]
) -> None:
    for figures in ("127.0.0.1", "10.0.0.1", "::1", "169.254.169.254", "::ffff:192.168.0.1"):
        client = client_for(look_up=lambda host, port, f=figures: ["93.184.215.14", f])
        assert "leads to a private address" in refused(client, "http://news.example/a")
    assert web.asked == []


def test_a_name_is_resolved_once_and_what_was_checked_is_connected_to(
    web: Web, client_for: Callable[..., Client]
) -> None:
    port = address_of(web.address).port
    named = f"http://harbour.example:{port}"
    web.pages["/a"] = page("Tides")
    client = client_for(named=[named], look_up=lambda host, port: ["127.0.0.1"])
    assert client.get(f"{named}/a").body == b"Tides"
    assert web.headers[-1]["Host"] == f"harbour.example:{port}"


@pytest.mark.parametrize(
    ("figures", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07::1", True),
        ("::ffff:93.184.215.14", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_public_addresses(figures: str, public: bool) -> None:
    assert is_public(figures) == public


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ftp://example.org/a", "only http:// and https://"),
        ("file:///etc/passwd", "only http:// and https://"),
        ("http:///a", "names no host"),
        ("http://example.org:99999/", "is no valid address"),
        ("http://[::1/", "is no valid address"),
        ("http://ann:secret@example.org/", "holds a user name or a password"),
        ("http://exa\x00mple.org/", "is no valid address"),
    ],
)
def test_what_is_no_address(text: str, words: str) -> None:
    with pytest.raises(ArticleFileError, match=words) as caught:
        address_of(text)
    assert "secret" not in str(caught.value)


def test_hosts_that_cannot_be_found_or_connected_to(
    web: Web, client_for: Callable[..., Client]
) -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise OSError(-2, "Name or service not known")

    client = client_for(look_up=unknown)
    assert "the host nowhere.example cannot be found" in refused(client, "http://nowhere.example/")
    with serving() as other:
        address = other.address
    client = client_for(named=[address])
    assert "127.0.0.1 cannot be connected to" in refused(client, f"{address}/a")


def test_a_server_without_encryption_is_no_https(
    web: Web, client_for: Callable[..., Client]
) -> None:
    address = web.address.replace("http:", "https:")
    client = client_for(named=[address])
    assert "cannot be trusted" in refused(client, f"{address}/a")


def test_a_server_that_hangs_is_left(web: Web, client: Client) -> None:
    web.pages["/a"] = lambda request: (web.given_up.wait(60), None)[1]
    assert "127.0.0.1 does not answer in time; try again later." in refused(client, web.at("/a"))


def test_a_server_that_drips_is_left(web: Web, client: Client) -> None:
    def drip_headers(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not web.given_up.wait(0.05):
            request.wfile.write(b"x")

    def drip_body(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/plain")
        request.end_headers()
        while not web.given_up.wait(0.05):
            request.wfile.write(b"x")

    web.pages |= {"/headers": drip_headers, "/body": drip_body}
    for path in ("/headers", "/body"):
        assert "does not answer in time" in refused(client, web.at(path))


def test_half_a_gigabyte_is_cut_early(web: Web, client: Client) -> None:
    sent = []

    def flood(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        request.end_headers()
        for _ in range(500):
            request.wfile.write(b"x" * 2**20)
            sent.append(1)

    def stated(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(500 * 2**20))
        request.end_headers()

    web.pages |= {"/flood": flood, "/stated": stated}
    larger = replace(QUICK, size=2**20)
    assert larger.size == 2**20
    for path in ("/flood", "/stated"):
        assert "is larger than" in refused(client, web.at(path))
    assert len(sent) < 50


def test_bombs_are_unpacked_no_further_than_the_bound(web: Web, client: Client) -> None:
    bomb = gzip.compress(bytes(50 * 2**20))
    web.pages |= {
        "/once": page(bomb, Content_Encoding="gzip"),
        "/twice": page(gzip.compress(bomb), Content_Encoding="gzip, gzip"),
        "/other": page(b"x", Content_Encoding="br"),
        "/broken": page(b"no gzip at all", Content_Encoding="gzip"),
        "/half": page(gzip.compress(b"Tides " * 100)[:-12], Content_Encoding="gzip"),
        "/good": page(gzip.compress(b"Tides"), Content_Encoding="gzip"),
    }
    assert "is larger than" in refused(client, web.at("/once"))
    assert "packed in a way that was not asked for (gzip, gzip)" in refused(
        client, web.at("/twice")
    )
    assert "packed in a way that was not asked for (br)" in refused(client, web.at("/other"))
    assert "cannot be unpacked" in refused(client, web.at("/broken"))
    assert "came broken off" in refused(client, web.at("/half"))
    assert client.get(web.at("/good")).body == b"Tides"


def test_a_connection_that_breaks_off_is_said(web: Web, client: Client) -> None:
    def breaks(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"x")
        request.close_connection = True

    web.pages |= {"/a": breaks, "/b": lambda request: None}
    assert "127.0.0.1 broke off" in refused(client, web.at("/a"))
    assert "127.0.0.1 broke off" in refused(client, web.at("/b"))


def test_a_host_that_never_answers_is_asked_three_times(
    client_for: Callable[..., Client],
) -> None:
    with serving() as other:
        address = other.address
    client = client_for(replace(QUICK, faults=3), named=[address])
    said = [refused(client, f"{address}/{n}") for n in range(5)]
    assert "did not answer 3 times in a row" in said[-1]


def test_what_was_kept_survives_a_damaged_file(tmp_path: Path) -> None:
    path = tmp_path / "fetched.sqlite"
    path.write_bytes(b"no database at all" * 100)
    response = Response("http://a.example/", "http://a.example/", "text/plain", "", b"Tides")
    with Responses(path, 0.0) as responses:
        assert responses.of(response.address) is None
        responses.keep(response)
    with Responses(path, 0.0) as responses:
        assert responses.of(response.address) == response
