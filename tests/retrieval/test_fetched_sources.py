"""What addresses and feeds give: articles, and what is left out and why."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from retrieval.errors import ArticleFileError
from retrieval.fetch.client import Client
from retrieval.fetch.kinds import decoded, suffix_for
from retrieval.fetch.limits import Limits
from retrieval.fetch.responses import Response, Responses
from retrieval.fetch.sources import fetch_all, read_addresses
from retrieval.ingest.document import ReadSettings
from retrieval.ingest.formats.registry import suffix_of
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

from .builders import assert_one_sentence
from .test_feeds import FERRY, LONG, rss
from .web import Web, moved, page, serving

QUICK = Limits(silence=2.0, total=5.0, size=200_000, entries=4)
FEED = "application/rss+xml"


def unwaiting(seconds: float) -> None:
    pass


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as served:
        yield served


class Reader:
    def __init__(self, web: Web, folder: Path) -> None:
        self.web = web
        self.path = folder / "fetched.sqlite"
        self.told: list[tuple[str, int, int]] = []
        self.news = set[str]()

    def __call__(self, *named: str, alone: bool = False) -> list[Found]:
        def tell(stage: str, done: int, total: int) -> None:
            self.told.append((stage, done, total))

        with Responses(self.path, 0.0) as kept, self.client(kept) as client:
            found = list(read_addresses(named, client, ReadSettings(), tell, alone=alone))
            self.news = client.news
            return found

    def client(self, kept: Responses) -> Client:
        return Client(kept, [self.web.address], QUICK, wait=unwaiting)


@pytest.fixture
def read(web: Web, tmp_path: Path) -> Reader:
    return Reader(web, tmp_path)


def item(link: str, title: str, day: int, description: str = "Brief.") -> str:
    return (
        f"<title>{title}</title><link>{link}</link><dc:creator>Jo Marsh</dc:creator>"
        f"<pubDate>2024-10-{day:02}</pubDate><description>{description}</description>"
    )


def texts(found: Sequence[Found]) -> dict[str, str]:
    return {raw.id: raw.text for raw in found if isinstance(raw, RawArticle)}


def reasons(found: Sequence[Found]) -> dict[str, str]:
    return {skip.path: skip.reason for skip in found if isinstance(skip, Skipped)}


def test_a_page_is_called_by_its_address(web: Web, read: Reader) -> None:
    web.pages |= {"/a": moved("/b"), "/b": page("The tide rose.")}
    assert read(web.at("/a")) == [
        RawArticle(
            id=web.at("/a"),
            text="The tide rose.",
            root=web.at("/a"),
            path=web.at("/a"),
            url=web.at("/b"),
        )
    ]


def test_a_file_of_records_keeps_their_ids(web: Web, read: Reader) -> None:
    data = b'{"id": "x", "text": "One."}\n'
    packed = gzip.compress(data)
    web.pages |= {
        "/all.jsonl": page(data, "application/octet-stream"),
        "/packed.jsonl.gz": page(packed, "application/gzip"),
        "/sent.jsonl.gz": page(packed, "application/x-gzip", Content_Encoding="gzip"),
    }
    for path in web.pages.copy():
        (raw,) = read(web.at(path))
        assert isinstance(raw, RawArticle)
        assert (raw.id, raw.within, raw.path) == ("x", "x", web.at(path))
        assert raw.text == "One."


def test_what_is_no_text_is_refused_by_name(web: Web, read: Reader) -> None:
    web.pages["/a.png"] = page(b"\x89PNG", "image/png")
    with pytest.raises(ArticleFileError, match=r"is image/png, no page or text") as caught:
        read(web.at("/a.png"), alone=True)
    assert_one_sentence(caught.value)
    assert list(reasons(read(web.at("/a.png"), web.at("/gone")))) == [
        web.at("/a.png"),
        web.at("/gone"),
    ]


def test_a_feed_gives_its_articles_newest_first(web: Web, read: Reader) -> None:
    web.pages |= {
        "/feed": page(
            rss(
                item(web.at("/old"), "Too old", 1),
                item(web.at("/a"), "First", 5),
                item(web.at("/b"), "Second", 7),
                item(web.at("/gone"), "Gone", 6),
                item(web.at("/whole"), "Whole", 4, LONG),
            ),
            FEED,
        ),
        "/a": page("The first tide."),
        "/b": page("The second tide."),
    }
    note, second, gone, first, whole = read(web.at("/feed"))
    assert note == Note(f"{web.at('/feed')}: of 5 entries the newest 4 are taken")
    assert second == RawArticle(
        id=web.at("/b"),
        text="The second tide.",
        root=web.at("/feed"),
        path=web.at("/b"),
        title="Second",
        author="Jo Marsh",
        publisher="The Harbour & Tide",
        url=web.at("/b"),
        published=date(2024, 10, 7),
    )
    assert gone == Skipped(
        web.at("/feed"), web.at("/gone"), "is not there (status 404); check the address."
    )
    assert isinstance(gone, Skipped)
    assert gone.name == web.at("/gone")
    assert isinstance(first, RawArticle)
    assert first.text == "The first tide."
    assert isinstance(whole, RawArticle)
    assert (whole.id, whole.path, whole.text) == (web.at("/whole"), web.at("/whole"), LONG)
    assert web.asked == ["/robots.txt", "/feed", "/b", "/gone", "/a"]
    assert read.told == [
        ("Fetching pages", 1, 1),  # the feed itself
        *(("Fetching pages", done, 5) for done in range(2, 6)),
    ]


def test_a_web_page_says_what_it_knows_and_its_feed_the_rest(web: Web, read: Reader) -> None:
    said = [f"The harbour master said on day {n} that the ferries wait." for n in range(9)]
    body = "".join(f"<p>{sentence}</p>" for sentence in said)
    html = (
        "<html><head><title>Caf\xe9 tide</title></head><body><nav><a href='/'>Home</a></nav>"
        f"<article><h1>Caf\xe9 tide</h1>{body}</article></body></html>"
    )
    web.pages |= {
        "/feed": page(rss(item(web.at("/a"), "As the feed has it", 5)), FEED),
        "/a": page(html.encode("cp1252"), "text/html; charset=windows-1252"),
    }
    (raw,) = read(web.at("/feed"))
    assert isinstance(raw, RawArticle)
    assert (raw.id, raw.path, raw.url) == (web.at("/a"),) * 3
    assert (raw.title, raw.author, raw.published) == ("Caf\xe9 tide", "Jo Marsh", date(2024, 10, 5))
    assert all(sentence in raw.text for sentence in said)
    assert "Home" not in raw.text


def test_the_next_time_only_the_feed_and_what_failed_are_asked(web: Web, read: Reader) -> None:
    feed = rss(item(web.at("/a"), "First", 5), item(web.at("/b"), "Second", 7))
    web.pages |= {"/feed": page(feed, FEED, ETag='"1"'), "/a": page("The first tide.")}
    before = read(web.at("/feed"))
    assert read.news == {web.at("/feed"), web.at("/a")}
    web.asked.clear()
    web.pages["/b"] = page("The second tide.")
    after = read(web.at("/feed"))
    assert read.news == {web.at("/b")}
    assert web.asked == ["/robots.txt", "/feed", "/b"]
    assert texts(after) == {**texts(before), web.at("/b"): "The second tide."}
    again = read(web.at("/feed"))
    assert again == after
    assert read.news == set()


def test_polling_fetches_and_reading_does_not_fetch_again(
    web: Web, read: Reader, tmp_path: Path
) -> None:
    feed = rss(item(web.at("/a"), "First", 5), item(web.at("/gone"), "Gone", 6))
    web.pages |= {"/feed": page(feed, FEED), "/a": page("The first tide.")}
    with Responses(read.path, 0.0) as kept, read.client(kept) as client:
        skipped = fetch_all([web.at("/feed"), web.at("/no")], client)
        assert [skip.path for skip in skipped] == [web.at("/gone"), web.at("/no")]
        assert client.news == {web.at("/feed"), web.at("/a")}
        web.asked.clear()
        found = list(read_addresses([web.at("/feed")], client, ReadSettings()))
    assert web.asked == []
    assert texts(found) == {web.at("/a"): "The first tide."}


def test_only_news_are_read_where_that_is_asked(web: Web, read: Reader) -> None:
    def only_news() -> dict[str, str]:
        with Responses(read.path, 0.0) as kept, read.client(kept) as client:
            named = [web.at("/feed"), web.at("/whole")]
            return texts(list(read_addresses(named, client, ReadSettings(), only_news=True)))

    whole = {"https://example.org/ferry": "The ferry stopped\nat noon.\n\nIt waits."}
    web.pages |= {
        "/feed": page(rss(item(web.at("/a"), "First", 5)), FEED),
        "/whole": page(rss(FERRY), FEED),
        "/a": page("The first tide."),
    }
    assert only_news() == {web.at("/a"): "The first tide.", **whole}
    assert only_news() == {}
    items = item(web.at("/a"), "First", 5), item(web.at("/b"), "Second", 6)
    web.pages |= {"/feed": page(rss(*items), FEED), "/b": page("The second tide.")}
    assert only_news() == {web.at("/b"): "The second tide."}


def test_one_page_in_two_feeds_is_given_once(web: Web, read: Reader) -> None:
    web.pages |= {
        "/one": page(rss(item(web.at("/a"), "First", 5)), FEED),
        "/two": page(rss(item(web.at("/a#comments"), "First", 5)), "text/xml"),
        "/a": page("The first tide."),
    }
    assert texts(read(web.at("/one"), web.at("/two"))) == {web.at("/a"): "The first tide."}
    assert web.asked.count("/a") == 1


def test_a_list_of_feeds_as_a_file_and_by_address(web: Web, read: Reader, tmp_path: Path) -> None:
    outlines = "".join(f'<outline xmlUrl="{web.at(path)}"/>' for path in ("/f", "/page", "/no"))
    data = f'<?xml version="1.0"?><opml version="2.0"><body>{outlines}</body></opml>'
    saved = tmp_path / "feeds.opml"
    saved.write_text(data)
    web.pages |= {
        "/f": page(rss(FERRY), "text/html"),
        "/page": page("A page."),
        "/list": page(data, "text/xml"),
    }
    for name in (str(saved), web.at("/list")):
        found = read(name)
        assert texts(found) == {
            "https://example.org/ferry": "The ferry stopped\nat noon.\n\nIt waits."
        }
        assert reasons(found) == {
            web.at("/page"): "is no feed; take it off the list.",
            web.at("/no"): "is not there (status 404); check the address.",
        }
        assert {item.root for item in found if not isinstance(item, Note)} == {name}


def test_links_are_relative_to_where_the_feed_came_from(web: Web, read: Reader) -> None:
    links = ["a", "/b", "//[", web.at("/c").replace("127.0.0.1", "localhost")]
    web.pages |= {
        "/feed": moved("/news/feed"),
        "/news/feed": page(rss(*(item(link, link, 1) for link in links)), FEED),
        "/news/a": page("One."),
        "/b": page("Two."),
        "/c": page("Three."),
    }
    assert texts(read(web.at("/feed"))) == {
        web.at("/news/a"): "One.",
        web.at("/b"): "Two.",
        links[-1]: "Three.",
    }


def test_hosts_are_asked_in_turn(web: Web, read: Reader) -> None:
    for feed in "ab":
        links = [web.at(f"/{feed}{n}") for n in (3, 2, 1)]
        entries = [item(link, link, 9 - n) for n, link in enumerate(links)]
        web.pages[f"/{feed}"] = page(rss(*entries), FEED)
        web.pages |= {f"/{feed}{n}": page("The tide rose.") for n in (1, 2, 3)}
    read(web.at("/a"), web.at("/b"))
    assert web.asked == "/robots.txt /a /a3 /b /b3 /a2 /b2 /a1 /b1".split()


def test_a_page_that_could_not_be_read_is_asked_for_again(web: Web, read: Reader) -> None:
    web.pages |= {
        "/feed": page(rss(item(web.at("/a"), "First", 5)), FEED),
        "/a": page(b"\x00\x01", ETag='"1"'),
    }
    assert list(reasons(read(web.at("/feed")))) == [web.at("/a")]
    assert list(reasons(read(web.at("/feed")))) == [web.at("/a")]
    assert read.news == set(), "no reason to build anything"
    web.pages["/a"] = page("The first tide.", ETag='"2"')
    assert texts(read(web.at("/feed"))) == {web.at("/a"): "The first tide."}
    assert web.asked.count("/a") == 3


@pytest.mark.parametrize("body", [b"", b"<rss", b"\x00\x01", b"<rss version='2.0'></rss>"])
def test_a_broken_feed_is_one_sentence(web: Web, read: Reader, body: bytes) -> None:
    web.pages["/feed"] = page(body, FEED)
    with pytest.raises(ArticleFileError) as caught:
        read(web.at("/feed"), alone=True)
    assert_one_sentence(caught.value)
    assert list(reasons(read(web.at("/feed")))) == [web.at("/feed")]


def test_feeds_cannot_lead_into_the_users_network(web: Web, read: Reader) -> None:
    with serving() as inside:
        inside.pages["/secret"] = page("Secret.")
        links = [inside.at("/secret"), "file:///etc/hostname", "http://[::1]:1/"]
        feed = rss(*(item(link, f"Link {n}", n) for n, link in enumerate(links, 1)))
        web.pages["/feed"] = page(feed, FEED)
        found = read(web.at("/feed"))
        assert inside.asked == []
    assert texts(found) == {}
    assert len(reasons(found)) == len(links)


def kind(body: bytes, kind: str, address: str = "http://a.example/x") -> str:
    return suffix_for(Response(address, address, kind, "", body))


def test_kinds_by_what_the_server_says_and_what_comes() -> None:
    assert kind(b"words", "text/plain") == ".txt"
    assert kind(b"words", "text/plain", "http://a.example/x.md") == ".md"
    assert kind(b"{}", "application/octet-stream", "http://a.example/x.jsonl?y=1") == ".jsonl"
    assert kind(rss(FERRY), "text/html") == kind(rss(FERRY), "") == ".rss"
    assert kind(b'{"version": "https://jsonfeed.org/version/1"}', "application/json") == ".rss"
    for known, said in ((".html", "text/html"), (".pdf", "application/pdf")):
        if suffix_of(f"x{known}"):
            assert kind(b"", said) == known
    if suffix_of("x.pdf"):
        assert kind(b"%PDF-1.7", "application/octet-stream") == ".pdf"


def test_encodings_that_the_server_names() -> None:
    latin = "Caf\xe9".encode("latin-1")
    address = "http://a.example/"
    said = Response(address, address, "text/plain", "iso-8859-1", latin)
    assert decoded(said).decode("utf-8-sig") == "Caf\xe9"
    unknown = Response(address, address, "text/plain", "no-such", latin)
    assert decoded(unknown) == latin
    right = Response(address, address, "text/plain", "iso-8859-1", "Caf\xe9".encode())
    assert decoded(right) == right.body
