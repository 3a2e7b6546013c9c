"""Which questions ask for what changes."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from retrieval.datatypes import AnswerType
from retrieval.english.change import FIGURES, asks_for_the_latest, changing
from retrieval.english.question_types import expectation_of


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("How many people drowned at Varn?", FIGURES),
        ("What is the death toll of the Varn landslide?", FIGURES),
        ("varn landslide road cleared percent", FIGURES),
        ("Who is the captain of Varn Rovers?", {AnswerType.PERSON, AnswerType.NAME}),
        ("Where does the Varn bank have its seat?", {AnswerType.PLACE, AnswerType.NAME}),
        ("Who holds the lease of the mill?", {AnswerType.PERSON, AnswerType.NAME}),
        ("How many were initially reported killed?", frozenset()),
        ("Who has accused Lavrov of lying?", frozenset()),
        ("Who is running for mayor of Kelm?", frozenset()),
        ("Where has the volcano erupted?", frozenset()),
        ("Who directed Apocalypse Now?", frozenset()),
        ("Who was the captain of Varn Rovers?", frozenset()),
        ("Whom did the Rovers drop?", frozenset()),
        ("Who is the winner of the 2023 Masters?", frozenset()),
        ("When was the fire?", frozenset()),
        ("How long did the meeting last?", frozenset()),
        ("Why did it burn?", frozenset()),
    ],
)
def test_what_may_change(question: str, kinds: Collection[AnswerType]) -> None:
    assert changing(question, expectation_of(question).type) == kinds


@pytest.mark.parametrize(
    ("question", "latest"),
    [
        ("What is the latest death toll?", True),
        ("Who is speaker now?", True),
        ("How many are still missing?", True),
        ("How many died?", False),
        ("What is known of it?", False),
        ("Who owns USA Today?", False),
        ("Now who is speaker?", True),
    ],
)
def test_the_latest_is_asked_for_in_so_many_words(question: str, latest: bool) -> None:
    assert asks_for_the_latest(question) == latest
