from __future__ import annotations

import numpy as np
import pytest

from benchmarks.peers.exchange import Question
from benchmarks.peers.measures import first_ranks, percentile, quality, recall_lead

BODIES = {"a": "He came to Reykjavik on May 19.", "b": "Nobody was harmed.", "c": "An «art» fair"}


def asked(*answers: str, identifier: str = "q") -> Question:
    return Question(identifier, "?", answers)


def test_the_first_passage_with_an_answer_counts() -> None:
    ranks = first_ranks({"q": ["b", "a", "c"]}, [asked("may 19", "art")], BODIES)
    assert ranks.tolist() == [2]


def test_an_answer_must_stand_there_as_whole_words() -> None:
    ranks = first_ranks({"q": ["b", "c"]}, [asked("arm"), asked("Art")], BODIES)
    assert ranks.tolist() == [np.inf, 2]


def test_an_answer_that_normalises_to_nothing_is_nowhere() -> None:
    assert first_ranks({"q": ["a"]}, [asked("the")], BODIES).tolist() == [np.inf]


def test_a_question_without_a_ranking_found_nothing() -> None:
    assert first_ranks({}, [asked("May")], BODIES).tolist() == [np.inf]


def test_passages_beyond_the_deepest_cut_off_do_not_count() -> None:
    assert first_ranks({"q": ["b"] * 20 + ["a"]}, [asked("May")], BODIES).tolist() == [np.inf]


def test_recall_and_reciprocal_rank() -> None:
    found = quality(np.array([1, 2, 6, np.inf]))
    assert found.recall == {1: 0.25, 5: 0.5, 20: 0.75}
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 6) / 4)


def test_a_lead_is_paired_and_stands_within_its_interval() -> None:
    ahead, behind = np.array([1.0, 3, 2, np.inf] * 10), np.array([1.0, 9, 2, np.inf] * 10)
    lead = recall_lead(ahead, behind, 5)
    assert lead.value == pytest.approx(0.25)
    assert 0 < lead.low < 0.25 < lead.high
    same = recall_lead(ahead, ahead, 5)
    assert (same.low, same.value, same.high) == (0, 0, 0)


def test_percentiles_of_no_times_are_none() -> None:
    assert percentile([], 50) is None
    assert percentile([1.0, 2.0, 9.0], 50) == 2.0
