"""What the bot remembers: a kill at any moment, played by opening the file anew."""

from __future__ import annotations

import json
import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bot.presentation.translation import wording
from bot.telegram_bot.rendering.keyboards import Callback, keyboard, pressed
from bot.telegram_bot.state.actions import (
    AnswerCallback,
    AnswerRecord,
    Button,
    Delete,
    Edit,
    Outcome,
    Rated,
    Send,
    Usage,
    outcome_from_json,
    outcome_to_json,
    record_from_json,
    record_to_json,
)
from bot.telegram_bot.state.database import BotDatabase
from bot.telegram_bot.state.pages import Page, ViewName
from bot.telegram_bot.transport.message_ids import MessageIds
from retrieval.errors import StorageError

PAGE = Page("<b>May 19</b> &amp; more", "May 19 & more")
SEND = Send(7, PAGE, ((Button("Sources", "token-0001:s0"),),), 5, answer="token-0001")
RECORD = AnswerRecord(
    token="token-0001",
    place="7",
    chat=7,
    question=5,
    made=1000.0,
    views={ViewName.ANSWER: (PAGE,), ViewName.SOURCES: (PAGE, PAGE)},
    language="en",
    asked="When did they meet?",
    rated=Rated("When did they meet?", "When did they meet?", "May 19", "a.txt", 0.62),
)
OUTCOME = Outcome(
    (AnswerCallback("q"), SEND, Edit(7, 6, PAGE), Delete(7, 8)),
    "7",
    '{"version": 1}',
    (RECORD,),
    Usage(7, "2026-11-27", "answered", 200.0),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot" / "bot.sqlite"


def test_an_outcome_survives_as_json() -> None:
    assert outcome_from_json(outcome_to_json(OUTCOME)) == OUTCOME


def test_a_record_of_an_older_version_still_loads() -> None:
    """It said who had asked."""
    older = json.loads(record_to_json(RECORD)) | {"asker": 7}
    assert record_from_json(json.dumps(older).encode()) == RECORD


def test_an_update_is_received_once(path: Path) -> None:
    database = BotDatabase(path)
    assert database.receive(1, 10.0, "{}")
    assert not database.receive(1, 11.0, "{}")
    database.finish(1)
    assert not database.receive(1, 12.0, "{}")
    assert database.unfinished() == []
    database.tidy(10.0 + 4 * 86_400, 30)
    assert database.receive(1, 13.0, "{}"), "after days an id may come again"
    database.close()


def test_a_kill_before_between_and_after_each_step(path: Path) -> None:
    before = BotDatabase(path)
    before.receive(1, 10.0, "first")
    before.receive(2, 11.0, "second")
    before.begin_deciding(1)
    before.close()

    decided = BotDatabase(path)
    first, second = decided.unfinished()
    assert (first.body, first.outcome, first.tries, second.tries) == ("first", None, 1, 0)
    decided.decide(1, OUTCOME)
    decided.close()

    begun = BotDatabase(path)
    first = begun.unfinished()[0]
    assert (first.outcome, first.step, first.trying, first.body) == (OUTCOME, 0, None, "")
    begun.begin(1, 0, 41)
    begun.close()

    doubtful = BotDatabase(path)
    first = doubtful.unfinished()[0]
    assert (first.step, first.trying, first.floor) == (0, 0, 41)
    doubtful.advance(1, 1, ("token-0001", 42))
    doubtful.close()

    sent = BotDatabase(path)
    first = sent.unfinished()[0]
    assert (first.step, first.trying) == (1, None)
    assert sent.answer("token-0001") == replace(RECORD, messages=(42,))
    sent.finish(1)
    assert [left.update_id for left in sent.unfinished()] == [2]
    sent.close()


def test_nothing_that_was_said_is_kept_of_a_finished_update(path: Path) -> None:
    database = BotDatabase(path)
    database.receive(1, 10.0, "a secret question")
    database.decide(1, OUTCOME)
    database.finish(1)
    database.close()
    with sqlite3.connect(path) as connection:
        row = connection.execute("SELECT body, outcome FROM updates").fetchone()
    connection.close()
    assert row == (None, None)


def test_answers_are_found_by_token_question_and_place(path: Path) -> None:
    database = BotDatabase(path)
    later = replace(RECORD, token="token-0002", question=9, made=2000.0)
    small_talk = replace(RECORD, token="token-0003", question=11, made=3000.0, rated=None)
    for record in (RECORD, later, small_talk):
        database.keep(record)
    assert database.answer("token-0002") == later
    assert database.answer("nobody") is None
    assert database.answer_to(7, 5) == RECORD
    assert database.answer_to(8, 5) is None
    assert database.latest("7") == later
    assert database.latest("7:1") is None
    database.tidy(2000.0 + 86_400, 1.0)
    assert database.answer("token-0001") is None
    assert database.answer("token-0002") == later
    database.close()


def test_accounts(path: Path) -> None:
    database = BotDatabase(path)
    for number, (user, outcome, spent) in enumerate(
        [(7, "answered", 100.0), (7, "abstained", 300.0), (8, "answered", 200.0)]
    ):
        database.receive(number, 1.0, "")
        database.decide(number, Outcome(usage=Usage(user, "2026-11-27", outcome, spent)))
    assert database.asked(7, "2026-11-27") == 2
    assert database.asked(7, "2026-11-28") == 0
    (account,) = database.accounts(7)
    assert account.questions == {"answered": 2, "abstained": 1}
    assert (account.people, account.milliseconds) == (2, (100 + 300 + 200) / 3)
    database.close()


def test_the_file_is_readable_for_its_owner_alone(path: Path) -> None:
    BotDatabase(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"garbage " * 999, b"SQLite format 3\0" + b"\0" * 4080])
def test_a_file_of_something_else_is_refused_and_left(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"bot\.sqlite: "):
        BotDatabase(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE things (x)")
    connection.close()
    with pytest.raises(StorageError, match="move it away"):
        BotDatabase(path)


def test_buttons_say_what_they_mean() -> None:
    below = keyboard(RECORD, wording("en"))
    meant = [pressed(button.data) for row in below for button in row]
    assert meant == [
        Callback("token-0001", ViewName.SOURCES, 0),
        Callback("token-0001", good=True),
        Callback("token-0001", good=False),
    ]
    turned = keyboard(RECORD, wording("en"), ViewName.SOURCES, 0)
    assert [pressed(b.data) for row in turned for b in row] == [
        Callback("token-0001", ViewName.SOURCES, 1),
        Callback("token-0001", ViewName.ANSWER, 0),
    ]
    asking = replace(RECORD, choices=("Geneva", "Reykjavik"))
    assert [[pressed(b.data) for b in row] for row in keyboard(asking, wording("en"))] == [
        [Callback("token-0001", choice=1)],
        [Callback("token-0001", choice=2)],
    ]
    assert keyboard(replace(RECORD, rated=None), wording("en")) == ()


@pytest.mark.parametrize(
    "data",
    """token-0001 token-0001: token-0001:x0 token-0001:a :a0 t:a0 token-0001:a0000 token-0001:=
    token-0001:+1 token/0001:a0""".split(),
)
def test_what_no_button_of_ours_has_means_nothing(data: str) -> None:
    assert pressed(data) is None
    assert pressed(f"{data} ") is None


def test_message_ids_are_counted_as_telegram_counts_them() -> None:
    ids = MessageIds()
    assert ids.highest(7) == 0
    ids.saw(7, 10)
    ids.saw(-5, 12)
    assert ids.highest(8) == 12, "private chats and small groups share one row"
    ids.saw(-1_000_000_000_123, 3)
    assert ids.highest(-1_000_000_000_123) == 3
    assert ids.highest(7) == 12
    assert ids.unknown_after(7, 9, 3) == [11, 13, 14, 15], "all up to the highest, three beyond it"
    assert ids.unknown_after(7, 20, 3) == [21, 22, 23]
    assert len(MessageIds({0: 10_000}).unknown_after(7, 9, 3)) == 200, "a bound"


def test_an_earlier_process_knew_message_ids(tmp_path: Path) -> None:
    database = BotDatabase(tmp_path / "bot.sqlite")
    database.receive(1, 1.0, "{}")
    database.advance(1, 1, highest=(0, 7))
    database.advance(1, 2, highest=(-1_000_000_000_123, 3))
    ids = MessageIds(database.highest_messages())
    database.close()
    assert (ids.highest(5), ids.highest(-1_000_000_000_123)) == (7, 3)
