"""Pages of Telegram's HTML: balanced, short enough, and cut where a reader would cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram_bot.rendering.markup import (
    BOLD,
    CODE,
    END_ISOLATE,
    ISOLATE,
    ITALIC,
    QUOTED,
    Piece,
    clean,
    escape,
    is_visible,
    isolated,
    link,
    pages,
    shortened,
    utf16_length,
)
from retrieval.text.characters import printable
from tests.bot.worlds import hostile_texts
from tests.telegram.parsing import check, parse, units

FAMILY = "👩‍👩‍👧"
ADDRESS = link("https://a.example/?a=1&b=2")
STYLES = (
    (),
    (BOLD,),
    (ITALIC, BOLD),
    (QUOTED,),
    (QUOTED, BOLD),
    (CODE,),
    (QUOTED, ADDRESS, ITALIC),
)
hostile = hostile_texts | st.text(max_size=40)


@st.composite
def styled(draw: st.DrawFn) -> list[Piece]:
    """Pieces of hostile text made harmless, some of them long."""
    drawn = draw(
        st.lists(st.tuples(hostile, st.sampled_from(STYLES), st.integers(1, 40)), max_size=8)
    )
    return [Piece(clean(text * times, keep_lines=True), tags) for text, tags, times in drawn]


def plain(pieces: list[Piece], limit: int) -> list[str]:
    return [page.plain for page in pages(pieces, limit)]


def seen(text: str) -> str:
    """What of a text cannot be left out anywhere."""
    return "".join(character for character in text if is_visible(character))


@given(styled())
@settings(max_examples=100)
def test_every_page_is_taken_and_together_they_hold_the_text(pieces: list[Piece]) -> None:
    made = pages(pieces)
    for page in made:
        check(page)
        assert is_visible(page.plain)
    whole = "".join(piece.text for piece in pieces)
    assert seen("".join(page.plain for page in made)) == seen(whole)
    if len(made) == 1:
        assert made[0].plain == whole.strip()


@given(styled(), st.integers(2, 60))
@settings(max_examples=100)
def test_short_pages_lose_nothing_either(pieces: list[Piece], limit: int) -> None:
    made = pages(pieces, limit)
    for page in made:
        assert parse(page.html).text == page.plain
        assert 1 <= units(page.plain) <= limit
    whole = "".join(piece.text for piece in pieces)
    assert seen("".join(page.plain for page in made)) == seen(whole)


def test_styles_are_closed_and_opened_again() -> None:
    block = (QUOTED, BOLD)
    made = pages([Piece("one two ", (ITALIC,)), Piece("three four five", block)], 10)
    assert [page.html for page in made] == [
        "<i>one two</i>",
        "<blockquote expandable><b>three four</b></blockquote>",
        "<blockquote expandable><b>five</b></blockquote>",
    ]


def test_elements_that_go_on_stay_open() -> None:
    (page,) = pages([Piece("a", (QUOTED,)), Piece("<&>", (QUOTED, ADDRESS)), Piece('"', (QUOTED,))])
    assert page.html == (
        '<blockquote expandable>a<a href="https://a.example/?a=1&amp;b=2">&lt;&amp;&gt;</a>"'
        "</blockquote>"
    )
    assert page.plain == 'a<&>"'


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("one two.\n\nthree. four\nfive six", 16, ["one two.", "three. four", "five six"]),
        ("one two.\n\nthree. four\nfive six", 22, ["one two.\n\nthree. four", "five six"]),
        ("one two three four. Five six", 22, ["one two three four.", "Five six"]),
        ("He said “no.” Then he went away", 20, ["He said “no.”", "Then he went away"]),
        ("one two three", 9, ["one two", "three"]),
        ("onetwothree", 6, ["onetwo", "three"]),
        ("   one\n\n\n\ntwo   ", 4, ["one", "two"]),
        ("三月。四月。五月", 6, ["三月。四月。", "五月"]),
        ("x" * 10 + " y", 11, ["x" * 10, "y"]),
        ("e\u0301" * 4, 3, ["e\u0301"] * 4),
        (f"a{FAMILY}b", units(FAMILY), ["a", FAMILY, "b"]),
        ("👍🏽👍🏽", 7, ["👍🏽", "👍🏽"]),
        ("❤\ufe0f❤\ufe0f", 3, ["❤\ufe0f", "❤\ufe0f"]),
        ("🇩🇪🇦🇹🇨🇭", 6, ["🇩🇪", "🇦🇹", "🇨🇭"]),
        ("\u1100\u1161\u11a8" * 2, 4, ["\u1100\u1161\u11a8"] * 2),
        ("กำกำ", 3, ["กำ", "กำ"]),
        ("क्षक्ष", 5, ["क्ष", "क्ष"]),
        ("🙂🙂🙂", 3, ["🙂", "🙂", "🙂"]),
        ("", 9, []),
        ("\u200b \u200d\ufeff", 9, []),
        ("\u2800\u3164", 9, []),
        ("one\n\n" + "\u200b" * 20 + "\n\ntwo", 6, ["one", "two"]),
    ],
)
def test_where_pages_end(text: str, limit: int, shown: list[str]) -> None:
    assert plain([Piece(text)], limit) == shown


def test_a_character_that_is_longer_than_a_page_is_parted() -> None:
    assert plain([Piece("e" + "\u0301" * 9)], 4)[0] == "e" + "\u0301" * 3


def test_a_page_has_as_many_elements_as_telegram_shows() -> None:
    pieces = [Piece(f"{number} ", (BOLD,) if number % 2 else ()) for number in range(500)]
    made = pages(pieces)
    assert len(made) == 3
    assert all(page.html.count("<b>") <= 100 for page in made)
    assert " ".join(page.plain for page in made).split() == [str(n) for n in range(500)]


@given(st.text(st.characters(), max_size=60) | hostile)
@settings(max_examples=300)
def test_what_is_harmful_is_replaced_as_everywhere(text: str) -> None:
    assert clean(text) == printable(text)
    assert clean(text, keep_lines=True) == printable(text, keep_lines=True)


@given(st.text(max_size=60))
def test_lengths_are_utf16(text: str) -> None:
    assert utf16_length(text) == units(text)


def test_a_lone_surrogate_has_a_length_too() -> None:
    assert utf16_length("a\ud800") == 2


def test_escaping() -> None:
    assert escape("<b>&amp;\"'") == "&lt;b&gt;&amp;amp;\"'"
    assert link('https://a.example/?"&') == 'a href="https://a.example/?&quot;&amp;"'


@pytest.mark.parametrize("text", ["שלום", "a سلام", "x\u200f", "\u0661"])
def test_text_from_right_to_left_is_set_apart(text: str) -> None:
    assert isolated([Piece(text, (BOLD,))]) == [
        Piece(ISOLATE),
        Piece(text, (BOLD,)),
        Piece(END_ISOLATE),
    ]


@pytest.mark.parametrize("text", ["hello", "Привет", "東京", "é🙂", ""])
def test_other_text_is_not(text: str) -> None:
    assert isolated([Piece(text)]) == [Piece(text)]


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 11, "one two …"),
        ("onetwothreefour", 9, "onetwot …"),
        ("abcdefg 👩‍👩‍👧 x", 12, "abcdefg …"),
    ],
)
def test_shortening(text: str, longest: int, shown: str) -> None:
    assert shortened(text, longest) == shown
    assert len(shown) <= longest
