"""The passages of a retriever, and their terms as arrays."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Passage, Query, TextRange
from retrieval.index.collection import FILE, Collection
from retrieval.index.terms import PassageTerms

from .builders import collection_of, numbered_passages, positions


def test_one_date_is_needed_for_each_passage() -> None:
    with pytest.raises(ValueError, match="one publication date"):
        Collection.of(numbered_passages(2), (None,))


def test_allowed_is_none_without_a_filter_and_inclusive_with_one() -> None:
    collection = collection_of(4, [date(2021, 5, 18), date(2021, 5, 19), date(2021, 5, 20), None])
    assert collection.allowed(Query("x")) is None
    allowed = collection.allowed(Query("x", date(2021, 5, 19)))
    assert allowed is not None
    assert allowed.tolist() == [True, True, False, True]


def test_best_orders_by_score_then_by_place() -> None:
    found = collection_of(5).best([4, 1, 3, 0], [1.0, 2.0, 1.0, 1.0], "x", 3)
    assert positions(found) == [1, 0, 3]
    assert [s.ranks[0].rank for s in found] == [1, 2, 3]


def test_the_best_are_those_of_a_full_sort_whatever_the_ties() -> None:
    generator = np.random.default_rng(0)
    for limit in (1, 3, 10, 50, 60):
        scores = generator.integers(0, 6, 50).astype(float)
        found = positions(collection_of(50).best(np.arange(50), scores, "x", limit))
        assert found == sorted(range(50), key=lambda i: (-scores[i], i))[:limit]


PASSAGES = [Passage("b", 0, 5), Passage("b", 5, 9), Passage("a", 0, 5), Passage("c", 3, 4)]


def test_a_collection_is_its_passages_in_order() -> None:
    days = [date(2021, 5, 1), date(2021, 5, 1), None, date(2021, 5, 2)]
    collection = Collection.of(PASSAGES, days)
    assert list(collection) == PASSAGES
    assert [collection[i] for i in range(4)] == PASSAGES
    assert [collection.position(p) for p in PASSAGES] == [0, 1, 2, 3]
    assert collection.days == (date(2021, 5, 1), None, date(2021, 5, 2))
    for stranger in (Passage("b", 0, 9), Passage("z", 0, 5)):
        with pytest.raises(KeyError):
            collection.position(stranger)


def test_an_article_cannot_stand_in_two_places_or_have_two_dates() -> None:
    with pytest.raises(ValueError, match="stand together"):
        Collection.of([PASSAGES[0], PASSAGES[2], PASSAGES[1]], [None] * 3)
    with pytest.raises(ValueError, match="two publication dates"):
        Collection.of(PASSAGES[:2], [date(2021, 5, 1), None])


def test_a_collection_comes_back_from_disk(tmp_path: Path) -> None:
    collection = Collection.of(PASSAGES, [None] * 4)
    np.save(tmp_path / FILE, collection.places)
    assert list(Collection.load(tmp_path, ("b", "a", "c"), (None,) * 3)) == PASSAGES


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (4, 3), (-2, -1)])
def test_impossible_ranges_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a text range"):
        TextRange(start, end)


def test_ranges_that_touch_do_not_overlap() -> None:
    assert not TextRange(0, 3).overlaps(TextRange(3, 5))
    assert TextRange(0, 4).overlaps(TextRange(3, 5))
    assert TextRange(0, 5).holds(TextRange(0, 5))


any_terms = st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"]))), max_size=6)


@given(any_terms)
def test_terms_come_back_from_disk_as_they_were(passages: list[list[str]]) -> None:
    terms = PassageTerms.of(passages)
    with tempfile.TemporaryDirectory() as folder:
        terms.save(Path(folder))
        loaded = PassageTerms.load(Path(folder))
    assert [list(own) for own in loaded] == passages
    assert len(loaded) == len(passages)


def test_terms_are_read_like_a_list() -> None:
    terms = PassageTerms.of([["a", "b"], [], ["b"]])
    assert terms[-1] == ["b"]
    assert terms[0:2] == [["a", "b"], []]
    assert terms[::-1] == [["b"], [], ["a", "b"]]
    for beyond in (3, -4):
        with pytest.raises(IndexError):
            terms[beyond]


def test_no_passages_have_no_terms() -> None:
    assert len(PassageTerms.of([])) == 0
    assert list(PassageTerms.of([])) == []


def test_a_missing_or_damaged_file_is_an_os_or_value_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="vocabulary"):
        PassageTerms.load(tmp_path)
    PassageTerms.of([["a"]]).save(tmp_path)
    (tmp_path / "term_ids.npy").write_bytes(b"rubbish")
    with pytest.raises(ValueError, match=r"pickle|magic"):
        PassageTerms.load(tmp_path)


def test_repeated_terms_keep_their_order() -> None:
    terms = PassageTerms.of([["b", "a", "b"]])
    assert terms.vocabulary == ("b", "a")
    assert terms.ids.tolist() == [0, 1, 0]
    assert terms.starts.dtype == np.int64
