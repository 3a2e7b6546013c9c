"""Marking a span: the cursor, the mark and the rows, on plain and on hostile text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prompt_toolkit.utils import get_cwidth

from bot.evaluation.labelling.marking import Marking, Rows, rows_of, shown_text, trimmed
from retrieval.datatypes import TextRange
from tests.bot.worlds import hostile_texts

TEXT = "The talks  lasted\none hour. Then"
MOVES = ("left", "right", "word_left", "word_right", "started")
WIDTHS = st.integers(2, 60)


def moved(marking: Marking, *moves: str) -> Marking:
    for move in moves:
        marking = getattr(marking, move)()
    return marking


def quoted(marking: Marking) -> str | None:
    place = marking.marked
    return None if place is None else marking.text[place.start : place.end]


def rows(text: str, width: int) -> list[str]:
    found = rows_of(text, width, get_cwidth)
    return [text[found.range(i).start : found.range(i).end] for i in range(len(found))]


def test_words_forward_and_back() -> None:
    marking = moved(Marking(TEXT), "word_right")
    assert TEXT[marking.cursor :].startswith("talks")
    assert moved(marking, "word_right").cursor == TEXT.index("lasted")
    assert moved(marking, "right", "right", "word_left") == marking
    assert moved(marking, "word_left", "word_left").cursor == 0
    assert moved(marking, *["word_right"] * 9).cursor == len(TEXT) - 1


def test_while_marking_a_word_forward_takes_the_word() -> None:
    start = Marking(TEXT).at(TEXT.index("one")).started()
    assert quoted(start) == "o"
    assert quoted(moved(start, "word_right")) == "one"
    assert quoted(moved(start, "word_right", "word_right")) == "one hour"
    assert quoted(moved(start, *["word_right"] * 3)) == "one hour."
    assert quoted(moved(start, *["word_right"] * 4)) == "one hour. Then"


def test_marking_goes_backwards_too() -> None:
    start = Marking(TEXT).at(TEXT.index("lasted") + 5).started()
    assert quoted(moved(start, "word_left", "word_left")) == "talks  lasted"


def test_white_space_at_the_ends_is_not_marked() -> None:
    start = Marking(" \u00a0one\u2028 ").started()
    assert quoted(start) is None
    assert quoted(start.at(99)) == "one"


def test_a_new_start_drops_the_old_one() -> None:
    assert quoted(Marking(TEXT).started().at(4).started().at(8)) == "talks"


@pytest.mark.parametrize("text", ["e\u0301", "👩\u200d👩\u200d👧", "\r\n", "❤\ufe0f"])
def test_the_cursor_never_stands_inside_a_character(text: str) -> None:
    marking = moved(Marking(f"a{text}b"), "right")
    assert marking.cursor == 1
    assert moved(marking, "right").cursor == 1 + len(text)
    assert moved(marking, "right", "left") == marking
    assert moved(marking, "started").highlighted == TextRange(1, 1 + len(text))


def test_search_takes_any_white_space_and_begins_again_at_the_top() -> None:
    found = Marking(TEXT).seeking("LASTED one")
    assert found is not None
    assert found.cursor == TEXT.index("lasted")
    assert found.seeking("") == found, "once only: found again from the top"
    assert Marking(TEXT).seeking("t").cursor == TEXT.index("talks")  # type: ignore[union-attr]
    assert Marking(TEXT).seeking("nowhere") is None
    assert Marking(TEXT).seeking("") is None
    assert Marking("a(b").seeking("(b").cursor == 1  # type: ignore[union-attr]


def test_rows_break_after_blanks_and_at_line_ends() -> None:
    assert rows(TEXT, 12) == ["The talks  ", "lasted\n", "one hour. ", "Then"]
    assert rows("abcdefgh ij", 4) == ["abcd", "efgh", " ij"]
    assert rows("a\r\nb\rc\u2028\n", 9) == ["a\r\n", "b\r", "c\u2028", "\n"]
    assert rows("", 9) == [""]


def test_wide_characters_take_two_cells() -> None:
    assert rows("東京東京", 4) == ["東京", "東京"]


def test_up_and_down_keep_the_column() -> None:
    found = rows_of(TEXT, 12, get_cwidth)
    marking = Marking(TEXT).at(8)
    down = found.moved(marking, 1)
    assert down.cursor == TEXT.index("\n"), "the row above is longer"
    assert found.moved(marking, 2).cursor == TEXT.index("one") + 8
    assert found.moved(marking, 99).cursor == len(TEXT) - 1
    assert found.moved(marking, -99) == marking
    assert found.home(down).cursor == TEXT.index("lasted")
    assert found.end(marking).cursor == 10


def test_what_drives_a_terminal_is_shown_one_for_one() -> None:
    text = "a\x1b[31mb\x00\u202ec\u200bd\u00a0e\tf\u2028👍🏽🇮🇸"
    shown = shown_text(text)
    assert shown == "a\ufffd[31mb\ufffd\ufffdc·d e f 👍·IS"
    assert len(shown) == len(text)


@settings(max_examples=150)
@given(text=hostile_texts, width=st.integers(16, 60))
def test_rows_hold_the_whole_text_and_fit_the_screen(text: str, width: int) -> None:
    assert "".join(rows(text, width)) == text
    for row in rows(text, width):
        shown = shown_text(row.rstrip("\n\r\x0b\x0c\x85\u2028\u2029"))
        assert sum(map(get_cwidth, shown)) <= width


@settings(max_examples=150)
@given(
    text=hostile_texts,
    width=WIDTHS,
    moves=st.lists(st.sampled_from((*MOVES, "up", "down", "home", "end")), max_size=40),
)
def test_whatever_is_marked_is_verbatim(text: str, width: int, moves: list[str]) -> None:
    found = rows_of(text, width, get_cwidth)
    vertical = {
        "up": lambda m: found.moved(m, -1),
        "down": lambda m: found.moved(m, 1),
        "home": found.home,
        "end": found.end,
    }
    marking = Marking(text)
    for move in moves:
        marking = vertical[move](marking) if move in vertical else moved(marking, move)
        assert 0 <= marking.cursor < len(text)
        assert marking == marking.at(marking.cursor)
        place = marking.marked
        if place is not None:
            quote = text[place.start : place.end]
            assert quote == quote.strip() != ""
            assert marking.highlighted is not None
            assert marking.highlighted.holds(place)


@given(text=hostile_texts)
def test_right_goes_through_the_whole_text_and_left_back(text: str) -> None:
    marking = Marking(text)
    stops = [marking.cursor]
    while (marking := marking.right()).cursor != stops[-1]:
        stops.append(marking.cursor)
    back = [marking.cursor]
    while (marking := marking.left()).cursor != back[-1]:
        back.append(marking.cursor)
    assert back == stops[::-1]


@given(text=hostile_texts, place=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_trimming_is_what_strip_does(text: str, place: tuple[int, int]) -> None:
    start, end = sorted(min(p, len(text)) for p in place)
    kept = trimmed(text, TextRange(start, end))
    assert (text[kept.start : kept.end] if kept else "") == text[start:end].strip()


@pytest.mark.parametrize(
    "text",
    [
        "word “quoted” " * 20_000,
        "a" * 200_000,
        "\u0301" * 200_000,
        "a\u200d" * 100_000,
        "\n" * 200_000,
    ],
)
def test_a_very_long_article_is_laid_out_and_walked_through(text: str) -> None:
    """A layout whose work grows with the square of the text would run into the test's deadline."""
    found = rows_of(text, 80, get_cwidth)
    marking = Marking(text).at(len(text))
    for _ in range(50):
        marking = found.moved(marking.left().word_left(), -1)
    assert isinstance(found, Rows)
