"""The strict server's HTML: what Telegram shows of it, and what it refuses."""

from __future__ import annotations

import pytest

from tests.bot_api.content import content
from tests.bot_api.errors import ApiError
from tests.bot_api.html import parse
from tests.bot_api.text import cut, found_entities, is_empty, units


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("a <b>b</b> c", "a b c", [("bold", "b")]),
        ("<STRONG>b</strong>", "b", [("bold", "b")]),
        ("<b>x<i>y</i></b>", "xy", [("bold", "xy"), ("italic", "y")]),
        ("<b><i>x</i></b>", "x", [("italic", "x"), ("bold", "x")]),
        ("<u>a</u><ins>b</ins>", "ab", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s><del>b</del>", "ab", [("strikethrough", "a"), ("strikethrough", "b")]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", "x")]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", "x")]),
        ('<a href="https://a.example/?x=1&amp;y=2">x</a>', "x", [("text_link", "x")]),
        ("<a href='https://a.example'>x</a>", "x", [("text_link", "x")]),
        ('<a href="nonsense">x</a>', "x", []),
        ("<blockquote>q</blockquote>", "q", [("blockquote", "q")]),
        ("<blockquote expandable>q</blockquote>", "q", [("expandable_blockquote", "q")]),
        ("<blockquote><b>q</b></blockquote>", "q", [("bold", "q"), ("blockquote", "q")]),
        ("<code>c</code>", "c", [("code", "c")]),
        ('<pre><code class="language-python">c</code></pre>', "c", [("pre", "c")]),
        ("<b></b>x", "x", []),
        ("&lt;b&gt; &amp; &quot;", '<b> & "', []),
        ("&#65;&#x42; &#128512;", "AB 😀", []),
        ("a & b &nbsp; &copy;", "a & b &nbsp; &copy;", []),
        ("😀 <b>😀x</b>", "😀 😀x", [("bold", "😀x")]),
        ("<b>x</>", "x", [("bold", "x")]),
    ],
)
def test_what_is_shown(html: str, text: str, entities: list[tuple[str, str]]) -> None:
    shown, found = parse(html)
    assert shown == text
    assert [(e["type"], cut(shown, e["offset"], e["length"])) for e in found] == entities


def test_links_and_languages_are_kept() -> None:
    link = parse('<a href="https://a.example/#:~:text=x%20y">z</a>')[1][0]
    assert link["url"] == "https://a.example/#:~:text=x%20y"
    assert parse('<pre><code class="language-c">x</code></pre>')[1][0]["language"] == "c"
    assert parse('<tg-emoji emoji-id="5">x</tg-emoji>')[1][0]["custom_emoji_id"] == "5"


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<b>x", "Can't find end tag corresponding to start tag b"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("é<p>x</p>", 'Unsupported start tag "p" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br"'),
        ("<!-- x -->", 'Unsupported start tag "!--"'),
        ("1 < 2", "Unclosed start tag at byte offset 2"),
        ("1 < 2 > 0", 'Unsupported start tag ""'),
        ("<b", "Unclosed start tag"),
        ("<b>x</b", "Unclosed end tag"),
        ("<a href>x</a>", "Expected equal sign"),
        ('<a href="x>y</a>', "Unclosed start tag|Expected equal sign"),
        ("<b expandable>x</b>", "Expected equal sign"),
        ('<span class="x">y</span>', 'Tag "span" must have class "tg-spoiler"'),
        ('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "can't be nested in itself"),
        ("<code><b>x</b></code>", 'Tag "code" can\'t contain other tags'),
        ("<pre><i>x</i></pre>", 'Tag "pre" can\'t contain other tags'),
        ("<b><code>x</code></b>", 'Tag "code" can\'t be part of other tags'),
        ("&#xD800;", "invalid Unicode characters after decoding HTML entities"),
    ],
)
def test_what_is_refused(html: str, words: str) -> None:
    with pytest.raises(ApiError, match="Bad Request: can't parse entities: ") as raised:
        parse(html)
    assert any(part in raised.value.description for part in words.split("|"))


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "\u200b\u200d", "\u2800", "\ufeff", "<b></b>", "<b> </b>"]
)
def test_a_text_without_anything_to_see_is_empty(text: str) -> None:
    with pytest.raises(ApiError, match="message text is empty"):
        content(text, "HTML")


def test_the_length_is_that_of_the_visible_text_in_utf16_units() -> None:
    content(f"<b>{'x' * 4096}</b>", "HTML")
    content("😀" * 2048, "")
    for text in ("x" * 4097, "😀" * 2049, "<b>" + "&lt;" * 4097 + "</b>"):
        with pytest.raises(ApiError, match="message is too long"):
            content(text, "HTML")


def test_what_telegram_removes_moves_the_entities() -> None:
    read = content("a\r\u2028<b>b</b>\r <i>\r</i>c ", "HTML")
    assert read.text == "ab c"
    assert [(e["type"], e["offset"], e["length"]) for e in read.entities] == [("bold", 1, 1)]


def test_ends_are_trimmed() -> None:
    read = content("  <b> x </b>\n", "HTML")
    assert (read.text, read.entities) == ("x", [{"type": "bold", "offset": 0, "length": 1}])


def test_other_parse_modes_and_half_characters_are_refused() -> None:
    with pytest.raises(ApiError, match="unsupported parse_mode"):
        content("x", "MarkdownV2")
    with pytest.raises(ApiError, match="must be encoded in UTF-8"):
        content("x\ud800", "")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/ask what", [("bot_command", "/ask")]),
        ("/ask@some_bot what", [("bot_command", "/ask@some_bot")]),
        ("😀 @some_bot, hi", [("mention", "@some_bot")]),
        ("a@b.example and 1/2 and x/y", []),
        ("see https://a.example/x?y=1. #tag #1", [("url", "https://a.example/x?y=1")]),
    ],
)
def test_entities_that_telegram_finds(text: str, found: list[tuple[str, str]]) -> None:
    marked = [(e["type"], cut(text, e["offset"], e["length"])) for e in found_entities(text)]
    assert [pair for pair in marked if pair[0] != "hashtag"] == found


def test_units() -> None:
    assert units("a😀") == 3
    assert not is_empty("\u200bx")
