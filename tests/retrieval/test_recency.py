"""Articles near the day of the question rank higher; without such a day nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Passage, Query, ScoredPassage
from retrieval.doubles import ScriptedRetriever
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.boosting import LATEST_DAYS, LATEST_WEIGHT, Recency, favour_recent
from retrieval.index.fusion import reciprocal_rank_fusion
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.tokenization import tokenize

from .builders import collection_of, numbered_passages, positions, ranking

DAY = date(2021, 5, 20)
WEEK = Recency(weight=1.0, half_life=7.0)
QUESTION = "meeting"


def ago(days: int | None) -> date | None:
    return None if days is None else DAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("recency", "days", "factor"),
    [
        (WEEK, 0, 2.0),
        (WEEK, 7, 1.5),
        (WEEK, 14, 1.25),
        (WEEK, 3, 1 + 0.5 ** (3 / 7)),
        (Recency(0.5, 7.0), 7, 1.25),
        (Recency(3.0, 2.0), 2, 2.5),
        (Recency(1.0, 0.5), 1, 1.25),
        (Recency(0.0, 7.0), 0, 1.0),
        (Recency(0.0, 7.0), None, 1.0),
    ],
)
def test_the_factor_halves_with_every_half_life(
    recency: Recency, days: int | None, factor: float
) -> None:
    assert recency.factor(ago(days), DAY) == pytest.approx(factor)


@given(st.floats(0, 10), st.floats(0.01, 1000), st.dates(), st.dates())
def test_the_formula(weight: float, half_life: float, published: date, day: date) -> None:
    days = abs((day - published).days)
    expected = 1 + weight * 0.5 ** (days / half_life)
    factor = Recency(weight, half_life).factor(published, day)
    assert factor == pytest.approx(expected)
    assert 1 <= factor <= 1 + weight


def test_what_appears_soon_after_the_day_counts_like_what_appeared_before_it() -> None:
    """Who asks about a day is answered by the papers of the next one too."""
    assert WEEK.factor(DAY + timedelta(days=7), DAY) == WEEK.factor(ago(7), DAY) == 1.5


def test_an_article_without_a_date_is_not_raised() -> None:
    assert WEEK.factor(None, DAY) == 1.0


def test_the_oldest_article_and_the_latest_day_break_nothing() -> None:
    assert Recency(1.0, 0.001).factor(date.min, date.max) == 1.0


@given(st.lists(st.none() | st.integers(0, 60), max_size=8), st.floats(0, 5))
def test_scores_stay_in_order_and_every_passage_stays(
    days: list[int | None], weight: float
) -> None:
    passages = numbered_passages(len(days))
    before = ranking("x", *passages)
    published = {p: ago(d) for p, d in zip(passages, days, strict=True)}
    recency = Recency(weight, 7.0)
    after = favour_recent(before, lambda s: published[s.passage], DAY, recency)
    assert all(a.score >= b.score for a, b in pairwise(after))
    assert sorted(positions(after)) == list(range(len(days)))
    known = {s.passage: s for s in before}
    for scored in after:
        factor = recency.factor(published[scored.passage], DAY)
        assert scored.score == known[scored.passage].score * factor
        assert scored.ranks == known[scored.passage].ranks
        assert scored.recency == factor


def test_ties_keep_their_order() -> None:
    passages = numbered_passages(5)
    same = tuple(ScoredPassage(p, 1.0) for p in reversed(passages))
    after = favour_recent(same, lambda s: DAY, DAY, WEEK)
    assert positions(after) == [4, 3, 2, 1, 0]
    # One that is newer goes before them; the others do not move.
    newer = favour_recent(same, lambda s: ago(0 if s.passage == passages[2] else 9), DAY, WEEK)
    assert positions(newer) == [2, 4, 3, 1, 0]


def test_nothing_stays_nothing() -> None:
    assert favour_recent((), lambda s: DAY, DAY, WEEK) == ()


def hybrid(days: Sequence[date | None], recency: Recency | None, **more: object) -> HybridRetriever:
    """Two retrievers that both rank by number; every passage has words of its own."""
    passages = numbered_passages(len(days))
    published = dict(zip(passages, days, strict=True))
    inner = [ScriptedRetriever({QUESTION: ranking(n, *passages)}, n) for n in ("a", "b")]
    terms: dict[Passage, list[str]] = {p: [f"word{p.start}"] for p in passages}
    return HybridRetriever(
        inner,
        terms.__getitem__,
        published=lambda scored: published[scored.passage],
        recency=recency,
        **more,  # type: ignore[arg-type]
    )


OLD_FIRST = (ago(300), ago(200), None, ago(0))


def test_a_question_with_a_day_prefers_what_was_new_then() -> None:
    found = hybrid(OLD_FIRST, WEEK).retrieve(Query(QUESTION, asked_on=DAY), 4)
    assert positions(found) == [3, 0, 1, 2]
    assert all(a.score >= b.score for a, b in pairwise(found))


def test_a_question_without_a_day_is_ranked_as_ever() -> None:
    plain = hybrid(OLD_FIRST, None).retrieve(Query(QUESTION), 4)
    assert hybrid(OLD_FIRST, WEEK).retrieve(Query(QUESTION), 4) == plain
    assert positions(plain) == [0, 1, 2, 3]


@pytest.mark.parametrize("recency", [None, Recency(0.0, 7.0)])
def test_a_weight_of_nothing_changes_nothing(recency: Recency | None) -> None:
    plain = hybrid(OLD_FIRST, None).retrieve(Query(QUESTION), 4)
    assert hybrid(OLD_FIRST, recency).retrieve(Query(QUESTION, asked_on=DAY), 4) == plain


def test_the_raised_scores_are_the_fused_ones_times_their_factors() -> None:
    passages = numbered_passages(len(OLD_FIRST))
    fused = reciprocal_rank_fusion([ranking(n, *passages) for n in ("a", "b")])
    expected = {
        s.passage: s.score * WEEK.factor(day, DAY) for s, day in zip(fused, OLD_FIRST, strict=True)
    }
    found = hybrid(OLD_FIRST, WEEK).retrieve(Query(QUESTION, asked_on=DAY), 4)
    assert {s.passage: s.score for s in found} == pytest.approx(expected)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_smaller_limit_gives_the_beginning_of_a_larger_one(limit: int) -> None:
    retriever = hybrid(OLD_FIRST, WEEK)
    larger = positions(retriever.retrieve(Query(QUESTION, asked_on=DAY), 4))
    assert positions(retriever.retrieve(Query(QUESTION, asked_on=DAY), limit)) == larger[:limit]


def test_of_two_copies_the_newer_one_is_kept() -> None:
    """Raised before it is folded: the copy that is shown is the one of the question's day."""
    passages = numbered_passages(2)
    inner = ScriptedRetriever({QUESTION: ranking("a", *passages)}, "a")
    published = dict(zip(passages, (ago(300), DAY), strict=True))
    copies = HybridRetriever(
        [inner],
        lambda _: ["the", "same", "five", "words", "here"],
        published=lambda scored: published[scored.passage],
        recency=WEEK,
    )
    (kept,) = copies.retrieve(Query(QUESTION, asked_on=DAY), 2)
    assert positions([kept]) == [1]
    assert kept.duplicates == (passages[0],)


def test_articles_of_later_days_stay_out_however_new_they_are() -> None:
    texts = ["the meeting was long", "the meeting was short", "a ferry sank"]
    days = (ago(30), DAY + timedelta(days=1), ago(1))
    collection = collection_of(3, days)
    published = dict(zip(collection, days, strict=True))
    terms = dict(zip(collection, map(tokenize, texts), strict=True))
    real = HybridRetriever(
        [BM25Retriever(collection, list(terms.values()), tokenize)],
        terms.__getitem__,
        published=lambda scored: published[scored.passage],
        recency=Recency(10.0, 7.0),
    )
    assert positions(real.retrieve(Query("meeting", DAY, DAY), 3)) == [0]
    assert positions(real.retrieve(Query("meeting"), 3)) == [0, 1]


def test_the_latest_is_counted_from_the_newest_article_found() -> None:
    """In an archive that ended long ago too, and with a weight of its own."""
    passages = numbered_passages(3)
    published = dict(zip(passages, (ago(400), ago(407), None), strict=True))
    before = ranking("x", *passages)
    after = favour_recent(before, lambda s: published[s.passage], DAY, WEEK, latest=True)
    factors = {scored.passage: scored.recency for scored in after}
    weight, days = LATEST_WEIGHT * WEEK.weight, LATEST_DAYS * WEEK.half_life
    assert [factors[p] for p in passages] == [1 + weight, 1 + weight * 0.5 ** (7 / days), 1.0]


def test_what_appears_after_the_day_is_not_the_latest_of_it() -> None:
    passages = numbered_passages(2)
    published = dict(zip(passages, (ago(-3), ago(2)), strict=True))
    before = ranking("x", *passages)
    after = favour_recent(before, lambda s: published[s.passage], DAY, WEEK, latest=True)
    assert after[0].passage == passages[1]
