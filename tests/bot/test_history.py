"""Where conversations are kept: one contract for memory and SQLite, and what files suffer.

No test waits: the clock is handed in.
"""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from bot.dialogue.conversation import Answered, Choice, Conversation, OpenChoice, Turn
from bot.storage.conversations import (
    ConversationsElseInMemory,
    ConversationsInMemory,
    ConversationsInSqlite,
    ConversationStore,
    Limits,
)
from retrieval.datatypes import AnswerType
from retrieval.errors import StorageError
from tests import deadlines

from .worlds import contents_of

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
HOSTILE = (
    "🙂 👩‍👩‍👧 \U0001f1ee\U0001f1f8",
    "lone \ud83d surrogate",
    "\udc80\udcff",
    "two in a row \ud83d\ude00 stay two",
    "NUL \x00 and \x1b[31mred\x1b[0m",
    "\u202eevil\u202c שלום עולם",
    "line\nbreak\r\n\u2028\x85",
    "'; DROP TABLE conversations; --",
    '%s {} \\ \\u0041 "quoted"',
    "",
    " ",
    "x" * 100_000,
)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def of(*questions: str) -> Conversation:
    """A conversation of unanswered questions."""
    conversation = Conversation()
    for question in questions:
        conversation = conversation.with_turn(Turn(question, question))
    return conversation


def whole(text: str) -> Conversation:
    """A conversation with ``text`` wherever a text can stand."""
    answered = Answered(text, text, text, text, AnswerType.DURATION, (text, text))
    turn = Turn(text, text, answered, AnswerType.YES_NO)
    choice = OpenChoice(text, (Choice(text, text, (text,)), Choice(text, text)))
    asked = Conversation(topic=text, subtopic=text).with_turn(turn)
    return asked.with_turn(Turn(text, text)).with_open_choice(choice)


Make = Callable[..., ConversationStore]


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes an empty store of each kind."""
    opened: list[ConversationsInSqlite] = []

    def new(limits: Limits | None = None, clock: Callable[[], datetime] | None = None):  # type: ignore[no-untyped-def]
        clock = clock or Clock()
        if request.param == "memory":
            return ConversationsInMemory(limits, clock)
        path = tmp_path / f"{len(opened)}" / "conversations.sqlite"
        opened.append(ConversationsInSqlite(path, limits, clock))
        return opened[-1]

    yield new
    for store in opened:
        store.close()


def test_what_was_saved_is_loaded(make: Make) -> None:
    store = make()
    assert store.load("a") == Conversation()
    store.save("a", of("Who?"))
    assert store.load("a") == of("Who?")
    store.save("a", of("Who?", "When?"))
    assert store.load("a") == of("Who?", "When?")


def test_chats_are_held_apart(make: Make) -> None:
    store = make()
    for chat in ("a", "A", "a ", "a\x00", "a\x00b", "", "%", "é", "e\u0301"):
        assert store.load(chat) == Conversation()
        store.save(chat, of(f"I am {chat!r}"))
    for chat in ("a", "A", "a ", "a\x00", "a\x00b", "", "%", "é", "e\u0301"):
        assert store.load(chat) == of(f"I am {chat!r}")


def test_forgetting_takes_one_chat(make: Make) -> None:
    store = make()
    store.save("a", of("Who?"))
    store.save("b", of("When?"))
    store.forget("a")
    store.forget("never seen")
    assert store.load("a") == Conversation()
    assert store.load("b") == of("When?")


def test_an_empty_conversation_is_not_kept(make: Make) -> None:
    store = make(Limits(most=1))
    store.save("a", of("Who?"))
    store.save("b", Conversation())
    assert store.load("a") == of("Who?")
    store.save("a", Conversation())
    assert store.load("a") == Conversation()
    assert store.expire(START + 1000 * DAY) == 0


def test_a_topic_alone_is_kept(make: Make) -> None:
    store = make()
    store.save("a", Conversation(topic="Talks end in Reykjavik"))
    assert store.load("a").topic == "Talks end in Reykjavik"


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_comes_back_as_it_was(make: Make, text: str) -> None:
    store = make()
    store.save(text, whole(text))
    assert store.load(text) == whole(text)
    assert store.load(text + "x") == Conversation()


def test_a_conversation_expires_by_age_since_its_last_turn(make: Make) -> None:
    clock = Clock()
    store = make(Limits(age=30 * DAY), clock)
    store.save("silent", of("Who?"))
    store.save("goes on", of("Who?"))
    clock.now = START + 20 * DAY
    store.save("goes on", of("Who?", "When?"))
    clock.now = START + 30 * DAY
    assert store.expire(clock.now) == 0
    assert store.load("silent") == of("Who?")
    clock.now += timedelta(seconds=1)
    assert store.load("silent") == Conversation(), "it is gone before anybody has cleaned up"
    assert store.expire(clock.now) == 1
    assert store.load("goes on") == of("Who?", "When?")
    assert store.expire(START + 1000 * DAY) == 1


def test_saving_cleans_up(make: Make) -> None:
    clock = Clock()
    store = make(Limits(age=DAY), clock)
    store.save("old", of("Who?"))
    clock.now += 2 * DAY
    store.save("new", of("Who?"))
    assert store.expire(START) == 0, "nothing is left to drop, whatever the clock says"
    clock.now = START
    assert store.load("old") == Conversation()


def test_the_longest_silent_goes_when_there_are_too_many(make: Make) -> None:
    clock = Clock()
    store = make(Limits(most=3), clock)
    for chat in "abc":
        clock.now += timedelta(seconds=1)
        store.save(chat, of(chat))
    store.save("a", of("a", "again"))
    store.save("d", of("d"))
    assert [chat for chat in "abcd" if store.load(chat).turns] == ["a", "c", "d"]
    assert store.expire(clock.now) == 0


def test_among_equal_times_the_first_saved_goes(make: Make) -> None:
    store = make(Limits(most=2))
    for chat in "abab":
        store.save(chat, of(chat))
    store.save("c", of("c"))
    assert [chat for chat in "abc" if store.load(chat).turns] == ["b", "c"]


def test_a_clock_that_was_set_back_loses_nothing(make: Make) -> None:
    clock = Clock()
    store = make(Limits(age=DAY), clock)
    store.save("a", of("Who?"))
    clock.now -= 100 * DAY
    assert store.load("a") == of("Who?")
    assert store.expire(clock.now) == 0


def test_many_threads_at_once(make: Make) -> None:
    store, together, faults = make(), Barrier(8), []

    def talk(chat: str) -> None:
        try:
            together.wait()
            conversation = Conversation()
            for number in range(20):
                conversation = conversation.with_turn(Turn(f"{chat} {number}", ""))
                store.save(chat, conversation)
                assert store.load(chat) == conversation
        except BaseException as error:
            faults.append(error)

    threads = [Thread(target=talk, args=(f"chat {n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert [store.load(f"chat {n}").asked for n in range(8)] == [20] * 8


# What only a file can do, and suffer.


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "conversations.sqlite"


@pytest.fixture
def sqlite(path: Path) -> Iterator[ConversationsInSqlite]:
    with closing(ConversationsInSqlite(path, clock=Clock())) as store:
        yield store


def change(path: Path, statement: str, *values: object) -> None:
    """Another hand in the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement, values)


def test_making_one_touches_nothing(path: Path) -> None:
    ConversationsInSqlite(path)
    assert not path.parent.exists()


def test_the_file_is_for_its_owner_alone(sqlite: ConversationsInSqlite, path: Path) -> None:
    sqlite.save("a", of("Who?"))
    assert path.stat().st_mode & 0o077 == 0


def test_a_new_object_on_the_same_file_goes_on(path: Path) -> None:
    for text in HOSTILE:
        with closing(ConversationsInSqlite(path, clock=Clock())) as store:
            store.save(text, whole(text))
    with closing(ConversationsInSqlite(path, clock=Clock())) as store:
        assert all(store.load(text) == whole(text) for text in HOSTILE)
        store.close()
        assert store.load("") == whole(""), "closed, it opens again"


def test_two_objects_on_one_file_see_each_other(sqlite: ConversationsInSqlite, path: Path) -> None:
    with closing(ConversationsInSqlite(path, clock=Clock())) as other:
        sqlite.save("a", of("Who?"))
        assert other.load("a") == of("Who?")
        other.save("a", of("Who?", "When?"))
        other.save("b", of("Where?"))
        assert sqlite.load("a") == of("Who?", "When?")
        sqlite.forget("b")
        assert other.load("b") == Conversation()


PROCESS = """
import sys
from pathlib import Path
from bot.dialogue.conversation import Conversation, Turn
from bot.storage.conversations import ConversationsInSqlite
store, conversation = ConversationsInSqlite(Path(sys.argv[1])), Conversation()
sys.stdin.readline()
for number in range(25):
    conversation = conversation.with_turn(Turn(f"{sys.argv[2]} {number}", ""))
    store.save(sys.argv[2], conversation)
    assert store.load(sys.argv[2]) == conversation
store.close()
"""


def test_many_processes_begin_one_file_at_once(path: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(path), f"chat {n}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(4)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in running:
        _, errors = process.communicate(timeout=deadlines.HANGS)
        assert (process.returncode, errors) == (0, "")
    with closing(ConversationsInSqlite(path)) as store:
        for n in range(4):
            turns = store.load(f"chat {n}").turns
            assert [turn.question for turn in turns] == [f"chat {n} {i}" for i in range(25)]


def test_a_process_that_is_killed_leaves_what_it_saved(path: Path) -> None:
    killed = PROCESS.replace("store.close()", "import os, signal; os.kill(os.getpid(), 9)")
    subprocess.run(
        [sys.executable, "-c", killed, str(path), "a"], input="go\n", text=True, check=False
    )
    with closing(ConversationsInSqlite(path)) as store:
        assert store.load("a").asked == 25


def test_an_interrupted_save_changes_nothing(
    sqlite: ConversationsInSqlite, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite.save("a", of("Who?"))

    def interrupted(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(sqlite, "_drop", interrupted)
        with pytest.raises(KeyboardInterrupt):
            sqlite.save("a", of("Who?", "When?"))
    assert sqlite.load("a") == of("Who?")
    sqlite.save("a", of("Where?"))
    assert sqlite.load("a") == of("Where?")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"version":2}',
        b'{"version":1,"turns":[]}',
        b'{"version":1,"turns":[{}],"open_choice":null,"topic":null,"subtopic":null,"asked":0}',
        b'{"version":1,"turns":{},"open_choice":null,"topic":null,"subtopic":null,"asked":0}',
        b'{"version":1,"turns":[],"open_choice":null,"topic":5,"subtopic":null,"asked":0}',
        b'{"version":1,"turns":[],"open_choice":{},"topic":null,"subtopic":null,"asked":0}',
        b'{"version":1,"turns":[],"open_choice":null,"topic":null,"subtopic":null,"asked":true}',
        b'{"version":1,"turns":[],"open_choice":null,"topic":null,"subtopic":null,"asked":-1}',
        5,
        "\x00",
    ],
)
def test_a_damaged_conversation_begins_afresh_and_others_stay(
    sqlite: ConversationsInSqlite, path: Path, body: object, caplog: pytest.LogCaptureFixture
) -> None:
    sqlite.save("a\x1b", of("Who?"))
    sqlite.save("b", of("When?"))
    change(path, "UPDATE conversations SET body = ? WHERE chat = ?", body, b"a\x1b")
    with caplog.at_level(logging.WARNING):
        assert sqlite.load("a\x1b") == Conversation()
    (record,) = caplog.records
    assert r"the conversation of 'a\x1b' begins afresh" in record.getMessage()
    assert "\n" not in record.getMessage()
    assert len(record.getMessage()) < 400
    assert sqlite.load("b") == of("When?")
    sqlite.save("a\x1b", of("Where?"))
    assert sqlite.load("a\x1b") == of("Where?")


def refusal(store: ConversationStore) -> str:
    """The one sentence for every use of ``store``, none of which may change a file."""
    uses: list[Callable[[], object]] = [
        lambda: store.load("a"),
        lambda: store.save("a", of("Who?")),
        lambda: store.forget("a"),
        lambda: store.expire(START),
    ]
    sentences = set()
    for use in uses:
        with pytest.raises(StorageError) as error:
            use()
        sentences.add(str(error.value))
    (sentence,) = sentences
    assert "\n" not in sentence
    assert "move" in sentence, "it names a cure"
    return sentence


def test_a_file_that_is_no_database(sqlite: ConversationsInSqlite, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"my diary, which nobody may overwrite\n" * 100)
    before = contents_of(path.parent)
    assert "conversations cannot be kept there (file is not a database)" in refusal(sqlite)
    assert contents_of(path.parent) == before


@pytest.mark.parametrize("version", [0, 1])
def test_a_database_of_something_else(
    sqlite: ConversationsInSqlite, path: Path, version: int
) -> None:
    path.parent.mkdir()
    change(path, "CREATE TABLE conversations (chat, saved, body)")
    change(path, f"PRAGMA user_version = {version}")
    before = contents_of(path.parent)
    assert "is a database of something else; move it away" in refusal(sqlite)
    assert contents_of(path.parent) == before


def test_a_file_of_a_newer_version(sqlite: ConversationsInSqlite, path: Path) -> None:
    sqlite.save("a", of("Who?"))
    sqlite.close()
    change(path, "PRAGMA user_version = 2")
    before = contents_of(path.parent)
    sentence = refusal(sqlite)
    assert "another version of Pullquote (its format is 2, this one's is 1)" in sentence
    sqlite.close()
    assert contents_of(path.parent) == before


def test_a_truncated_file(sqlite: ConversationsInSqlite, path: Path) -> None:
    for number in range(40):
        sqlite.save(f"{number}", of("x" * 2000))
    sqlite.close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StorageError, match="conversations cannot be kept there"):
        [sqlite.load(f"{number}") for number in range(40)]


def test_a_folder_in_its_place_and_a_file_in_its_folders(tmp_path: Path) -> None:
    assert "conversations cannot be kept there" in refusal(ConversationsInSqlite(tmp_path))
    (tmp_path / "file").touch()
    assert "conversations cannot be kept there" in refusal(
        ConversationsInSqlite(tmp_path / "file" / "conversations.sqlite")
    )


def test_what_stood_in_the_way_may_go_meanwhile(sqlite: ConversationsInSqlite, path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    refusal(sqlite)
    path.rename(path.with_name("away"))
    sqlite.save("a", of("Who?"))
    assert sqlite.load("a") == of("Who?")


def test_memory_takes_over_with_one_warning(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = ConversationsElseInMemory(ConversationsInSqlite(tmp_path), ConversationsInMemory())
    with caplog.at_level(logging.WARNING):
        assert store.load("a") == Conversation()
        store.save("a", of("Who?"))
        assert store.load("a") == of("Who?")
        assert store.expire(START) == 0
        store.forget("a")
        assert store.load("a") == Conversation()
    (record,) = caplog.records
    assert record.getMessage().startswith(f"{tmp_path}: conversations cannot be kept there")


def test_as_long_as_the_file_can_be_used_memory_is_not(sqlite: ConversationsInSqlite) -> None:
    spare = ConversationsInMemory()
    store = ConversationsElseInMemory(sqlite, spare)
    store.save("a", of("Who?"))
    assert sqlite.load("a") == of("Who?")
    assert spare.load("a") == Conversation()
