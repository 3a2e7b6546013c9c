"""Runs, judgements and ranking measures; expected figures as the definitions' formulas."""

from __future__ import annotations

from itertools import pairwise
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.measuring.answers import judge_holds
from bot.evaluation.measuring.ranking import (
    Qrels,
    RankedPassage,
    Run,
    judge_passages,
    measure,
    run_of,
)

from .examples import asked, prediction


def run(**rankings: str) -> Run:
    """A run whose rankings are blank-separated docnos, all with one score."""
    return Run(
        "t", {q: tuple(RankedPassage(d, 1.0) for d in docs.split()) for q, docs in rankings.items()}
    )


def test_measures_as_defined() -> None:
    qrels = Qrels({"q1": ("c", "z"), "q2": ("e",), "q3": ("m",)})
    figures = measure(run(q1="a b c d", q2="e f", unjudged="c"), qrels)
    assert figures == {
        "questions": 3,
        "recall@1": pytest.approx((0 + 1 + 0) / 3),
        "recall@5": pytest.approx((1 / 2 + 1 + 0) / 3),
        "recall@20": pytest.approx((1 / 2 + 1 + 0) / 3),
        "success@1": pytest.approx((0 + 1 + 0) / 3),
        "success@5": pytest.approx((1 + 1 + 0) / 3),
        "success@20": pytest.approx((1 + 1 + 0) / 3),
        "mrr": pytest.approx((1 / 3 + 1 + 0) / 3),
        "ndcg@10": pytest.approx(((1 / log2(1 + 3)) / (1 + 1 / log2(1 + 2)) + 1 + 0) / 3),
    }


def test_equal_scores_keep_our_order() -> None:
    # trec_eval alone would put "z" before "a", by docno.
    assert measure(run(q="a z"), Qrels({"q": ("a",)}))["mrr"] == 1
    assert measure(run(q="z a"), Qrels({"q": ("a",)}))["mrr"] == 1 / 2


def test_nothing_judged_is_null() -> None:
    figures = measure(run(q="a"), Qrels({}))
    assert figures["questions"] == 0
    assert figures["mrr"] is None


def test_trec_formats() -> None:
    found = Run("sys", {"a b%": (RankedPassage("d:0-5", 2.5), RankedPassage("d:5-9", 2.5))})
    first, second = found.trec().splitlines()
    assert first == "a%20b%25 Q0 d:0-5 1 2.5 sys"
    query, iteration, docno, rank, score, tag = second.split(" ")
    assert (query, iteration, docno, rank, tag) == ("a%20b%25", "Q0", "d:5-9", "2", "sys")
    assert float(score) < 2.5
    assert Qrels({"a b%": ("d:0-5",)}).trec() == "a%20b%25 0 d:0-5 1\n"


@given(st.lists(st.floats(allow_nan=False), min_size=1, max_size=30))
def test_written_scores_fall_strictly_in_single_precision(scores: list[float]) -> None:
    ranking = tuple(RankedPassage(f"d{n}", score) for n, score in enumerate(scores))
    written = [line.split(" ") for line in Run("t", {"q": ranking}).trec().splitlines()]
    read = [np.float32(fields[4]) for fields in written]
    assert [fields[2] for fields in written] == [p.docno for p in ranking]
    assert all(higher > lower for higher, lower in pairwise(read))


@pytest.mark.parametrize("docno", ["", "a b", "a\tb", "a\u2028b"])
def test_docnos_must_be_one_word(docno: str) -> None:
    with pytest.raises(ValueError, match="not one word"):
        Run("t", {"q": (RankedPassage(docno, 1.0),)})
    with pytest.raises(ValueError, match="not one word"):
        Qrels({"q": (docno,)})


def test_run_of_predictions_names_passages_as_trec_needs() -> None:
    passage = {"article_id": "my file.txt", "start": 3, "end": 9, "score": 0.5}
    found = run_of([prediction("q", None, passages=[passage, passage])])
    assert found.rankings == {"q": (RankedPassage("my%20file.txt:3-9", 0.5),)}
    assert "my%20file.txt:3-9" in found.trec()


def test_relevance_needs_whole_words_and_the_evidence() -> None:
    questions = [
        asked("hour", "“One hour”", "an hour"),
        asked("bound", "one hour", evidence=("b",)),
        asked("none"),
        asked("empty", "the"),
    ]
    passages = [
        ("a:1", "a", "It took one hour."),
        ("a:2", "a", "Trains leave hourly, at one."),
        ("b:1", "b", "One “hour” it was."),
    ]
    qrels = judge_passages(questions, iter(passages))
    assert qrels.relevant == {"hour": ("a:1", "b:1"), "bound": ("b:1",)}


_WORDS = st.lists(
    st.sampled_from(["the", "a", "one", "“one”", "hour,", "hours", "two-"]), max_size=5
).map(" ".join)


@given(st.lists(st.lists(_WORDS, max_size=3), max_size=4), st.lists(_WORDS, max_size=6))
def test_judging_by_words_equals_judging_one_by_one(
    golds: list[list[str]], texts: list[str]
) -> None:
    questions = [asked(f"q{n}", *answers) for n, answers in enumerate(golds)]
    # A text without a word would "hold" an answer without a word; neither means anything.
    passages = [(f"d{n}", "x", f"{text} end") for n, text in enumerate(texts)]
    expected = {
        q.id: tuple(
            docno for docno, _, text in passages if any(judge_holds(text, a) for a in q.answers)
        )
        for q in questions
    }
    found = judge_passages(questions, passages).relevant
    assert found == {question_id: docnos for question_id, docnos in expected.items() if docnos}
