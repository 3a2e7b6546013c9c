"""Reciprocal rank fusion by formula; near-copies folded, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Passage, Query, RetrieverRank, ScoredPassage
from retrieval.doubles import ScriptedRetriever
from retrieval.index.fusion import reciprocal_rank_fusion
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.near_duplicates import containment, fold_near_duplicates, shingles
from retrieval.index.tokenization import tokenize

from .builders import numbered_passages, positions, ranking

A, B, C, D = numbered_passages(4)


def fused(*rankings: tuple[ScoredPassage, ...], **options: object) -> dict[Passage, float]:
    found = reciprocal_rank_fusion(rankings, **options)  # type: ignore[arg-type]
    return {scored.passage: scored.score for scored in found}


def test_scores_are_sums_of_reciprocal_ranks() -> None:
    assert fused(ranking("x", A, B, C), ranking("y", B, D, A)) == {
        A: pytest.approx(1 / (60 + 1) + 1 / (60 + 3)),
        B: pytest.approx(1 / (60 + 2) + 1 / (60 + 1)),
        C: pytest.approx(1 / (60 + 3)),
        D: pytest.approx(1 / (60 + 2)),
    }


def test_weights_and_k_are_used() -> None:
    found = fused(ranking("x", A), ranking("y", B, A), k=10, weights=[2.0, 0.5])
    assert found == {
        A: pytest.approx(2.0 / (10 + 1) + 0.5 / (10 + 2)),
        B: pytest.approx(0.5 / (10 + 1)),
    }


def test_ranks_travel_with_the_passage() -> None:
    best = reciprocal_rank_fusion([ranking("x", A, B), ranking("y", C, A)])[0]
    assert best.passage == A
    assert best.ranks == (RetrieverRank("x", 1, 2.0), RetrieverRank("y", 2, 1.0))


def test_the_scores_of_the_rankings_do_not_matter() -> None:
    louder = tuple(ScoredPassage(s.passage, s.score * 1e6, s.ranks) for s in ranking("x", A, B))
    assert fused(louder) == fused(ranking("x", A, B))


@pytest.mark.parametrize("rankings", [(), ((),), ((), ())])
def test_nothing_fuses_to_nothing(rankings: tuple[tuple[ScoredPassage, ...], ...]) -> None:
    assert reciprocal_rank_fusion(rankings) == ()


def test_one_weight_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="one weight"):
        reciprocal_rank_fusion([ranking("x", A)], weights=[])


@given(st.lists(st.permutations([A, B, C, D]), min_size=1, max_size=4))
def test_every_passage_once_and_best_first(orders: list[list[Passage]]) -> None:
    found = reciprocal_rank_fusion([ranking(str(i), *order) for i, order in enumerate(orders)])
    assert {s.passage for s in found} == {A, B, C, D}
    assert [s.score for s in found] == sorted((s.score for s in found), reverse=True)
    for scored in found:
        expected = sum(1 / (60 + order.index(scored.passage) + 1) for order in orders)
        assert scored.score == pytest.approx(expected)


def fold(texts: dict[Passage, str], limit: int = 10, **options: float) -> tuple[ScoredPassage, ...]:
    terms = {passage: text.split() for passage, text in texts.items()}
    return fold_near_duplicates(ranking("x", *texts), terms.__getitem__, limit=limit, **options)


def test_shingles_are_runs_of_four() -> None:
    assert shingles("a b c d e".split()) == {tuple("abcd"), tuple("bcde")}
    assert shingles("a b".split()) == {("a", "b")}
    assert shingles([]) == frozenset()


def test_containment_is_the_share_of_the_smaller_set() -> None:
    small, large = shingles("a b c d e".split()), shingles("x a b c d y".split())
    assert containment(small, large) == 1 / 2
    assert containment(small, small) == 1
    assert containment(shingles([]), small) == 0


def test_a_copy_folds_into_the_better_one_and_is_kept_there() -> None:
    first, second = fold({A: "a b c d e f", B: "u v w x y z", C: "a b c d e f"})
    assert (first.passage, first.duplicates) == (A, (C,))
    assert (second.passage, second.duplicates) == (B, ())


@pytest.mark.parametrize(("threshold", "kept"), [(2 / 3, [0]), (0.67, [0, 1])])
def test_the_threshold_itself_folds(threshold: float, kept: list[int]) -> None:
    # two of the three shingles of each stand in the other
    found = fold({A: "a b c d e x", B: "a b c d e y"}, threshold=threshold)
    assert positions(found) == kept


def test_a_passage_that_stands_wholly_in_a_better_one_folds_at_any_threshold() -> None:
    assert positions(fold({A: "a b c d e f", B: "b c d e"}, threshold=1.0)) == [0]


def test_short_texts_fold_only_when_equal() -> None:
    assert positions(fold({A: "one", B: "two", C: "one"})) == [0, 1]


def test_passages_without_terms_do_not_fold() -> None:
    assert positions(fold({A: "", B: ""})) == [0, 1]


def test_the_limit_counts_what_is_kept_and_reading_stops_there() -> None:
    read: list[Passage] = []

    def terms_of(passage: Passage) -> list[str]:
        read.append(passage)
        return ["a"] if passage in (A, B) else [str(passage.start)]

    found = fold_near_duplicates(ranking("x", A, B, C, D), terms_of, limit=1)
    assert [(s.passage, s.duplicates) for s in found] == [(A, (B,))]
    assert read == [A, B, C]


def test_scores_and_ranks_survive_folding() -> None:
    (only,) = fold({A: "a b c d", B: "a b c d"})
    assert (only.score, only.ranks) == (2.0, (RetrieverRank("x", 1, 2.0),))


def test_short_passages_with_different_facts_under_one_headline_stay_apart() -> None:
    # Folding sees bodies alone; the index puts the title before each (see the test of assembly).
    body = "Ministers of the Arctic Council gathered in Iceland this week for their session"
    texts = {A: body, B: "It lasted 105 minutes."}
    terms = {passage: tokenize(text) for passage, text in texts.items()}
    found = fold_near_duplicates(ranking("x", A, B), terms.__getitem__, limit=5)
    assert positions(found) == [0, 1]


def test_copies_do_not_crowd_out_what_stands_below_them() -> None:
    # Was: the retrievers give `depth` passages before anything is folded; when more than `depth`
    # copies of one wire story lead, nothing else is ever seen. Ask deeper until `limit` are kept.
    passages = numbered_passages(65)
    texts = dict.fromkeys(passages[:60], "the one wire story everyone copied today")
    texts |= {p: f"another story number {p.start} altogether here" for p in passages[60:]}
    terms = {passage: text.split() for passage, text in texts.items()}
    deep = ScriptedRetriever({"q": ranking("x", *passages)})
    found = HybridRetriever([deep], terms.__getitem__, depth=50).retrieve(Query("q"), 5)
    assert positions(found) == [0, 60, 61, 62, 63]


def test_the_last_quarter_goes_by_ranks() -> None:
    """A mix may have the dense retriever's first passage last: then it is among the last quarter,
    and what was before it keeps its place.
    """
    found = numbered_passages(40)
    words, meaning = ranking("words", *found), ranking("meaning", found[39], *found[:39])
    mixed = ranking("words", *found)
    hybrid = HybridRetriever(
        [ScriptedRetriever({"q": words}, "words"), ScriptedRetriever({"q": meaning}, "meaning")],
        lambda passage: (),
        fuse=lambda query, rankings: mixed,
    )
    best = hybrid.retrieve(Query("q"), 8)
    assert [scored.passage for scored in best[:6]] == list(found[:6])
    by_rank = [s.passage for s in reciprocal_rank_fusion([words, meaning])]
    behind = [passage for passage in by_rank if passage not in found[:6]]
    assert [scored.passage for scored in best[6:]] == behind[:2]
    assert [s.score for s in best] == sorted((s.score for s in best), reverse=True)
