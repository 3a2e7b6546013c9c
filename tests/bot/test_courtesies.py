"""Courtesies around a question go; a question that begins like one stays whole."""

from __future__ import annotations

import pytest
from hypothesis import given

from bot.dialogue.small_talk.courtesies import courtesies, without_courtesies
from tests.bot.worlds import hostile_texts


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Thanks. And who chaired it?", "And who chaired it?"),
        ("Thanks! Who chaired it?", "Who chaired it?"),
        ("thanks 👍 who chaired it?", "who chaired it?"),
        ("Hi, how long did the meeting last?", "how long did the meeting last?"),
        ("hi how long did it last", "how long did it last"),
        ("Hello there! Good morning. Who won?", "Who won?"),
        ("👋 hi! who won?", "who won?"),
        ("please tell me who won", "who won"),
        ("Please, who won?", "who won?"),
        ("hi, can you please tell me who won?", "who won?"),
        ("I’d like to know how many ferries sail", "how many ferries sail"),
        ("do you know of a ferry?", "do you know of a ferry?"),
        ("ok, so who won?", "who won?"),
        ("ok so who won", "who won"),
        ("OK. So what’s another one?", "what’s another one?"),
        ("Interesting. What are the effects?", "What are the effects?"),
        ("That’s interesting. Tell me more.", "Tell me more."),
        ("Wow, that's amazing! Why?", "Why?"),
        ("Okay, but how did that help?", "but how did that help?"),
        ("Yes, what alternatives are there?", "what alternatives are there?"),
        ("Well, tell me about the food.", "tell me about the food."),
        ("Who chaired it? Thanks!", "Who chaired it?"),
        ("Who chaired it, please?", "Who chaired it?"),
        ("Hi. Who chaired it? Thank you. Bye!", "Who chaired it?"),
        ("I see\nwho chaired it?", "who chaired it?"),
    ],
)
def test_what_is_left(text: str, question: str) -> None:
    assert without_courtesies(text) == question


@pytest.mark.parametrize(
    "text",
    [
        "Thanks to whom was the deal signed?",
        "Thanks to him, who won?",
        "Hello Kitty was made by whom?",
        "Hello is a song by whom?",
        "Please Please Me was released when?",
        "OK Go come from where?",
        "Nice, where the attack took place, is in which country?",
        "Hello, which Adele released in 2015, sold how often?",
        "Great Britain left when?",
        "Interesting name. What’s the story behind it?",
        "So what?",
        "No Time to Die opened when?",
        "Who said thanks?",
        "Which word did he use, thanks or please?",
        "Who met Blinken?",
        "Why?",
        "Thanks",
        "ok thanks 👍",
        "👍",
        "?",
        "...",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert without_courtesies(text) == text


@given(hostile_texts)
def test_never_empty_never_more_and_the_same_again(text: str) -> None:
    left = without_courtesies(text)
    assert left or not text.strip()
    assert len(left) <= len(text) + 1  # a question mark that stood behind "please" stays
    assert without_courtesies(left) == left
    courtesies(text)
