"""Rows of held-out documents, asked of a collection: with their document, and without it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from tests.training.builders import TOWNS, report, write_set
from training import held_out_rows, sets
from training.news import find
from training.shelf import PASSAGES, Asked, Shelf
from training.squad import Example, Gold

BY_NAME = {chosen.name: chosen for chosen in sets.SETS}
NAMES = [name for names in held_out_rows.COLLECTIONS for name in names]
OTHERS = TOWNS[6:]


def titles(chosen: sets.QuestionSet, is_held: bool, count: int) -> list[str]:
    """Titles of documents that are held out of trainings, or are not."""
    made = (f"{chosen.name} visits town {number}" for number in itertools.count())
    probe = Example("", "", "", "", "", ())
    matching = (t for t in made if sets.is_held_out(chosen, replace(probe, heading=t)) == is_held)
    return list(itertools.islice(matching, count))


def about(name: str, title: str, town: str, other: str, text: str = "") -> list[Example]:
    """An answerable question, one that names nobody, and one that the set says is unanswered."""
    text = text or report(town, other)
    place = Gold(text.index(town), text.index(town) + len(town))
    asked = f"Where did the talks that {other} reported begin?"
    row = Example(f"{name}-{town}", name, title, asked, text, (place,))
    return [
        row,
        replace(row, id=f"{row.id}-plain", question="Where did the talks begin?"),
        replace(row, id=f"{row.id}-none", question=f"Who left {town}?", golds=()),
    ]


def elsewhere(name: str, title: str, town: str, other: str) -> list[Example]:
    """A question with its answer in one text, and said to be unanswered by another one of the
    document: true of that text, and not of the collection.
    """
    answered = about(name, title, town, other)[0]
    answered = replace(answered, id=f"{answered.id}-here", question=f"Where, {town}, did it begin?")
    text = f"Nothing of this was said in {other}, where the mayor thanked the people of {name}."
    return [answered, replace(answered, id=f"{answered.id}-not", context=text, golds=())]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For each set two held-out documents, of which one has two texts, and three others."""
    folder = tmp_path_factory.mktemp("rows")
    for at, name in enumerate(NAMES):
        chosen = BY_NAME[name]
        one, two = titles(chosen, True, 2)
        town, other = TOWNS[at % 6], OTHERS[at % 4]
        rows = about(name, one, town, other)
        rows += about(name, one, "Bergen", other, report("Bergen", f"{other} and {town}"))
        rows += about(name, two, TOWNS[(at + 1) % 6], other)
        rows += elsewhere(name, two, "Narvik", other)
        for title in titles(chosen, False, 3):
            rows += about(name, title, "Tampa", other, f"{report('Tampa', other)} {title}.")
        write_set(folder / chosen.file, rows)
    return folder


@pytest.fixture(scope="module")
def asked(data: Path) -> list[Asked]:
    return list(held_out_rows.asked_rows(data, per_set=100, seed=1))


def of_kind(asked: list[Asked], kind: str) -> list[Asked]:
    return [item for item in asked if item.kind.split()[0] == kind]


def row_of(data: Path, item: Asked) -> Example:
    name = item.kind.split()[1]
    identifier = item.id.removesuffix("-left")
    return next(row for row in sets.rows(data, BY_NAME[name]) if row.id == identifier)


def test_rows_of_held_out_documents_alone_are_asked(data: Path, asked: list[Asked]) -> None:
    assert {item.kind.split()[1] for item in asked} == set(NAMES)
    for item in asked:
        row = row_of(data, item)
        assert sets.is_held_out(BY_NAME[row.source], row)
        assert item.question == row.question
        assert item.question != "Where did the talks begin?", "it may be asked of any text"
    assert len({item.id for item in asked}) == len(asked)


def test_an_answerable_row_finds_its_text(data: Path, asked: list[Asked]) -> None:
    assert len(of_kind(asked, "rows")) == 4 * len(NAMES)
    for item in of_kind(asked, "rows"):
        row = row_of(data, item)
        assert item.answers == tuple(row.answers())
        assert row.context in {context.article.text.strip() for context in item.contexts}
        assert len(item.contexts) <= PASSAGES


def test_what_is_left_has_neither_the_document_nor_an_answer(
    data: Path, asked: list[Asked]
) -> None:
    left = of_kind(asked, "rows-left")
    assert left
    for item in left:
        row = row_of(data, item)
        chosen = BY_NAME[row.source]
        own = {r.context for r in sets.rows(data, chosen) if r.title == row.title}
        assert len(own) in (2, 3)
        found = [c.article.text for c in item.contexts]
        found += [str(c.article.title) for c in item.contexts]
        assert found, "there is something to be tempted by"
        assert not own & {text.strip() for text in found}
        assert item.answers == ()
        assert not any(find(text, answer) for text in found for answer in row.answers())


def test_a_question_whose_answer_is_found_elsewhere_is_not_asked_again(
    asked: list[Asked],
) -> None:
    """Every town is told of in several sets' documents; those that the search finds count."""
    assert 0 < len(of_kind(asked, "rows-left")) < len(of_kind(asked, "rows"))


def test_unanswerable_rows_stay_so(data: Path, asked: list[Asked]) -> None:
    own = of_kind(asked, "rows-own")
    assert len(own) == 3 * len(NAMES)
    assert all(item.answers == () and not row_of(data, item).golds for item in own)


def test_what_another_text_of_the_collection_answers_is_not_unanswerable(
    data: Path, asked: list[Asked]
) -> None:
    """Was: half of the questions that had been moved to another passage found their own."""
    moved = [item for item in asked if item.question == "Where, Narvik, did it begin?"]
    assert {item.kind.split()[0] for item in moved} <= {"rows", "rows-left"}
    assert of_kind(moved, "rows")


def test_an_answer_in_a_title_is_an_answer() -> None:
    """The reader reads titles."""
    raw = RawArticle(
        "a", "Nothing else was said of the harbour.", root="", path="", title="Talks in Narvik"
    )
    contexts = Shelf([prepare(raw)]).contexts("What was said of the harbour?")
    assert len(contexts) == 1
    assert held_out_rows._holds(contexts, ["Narvik"])
    assert not held_out_rows._holds(contexts, ["Oslo"])


def test_the_seed_alone_chooses(data: Path) -> None:
    one, again, other = (
        list(held_out_rows.asked_rows(data, per_set=2, seed=seed)) for seed in (1, 1, 2)
    )
    assert one == again
    assert [item.id for item in one] != [item.id for item in other]
    asked = [item for item in one if not item.kind.startswith("rows-left")]
    assert len(asked) <= 2 * len(NAMES)
