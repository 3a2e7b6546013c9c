"""Questions as people also ask them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.training.builders import example
from training import question_forms
from training.mixture import Passages, Sentences
from training.squad import Example, Gold

TEXT = "Google bought YouTube in October 2006, and Oath in Berlin. Yahoo sold Flickr in May 2007."


def asked(question: str, answer: str) -> Example:
    return replace(example(answer, TEXT), question=question)


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("How many acres did the fire burn in Lahaina?", "acres fire burn Lahaina"),
        ("Who is the head of the U.N. office?", "head U.N office"),
        ("What did Google pay, $1.65 billion?", "Google pay $1.65 billion"),
        ("Who is he?", "Who is he?"),  # nothing would be left
        ("", ""),
    ],
)
def test_keywords(question: str, kept: str) -> None:
    assert question_forms.keywords(question) == kept


@given(st.text(max_size=60), st.integers(0, 99))
def test_a_typo_changes_one_place_of_a_longer_word(question: str, seed: int) -> None:
    made = question_forms.with_typo(question, random.Random(seed))
    assert abs(len(made) - len(question)) <= 1
    start = next((i for i, (a, b) in enumerate(zip(made, question, strict=False)) if a != b), None)
    if start is not None:
        assert made[start + 2 :] in question, "what follows is as it was"


def test_short_words_keep_their_letters() -> None:
    assert question_forms.with_typo("Who is it for?", random.Random(0)) == "Who is it for?"


@pytest.mark.parametrize(
    ("question", "said", "turned"),
    [
        ("What did Google buy?", "YouTube", "Did Google buy YouTube?"),
        ("What did Google buy in 2006", "YouTube", "Did Google buy YouTube in 2006?"),
        ("Who did Google pay for?", "Yahoo", "Did Google pay for Yahoo?"),
        ("When did Google buy it?", "October 2006", "Did Google buy it in October 2006?"),
        ("When did Google buy it?", "in October 2006", "Did Google buy it in October 2006?"),
        ("Where did they meet?", "Berlin", "Did they meet in Berlin?"),
        ("What did Google do?", "YouTube", None),
        ("Why did Google buy it?", "YouTube", None),
        ("What was bought by Google?", "YouTube", "Was YouTube bought by Google?"),
        ("Who is the head of Google?", "YouTube", "Is YouTube the head of Google?"),
        ("Where was it bought?", "Berlin", "Was it bought in Berlin?"),
        ("When will it be sold?", "May 2007", "Will it be sold in May 2007?"),
        ("How many people were killed?", "2006", "Were 2006 people killed?"),
        ("How many people were hurt?", "YouTube", None),
        ("Who will Google meet?", "YouTube", None),  # whom or who: it cannot be told
        ("What has Google done?", "YouTube", None),
        ("What was Google accused of?", "YouTube", None),
        ("What did Google buy?", "one two three four five six seven eight nine", None),
    ],
)
def test_yes_no(question: str, said: str, turned: str | None) -> None:
    row = asked(question, said if said in TEXT else "YouTube")
    made = question_forms.yes_no(row, said)
    assert (made.question if made else None) == turned
    if made is not None:
        assert made.answers() == row.answers() == [said]


def test_what_the_text_does_not_say_is_not_answered() -> None:
    made = question_forms.yes_no(asked("What did Google buy?", "YouTube"), "Flickr")
    assert made is not None
    assert made.question == "Did Google buy Flickr?"
    assert made.golds == ()


def test_other_answers_are_of_the_same_kind_and_share_no_words() -> None:
    row = asked("When did Google buy it?", "October 2006")
    pool = [
        row,
        asked("When did Yahoo sell it?", "May 2007"),
        asked("When was it?", "in October"),
        asked("What did Yahoo sell?", "Flickr"),
    ]
    assert question_forms.others(row, pool) == ["May 2007"]


def test_the_shares_of_the_second_readers_questions() -> None:
    rng, count = random.Random(0), 2000
    form = Sentences(yes_no=0.5, keywords=0.1, typos=0.1)
    other = asked("What did Yahoo sell?", "Flickr")
    row = asked("What did Google buy?", "YouTube")
    made = [form.asked(row, [row, other], rng) for _ in range(count)]
    assert all(e.context == TEXT for e in made)
    said = [e for e in made if e.question == "Did Google buy YouTube?"]
    unsaid = [e for e in made if e.question == "Did Google buy Flickr?"]
    as_it_was = [e for e in made if e.question == row.question]
    assert {e.answers()[0] for e in [*said, *as_it_was]} == {"YouTube"}
    assert all(e.golds == () for e in unsaid)
    for found, share in ((said, 0.25), (unsaid, 0.25), (as_it_was, 0.45)):
        # Of the other tenth of the half, keywords leave too few words: the question stays.
        spread = 4 * (count * share * (1 - share)) ** 0.5
        assert abs(len(found) - count * share) < spread
    assert Passages().asked(row, [other], rng) == row


def test_a_question_that_nothing_answers_is_not_turned() -> None:
    row = replace(asked("What did Google buy?", "YouTube"), golds=())
    form = Sentences(yes_no=1.0, keywords=0.0, typos=0.0)
    assert form.asked(row, [], random.Random(0)) == row
    with_two = replace(row, golds=(Gold(0, 6),))
    assert form.asked(with_two, [], random.Random(0)).question == "Did Google buy Google?"


POOL = [
    "Who bought the painting in Rome?",
    "How many people fled from the flood?",
    "What did Tor Vangen sell in 1987?",
]


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("What did Google buy?", {"Rome", "Tor Vangen"}),
        ("What was bought in 2006?", {"1987"}),
        ("What came of the bought?", {"painting", "flood"}),
    ],
)
def test_a_name_a_year_or_a_noun_is_exchanged_for_one_the_text_lacks(
    question: str, others: set[str]
) -> None:
    swaps = question_forms.Swaps(POOL)
    row = asked(question, "YouTube")
    made = {swaps.swapped(row, random.Random(seed)) for seed in range(40)}
    assert None not in made
    assert {example.golds for example in made if example} == {()}
    assert {example.context for example in made if example} == {TEXT}
    found = {word for word in others for example in made if example and word in example.question}
    assert found == others


def test_what_the_text_does_not_hold_is_not_exchanged() -> None:
    """Nobody knows whether it mattered."""
    swaps = question_forms.Swaps(POOL)
    row = asked("What did Microsoft buy in the flood?", "YouTube")
    assert swaps.swapped(row, random.Random(0)) is None


def test_a_word_that_the_text_holds_too_is_no_exchange() -> None:
    swaps = question_forms.Swaps(["What did the chief of Yahoo sell?"])
    assert swaps.swapped(asked("What did Google buy?", "YouTube"), random.Random(0)) is None
    assert (
        question_forms.Swaps([]).swapped(asked("What did Google buy?", "YouTube"), random.Random(0))
        is None
    )


def test_what_is_near_in_meaning_stands_in_its_place() -> None:
    """One axis for vehicles, one for towns; what is nearly the same word is not taken."""
    vectors = {"lorry": (1.0, 0.0), "truck": (1.0, 0.01), "tram": (0.8, 0.6), "mayor": (0.0, 1.0)}

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([vectors[text] for text in texts], np.float32)

    questions = [f"Who hit the {noun} in Rome?" for noun in vectors]
    swaps = question_forms.Swaps([q.replace(" in Rome", " on time") for q in questions], embed)
    row = replace(example("A tree", "A tree hit the lorry."), question="Who hit the lorry on time?")
    made = [swaps.swapped(row, random.Random(seed)) for seed in range(20)]
    asked_for = [example.question for example in made if example]
    assert {q.split()[3] for q in asked_for} <= {"tram", "mayor"}
    assert "Who hit the tram on time?" in asked_for
