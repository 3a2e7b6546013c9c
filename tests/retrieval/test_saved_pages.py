"""Saved pages: the article without what stands around it, and what the page says of itself."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage
from email.policy import SMTP
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.further_page_templates import FURTHER_TEMPLATES
from benchmarks.page_templates import TEMPLATES, Story, Template, furniture, no_semantics
from retrieval.errors import ArticleFileError
from retrieval.ingest.raw import RawArticle

from .builders import assert_one_sentence
from .documents import SMALL, article_in, found_in

PARAGRAPHS = (
    "The old mill at Fernbrook opened its doors on Thursday for the first time since the flood of "
    "2011, and some two hundred people came to see it.",
    "Mayor Lena Ortiz said the work had cost 2.4 million crowns, a third more than was planned.",
    "“We waited for this wheel,” said Tomas Hale, 71, whose grandfather ground flour here.",
    "The stones came from a quarry near Alderham, which closed in 1994 & was flooded later. They "
    "were found by divers, who had been looking for something else altogether, in forty metres.",
    "The mill is open from nine to five.",
)
STORY = Story(
    "Old mill reopens – after ten years",
    PARAGRAPHS,
    date(2021, 6, 3),
    "https://www.fernbrook-courier.example/local/old-mill",
)
PLAIN = "<p>A short text of the page that has some words in it, as every article has, and more.</p>"


def page(head: str = "", body: str = PLAIN) -> bytes:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.__name__)
@pytest.mark.parametrize("seed", range(3))
def test_templates(template: Template, seed: int) -> None:
    article = article_in(template(STORY, Random(seed)).encode(), "mill.html")
    assert article.title == STORY.title
    assert (article.author, article.published, article.url) == (
        STORY.author,
        STORY.published,
        STORY.url,
    )
    assert article.publisher in (STORY.site, None)
    assert [part for part in PARAGRAPHS if part not in article.text] == []
    shown = [part for part in furniture() if part in article.text]
    # A box between the paragraphs that nothing marks looks like one of them.
    assert len(shown) == (1 if template is no_semantics else 0)


@pytest.mark.parametrize("template", FURTHER_TEMPLATES, ids=lambda template: template.__name__)
def test_further_templates(template: Template) -> None:
    article = article_in(template(STORY, Random(0)).encode(), "mill.html")
    facts = (article.title, article.published, article.url)
    assert facts == (STORY.title, STORY.published, STORY.url)
    assert article.author in (STORY.author, None)
    text = " ".join(article.text.split())
    assert [part for part in PARAGRAPHS if part not in text] == []
    assert len([part for part in furniture() if part in text]) <= 1


def test_paragraphs_are_lines() -> None:
    article = article_in(TEMPLATES[0](STORY, Random(0)).encode(), "mill.html")
    assert article.text.split("\n\n") == list(PARAGRAPHS)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Mill reopens - The Courier</title>", "<h1>Mill reopens</h1>", "Mill reopens"),
        ("<title>The Courier | Mill reopens</title>", "<h1>Mill reopens</h1>", "Mill reopens"),
        ("<title>Mill - old and new</title>", "", "Mill - old and new"),
        ("<title>Mill | My Mills</title>", "<h1>My Mills</h1><h2>Mill</h2>", "Mill"),
        (
            "<title>Mill · Courier</title><meta property='og:site_name' content='Courier'>",
            "",
            "Mill",
        ),
        (
            "<title>x</title><meta property='og:title' content='Mill opens | The Daily Weir'>"
            "<link rel=canonical href='https://www.dailyweir.example/a'>",
            "",
            "Mill opens",
        ),
        ("<meta property='og:title' content='Mill o…'>", "<h1>Mill opens</h1>", "Mill opens"),
        ("<title>Tom &amp;amp; Ada</title>", "", "Tom &amp; Ada"),
    ],
)  # fmt: skip
def test_a_title_has_no_name_of_the_site(head: str, body: str, title: str) -> None:
    assert article_in(page(head, body + PLAIN), "a.html").title == title


@pytest.mark.parametrize(
    ("head", "body", "day", "numeric"),
    [
        ("<meta name='date' content='2020-02-29'>", "", date(2020, 2, 29), None),
        ("", "<p>Published 4 May 2019</p>", date(2019, 5, 4), None),
        ("", "<p>03/04/2019</p>", None, "03/04/2019"),
        ("<link rel=canonical href='http://a.example/2018/11/30/x'>", "", date(2018, 11, 30), None),
        (
            "",
            "<time datetime='2017-01-02T23:59:00-08:00'>x</time><aside>"
            "<time datetime='2022-01-01'>y</time></aside>",
            date(2017, 1, 2),
            None,
        ),
        ("<script type='application/ld+json'>{broken</script>", "", None, None),
        (
            "<script type='application/ld+json'>[{\"@type\": [\"Report\"], \"datePublished\":"
            " \"Tue, 05 Mar 2019 09:00:00 GMT\"}]</script>",
            "",
            date(2019, 3, 5),
            None,
        ),
    ],
)  # fmt: skip
def test_days(head: str, body: str, day: date | None, numeric: str | None) -> None:
    article = article_in(page(head, f"<h1>Mill</h1>{body}{PLAIN}"), "a.html")
    assert (article.published, article.numeric) == (day, numeric)


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("<link rel='canonical' href='/a/b'><base href='https://a.example/'>", "https://a.example/a/b"),
        ("<meta property='og:url' content='https://a.example/b'>", "https://a.example/b"),
        ("<!-- saved from url=(0021)https://a.example/c/d -->", "https://a.example/c/d"),
        (
            "<!-- saved from url=(0021)https://a.example/c/d -->"
            "<link rel=canonical href='https://a.example/'>",
            "https://a.example/c/d",
        ),
        ("<base href='https://a.example/e'>", "https://a.example/e"),
        ("<link rel=canonical href='javascript:void(0)'>", None),
        ("<link rel=canonical href='http://[broken'>", None),
    ],
)  # fmt: skip
def test_addresses(head: str, url: str | None) -> None:
    assert article_in(page(head), "a.html").url == url


def test_a_table_keeps_its_rows() -> None:
    table = """<article><h1>Second league</h1><p>Rovers lead after eleven days of play, two points
before City, as the table shows that the league's office sent out on Monday evening.</p>
<table><tr><th>Team</th><th>Played</th><th>Points</th></tr>
<tr><td>Rovers</td><td>11</td><td>27</td></tr><tr><td>City</td><td>11</td><td>25</td></tr></table>
<p>The next games are on Saturday, and all of them begin at three in the afternoon.</p></article>"""
    lines = article_in(page("", table), "a.html").text.split("\n\n")
    assert lines[2:4] == [
        "Team: Rovers | Played: 11 | Points: 27",
        "Team: City | Played: 11 | Points: 25",
    ]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1252", "<meta charset='iso-8859-1'>"),
        ("cp1252", "<meta charset='utf-8'>"),
        ("koi8-r", '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">'),
    ],
)
def test_encodings(encoding: str, declared: str) -> None:
    words = "Мельница открыта для всех" if encoding == "koi8-r" else "“Grüße” aus der Mühle in Köln"
    text = page(declared, f"<p>{words}, und das sagen viele Leute jeden Tag.</p>").decode()
    article, *notes = found_in(text.encode(encoding, "replace"), "a.htm")
    assert isinstance(article, RawArticle)
    assert words in article.text
    is_guessed = (encoding, declared) == ("cp1252", "<meta charset='utf-8'>")
    assert len(notes) == is_guessed


def test_an_empty_element_of_xhtml_swallows_nothing() -> None:
    text = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{PLAIN}</body></html>'
    assert "short text" in article_in(text.encode(), "a.xhtml").text


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n ",
        page("<title>x</title>", "<script>var text = 'no text';</script>"),
        b"<frameset><frame src=a></frameset>",
        bytes(range(256)) * 20,
        b"<div>" * 5000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_article_is_said(data: bytes) -> None:
    with pytest.raises(ArticleFileError) as caught:
        found_in(data, "a.html")
    assert_one_sentence(caught.value)
    assert str(caught.value).startswith("/a.html: ")


def test_a_page_is_bounded() -> None:
    with pytest.raises(ArticleFileError, match="larger"):
        found_in(b"<p>word " * 100_000, "a.html", SMALL)


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td>" * 300 + "some words in it",
        "<table><tr><td rowspan=99999999999999>" + "x" * 70 + "</td></tr>" + "<tr></tr>" * 5000,
        "<ol start=99999999999999999999><li>word</ol>",
        "<table><tr><td colspan=9999999>a<td>b<tr><td>c<td>d</table>",
        "<p>" + " " * 100_000 + "x</p>",
        "<script type='application/ld+json'>" + "[" * 50_000 + "</script><p>word</p>",
    ],
)
def test_hostile_pages_are_read(body: str) -> None:
    assert len(article_in(page("", body), "a.html").text) < 20_000


@given(st.text(alphabet="<>/=\"'&;abp td-!\n\u00ad", max_size=200))
def test_any_markup_is_read_or_refused(markup: str) -> None:
    try:
        found = found_in(markup.encode(), "a.html")
    except ArticleFileError:
        return
    assert all(item.text.strip() for item in found if isinstance(item, RawArticle))


def mhtml(html: str, location: str = "https://a.example/mill", charset: str = "utf-8") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["Snapshot-Content-Location"] = location
    message["Subject"] = "=?utf-8?Q?Mill=20reopens?="
    message.set_content("", subtype="related")
    message.make_related()
    message.add_related(html.encode(charset), "text", "html")
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/html"]
    part.set_param("charset", charset)
    message.add_related(b"\x89PNG", "image", "png")
    return message.as_bytes()


def test_mhtml() -> None:
    html = f"<html><body>{PLAIN}<p>Grüße</p></body></html>"
    article = article_in(mhtml(html, charset="cp1252"), "mill.mhtml")
    assert article.url == "https://a.example/mill"
    assert article.title == "Mill reopens"
    assert article.text.endswith("and more.\n\nGrüße")


@pytest.mark.parametrize("data", [b"", b"\x00\xff" * 100, b"From: a\n\nno page", mhtml("")])
def test_mhtml_without_a_page(data: bytes) -> None:
    with pytest.raises(ArticleFileError) as caught:
        found_in(data, "a.mht")
    assert_one_sentence(caught.value)
