"""What people said of the bot's answers: how it is kept, and what question set it makes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evaluation.sets.question_sets import EvalQuestion, QuestionSet, load_question_set
from bot.evaluation.sets.ratings import (
    RATED_AGAIN,
    RATED_DOWN,
    RATED_DOWN_BESIDE,
    set_of_ratings,
)
from bot.storage.ratings import Rating, RatingsInSqlite, read_ratings
from retrieval.errors import QuestionSetError, StorageError

from .set_files import fault, loads, rated, rating, written

HOSTILE = "🙂 'quote' \x00 \x1b[31m\u202e\r\n; DROP TABLE ratings"


def test_what_is_added_comes_back_in_order(tmp_path: Path) -> None:
    store = RatingsInSqlite(tmp_path / "new" / "ratings.sqlite")
    given_ = [
        rating(1, question=HOSTILE, answer=HOSTILE, id=HOSTILE),
        rating(2, as_of=None, answer=None, article_id=None, good=False, probability=0.0),
        rating(3, asked_at=datetime(2026, 3, 1, 12, 0, 0, 5), probability=1.0),
    ]
    assert store.all() == ()
    for one in given_:
        store.add(one)
    assert store.all() == tuple(given_)
    store.close()
    assert store.all() == tuple(given_), "opened again"
    store.close()
    assert read_ratings(store.path) == tuple(given_)


def test_rating_again_replaces_and_counts_as_the_latest(tmp_path: Path) -> None:
    again = rating(1, good=False)
    path = rated(tmp_path / "r", rating(1), rating(2), again)
    assert read_ratings(path) == (rating(2), again)


def test_halves_of_characters_are_replaced(tmp_path: Path) -> None:
    path = rated(tmp_path / "r", rating(1, answer="a\ud83d"))
    assert read_ratings(path)[0].answer == "a\ufffd"


def test_several_threads_and_stores_share_one_file(tmp_path: Path) -> None:
    stores = [RatingsInSqlite(tmp_path / "r") for _ in range(3)]

    def add_ten(store: RatingsInSqlite, start: int) -> None:
        for number in range(start, start + 10):
            store.add(rating(1, id=str(number)))

    threads = [Thread(target=add_ten, args=(s, 10 * n)) for n, s in enumerate([*stores, *stores])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {one.id for one in stores[0].all()} == {str(n) for n in range(10 * len(threads))}
    for store in stores:
        store.close()


def test_a_file_being_written_can_be_read(tmp_path: Path) -> None:
    store = RatingsInSqlite(tmp_path / "r")
    store.add(rating(1))
    assert len(load_question_set(store.path).questions) == 1, "from the write-ahead log"
    store.close()


def test_reading_writes_nothing(tmp_path: Path) -> None:
    path = rated(tmp_path / "r", rating(1))
    before = path.read_bytes()
    load_question_set(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def made(tmp_path: Path, *statements: str) -> Path:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def damaged(tmp_path: Path, statement: str) -> Path:
    path = rated(tmp_path / "r", rating(1), rating(2))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    return path


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ratings SET asked_at = 'noon' WHERE id = 'r2'", "rating 2 is damaged (its date)"),
        ("UPDATE ratings SET as_of = 'noon'", "rating 1 is damaged (its date)"),
        ("UPDATE ratings SET question = x'ff'", "rating 1 is damaged (its question)"),
        ("UPDATE ratings SET answer = 7.5 WHERE id = 'r2'", ""),
        ("UPDATE ratings SET answer = x'00'", "rating 1 is damaged (its answer)"),
        ("UPDATE ratings SET answer = CAST(x'ff' AS TEXT)", "cannot be used as a file of ratings"),
        ("UPDATE ratings SET probability = 'high'", "rating 1 is damaged (its probability)"),
        ("UPDATE ratings SET probability = 2", "rating 1 is damaged (its probability)"),
        ("UPDATE ratings SET good = 5", "rating 1 is damaged (its good)"),
        ("DROP TABLE ratings", "is a database without a table of ratings"),
        ("ALTER TABLE ratings DROP COLUMN answer", "is a database without a table of ratings"),
        ("PRAGMA user_version = 9", "was written by a newer version of Pullquote"),
        ("DELETE FROM ratings", "holds no rating yet"),
        (
            "UPDATE ratings SET standalone_question = ' ', question = ''",
            'the rating "r1" has no question',
        ),
    ],
)
def test_each_fault_of_a_file_has_its_sentence(tmp_path: Path, statement: str, said: str) -> None:
    path = damaged(tmp_path, statement)
    if said:
        assert said in fault(path)
    else:
        assert load_question_set(path).questions[0].answers == ("Mara", "7.5"), "text by its column"


def test_other_and_broken_databases_are_refused_and_left_alone(tmp_path: Path) -> None:
    other = made(tmp_path, "CREATE TABLE ducks (name)")
    before = other.read_bytes()
    assert "is a database without a table of ratings" in fault(other)
    with pytest.raises(StorageError, match="without a table of ratings"):
        RatingsInSqlite(other).add(rating(1))
    assert other.read_bytes() == before

    whole = rated(tmp_path / "r", rating(1)).read_bytes()
    for content in (whole[:16], whole[:100], whole[:5000], whole[:100] + b"\xff" * 8000):
        broken = written(tmp_path, content, "broken")
        said = fault(broken)
        assert "cannot be used as a file of ratings" in said or "without a table" in said
        with pytest.raises(StorageError):
            RatingsInSqlite(broken).all()


def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be used as a file of ratings"):
        RatingsInSqlite(tmp_path).add(rating(1))
    file = written(tmp_path, "no database, but long enough to be read as a header" * 9)
    with pytest.raises(StorageError, match="cannot be used as a file of ratings"):
        RatingsInSqlite(file).all()


def of(*ratings: Rating) -> QuestionSet:
    return set_of_ratings(ratings, "set")


def answers(*ratings: Rating) -> Sequence[tuple[str, ...]]:
    return [question.answers for question in of(*ratings).questions]


def test_a_good_answer_and_a_good_abstention_are_questions(tmp_path: Path) -> None:
    nobody = rating(2, standalone_question="Who built it?", answer=None, article_id=None)
    loaded = load_question_set(rated(tmp_path / "set.jsonl", rating(1), nobody))
    assert loaded.questions == (
        EvalQuestion(
            id="r1",
            question="Who runs the ferry?",
            answers=("Mara",),
            date=date(2026, 3, 1),
            evidence=("harbour.txt",),
        ),
        EvalQuestion(id="r2", question="Who built it?", answers=(), date=date(2026, 3, 1)),
    )
    assert (loaded.left_out, loaded.left_out_reason) == (0, None)
    assert loaded.answered


def test_several_good_answers_to_one_question_are_all_accepted() -> None:
    more = rating(2, answer="Mara of the ferry", article_id="port.txt")
    loaded = of(rating(1), more, rating(3))
    assert [q.answers for q in loaded.questions] == [("Mara", "Mara of the ferry")]
    assert loaded.questions[0].evidence == ("harbour.txt", "port.txt")
    assert loaded.left_out == 0


def test_the_same_question_for_another_day_is_another_question() -> None:
    assert answers(rating(1), rating(2, as_of=None, answer="Ida")) == [("Mara",), ("Ida",)]


def test_bad_ratings_are_counted_and_not_asked() -> None:
    bad = rating(2, standalone_question="Who built it?", good=False)
    loaded = of(rating(1), bad, rating(3, answer="Ida", good=False))
    assert [q.answers for q in loaded.questions] == [("Mara",)]
    assert loaded.left_out == 2
    assert loaded.left_out_reason == f"1 {RATED_DOWN_BESIDE}; 1 {RATED_DOWN}"


def test_of_two_ratings_of_one_answer_the_later_counts() -> None:
    other = rating(9, standalone_question="Where?", answer="in port")
    up_then_down = of(rating(1), rating(2, answer=" MARA ", good=False), other)
    assert [q.answers for q in up_then_down.questions] == [("in port",)]
    assert up_then_down.left_out_reason == f"1 {RATED_AGAIN}; 1 {RATED_DOWN}"
    down_then_up = of(rating(1, good=False), rating(2))
    assert [q.answers for q in down_then_up.questions] == [("Mara",)]
    assert (down_then_up.left_out, down_then_up.left_out_reason) == (1, RATED_AGAIN)


@pytest.mark.parametrize(("order", "expected"), [((1, 2), ()), ((2, 1), ("Mara",))])
def test_of_an_answer_and_an_abstention_called_right_the_later_counts(
    order: tuple[int, int], expected: tuple[str, ...]
) -> None:
    both = {1: rating(1), 2: rating(2, answer=None, article_id=None)}
    loaded = of(*(both[number] for number in order))
    assert [q.answers for q in loaded.questions] == [expected]
    assert (loaded.left_out, loaded.left_out_reason) == (1, RATED_AGAIN)


def test_a_bad_abstention_does_not_hide_a_good_answer() -> None:
    assert answers(rating(1), rating(2, answer=None, good=False)) == [("Mara",)]


def test_nothing_but_bad_ratings_is_refused() -> None:
    with pytest.raises(QuestionSetError, match=RATED_DOWN):
        of(rating(1, good=False))


_RATINGS = st.builds(
    Rating,
    id=st.text(max_size=5),
    asked_at=st.datetimes(timezones=st.just(UTC)),
    question=st.just("typed"),
    standalone_question=st.sampled_from(["A?", "B?", " "]),
    as_of=st.none() | st.dates(),
    answer=st.none() | st.text(max_size=5),
    article_id=st.none() | st.text(max_size=5),
    probability=st.floats(0, 1),
    good=st.booleans(),
)


@settings(max_examples=100)
@given(st.lists(_RATINGS, min_size=1, max_size=8))
def test_every_rating_is_in_a_question_or_counted(ratings: list[Rating]) -> None:
    try:
        loaded = of(*ratings)
    except QuestionSetError:
        assert not any(one.good for one in ratings[-1:]), "the last good one always stands"
        return
    said = {answer for q in loaded.questions for answer in q.answers}
    good = {one.answer for one in ratings if one.good}
    assert said <= good
    assert len({(q.question, q.date) for q in loaded.questions}) == len(loaded.questions)
    assert 0 <= loaded.left_out <= len(ratings) - len(loaded.questions)
    assert (loaded.left_out == 0) == (loaded.left_out_reason is None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    places=st.lists(st.tuples(st.integers(16, 12_000), st.integers(0, 255)), max_size=30),
    cut=st.integers(16, 20_000),
)
def test_a_damaged_file_loads_or_is_refused(
    tmp_path: Path, places: list[tuple[int, int]], cut: int
) -> None:
    whole = tmp_path / "whole"
    if not whole.exists():
        rated(whole, rating(1), rating(2, answer="Ida", question="q" * 5000))
    content = bytearray(whole.read_bytes())
    for place, byte in places:
        content[place % len(content)] = byte
    content[:16] = whole.read_bytes()[:16]
    path = written(tmp_path, bytes(content[:cut]))
    assert loads(path)
