"""How a follow-up is told from a question that stands alone."""

from __future__ import annotations

import pytest

from bot.dialogue.rewriting.leaning import Leaning, leaning, pointers


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Where was he born?", ["he"]),
        ("Which ferry was she on?", ["she"]),
        ("How many seats could they win?", ["they"]),
        ("What did Anna Holm tell them?", ["them"]),
        ("Who works there?", ["there"]),
        ("Which one burned?", ["one"]),
        ("Who else came?", ["else"]),
        ("And the other?", ["other"]),
        ("What did Anna Holm say she wants?", []),
        ("Which ferry said it would sail?", []),
        ("Is there a strike?", []),
        ("Were there any injured?", []),
        ("How many ferries sail this week?", []),
        ("Who is the other mayor?", []),
        ("Did the mill close?", []),
        ("How many ferries are there in Bergen?", []),
        ("Is the old mill still there?", []),
        ("Who was there?", ["there"]),
        ("Who read the report that blamed the mill?", []),
        ("Who did she tell that?", ["she", "that"]),
        ("Who else sued the mill in Bergen?", []),
        ("How long has it taken to build the mill?", []),
        ("Did the mayor like it?", ["it"]),
    ],
)
def test_words_that_point_outside(text: str, words: list[str]) -> None:
    assert [found.group() for found in pointers(text)] == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Where was he born?", Leaning.PLAINLY),
        ("and the price?", Leaning.PLAINLY),
        ("Why?", Leaning.PLAINLY),
        ("who pays for the ferry", Leaning.PERHAPS),
        ("parents?", Leaning.PERHAPS),
        ("what did the mayor say when he left", Leaning.PERHAPS),
        ("What happened to Orbiter after it took off?", Leaning.PERHAPS),
        ("Who pays for the Bergen ferry?", Leaning.NOT),
        ("who won in 1986?", Leaning.NOT),
    ],
)
def test_how_far_a_text_leans_on_what_was_said(text: str, found: Leaning) -> None:
    assert leaning(text) is found
