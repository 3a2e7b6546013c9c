"""Measures on standalone questions, with their formulas written out as expected values."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

import pytest
from sacrebleu.metrics.bleu import BLEU

from bot.evaluation.rewriting.measures import (
    Compared,
    added_words_recall,
    kept,
    rewriting_figures,
    same_question,
    unchanged,
    words,
)

TABLE = [
    Compared("When did they disband?", "When did the Mothers disband?", "When did Zappa disband?"),
    Compared("Why?", "Why did Zappa leave the band?", "Why did Zappa leave the band?"),
    Compared(
        "Who won the prize in 1994?", "who won the prize in 1994", "Who won the prize in 1994?"
    ),
    Compared("And there?", "And there?", "How many people live in Reykjavík?"),
]


def bleu(*pairs: tuple[str, str]) -> object:
    """Of rewrites, each with the human's."""
    return rewriting_figures([Compared("", *pair) for pair in pairs])["bleu"]["value"]


def sacrebleus(ours: Sequence[str], golds: Sequence[str]) -> object:
    return pytest.approx(BLEU(lowercase=True).corpus_score(ours, [golds]).score, abs=1e-9)


def test_bleu_by_its_formula() -> None:
    """Six tokens of seven, all n-grams right: exp(1 - 7/6) by brevity alone."""
    assert bleu(("Who won the prize in 1994", "who won the prize in 1994?")) == (
        pytest.approx(100 * exp(1 - 7 / 6))
    )
    assert bleu(("Who won it?", "who won it?")) == pytest.approx(100)
    assert bleu() is None


def test_words_are_runs_of_letters_and_digits() -> None:
    assert words("Zappa’s band, the the BAND_2!") == {
        "zappa": 1, "s": 1, "band": 2, "the": 2, "2": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "ours", "gold", "expected"),
    [
        # The human added "frank" and "zappa".
        ("When did he die?", "When did Frank Zappa die?", "When did Frank Zappa die?", 2 / 2),
        ("When did he die?", "When did Zappa die?", "When did Frank Zappa die?", 1 / 2),
        ("When did he die?", "When did he die?", "When did Frank Zappa die?", 0 / 2),
        # Bags: the human added one more "the" (and "band"), which copying does not have.
        ("Is the end near?", "Is the end near?", "Is the end of the band near?", 0 / 3),
        ("Is the end near?", "Is the end near the band?", "Is the end of the band near?", 2 / 3),
        # What is added twice by us counts once where the human adds it once.
        ("Why?", "Why band band?", "Why band left?", 1 / 2),
        ("Why?", "Why ZAPPA?!", "Why, Zappa?", 1 / 1),
        ("Why him?", "Why Zappa?", "Why?", None),
        ("Why him?", "Why Zappa?", "why HIM", None),
    ],
)
def test_recall_of_added_words(question: str, ours: str, gold: str, expected: float | None) -> None:
    assert added_words_recall(Compared(question, ours, gold)) == expected


def test_questions_are_the_same_up_to_case_white_space_and_final_punctuation() -> None:
    assert same_question("Who  won?", " who won")
    assert same_question("Who won ?!", "WHO WON…")
    assert not same_question("Who won?", "Who, won?")
    assert not same_question("Who won?", "Who won it?")


def test_kept_and_unchanged() -> None:
    assert kept(Compared("Who won?", "Who won", "who won?")) == 1.0
    assert kept(Compared("Who won?", "Who won it?", "who won?")) == 0.0
    assert kept(Compared("Who won?", "Who won?", "Who won it?")) is None
    assert unchanged(Compared("Who won?", "who won", "x")) == 1.0
    assert unchanged(Compared("Who won?", "Who won it?", "x")) == 0.0


def test_figures_over_a_table() -> None:
    golds = [c.gold for c in TABLE]
    figures = rewriting_figures(TABLE)
    assert figures["bleu"]["value"] == sacrebleus([c.ours for c in TABLE], golds)
    assert figures["copy_bleu"]["value"] == sacrebleus([c.question for c in TABLE], golds)
    # zappa: 0 of 1; did zappa leave the band: 5 of 5; (none); how many people live in Reykjavík: 0.
    assert figures["added_words_recall"]["value"] == pytest.approx(100 * (0 + 1 + 0) / 3)
    assert figures["added_words_recall"]["examples"] == 3
    assert figures["kept_where_none_needed"]["value"] == 100.0
    assert figures["kept_where_none_needed"]["examples"] == 1
    assert figures["share_unchanged"]["value"] == 50.0
    assert figures["share_needing_none"]["value"] == 25.0
    for figure in figures.values():
        assert figure["low"] <= figure["value"] <= figure["high"]
    assert figures == rewriting_figures(TABLE), "the seed is fixed"


def test_the_interval_of_a_share_is_that_of_the_binomial() -> None:
    """Of 100 examples, half are unchanged: 50 ± 1.96 · sqrt(0.25 / 100) · 100, about 40 to 60."""
    same, other = Compared("a", "a", "c"), Compared("a", "b", "c")
    figure = rewriting_figures([same, other] * 50)["share_unchanged"]
    assert figure["low"] == pytest.approx(40.2, abs=1.5)
    assert figure["high"] == pytest.approx(59.8, abs=1.5)


def test_bleus_interval_has_no_width_where_all_examples_are_alike() -> None:
    figure = rewriting_figures([TABLE[0]] * 5)["bleu"]
    assert figure["low"] == pytest.approx(figure["value"])
    assert figure["high"] == pytest.approx(figure["value"])


def test_nothing_to_average_is_null() -> None:
    empty = {"value": None, "low": None, "high": None, "examples": 0}
    assert all(figure == empty for figure in rewriting_figures([]).values())
