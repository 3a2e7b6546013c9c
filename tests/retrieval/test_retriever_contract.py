"""The docstring of ``protocols.Retriever``, held by every retriever."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from retrieval.datatypes import Passage, Query
from retrieval.doubles import HashingEncoder, ScriptedRetriever
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.bm25_sparse import SparseBM25Retriever, parameters, write_sparse
from retrieval.index.collection import Collection
from retrieval.index.dense import DenseRetriever
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.neighbours import NeighbourGraph, write_graph
from retrieval.index.terms import PassageTerms
from retrieval.index.tokenization import tokenize
from retrieval.index.vectors import QuantizedVectors
from retrieval.protocols import Retriever, Role, Vectors

from .builders import collection_of, numbered_passages, positions, ranking

TEXTS = (
    "The meeting in Reykjavik lasted one hour and 45 minutes.",
    "A ferry strike entered its third week.",
    "Ministers of the Arctic Council held their meeting in Iceland.",
    "The pipeline company paid a ransom in bitcoin.",
    "Icelandic police closed the road to the meeting.",
    "Nothing else happened on that quiet Sunday.",
)
QUESTION = "how long did the meeting in Reykjavik last?"
Make = Callable[[Sequence[str], Sequence[date | None]], Retriever]


def bm25(texts: Sequence[str], days: Sequence[date | None]) -> Retriever:
    return BM25Retriever(collection_of(len(texts), days), [tokenize(t) for t in texts], tokenize)


def dense(texts: Sequence[str], days: Sequence[date | None]) -> Retriever:
    encoder = HashingEncoder(tokenize)
    vectors = QuantizedVectors.of(encoder.encode(texts))
    return DenseRetriever(collection_of(len(texts), days), vectors, encoder)


def sparse(texts: Sequence[str], days: Sequence[date | None]) -> Retriever:
    """As an index opens it; an index without passages has no sparse scores."""
    if not texts:
        return bm25(texts, days)
    terms = PassageTerms.of(tokenize(t) for t in texts)
    with tempfile.TemporaryDirectory() as folder:
        write_sparse(terms, Path(folder), k1=1.5, b=0.75)
        return SparseBM25Retriever(collection_of(len(texts), days), terms, tokenize, Path(folder))


def graph(texts: Sequence[str], days: Sequence[date | None]) -> Retriever:
    """The same for embeddings: neighbours from a graph."""
    if not texts:
        return dense(texts, days)
    encoder = HashingEncoder(tokenize)
    vectors = QuantizedVectors.of(encoder.encode(texts))
    with tempfile.TemporaryDirectory() as folder:
        write_graph(vectors, Path(folder) / "graph")
        found = NeighbourGraph(Path(folder) / "graph")
        return DenseRetriever(collection_of(len(texts), days), vectors, encoder, found)


def hybrid(texts: Sequence[str], days: Sequence[date | None]) -> Retriever:
    terms = dict(zip(numbered_passages(len(texts)), map(tokenize, texts), strict=True))
    return HybridRetriever([bm25(texts, days), dense(texts, days)], terms.__getitem__)


def scripted(texts: Sequence[str], days: Sequence[date | None]) -> Retriever:
    return ScriptedRetriever({QUESTION: ranking("x", *numbered_passages(len(texts)))})


ALL = pytest.mark.parametrize("make", [bm25, sparse, dense, graph, hybrid, scripted])
REAL = pytest.mark.parametrize("make", [bm25, sparse, dense, graph, hybrid])
UNDATED = (None,) * len(TEXTS)


@ALL
def test_is_a_retriever_with_a_name(make: Make) -> None:
    retriever = make(TEXTS, UNDATED)
    assert isinstance(retriever, Retriever)
    assert retriever.name


@ALL
@pytest.mark.parametrize("limit", [1, 2, 3, 6, 7, 1000])
def test_at_most_limit_best_first_each_once(make: Make, limit: int) -> None:
    found = make(TEXTS, UNDATED).retrieve(Query(QUESTION), limit)
    assert isinstance(found, tuple)
    assert 1 <= len(found) <= limit
    assert all(a.score >= b.score for a, b in pairwise(found))
    assert len({scored.passage for scored in found}) == len(found)
    assert {scored.passage for scored in found} <= set(numbered_passages(len(TEXTS)))


@ALL
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_a_smaller_limit_gives_the_beginning_of_a_larger_one(make: Make, limit: int) -> None:
    retriever = make(TEXTS, UNDATED)
    larger = [s.passage for s in retriever.retrieve(Query(QUESTION), 6)]
    smaller = [s.passage for s in retriever.retrieve(Query(QUESTION), limit)]
    assert smaller == larger[:limit]


@ALL
def test_the_passage_that_answers_comes_first(make: Make) -> None:
    assert positions(make(TEXTS, UNDATED).retrieve(Query(QUESTION), 3))[0] == 0


@ALL
def test_repeatable(make: Make) -> None:
    retriever = make(TEXTS, UNDATED)
    assert retriever.retrieve(Query(QUESTION), 5) == retriever.retrieve(Query(QUESTION), 5)
    assert make(TEXTS, UNDATED).retrieve(Query(QUESTION), 5) == retriever.retrieve(
        Query(QUESTION), 5
    )


@ALL
def test_an_empty_collection_gives_nothing(make: Make) -> None:
    assert make((), ()).retrieve(Query(QUESTION), 5) == ()


@ALL
def test_a_collection_of_one(make: Make) -> None:
    (only,) = make(TEXTS[:1], UNDATED[:1]).retrieve(Query(QUESTION), 5)
    assert only.passage == numbered_passages(1)[0]
    assert only.score > 0


@ALL
@pytest.mark.parametrize("question", ["", " \t\n", "\u00a0"])
def test_an_empty_question_gives_nothing(make: Make, question: str) -> None:
    assert make(TEXTS, UNDATED).retrieve(Query(question), 5) == ()


@ALL
@pytest.mark.parametrize("question", ["what is it?", "?!", "👍", "\u200b", "\0", "x" * 100_000])
def test_a_question_without_known_terms_breaks_nothing(make: Make, question: str) -> None:
    assert len(make(TEXTS, UNDATED).retrieve(Query(question), 3)) <= 3


@pytest.mark.parametrize("make", [bm25, sparse])
def test_bm25_gives_nothing_for_stop_words(make: Make) -> None:
    assert make(TEXTS, UNDATED).retrieve(Query("what is it?"), 5) == ()


words = st.lists(st.sampled_from("abcdefgh"), max_size=12)


@settings(max_examples=60)
@given(st.lists(words, min_size=1, max_size=12), words, st.sampled_from([(1.5, 0.75), (0.9, 0.4)]))
def test_both_bm25_backends_rank_alike(
    passages: list[list[str]], asked: list[str], constants: tuple[float, float]
) -> None:
    """Scores differ by the constant factor ``k1 + 1`` and by float32's rounding."""
    assume(any(passages))
    k1, b = constants
    collection = collection_of(len(passages))
    small = BM25Retriever(collection, passages, str.split, k1=k1, b=b)
    with tempfile.TemporaryDirectory() as folder:
        terms = PassageTerms.of(passages)
        write_sparse(terms, Path(folder), k1=k1, b=b)
        assert parameters(Path(folder)) == constants
        large = SparseBM25Retriever(collection, terms, str.split, Path(folder))
        question = Query(" ".join(asked))
        exact = {s.passage: s.score for s in small.retrieve(question, len(passages))}
        found = large.retrieve(question, len(passages))
    assert {s.passage for s in found} == exact.keys()
    for scored in found:
        assert scored.score * (k1 + 1) == pytest.approx(exact[scored.passage], rel=1e-5)
    for a, b_ in pairwise(found):
        assert exact[a.passage] >= exact[b_.passage] * (1 - 1e-5)


# Not the graph: which of several equal neighbours it comes upon is its own affair.
@pytest.mark.parametrize("make", [bm25, sparse, dense])
@pytest.mark.parametrize("limit", [1, 3, 7])
def test_ties_keep_the_order_of_the_collection(make: Make, limit: int) -> None:
    same = ("The meeting lasted an hour.",) * 7
    found = make(same, (None,) * 7).retrieve(Query("how long did the meeting last?"), limit)
    assert positions(found) == list(range(limit))


class FixedEncoder:
    """Gives one and the same vector for every text."""

    identity = "fixed"

    def __init__(self, vector: Vectors) -> None:
        self._vector = vector

    @property
    def dimension(self) -> int:
        return len(self._vector)

    def encode(self, texts: Sequence[str], role: Role = "passage") -> Vectors:
        return np.tile(self._vector, (len(texts), 1))


def unit(seed: int) -> Vectors:
    vector = np.random.default_rng(seed).standard_normal(384).astype(np.float32)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


@pytest.mark.parametrize("count", [3, 7, 37])
def test_equal_vectors_tie_whatever_their_place_in_the_matrix(count: int) -> None:
    # Was: BLAS sums the last rows of a matrix in another order than the others, so that equal rows
    # get scores that differ in the last bit, and copies leave the order of the collection.
    for seed in range(20):
        vectors = np.tile(unit(100 + seed), (count, 1))
        rows = QuantizedVectors.of(vectors)
        retriever = DenseRetriever(collection_of(count), rows, FixedEncoder(unit(seed)))
        assert positions(retriever.retrieve(Query("x"), count)) == list(range(count)), seed


def test_hybrid_ties_keep_the_order_of_the_collection() -> None:
    # Was: reciprocal_rank_fusion gives a tie to the passage that the earlier
    # ranking put first; protocols.Retriever promises the order of the collection.
    first, second = numbered_passages(2)
    a = ScriptedRetriever({"q": ranking("a", second, first)}, "a")
    b = ScriptedRetriever({"q": ranking("b", first, second)}, "b")
    terms = {first: ["one"], second: ["two"]}
    found = HybridRetriever([a, b], terms.__getitem__).retrieve(Query("q"), 2)
    assert found[0].score == found[1].score == 1 / (60 + 1) + 1 / (60 + 2)
    assert positions(found) == [0, 1]


@REAL
def test_later_articles_are_left_out(make: Make) -> None:
    days = [date(2021, 5, day) for day in (20, 18, 19, 17, 21, 22)]
    found = make(TEXTS, days).retrieve(Query("meeting in Iceland", date(2021, 5, 19)), 6)
    assert found
    assert {days[at] for at in positions(found)} <= {date(2021, 5, d) for d in (17, 18, 19)}
    assert 2 in positions(found)  # the day itself counts


@REAL
def test_articles_without_a_date_pass_every_date_filter(make: Make) -> None:
    days = (None, *(date(2021, 5, 20),) * 5)
    found = make(TEXTS, days).retrieve(Query("meeting", date.min), 6)
    assert positions(found) == [0]


@REAL
def test_a_date_filter_that_leaves_nothing_gives_nothing(make: Make) -> None:
    days = (date(2021, 5, 20),) * 6
    assert make(TEXTS, days).retrieve(Query("meeting", date(2021, 5, 19)), 6) == ()


@REAL
def test_filtering_does_not_use_up_the_limit(make: Make) -> None:
    days = (*(date(2021, 6, 1),) * 4, date(2021, 5, 1), date(2021, 5, 1))
    found = make(TEXTS, days).retrieve(Query("meeting", date(2021, 5, 19)), 1)
    assert positions(found) == [4]


@REAL
@pytest.mark.parametrize("limit", [1, 2, 6])
def test_only_the_articles_within_are_found(make: Make, limit: int) -> None:
    within = frozenset({"article00002", "article00004", "nowhere"})
    found = make(TEXTS, UNDATED).retrieve(Query(QUESTION, within=within), limit)
    assert len(found) == min(limit, 2)
    assert set(positions(found)) <= {2, 4}


@REAL
def test_articles_within_are_found_however_many_others_are_better(make: Make) -> None:
    texts = (*(f"The meeting in Reykjavik lasted {i} hours." for i in range(150)), TEXTS[4])
    query = Query(QUESTION, within=frozenset({"article00150"}))
    assert positions(make(texts, (None,) * 151).retrieve(query, 3)) == [150]


@REAL
def test_a_day_holds_within_articles_too(make: Make) -> None:
    days = [date(2021, 5, day) for day in (20, 18, 19, 17, 21, 22)]
    within = frozenset({"article00000", "article00002"})
    query = Query(QUESTION, date(2021, 5, 19), within=within)
    assert positions(make(TEXTS, days).retrieve(query, 6)) == [2]


@REAL
def test_every_result_tells_the_ranks_that_made_it(make: Make) -> None:
    for at, scored in enumerate(make(TEXTS, UNDATED).retrieve(Query(QUESTION), 3), start=1):
        assert scored.ranks
        assert all(rank.rank >= 1 for rank in scored.ranks)
        if len(scored.ranks) == 1 and make is not hybrid:
            assert (scored.ranks[0].rank, scored.ranks[0].score) == (at, scored.score)


def test_terms_or_vectors_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one list of terms"):
        BM25Retriever(collection_of(2), [["a"]], tokenize)
    rows = QuantizedVectors.of(np.zeros((1, 64), np.float32))
    with pytest.raises(ValueError, match="do not fit"):
        DenseRetriever(collection_of(2), rows, HashingEncoder(tokenize))


def test_passages_of_nothing_but_stop_words_are_an_empty_collection_to_bm25() -> None:
    collection = Collection.of((Passage("a", 0, 9), Passage("a", 9, 12)), (None, None))
    assert BM25Retriever(collection, [[], []], tokenize).retrieve(Query("who is it"), 2) == ()


@pytest.mark.parametrize("make", [bm25, sparse])
@given(
    st.lists(st.lists(st.sampled_from("abcde"), max_size=6), max_size=8),
    st.text("abcdxe ", max_size=5),
)
def test_what_holds_every_term(
    make: Callable[..., BM25Retriever], passages: list[list[str]], asked: str
) -> None:
    # Letters in pairs, because "a" alone is a stop word.
    texts = [" ".join(2 * letter for letter in passage) for passage in passages]
    assume(any(texts) or not texts)
    wanted = {2 * letter for letter in asked if letter != " "}
    expected = [n for n, text in enumerate(texts) if wanted and wanted <= set(text.split())]
    found = make(texts, [None] * len(texts)).holding(" ".join(sorted(wanted)))
    assert found.tolist() == expected
