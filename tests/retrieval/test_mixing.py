"""Words and meaning weighed together, by formula; and how closely a question stands together."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from retrieval.datatypes import Passage, Query
from retrieval.index.bm25 import BM25Retriever, lucene_idf
from retrieval.index.collection import Collection
from retrieval.index.fusion import MixWeights, ScoreMix
from retrieval.index.term_proximity import REACH, StretchScorer, closest_stretch
from retrieval.index.terms import PassageTerms

from .builders import collection_of, numbered_passages, positions, ranking

A, B, C = numbered_passages(3)


class Fixed:
    """Scores every passage as a table says."""

    def __init__(self, *table: float) -> None:
        self._table = np.array(table)

    def scores(self, query: Query, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._table[positions]

    def __call__(self, query: Query, positions: NDArray[np.int64]) -> NDArray[np.float64]:
        return self.scores(query, positions)


def mix(
    words: Sequence[float],
    meaning: Sequence[float],
    stretch: Sequence[float],
    weights: MixWeights | None = None,
) -> ScoreMix:
    parts = Fixed(*words), Fixed(*meaning), Fixed(*stretch)
    return ScoreMix(collection_of(3), *parts, weights)


def test_the_formula() -> None:
    fuse = mix([4.0, 2.0, 0.0], [0.2, 0.9, 0.8], [0.0, 8.0, 4.0], MixWeights(0.5, 0.25))
    found = fuse(Query("q"), [ranking("x", A, B), ranking("y", B, C)])
    best = 2 + 0.25 * 8  # B has as much as A: 4 + 0
    assert {s.passage: s.score for s in found} == {
        A: pytest.approx((4 + 0.25 * 0) / best + 0.5 * 0.2),
        B: pytest.approx((2 + 0.25 * 8) / best + 0.5 * 0.9),
        C: pytest.approx((0 + 0.25 * 4) / best + 0.5 * 0.8),
    }
    assert positions(found) == [1, 0, 2]


def test_ranks_travel_with_the_passage_and_only_candidates_are_ranked() -> None:
    found = mix([1, 1, 9], [0, 0, 1], [0, 0, 0])(Query("q"), [ranking("x", B), ranking("y", B, A)])
    assert {s.passage: [r.retriever for r in s.ranks] for s in found} == {B: ["x", "y"], A: ["y"]}


def test_ties_keep_the_order_of_the_collection() -> None:
    found = mix([1, 1, 1], [0.5] * 3, [0] * 3)(Query("q"), [ranking("x", C, B, A)])
    assert positions(found) == [0, 1, 2]


def test_without_a_word_in_common_meaning_decides() -> None:
    found = mix([0, 0, 0], [0.1, 0.3, 0.2], [0, 0, 0])(Query("q"), [ranking("y", B, C, A)])
    assert positions(found) == [1, 2, 0]
    assert found[0].score == pytest.approx(0.5 * 0.3)


@pytest.mark.parametrize("rankings", [[], [()], [(), ()]])
def test_nothing_mixes_to_nothing(rankings: list[tuple[()]]) -> None:
    assert mix([1] * 3, [1] * 3, [1] * 3)(Query("q"), rankings) == ()


def stretch(passage: Sequence[int], weights: dict[int, float]) -> float:
    asked = np.array(list(weights), dtype=np.int32)
    rare = np.array(list(weights.values()))
    return closest_stretch(np.array(passage, dtype=np.int32), asked, rare)


def test_words_that_stand_together_count_together() -> None:
    assert stretch([1, 2, 0, 0], {1: 1.0, 2: 2.0}) == 3.0
    assert stretch([1, *[0] * (REACH - 2), 2], {1: 1.0, 2: 2.0}) == 3.0
    assert stretch([1, *[0] * (REACH - 1), 2], {1: 1.0, 2: 2.0}) == 2.0


def test_each_word_counts_once_and_strangers_not_at_all() -> None:
    assert stretch([1, 1, 1, 5, 5], {1: 1.0, 2: 2.0}) == 1.0
    assert stretch([5, 6, 7], {1: 1.0}) == 0.0
    assert stretch([], {1: 1.0}) == 0.0
    assert stretch([1, 2], {}) == 0.0


@given(st.lists(st.integers(0, 6), max_size=80))
def test_it_is_the_best_of_all_windows(passage: list[int]) -> None:
    weights = {1: 1.0, 2: 0.5, 3: 0.25}
    windows = [set(passage[i : i + REACH]) for i in range(len(passage))]
    expected = max((sum(weights[t] for t in w if t in weights) for w in windows), default=0.0)
    assert stretch(passage, weights) == pytest.approx(expected)


def test_the_title_is_no_part_of_a_stretch() -> None:
    passages = [Passage("a", 0, 9), Passage("b", 0, 9)]
    collection = Collection.of(passages, [None, None])
    terms = PassageTerms.of([["ferry", "strike", "ended"], ["ferry", "sank"]])
    bm25 = BM25Retriever(collection, terms, str.split)
    scorer = StretchScorer(collection, terms, str.split, bm25.idf, {"a": 2, "b": 0}.__getitem__)
    rare, common = log(1 + (2 - 1 + 0.5) / (1 + 0.5)), log(1 + (2 - 2 + 0.5) / (2 + 0.5))
    assert (rare, common) == (lucene_idf(1, 2), lucene_idf(2, 2))
    found = scorer(Query("ferry ended unknown"), np.array([0, 1]))
    assert found.tolist() == pytest.approx([rare, common])
    assert scorer(Query("nothing known"), np.array([0, 1])).tolist() == [0.0, 0.0]
