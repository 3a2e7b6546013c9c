"""Saved feeds to articles: dialects, dates, what is only a summary, and what is hostile."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Bounds, ReadSettings, document_of
from retrieval.ingest.formats.feed_text import text_of_html
from retrieval.ingest.formats.feeds import ONLY_A_SUMMARY, is_feed
from retrieval.ingest.formats.opml import feeds_of
from retrieval.ingest.formats.registry import read_document
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

from .builders import assert_one_sentence

LONG = " ".join(f"word{n}" for n in range(160))


def rss(*items: str, head: str = '<?xml version="1.0"?>') -> bytes:
    return (
        f'{head}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Harbour &amp; Tide</title>'
        + "".join(f"<item>{item}</item>" for item in items)
        + "</channel></rss>"
    ).encode()


FERRY = (
    "<title>Ferry stops &amp; waits</title><link>https://example.org/ferry</link>"
    '<guid isPermaLink="false">ferry-1</guid><dc:creator>Jo Marsh</dc:creator>'
    "<pubDate>Mon, 07 Oct 2024 23:30:00 -0500</pubDate><description>Short.</description>"
    "<content:encoded><![CDATA[<p>The ferry stopped<br>at&nbsp;noon.</p><script>no()</script>"
    "<p>It <b>waits</b>.</p>]]></content:encoded>"
)
SUMMARY = "<title>Two</title><link>https://example.org/two</link><description>Brief.</description>"


def found(data: bytes, name: str = "saved.rss", **bounds: int) -> Sequence[Found]:
    return list(read_document(document_of(data, name), ReadSettings(Bounds(**bounds))))


def articles(data: bytes, name: str = "saved.rss") -> list[RawArticle]:
    return [item for item in found(data, name) if isinstance(item, RawArticle)]


def refused(data: bytes, name: str = "saved.rss") -> str:
    with pytest.raises(ArticleFileError) as caught:
        found(data, name)
    assert_one_sentence(caught.value)
    assert str(caught.value).startswith(f"/{name}: ")
    return str(caught.value).removeprefix(f"/{name}: ")


def test_an_entry_with_its_article_is_one_and_a_summary_is_left_out() -> None:
    assert found(rss(FERRY, SUMMARY)) == [
        RawArticle(
            id="ferry-1",
            within="ferry-1",
            text="The ferry stopped\nat noon.\n\nIt waits.",
            root="/",
            path="/saved.rss",
            title="Ferry stops & waits",
            publisher="The Harbour & Tide",
            author="Jo Marsh",
            url="https://example.org/ferry",
            published=date(2024, 10, 7),
        ),
        Skipped("/", "/saved.rss", ONLY_A_SUMMARY, '"Two"'),
    ]


def test_atom_with_its_own_authors_and_sources() -> None:
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>All</title><entry>
    <id>urn:a</id><title type="html">A &amp;lt; B</title><updated>2024-10-07T10:00:00Z</updated>
    <link rel="alternate" href="https://example.org/a"/><author><name>Jo Marsh</name></author>
    <source><title>The Harbour</title></source>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div>
    </content></entry></feed>"""
    (article,) = articles(data, "saved.atom")
    assert article == RawArticle(
        id="urn:a",
        within="urn:a",
        text="One.\n\nTwo.",
        root="/",
        path="/saved.atom",
        title="A < B",
        publisher="The Harbour",
        author="Jo Marsh",
        url="https://example.org/a",
        published=date(2024, 10, 7),
    )


def test_a_json_feed() -> None:
    items = [
        {
            "id": 7,
            "url": "https://example.org/7",
            "title": "Seven",
            "content_html": "<p>One.</p>",
            "date_published": "2024-10-07T10:00:00+02:00",
            "authors": [{"name": "Jo Marsh"}, {"name": "Al Reed"}],
        },
        {"id": "8", "content_text": "Plain."},
        {"id": "9", "summary": "Brief."},
        "no item",
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": items}
    seven, eight, skipped = found(json.dumps(feed).encode(), "saved.xml")
    assert isinstance(seven, RawArticle)
    assert (seven.id, seven.title, seven.author) == ("7", "Seven", "Jo Marsh, Al Reed")
    assert (seven.text, seven.published) == ("One.", date(2024, 10, 7))
    assert isinstance(eight, RawArticle)
    assert (eight.text, eight.publisher) == ("Plain.", "J")
    assert skipped == Skipped("/", "/saved.xml", ONLY_A_SUMMARY, "entry 3")


@pytest.mark.parametrize(
    ("description", "is_whole"),
    [(LONG, True), (LONG + " …", False), (LONG + " [...]", False), (LONG + "... Read more", False)],
)
def test_a_long_summary_is_the_article_unless_it_is_cut_off(
    description: str, is_whole: bool
) -> None:
    data = rss(f"<title>T</title><description>{description}</description>")
    assert [article.text for article in articles(data)] == [description] * is_whole


@pytest.mark.parametrize(
    ("written", "published", "numeric"),
    [
        ("Mon, 07 Oct 2024 23:30:00 GMT", date(2024, 10, 7), None),
        ("2024-10-07T23:30:00-08:00", date(2024, 10, 7), None),
        ("7 October 2024", date(2024, 10, 7), None),
        ("10/07/2024", None, "10/07/2024"),
        ("soon", None, None),
        ("", None, None),
    ],
)
def test_days_as_they_are_written(
    written: str, published: date | None, numeric: str | None
) -> None:
    (article,) = articles(rss(f"<description>{LONG}</description><pubDate>{written}</pubDate>"))
    assert (article.published, article.numeric) == (published, numeric)


def test_entities_of_html_and_other_encodings() -> None:
    title = "<title>Caf&eacute;&nbsp;\u201cTide\u201d &amp; more</title>"
    item = f"{title}<description>{LONG}</description>"
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        name = encoding.removesuffix("-sig")
        data = rss(item, head=f'<?xml version="1.0" encoding="{name}"?>').decode().encode(encoding)
        (article,) = articles(data)
        assert article.title == "Café “Tide” & more"
    latin = rss("<title>Caf\xe9</title><description>" + LONG + "</description>")
    head = b'<?xml version="1.0" encoding="iso-8859-1"?>'
    (article,) = articles(head + latin.decode().encode("latin-1").partition(b"?>")[2])
    assert article.title == "Café"


def test_what_is_not_well_formed_is_read_as_far_as_it_makes_sense() -> None:
    cut = rss(FERRY, FERRY.replace("ferry-1", "ferry-2"))[:-150]
    note, first, *_ = found(cut)
    assert note == Note(
        "/saved.rss: the feed is not well-formed and was read as far as it makes sense"
    )
    assert isinstance(first, RawArticle)
    assert first.text == "The ferry stopped\nat noon.\n\nIt waits."
    assert articles(b"\n \n" + rss(FERRY).replace(b" &amp; Tide", b" & Tide"))[0].id == "ferry-1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the feed is empty"),
        (b" \n", "the feed is empty"),
        (rss(), "the feed has no entry"),
        (b"<?xml version='1.0'?><note>Tides</note>", "is XML, but no RSS or Atom feed"),
        (b"<html><body><p>Tides</p></body></html>", "is XML, but no RSS or Atom feed"),
        (b"Just some words.", "is no XML and no feed"),
        (bytes(range(256)), "is no XML and no feed"),
        (b"{", "is no valid JSON and no feed"),
        (b'{"a": ' + b"[" * 100_000, "is no valid JSON and no feed"),
        (b'{"title": "Tides"}', "is JSON, but no feed"),
    ],
)
def test_what_is_no_feed(data: bytes, words: str) -> None:
    assert words in refused(data)


def bomb() -> str:
    entities = '<!ENTITY e0 "ha">' + "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12)
    )
    return f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]>'


def test_declared_entities_are_not_expanded() -> None:
    (article,) = articles(
        rss(f"<title>a&e11;b</title><description>{LONG}</description>", head=bomb())
    )
    assert article.title == "ab"
    secret = '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'
    item = f"<title>a&secret;b</title><description>{LONG}</description>"
    assert articles(rss(item, head=secret))[0].title == "ab"


@pytest.mark.parametrize(
    "inside",
    [
        "<" * 300_000,
        "<div>" * 100_000,
        "<b> </b>" * 50_000,
        "&" * 300_000,
        "]]>" * 50_000,
        "<!--" * 50_000,
        "<!DOCTYPE [" * 50_000,
        "The post " * 50_000,
        "read on " * 50_000,
    ],
)
def test_hostile_insides_end(inside: str) -> None:
    item = "<title>T</title><content:encoded><![CDATA[" + inside + "]]></content:encoded>"
    try:
        found(rss(item, FERRY))
    except ArticleFileError as error:
        assert_one_sentence(error)


def test_a_feed_beyond_the_bound_is_refused() -> None:
    with pytest.raises(ArticleFileError, match="is larger than"):
        found(rss(FERRY), text=100)


def test_text_of_html_keeps_paragraphs_items_and_rows() -> None:
    html = (
        "<h2>Head</h2>Loose <i>words</i>.<ul><li>One</li><li>Two</li></ul>"
        "<table><tr><th>Port</th><th>Ships</th></tr><tr><td>Aden</td><td>3</td></tr></table>"
        "<style>p {}</style><!-- no --><p>Last\n line.</p><p>The post <a href='x'>Head</a> "
        "appeared first on <a href='y'>The Harbour</a>.</p>"
    )
    assert text_of_html(html) == (
        "Head\n\nLoose words.\n\nOne\n\nTwo\n\nPort: Aden | Ships: 3\n\nLast line."
    )
    assert text_of_html("Just words & more") == "Just words & more"
    assert text_of_html(" <!-- nothing --> ") == ""


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]))))
def test_texts_are_never_empty_and_titles_one_line(texts: list[str]) -> None:
    items = [
        f"<title>{escape(text)}</title><content:encoded>{escape(escape(text))}</content:encoded>"
        for text in texts
    ]
    try:
        come = articles(rss(*items))
    except ArticleFileError as error:
        assert_one_sentence(error)
        return
    assert all(article.text.strip() == article.text != "" for article in come)
    assert all("\n" not in (article.title or "") for article in come)


def test_lists_of_feeds() -> None:
    data = b"""<?xml version="1.0"?><opml version="2.0"><body><outline text="News">
    <outline type="rss" text="A" xmlUrl="https://a.example/feed"/><outline text="folder"/>
    <outline type="rss" text="B" XMLURL=" https://b.example/feed "/></outline>
    <outline type="rss" text="A again" xmlUrl="https://a.example/feed"/></body></opml>"""
    assert feeds_of(data, "x.opml") == ("https://a.example/feed", "https://b.example/feed")
    assert "is a list of feeds; name the file itself" in refused(data, "list.opml")
    for bad in (b"", b"words", b"<rss/>", b"<opml><body/></opml>"):
        with pytest.raises(ArticleFileError) as caught:
            feeds_of(bad, "x.opml")
        assert_one_sentence(caught.value)


def test_feeds_are_known_by_their_beginning() -> None:
    assert is_feed(rss())
    assert is_feed(b'<feed xmlns="http://www.w3.org/2005/Atom">')
    assert is_feed(b'<rdf:RDF xmlns="http://purl.org/rss/1.0/">')
    assert is_feed(b'{"version": "https:\\/\\/jsonfeed.org\\/version\\/1"}')
    assert not is_feed(b"<html><body>The feed of &lt;rss></body></html>")
    assert not is_feed(b"")
