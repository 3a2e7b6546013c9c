from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import exchange
from benchmarks.peers.child import folder_bytes, peak_bytes
from benchmarks.peers.exchange import Measurement, Passage, Question
from benchmarks.peers.export import chosen_places
from benchmarks.peers.vectors import KnownVectors, UnknownTextError

PASSAGES = [
    Passage("x:0-9", "x", "Title\nNext\u2028line", body=6, published="2023-01-02"),
    Passage("y:0-4", "y", "Body"),
]
QUESTIONS = [Question("1", "who?", ("she", "her"), "2023-01-03"), Question("2", "why?", ())]


def test_passages_and_questions_come_back_as_they_were(tmp_path: Path) -> None:
    assert exchange.write_lines(tmp_path / exchange.PASSAGES, PASSAGES) == 2
    exchange.write_lines(tmp_path / exchange.QUESTIONS, QUESTIONS)
    assert exchange.read_passages(tmp_path) == PASSAGES
    assert exchange.read_questions(tmp_path) == QUESTIONS
    assert exchange.read_questions(tmp_path, 1) == QUESTIONS[:1]


def test_a_measurement_comes_back_as_it_was(tmp_path: Path) -> None:
    measured = Measurement("x", "ask", milliseconds=(1.0, 2.5), rankings={"q": ["a", "b"]})
    measured.write(tmp_path / "deep" / "x.json")
    assert Measurement.read(tmp_path / "deep" / "x.json") == measured


def test_known_vectors_are_found_by_text() -> None:
    known = KnownVectors((["a", "b"], np.eye(2, dtype=np.float32)))
    assert known.look_up(["b", "a", "b"]).tolist() == [[0, 1], [1, 0], [0, 1]]


def test_a_text_without_a_vector_is_an_error() -> None:
    known = KnownVectors((["a"], np.ones((1, 2), dtype=np.float32)))
    with pytest.raises(UnknownTextError, match="'c'"):
        known.look_up(["a", "c"])


def test_there_must_be_one_vector_for_each_text() -> None:
    with pytest.raises(ValueError, match="2 texts but 1 vectors"):
        KnownVectors((["a", "b"], np.ones((1, 2), dtype=np.float32)))


def test_an_exported_folder_gives_its_vectors(tmp_path: Path) -> None:
    np.save(tmp_path / exchange.VECTORS, np.eye(2, dtype=np.float32))
    np.save(tmp_path / exchange.QUESTION_VECTORS, -np.eye(2, dtype=np.float32))
    known = KnownVectors.of(tmp_path, PASSAGES, QUESTIONS)
    assert known.look_up(["Body", "who?"]).tolist() == [[0, 1], [-1, 0]]
    with pytest.raises(UnknownTextError):
        KnownVectors.of(tmp_path, [], QUESTIONS).look_up(["Body"])


def test_a_part_holds_whole_articles_in_order() -> None:
    owners = ["a"] * 3 + ["b"] * 2 + ["c"] * 4
    places = chosen_places(owners, 4)
    assert places == sorted(places)
    assert len(places) >= 4
    taken = {owners[place] for place in places}
    assert places == [place for place, owner in enumerate(owners) if owner in taken]
    assert places == chosen_places(owners, 4)


def test_all_passages_are_taken_where_so_many_are_wanted() -> None:
    assert chosen_places(["a", "b"], None) == chosen_places(["a", "b"], 2) == [0, 1]


def test_sizes_are_of_all_files_below(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "one").write_bytes(b"123")
    (tmp_path / "deep" / "two").write_bytes(b"4567")
    assert folder_bytes(tmp_path) == 7


def test_a_process_knows_its_peak() -> None:
    assert 1e6 < peak_bytes() < 1e12
