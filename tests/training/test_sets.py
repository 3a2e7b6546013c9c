"""Which rows a training may use: titles that are titles, and documents that are in no training."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.builders import CONTEXT, example, write_set
from training import sets
from training.sets import QuestionSet
from training.squad import Example

FIRST, *SECOND = (
    QuestionSet("one", "reader-train/one.json.gz", 1.0, 1.0),
    QuestionSet("two", "reader-train-2/two.json.gz", 1.0, 1.0),
    QuestionSet("three", "reader-train-2/three.json.gz", 1.0, 1.0),
)
TITLES = [f"Talks in town {number}" for number in range(400)]


def is_one_in_twenty(key: str) -> bool:
    """The rule itself, so that nobody moves it unseen: figures of other days depend on it."""
    return int.from_bytes(hashlib.sha256(key.casefold().encode()).digest()[:4]) % 20 == 0


def under(titles: list[str]) -> list[Example]:
    """One question under each title, each on a text of its own."""
    return [
        replace(example("noon", f"{CONTEXT} {number}", title), id=f"own-{number}")
        for number, title in enumerate(titles)
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sets")
    for chosen in (FIRST, *SECOND):
        write_set(folder / chosen.file, under(TITLES))
    return folder


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Colonial_history_of_the_United_States", "Colonial history of the United States"),
        ("Ninth World Games open in Cali, Colombia", "Ninth World Games open in Cali, Colombia"),
        ("Rotterdam", "Rotterdam"),
        ("Izmail_(2001)", "Izmail (2001)"),
        ("squad-13585555", ""),
        ("kn-16063", ""),
        ("cnc-train_09_B_12", ""),
        ("p217007", ""),
        ("DEV-MUC3-0389", ""),
        ("jamie-freel-and-the-young-lady", ""),
        ("qamr", ""),
        ("  ", ""),
    ],
)
def test_row_numbers_and_file_names_are_no_titles(title: str, shown: str) -> None:
    assert sets.shown_title(title) == shown


def test_ids_are_unique_whatever_the_file_says(tmp_path: Path) -> None:
    rows = [replace(e, id="the same") for e in under(TITLES[:30])]
    write_set(tmp_path / FIRST.file, rows)
    found = list(sets.rows(tmp_path, FIRST))
    assert [row.id for row in found] == [f"one-{number}" for number in range(30)]
    assert [row.heading for row in found] == TITLES[:30]


def test_a_held_out_document_comes_out_of_no_set(data: Path) -> None:
    expected = {title for title in TITLES if is_one_in_twenty(title)}
    spread = 4 * math.sqrt(len(TITLES) * 0.05 * 0.95)
    assert abs(len(expected) - len(TITLES) / 20) < spread
    for chosen in SECOND:
        read = {row.title for row in sets.read(data, chosen, seed=1)}
        assert set(TITLES) - read == expected, "the same titles whichever set they stand in"


def test_the_first_folder_has_no_held_out_documents(data: Path) -> None:
    """Whole articles of one of its sets are held out instead, by ``training_rows``."""
    assert {row.title for row in sets.read(data, FIRST, seed=1)} == set(TITLES)


@settings(max_examples=30)
@given(st.text(max_size=12), st.text(min_size=1, max_size=30))
def test_a_document_is_known_by_its_title_or_else_by_its_text(title: str, text: str) -> None:
    row = replace(example(), heading=title, context=text, golds=())
    key = title or " ".join(text.split())
    for chosen in SECOND:
        assert sets.is_held_out(chosen, row) == is_one_in_twenty(key)
        spaced = replace(row, context=f" {text}\n")
        assert sets.is_held_out(chosen, spaced) == sets.is_held_out(chosen, row)
    assert not sets.is_held_out(FIRST, row)


def test_kinds_are_thinned_by_the_seed_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [replace(e, kind=("a", "b")[at % 2], source="one") for at, e in enumerate(under(TITLES))]
    monkeypatch.setattr(sets, "rows", lambda data, chosen: iter(rows))
    chosen = replace(FIRST, kept={"a": 0.25})
    kinds = [row.kind for row in sets.read(tmp_path, chosen, seed=1)]
    assert kinds.count("b") == 200
    assert abs(kinds.count("a") - 50) < 4 * math.sqrt(200 * 0.25 * 0.75)
    again, other = (list(sets.read(tmp_path, chosen, seed)) for seed in (1, 2))
    assert [row.kind for row in again] == kinds
    assert [row.id for row in again] != [row.id for row in other]


def test_all_sets_but_the_held_out_articles_of_one(tiny_data: Path) -> None:
    rows, held, titles = sets.training_rows(tiny_data, 0.25, seed=13)
    assert list(rows) == [chosen.name for chosen in sets.SETS]
    assert len(titles) == 1
    assert {row.title for row in held} == set(titles)
    assert titles[0] not in {row.title for row in rows[sets.DEVELOPMENT]}
    assert {row.source for own in rows.values() for row in own} <= set(rows)


def test_every_set_says_how_it_is_used() -> None:
    names = [chosen.name for chosen in sets.SETS]
    assert len(set(names)) == len(names)
    for chosen in sets.SETS:
        assert 0 < chosen.first <= 1
        assert chosen.grouped + chosen.alone <= 1
        assert bool(chosen.negatives) == (chosen.grouped + chosen.alone > 0)
        assert chosen.file.split("/")[0] in {"reader-train", "reader-train-2"}
