"""The two variants of the measures, held to hand-made cases; expected figures as formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score

from bot.evaluation.measuring.answers import (
    judge_all_sides_shown,
    judge_f1,
    judge_holds,
    judge_in_top_five,
    judge_normalise,
    judge_sentence_right,
    judge_span_right,
    squad_exact_match,
    squad_f1,
    squad_normalise,
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Cat,\tsat!", "cat sat"),
        ("a an the", ""),
        ("U.S.", "us"),
        ("the-end", "theend"),  # the hyphen goes before articles are sought
        ("Theatre of another", "theatre of another"),
        ("$1,000.50", "100050"),
        ("“constructive”", "“constructive”"),  # curly quotes are no ASCII punctuation
        ("Zürich — A city", "zürich — city"),
        (None, ""),
    ],
)
def test_squad_normalisation(text: str | None, normal: str) -> None:
    assert squad_normalise(text) == normal


@pytest.mark.parametrize(
    ("text", "normal"),
    [("“constructive”", "constructive"), ("2021–2023…", "20212023"), ("It’s «so» — a", "its so")],
)
def test_judge_normalisation_counts_typography_as_punctuation(text: str, normal: str) -> None:
    assert judge_normalise(text) == normal


@pytest.mark.parametrize(
    ("answer", "golds", "exact", "f1"),
    [
        ("the cat", ["A cat."], 1, 1),
        ("black cat", ["cat"], 0, 2 * (1 / 2) * (1 / 1) / (1 / 2 + 1 / 1)),
        ("cat cat dog", ["cat dog dog"], 0, 2 * (2 / 3) * (2 / 3) / (2 / 3 + 2 / 3)),
        ("dog", ["cat", "big dog", "dog"], 1, 1),
        ("dog", ["cat"], 0, 0),
        ("", [], 1, 1),  # SQuAD 2: refused, and nothing to find
        (None, [], 1, 1),
        ("dog", [], 0, 0),
        ("", ["dog"], 0, 0),
        ("the", [], 1, 1),  # normalises to the empty answer
        ("", ["the", "dog"], 0, 0),  # a gold that normalises to nothing is not scored
        ("", ["the"], 1, 1),  # unless none is left
        ("“constructive”", ["constructive"], 0, 0),
        ("Café", ["café"], 1, 1),
    ],
)
def test_squad_measures(answer: str | None, golds: list[str], exact: float, f1: float) -> None:
    assert squad_exact_match(answer, golds) == exact
    assert squad_f1(answer, golds) == pytest.approx(f1)


_WORDS = st.lists(st.sampled_from(["oslo", "may", "19", "treaty"]), min_size=1, max_size=6)


@given(_WORDS, st.lists(_WORDS, min_size=1, max_size=3))
def test_squad_measures_agree_with_scikit_learn(answer: list[str], golds: list[list[str]]) -> None:
    """Each occurrence of a word is one label: what is in both texts is labelled right."""

    def occurrences(words: list[str]) -> set[tuple[str, int]]:
        return {(word, k) for word in words for k in range(words.count(word))}

    def labels(words: list[str]) -> list[bool]:
        return [label in occurrences(words) for label in every]

    every = sorted(set().union(*map(occurrences, [answer, *golds])))
    scores = [f1_score(labels(gold), labels(answer), zero_division=0.0) for gold in golds]
    exact = [accuracy_score([" ".join(gold)], [" ".join(answer)]) for gold in golds]
    texts = [" ".join(gold) for gold in golds]
    assert squad_f1(" ".join(answer), texts) == pytest.approx(max(scores))
    assert squad_exact_match(" ".join(answer), texts) == max(exact)


def test_judge_f1_differs_from_squads_where_it_should() -> None:
    assert judge_f1("“constructive”", ["constructive"]) == 1
    assert judge_f1("", ["the"]) == 0
    assert judge_f1("", []) == 0


def test_a_span_is_right_from_six_tenths_on() -> None:
    # 3 common tokens of 3 given and 7 wanted: 2·3 / (3 + 7) is exactly the threshold.
    assert judge_f1("b c d", ["b c d e f g h"]) == 2 * 3 / (3 + 7)
    assert judge_span_right("b c d", ["b c d e f g h"])
    assert not judge_span_right("b c d", ["b c d e f g h i"])


def test_holds_means_whole_words() -> None:
    assert judge_holds("It lasted “one hour”.", "One hour")
    assert not judge_holds("It lasted one hourly slot.", "one hour")
    assert not judge_holds("Something", "the")
    assert not judge_sentence_right(None, ["x"])


def test_top_five_stops_after_five() -> None:
    assert judge_in_top_five(["u", "v", "w", "x", "gold ring"], ["gold"])
    assert not judge_in_top_five(["u", "v", "w", "x", "y", "gold"], ["gold"])


def test_every_side_must_be_shown() -> None:
    sides = (("May 19", "19 May"), ("May 20",))
    assert judge_all_sides_shown(["on 19 May", "May 20"], sides)
    assert not judge_all_sides_shown(["on 19 May"], sides)


@given(st.text(), st.lists(st.text(), max_size=4))
def test_measures_stay_in_range_and_agree(answer: str, golds: list[str]) -> None:
    assert squad_exact_match(answer, golds) in (0, 1)
    assert 0 <= squad_f1(answer, golds) <= 1
    assert 0 <= judge_f1(answer, golds) <= 1
    if squad_exact_match(answer, golds):
        assert squad_f1(answer, golds) == 1


@given(st.text(min_size=1))
def test_an_answer_equals_itself(text: str) -> None:
    assert squad_exact_match(text, [text]) == squad_f1(text, [text]) == 1
