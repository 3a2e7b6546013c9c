"""Addresses that highlight a passage, and addresses that may not be opened at all."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram_bot.rendering.text_fragments import LONGEST, source_link
from tests.bot.worlds import hostile_texts

PAGE = "https://news.example.org/talks"
LONG = (
    "The talks between both ministers, which nobody had expected to last for more than one hour, "
    "went on until late in the evening, and ended without any result."
)


@pytest.mark.parametrize(
    ("cited", "before", "after", "fragment"),
    [
        ("one hour", "", "", "one%20hour"),
        ("one hour", "It lasted ", ".", "It%20lasted-,one%20hour"),
        ("May 19", "met on ", ", both said", "met%20on-,May%2019,-%2C%20both%20said"),
        ("two-day, A & B", "", "", "two%2Dday%2C%20A%20%26%20B"),
        ("Zürich 東京", "", "", "Z%C3%BCrich%20%E6%9D%B1%E4%BA%AC"),
        ("one\r\n hour\u00a0and", "", "", "one%20hour%20and"),
        ("Biden", "as he said […] ", " […] MORE", "Biden"),
        ("Biden", "first […] then ", " went […] MORE", "then-,Biden,-went"),
        ("x" * 61, "before ", " after", "x" * 61),
        (LONG, "x ", " y", "The%20talks%20between%20both,ended%20without%20any%20result."),
        ("First paragraph.\n\nSecond one.", "", "", "First,one."),
        ("x", "a" * 61 + " ", "", "x"),
    ],
)  # fmt: skip
def test_what_is_highlighted(cited: str, before: str, after: str, fragment: str) -> None:
    assert source_link(PAGE, cited, before, after) == f"{PAGE}#:~:text={fragment}"


@pytest.mark.parametrize("cited", ["", "  ", "left […] right", "half \ud800"])
def test_without_words_that_stand_on_the_page_it_opens_at_its_top(cited: str) -> None:
    assert source_link(PAGE, cited) == PAGE


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://a.example/x#part", "https://a.example/x#part:~:text=w"),
        ("https://a.example/x#part:~:text=old", "https://a.example/x#part:~:text=w"),
        ("https://a.example/x#:~:text=old", "https://a.example/x#:~:text=w"),
        ("https://a.example/?q=1&r=[2]", "https://a.example/?q=1&r=[2]#:~:text=w"),
        (" HTTP://A.example ", "http://A.example#:~:text=w"),
        ("https://a.example/Zürich?ö=%20", "https://a.example/Z%C3%BCrich?%C3%B6=%20#:~:text=w"),
        ("https://zürich.example:8443/", "https://xn--zrich-kva.example:8443/#:~:text=w"),
        ('https://a.example/"><b>', "https://a.example/%22%3E%3Cb%3E#:~:text=w"),
    ],
)
def test_the_address_itself_is_kept(url: str, linked: str) -> None:
    assert source_link(url, "w") == linked


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "talks.txt",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://a.example/x",
        "//a.example/x",
        "https://",
        "https://user:secret@a.example/",
        "https://user@a.example/",
        "https://localhost/x",
        "https://a.example:99999/",
        "https://[::1/",
        "https://a b.example/",
        "https://a.example\\@evil.example/",
        "https://..example/ü" + "x" * LONGEST,
        "https://a.example/\ud800",
    ],
)
def test_what_may_not_be_opened(url: str | None) -> None:
    assert source_link(url, "w") is None


def test_a_long_address_is_left_without_words() -> None:
    url = f"{PAGE}?{'x' * (LONGEST - len(PAGE) - 20)}"
    assert source_link(url, "words that are too many") == url
    assert source_link(url, "w", "many words before ") == f"{url}#:~:text=w"


@given(hostile_texts, hostile_texts, hostile_texts)
def test_no_text_breaks_it(cited: str, before: str, after: str) -> None:
    linked = source_link(f"{PAGE}#part", cited, before, after)
    assert linked is not None
    assert linked.isascii()
    assert len(linked) <= LONGEST
    parts = urlsplit(linked)
    assert parts._replace(fragment="").geturl() == PAGE
    ours, _, directive = parts.fragment.partition(":~:text=")
    assert ours == "part"
    told = [" ".join(text.split()) for text in (cited, before, after)]
    for term in directive.split(","):
        words = unquote(term.removeprefix("-").removesuffix("-"))
        assert any(words in text for text in told)
    assert "[…]" not in unquote(directive)


@given(st.text(max_size=60))
def test_no_address_breaks_it(url: str) -> None:
    linked = source_link(url, "w")
    assert linked is None or linked.startswith(("http://", "https://"))
