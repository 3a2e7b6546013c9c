"""Two questions in one message: which is asked, and what is left open."""

from __future__ import annotations

import pytest

from bot.dialogue.rewriting.halves import halves


@pytest.mark.parametrize(
    ("text", "first", "left_open"),
    [
        ("When and where was the fair held?",
         "When was the fair held?", "where was the fair held?"),
        ("Who won the race and how long did it take?",
         "Who won the race?", "how long did it take?"),
        ("Who won? How long did it take?", "Who won?", "How long did it take?"),
        ("Who won the race and when?", "Who won the race?", "when?"),
        ("Who leads the union now, and since when?", "Who leads the union now?", "since when?"),
        ("Who shut the mill and for how long?", "Who shut the mill?", "for how long?"),
        ("Did the mayor resign and why?", "Did the mayor resign?", "why?"),
        ("Which club won and who scored the goal?", "Which club won?", "who scored the goal?"),
    ],
)  # fmt: skip
def test_the_first_half_is_asked(text: str, first: str, left_open: str) -> None:
    assert halves(text) == (first, left_open)


@pytest.mark.parametrize(
    "text",
    ["Who met Holm and Berg?", "What did he say about how and why it failed?",
     "I never heard of it. What is it?", "What is the difference between who and whom?",
     "Trains and buses", "", "Why?"],
)  # fmt: skip
def test_one_question_is_one(text: str) -> None:
    assert halves(text) == (text, "")
