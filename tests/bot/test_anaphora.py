"""What a question says itself, and what it leaves to the conversation."""

from __future__ import annotations

import pytest

from bot.dialogue.rewriting.anaphora import has_own_meaning, introduces, points_back


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Which airline announced it will give miles to passengers?", "it"),
        ("Which retailer, known for its coupons, will close?", "its"),
        ("Which movie is at the top of the box office this week?", "this week"),
        ("Which movie is at the top of the box office this week?", "this"),
        ("Did Putin say he would withdraw his troops?", "he"),
        ("How did Church spend his last years?", "his"),
        ("Which of these women were featured?", "these"),
        ("Which musician is being praised for giving bonuses to her drivers?", "her"),
        ("How long did it take to build the bridge?", "it"),
        ("A priest was accused after he set up what in a church?", "he"),
        ("At least seven states have said they will bar which app?", "they"),
    ],
)
def test_the_question_says_itself_what_is_meant(question: str, said: str) -> None:
    at = question.index(f" {said}") + 1
    assert has_own_meaning(question, at, at + len(said))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How long did it last?", "it"),
        ("Where did it take place?", "it"),
        ("Who chairs it?", "it"),
        ("Who were his parents?", "his"),
        ("How many games did they win?", "they"),
        ("Where in Asia did they go?", "they"),
        ("What other important things did he do?", "he"),
        ("Did Zappa meet her?", "her"),
        ("Did she have any hits during this time?", "this time"),
        ("What did that film cost?", "that film"),
    ],
)
def test_the_question_leaves_it_to_the_conversation(question: str, said: str) -> None:
    at = question.index(f" {said}") + 1
    assert not has_own_meaning(question, at, at + len(said))


@pytest.mark.parametrize(
    "before",
    ["Sen. Dianne Feinstein said she will not run. ", "I never heard of ecosia. ",
     "The ice rink may be closed for the entire season. "],
)  # fmt: skip
def test_what_is_said_first_can_tell_what_the_question_is_about(before: str) -> None:
    assert introduces(before)


@pytest.mark.parametrize(
    "before", ["", "That’s rather vague. ", "Wow, I like that. ", "Interesting. "]
)
def test_a_remark_tells_nothing(before: str) -> None:
    assert not introduces(before)


@pytest.mark.parametrize(
    ("said", "phrase", "does"),
    [("he", "Lavrov", True), ("that film", "Double Dragon", True), ("Wilson", "Brian Wilson", True),
     ("shelved", "the law", False), ("women", "the Lama", False)],
)  # fmt: skip
def test_what_can_stand_for_something_said_before(said: str, phrase: str, does: bool) -> None:
    assert points_back(f"Was {said} it?", 4, 4 + len(said), phrase) is does
