"""What a clause speaks of: what happened, or what is to come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.english.tense import Tense, tense_at, tenses_around


def tense(text: str) -> Tense:
    """The tense at the place that is marked with stars."""
    start = text.index("*")
    end = text.index("*", start + 1) - 1
    return tense_at(text.replace("*", ""), start, end)


@pytest.mark.parametrize(
    "text",
    [
        "Blinken spoke with Lavrov on *Wednesday*.",
        "He will discuss proposals released *Tuesday*",
        "The department said *Tuesday* it will vote",
        "On *Tuesday*, Blinken met him",
        "Police were forced to leave *Friday*",
        "The plane could have arrived *Tuesday*",
        "The visit, announced *Wednesday* in a statement, will take place soon",
        "President Biden on *Tuesday* signed a bill",
        "He has been in jail since *Friday*",
        "They went on to win *Friday*",
    ],
)
def test_what_happened(text: str) -> None:
    assert tense(text) is Tense.PAST


@pytest.mark.parametrize(
    "text",
    [
        "The meeting will be held on *Thursday*",
        "Officials said the vote will take place *Tuesday*.",
        "On *Tuesday*, Blinken will meet him",
        "He is due on *Friday*",
        "He is expected to meet him on *Friday*",
        "He plans to meet him on *Friday*",
        "Russia agreed to meet *Friday*",
        "Leaders to meet on *Friday*",
        "the bill, expected to pass on *Friday*,",
        "ahead of *Tuesday*'s vote",
        "They may vote as early as *Tuesday*",
        "The trial is scheduled for *Monday*",
        "He won’t play *Sunday*",
        "Until *Friday* the shop will be closed",
        "Cars that enter on *Friday* must have three passengers",
    ],
)
def test_what_is_to_come(text: str) -> None:
    assert tense(text) is Tense.COMING


@pytest.mark.parametrize(
    "text",
    [
        "He was scheduled to speak on *Friday*",
        "The committee meets on *Tuesday*",
        "He would meet her on *Friday*",
        "The truce was extended until *Friday*",
        "They could come on *Friday*",
        "the draft, which kicks off *Friday*",
        "High achiever of the week for *Friday*",
    ],
)
def test_what_could_be_either(text: str) -> None:
    assert tense(text) is Tense.UNSURE


def test_a_clause_without_a_verb_is_open() -> None:
    assert tense("A hearing *Monday*") is Tense.OPEN


def test_another_clause_does_not_decide() -> None:
    assert tense("He will leave, officials said *Monday*") is Tense.PAST
    assert tense("He left, but the talks will resume *Monday*") is Tense.COMING


def test_all_tenses_of_a_sentence() -> None:
    text = "It ended. He said on May 19 that he will go. It is late."
    start = text.index("May")
    assert tenses_around(text, start, start + 6) == {Tense.PAST, Tense.COMING}


@given(st.text(max_size=200), st.data())
def test_any_place_has_a_tense(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert tense_at(text, start, end) in Tense
    assert tenses_around(text, start, end) <= set(Tense)
