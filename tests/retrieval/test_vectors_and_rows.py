"""int8 vectors, and the rows of two versions brought into one order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.index.build_cache import WorkCache
from retrieval.index.neighbours import NeighbourGraph, write_graph
from retrieval.index.rows import PassageRows, merged
from retrieval.index.terms import PassageTerms
from retrieval.index.vectors import CODES_FILE, QuantizedVectors
from retrieval.protocols import Vectors


def unit_rows(count: int, dimension: int = 384, seed: int = 0) -> Vectors:
    rows = np.random.default_rng(seed).standard_normal((count, dimension)).astype(np.float32)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_codes_are_within_half_a_level() -> None:
    rows = unit_rows(50)
    quantized = QuantizedVectors.of(rows)
    largest = np.abs(rows).max(axis=1, keepdims=True)
    assert (np.abs(quantized.floats() - rows) <= largest / 127 / 2 * 1.001).all()
    assert np.abs(quantized.codes).max() == 127


@settings(max_examples=30)
@given(st.integers(0, 40), st.integers(1, 70), st.integers(0, 9))
def test_products_are_those_of_the_rounded_rows(count: int, dimension: int, seed: int) -> None:
    rows, question = unit_rows(count, dimension, seed), unit_rows(1, dimension, seed + 1)[0]
    quantized = QuantizedVectors.of(rows)
    asked = QuantizedVectors.of(question[None]).floats()[0]
    found = quantized.products(question)
    assert found.shape == (count,)
    assert found == pytest.approx(quantized.floats() @ asked, abs=1e-5)
    assert found == pytest.approx(rows @ question, abs=0.02)


def test_a_row_of_zeros_stays_one() -> None:
    quantized = QuantizedVectors.of(np.zeros((2, 8), np.float32))
    assert not quantized.floats().any()
    assert quantized.products(np.ones(8, np.float32)).tolist() == [0.0, 0.0]


def test_they_come_back_from_disk_mapped(tmp_path: Path) -> None:
    quantized = QuantizedVectors.of(unit_rows(20))
    quantized.save(tmp_path)
    loaded = QuantizedVectors.load(tmp_path)
    assert isinstance(loaded.codes, np.memmap)
    question = unit_rows(1, seed=3)[0]
    assert np.array_equal(loaded.products(question), quantized.products(question))
    np.save(tmp_path / CODES_FILE, np.zeros((3, 4), np.int8))
    with pytest.raises(ValueError, match="scales"):
        QuantizedVectors.load(tmp_path)


def test_the_graph_finds_nearly_all_true_neighbours(tmp_path: Path) -> None:
    quantized = QuantizedVectors.of(unit_rows(2000, 32))
    write_graph(quantized, tmp_path / "graph")
    graph = NeighbourGraph(tmp_path / "graph")
    hits = 0
    for seed in range(20):
        question = unit_rows(1, 32, 100 + seed)[0]
        true = np.argsort(-quantized.products(question))[:10]
        hits += len(set(true.tolist()) & set(graph.near(question, 10).tolist()))
    assert hits >= 195  # of 200


def rows_of(words: dict[str, list[str]], seed: int = 0) -> PassageRows:
    """One passage for each word of an article; its vector and digest tell which it is."""
    ids = tuple(sorted(words))
    flat = [(number, word) for number, id_ in enumerate(ids) for word in words[id_]]
    marks = [sum(word.encode()) % 250 + 1 for _, word in flat]
    return PassageRows(
        ids,
        np.array(
            [(number, 10 * i, 10 * i + 9) for i, (number, _) in enumerate(flat)], np.int32
        ).reshape(-1, 3),
        np.array([[mark] * 16 for mark in marks], np.uint8).reshape(-1, 16),
        PassageTerms.of([["the", word] for _, word in flat]),
        QuantizedVectors(
            np.array([[mark // 2] * 4 for mark in marks], np.int8).reshape(-1, 4),
            np.array(marks, np.float32),
        ),
    )


def told(rows: PassageRows) -> dict[str, list[tuple[str, int, int, float]]]:
    """What each article's passages are, read from every part of the rows."""
    return {
        id_: [
            (
                rows.terms[i][1],
                int(rows.digests[i][0]),
                2 * int(rows.vectors.codes[i][0]),
                float(rows.vectors.scales[i]),
            )
            for i in range(*bounds)
        ]
        for id_, bounds in rows.rows_of().items()
    }


articles = st.dictionaries(
    st.sampled_from("abcdefgh"), st.lists(st.sampled_from(["ab", "cd", "ef", "gh"]), max_size=3)
)


@given(articles, articles)
def test_kept_and_fresh_rows_are_those_of_one_index(
    old: dict[str, list[str]], new: dict[str, list[str]]
) -> None:
    keep = [id_ for id_ in old if id_ not in new]
    both = merged(rows_of(old), rows_of(new), keep)
    expected = {id_: old[id_] for id_ in keep} | new
    whole = told(rows_of(expected))
    if len(rows_of(old)):
        assert told(both) == whole
        used = {term for i in range(len(both)) for term in both.terms[i]}
        assert set(both.terms.vocabulary) == used
    assert list(both.places[:, 0]) == sorted(both.places[:, 0])


def test_work_is_kept_by_encoder_and_by_preparation(tmp_path: Path) -> None:
    path = tmp_path / "work"
    row = QuantizedVectors.of(unit_rows(1, 8))
    with WorkCache(path, "encoder", 8, "prepared-1") as work:
        work.put_vectors([b"digest"], row)
        work.put_prepared([("article", "body")])
    with WorkCache(path, "encoder", 8, "prepared-1") as work:
        found = work.vector(b"digest")
        assert found is not None
        assert np.array_equal(found.floats(), row.floats())
        assert work.prepared("article") == "body"
        assert work.vector(b"other") is None
    with WorkCache(path, "another", 8, "prepared-2") as work:
        assert work.vector(b"digest") is None
        assert work.prepared("article") is None
