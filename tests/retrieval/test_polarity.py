"""Whether a sentence says or denies what a yes/no question asks; and both sides side by side."""

from __future__ import annotations

import pytest

from retrieval.english.polarity import calls_off, denies

SIGN = "Did Norland sign the treaty?"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (SIGN, "Norland has not signed the treaty."),
        (SIGN, "Norland refused to sign the treaty, but its envoys stayed."),
        ("Did the minister resign?", "The minister denied that he had resigned."),
        ("Was the strike called off?", "Nobody called off the strike, the union said."),
        ("Is the bridge closed?", "The bridge isn’t closed to buses."),
    ],
)
def test_a_denial(question: str, sentence: str) -> None:
    assert denies(question, sentence) is True


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (SIGN, "Norland signed the treaty on Monday."),
        (SIGN, "Norland, not Sudland, signed the treaty."),
        (SIGN, "No ships came; Norland signed the treaty."),
        ("Was the strike called off?", "The strike was called off on Friday."),
    ],
)
def test_a_statement(question: str, sentence: str) -> None:
    assert denies(question, sentence) is False


@pytest.mark.parametrize(
    "sentence",
    ["It is raining.", "It is not clear whether Norland signed the treaty.", "Norland is cold."],
)
def test_neither(sentence: str) -> None:
    assert denies(SIGN, sentence) is None


def test_forms_of_a_word_are_the_same_and_longer_words_are_not() -> None:
    assert denies("Did he attend the talks?", "He never attended any talks.") is True
    assert denies("Did the port open?", "The portrait was not opulent.") is None


def test_what_is_called_off_is_denied_unless_that_is_asked() -> None:
    assert calls_off(
        "Will Aldmoor Bank and Kelm Bank merge?", "The banks have given up the merger."
    )
    assert calls_off("Is there a strike?", "The union called the strike off on Friday.")
    assert not calls_off("Was the strike called off?", "The strike was called off on Friday.")
    assert not calls_off("Is the bridge closed?", "The strike was called off on Friday.")
