"""Articles that a conversation has just spoken of rank a little higher; nothing else changes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Passage, Query
from retrieval.doubles import ScriptedRetriever
from retrieval.index.boosting import favour_articles
from retrieval.index.hybrid import HybridRetriever

from .builders import numbered_passages, positions, ranking


def test_scores_of_the_articles_are_raised_by_the_weight() -> None:
    before = ranking("x", *numbered_passages(3))  # scores 3, 2, 1
    after = favour_articles(before, {"article00001"}, 1.0)
    assert [(s.score, s.favour) for s in after] == [(4.0, 2.0), (3.0, 1.0), (1.0, 1.0)]
    assert positions(after) == [1, 0, 2]


def test_ties_keep_their_order() -> None:
    before = ranking("x", *numbered_passages(2))  # scores 2, 1
    assert positions(favour_articles(before, {"article00001"}, 1.0)) == [0, 1]


@given(st.integers(0, 8), st.sets(st.integers(0, 8)), st.floats(0, 5))
def test_scores_stay_in_order_and_every_passage_stays(
    count: int, favoured: set[int], weight: float
) -> None:
    before = ranking("x", *numbered_passages(count))
    after = favour_articles(before, {f"article{i:05}" for i in favoured}, weight)
    assert all(a.score >= b.score for a, b in pairwise(after))
    assert sorted(positions(after)) == list(range(count))


def hybrid(weight: float) -> HybridRetriever:
    passages = numbered_passages(4)
    terms: dict[Passage, list[str]] = {p: [f"word{p.start}"] for p in passages}
    inner = ScriptedRetriever({"q": ranking("a", *passages)}, "a")
    return HybridRetriever([inner], terms.__getitem__, favour_weight=weight)


@pytest.mark.parametrize(("weight", "order"), [(0.0, [0, 1, 2, 3]), (0.5, [2, 0, 1, 3])])
def test_a_query_favours_what_it_names(weight: float, order: list[int]) -> None:
    query = Query("q", favoured=frozenset({"article00002", "nowhere"}))
    assert positions(hybrid(weight).retrieve(query, 4)) == order


def test_a_query_that_favours_nothing_is_ranked_as_ever() -> None:
    assert hybrid(0.5).retrieve(Query("q"), 4) == hybrid(0.0).retrieve(Query("q"), 4)
