"""BM25 as its formula, written out."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Query
from retrieval.index.bm25 import BM25Retriever

from .builders import collection_of, positions

K1, B = 1.5, 0.75


def formula(passages: Sequence[Sequence[str]], question: Sequence[str], at: int) -> float:
    """Robertson and Zaragoza (2009), Lucene's IDF; a question's repeated words count once."""
    size = len(passages)
    mean_length = sum(map(len, passages)) / size
    score = 0.0
    for term in dict.fromkeys(question):
        df = sum(term in passage for passage in passages)
        tf = passages[at].count(term)
        idf = log(1 + (size - df + 0.5) / (df + 0.5))
        length = K1 * (1 - B + B * len(passages[at]) / mean_length)
        score += idf * tf * (K1 + 1) / (tf + length)
    return score


def scores(passages: Sequence[Sequence[str]], question: str) -> dict[int, float]:
    retriever = BM25Retriever(collection_of(len(passages)), passages, str.split)
    found = retriever.retrieve(Query(question), max(1, len(passages)))
    return dict(zip(positions(found), (s.score for s in found), strict=True))


def test_a_term_in_exactly_half_of_the_passages_counts() -> None:
    passages = [["a", "b"], ["c", "d"]]
    found = scores(passages, "a")
    assert found == {0: pytest.approx(log(1 + (2 - 1 + 0.5) / (1 + 0.5)) * 2.5 / (1 + 1.5))}
    assert found[0] > 0


def test_a_term_in_every_passage_matches_with_a_small_positive_score() -> None:
    passages = [["a", "x"], ["a", "y"], ["a", "z"]]
    expected = log(1 + 0.5 / 3.5) * (K1 + 1) / (1 + K1)
    assert scores(passages, "a") == {at: pytest.approx(expected) for at in range(3)}


def test_one_passage_has_a_positive_score() -> None:
    assert scores([["a"]], "a") == {0: pytest.approx(log(1 + 0.5 / 1.5) * 2.5 / (1 + 1.5))}


def test_a_rarer_term_is_worth_more_than_a_commoner_one() -> None:
    passages = [["rare"], ["common"], ["common"], ["common"]]
    assert scores(passages, "rare")[0] > scores(passages, "common")[1] > 0


def test_matched_means_a_shared_term() -> None:
    passages = [["a", "b"], ["b", "c"], ["c", "d"]]
    assert set(scores(passages, "a c z")) == {0, 1, 2}
    assert set(scores(passages, "d")) == {2}
    assert scores(passages, "z") == {}


def test_repeating_a_word_in_the_question_changes_nothing() -> None:
    passages = [["a", "b"], ["b", "c"]]
    assert scores(passages, "a b b b") == scores(passages, "a b")


def test_passages_without_terms_count_in_the_mean_length_and_are_never_found() -> None:
    passages = [["a", "b"], [], []]
    assert scores(passages, "a") == {0: pytest.approx(formula(passages, ["a"], 0))}


def test_k1_and_b_are_used() -> None:
    passages = [["a", "a", "b"], ["c"]]
    retriever = BM25Retriever(collection_of(2), passages, str.split, k1=0.0, b=0.0)
    (found,) = retriever.retrieve(Query("a"), 2)
    assert found.score == pytest.approx(log(1 + 1.5 / 1.5))  # k1 = 0 leaves the IDF alone


terms = st.lists(st.sampled_from("abcdef"), max_size=12)


@given(st.lists(terms, min_size=1, max_size=8), terms)
def test_every_score_is_the_formula(passages: list[list[str]], question: list[str]) -> None:
    expected = {
        at: pytest.approx(formula(passages, question, at))
        for at, passage in enumerate(passages)
        if set(passage) & set(question)
    }
    assert scores(passages, " ".join(question)) == expected
