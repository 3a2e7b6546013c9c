"""Units asked in one process or several, and what is kept of a stopped run."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.evaluation.asking.journal import FILE, OTHER, Journal
from bot.evaluation.asking.workers import Ask, Unit, ask_units, units_of
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.sets.questions import Paragraph
from retrieval.errors import QuestionError, StorageError, WorkError
from tests.evaluation.examples import asked, prediction

ONE, TWO = Paragraph("p1", "Title", "Text."), Paragraph("p2", "Title", "Text.")


@dataclass(frozen=True)
class Echo:
    """Answers each question with its place in its unit; picklable, as workers need."""

    failing: str = ""
    dying: str = ""

    @contextmanager
    def __call__(self) -> Iterator[Ask]:
        yield self._ask

    def _ask(self, unit: Unit) -> list[Prediction]:
        for question in unit:
            if question.id == self.failing:
                raise QuestionError("the question is empty; type what you want to know.")
            if question.id == self.dying:
                os._exit(1)
        return [prediction(q.id, f"{place} of {len(unit)}") for place, q in enumerate(unit)]


def test_conversations_and_paragraphs_stay_whole() -> None:
    questions = [
        asked("1", "x"),
        asked("2", "x"),
        asked("3", "x", conversation="c"),
        asked("4", "x", conversation="c"),
        asked("5", "x", conversation="d"),
        asked("6", "x", context=ONE, conversation="e"),
        asked("7", "x", context=ONE),
        asked("8", "x", context=TWO),
    ]
    found = [[question.id for question in unit] for unit in units_of(questions)]
    assert found == [["1"], ["2"], ["3", "4"], ["5"], ["6", "7"], ["8"]]


def test_the_predictions_do_not_depend_on_the_number_of_workers() -> None:
    questions = [asked(str(n), "x", conversation=f"c{n // 3}") for n in range(40)]
    units = units_of(questions)

    def by_id(workers: int) -> dict[str, Prediction]:
        return {p["id"]: p for found in ask_units(units, Echo(), workers) for p in found}

    alone = by_id(1)
    assert list(alone) == [question.id for question in questions]
    assert by_id(2) == alone


def test_a_workers_error_is_told_as_it_is() -> None:
    units = units_of([asked(str(n), "x") for n in range(5)])
    for workers in (1, 2):
        with pytest.raises(QuestionError, match="the question is empty"):
            list(ask_units(units, Echo(failing="3"), workers))


def test_a_worker_that_dies_is_told_with_what_to_do() -> None:
    units = units_of([asked(str(n), "x") for n in range(5)])
    with pytest.raises(WorkError, match="--workers 1"):
        list(ask_units(units, Echo(dying="3"), 2))


IDENTITY = {"set": "a", "task": "answer"}


def kept_in(folder: Path, identity: dict[str, str] = IDENTITY) -> list[str]:
    with Journal(folder, identity) as journal:
        return list(journal.kept)


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    with Journal(tmp_path / "run", IDENTITY) as journal:
        assert journal.kept == {}
        journal.add([prediction("1", "“Zürich”"), prediction("2", None)])
    with Journal(tmp_path / "run", IDENTITY) as journal:
        assert journal.kept["1"]["answer"] == "“Zürich”"
        assert list(journal.kept) == ["1", "2"]
        journal.add([prediction("3", "x")])
    assert kept_in(tmp_path / "run") == ["1", "2", "3"]


def test_what_another_run_left_is_not_taken(tmp_path: Path) -> None:
    with Journal(tmp_path, IDENTITY) as journal:
        journal.add([prediction("1", "x")])
    with Journal(tmp_path, {**IDENTITY, "task": "read"}) as journal:
        assert journal.kept == {}
        assert journal.set_aside
    assert '"id": "1"' in (tmp_path / OTHER).read_text()


def test_what_had_asked_nothing_is_not_set_aside(tmp_path: Path) -> None:
    with Journal(tmp_path, IDENTITY):
        pass
    with Journal(tmp_path, {**IDENTITY, "task": "read"}) as journal:
        assert not journal.set_aside
    assert not (tmp_path / OTHER).exists()


@pytest.mark.parametrize("torn", [b'{"id": "2", "ans', b'{"id": "2"}', b"\x00\xff\n", b"[1]\n"])
def test_a_torn_line_is_dropped_and_written_over(tmp_path: Path, torn: bytes) -> None:
    with Journal(tmp_path, IDENTITY) as journal:
        journal.add([prediction("1", "x")])
    with (tmp_path / FILE).open("ab") as stream:
        stream.write(torn)
    with Journal(tmp_path, IDENTITY) as journal:
        assert list(journal.kept) == ["1"]
        journal.add([prediction("3", "x")])
    lines = (tmp_path / FILE).read_text().splitlines()
    assert [json.loads(line).get("id") for line in lines] == [None, "1", "3"]


def test_a_whole_run_leaves_nothing_behind(tmp_path: Path) -> None:
    with Journal(tmp_path, IDENTITY) as journal:
        journal.add([prediction("1", "x")])
        journal.remove()
    assert list(tmp_path.iterdir()) == []


def test_two_runs_cannot_write_into_one_folder(tmp_path: Path) -> None:
    with (
        Journal(tmp_path, IDENTITY),
        pytest.raises(WorkError, match="another evaluation is writing here"),
        Journal(tmp_path, IDENTITY),
    ):
        pass


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(StorageError, match="cannot be written"),
        Journal(tmp_path / "file" / "run", IDENTITY),
    ):
        pass
