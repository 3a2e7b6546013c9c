"""``chat --continue``: a conversation that goes on in another process, as its user sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.bot.conftest import Run

ASKED = "how long did the meeting last?"
FOLLOW_UP = "Was it longer than expected?"
MEANT = "Understood as: Was "
Chat = Callable[..., "CompletedProcess[str]"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def chat(pullquote: Run, seed_index: Path, home: Path) -> Chat:
    """A piped chat with a home of its own; in this process unless told otherwise."""

    def run(typed: str, *options: str | Path, runner: Run = pullquote) -> CompletedProcess[str]:
        return runner(
            "chat",
            "--index",
            seed_index,
            *options,
            typed=typed,
            env={"XDG_STATE_HOME": str(home)},
        )

    return run


def history(done: CompletedProcess[str]) -> list[str]:
    """Its lines, without what it is all about."""
    lines = done.stdout.split("> /history\n")[1].splitlines()
    return [line.rstrip() for line in lines if line and not line.startswith("About: ")]


def test_a_conversation_goes_on_in_another_process(
    chat: Chat, pullquote_process: Run, home: Path
) -> None:
    first = chat(f"{ASKED}\n", "--continue", runner=pullquote_process)
    assert (first.returncode, first.stderr) == (0, "")
    second = chat(f"{FOLLOW_UP}\n/edit 1 how long was the meeting?\n", "--continue")
    assert (second.returncode, second.stderr) == (0, "")
    assert MEANT in second.stdout
    assert "Question 1, asked again." in second.stdout
    third = chat("/history\n", "--continue")
    assert (third.returncode, third.stderr) == (0, "")
    assert history(third)[:3] == [
        " 1  how long was the meeting?",
        "    one hour and 45 minutes",
        f" 2  {FOLLOW_UP}",
    ]
    assert history(third)[3].startswith("    understood as: Was ")
    assert chat("/new\n", "--continue").returncode == 0
    assert history(chat("/history\n", "--continue")) == [
        "No question has been asked in this conversation."
    ]


def test_a_pipe_begins_anew_and_keeps_nothing_unless_told_to(chat: Chat, home: Path) -> None:
    assert chat(f"{ASKED}\n").returncode == 0
    assert not home.exists()
    chat(f"{ASKED}\n", "--continue")
    assert MEANT not in chat(f"{FOLLOW_UP}\n").stdout
    assert len(history(chat("/history\n", "--continue"))) == 2


def spoilt_folder(home: Path) -> None:
    home.touch()


def spoilt_file(home: Path) -> None:
    (home / "pullquote").mkdir(parents=True)
    (home / "pullquote" / "conversations.sqlite").write_bytes(b"no database at all\n" * 99)


def newer_file(home: Path) -> None:
    (home / "pullquote").mkdir(parents=True)
    file = home / "pullquote" / "conversations.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 9")


@pytest.mark.parametrize("spoil", [spoilt_folder, spoilt_file, newer_file])
def test_where_nothing_can_be_kept_the_chat_goes_on_with_one_warning(
    chat: Chat, home: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(home)
    done = chat(f"{ASKED}\n{FOLLOW_UP}\n", "--continue")
    assert done.returncode == 0
    assert MEANT in done.stdout
    assert done.stderr.count("\n") == 1
    assert "conversations.sqlite" in done.stderr
    assert "nothing is kept after you leave" in done.stderr


def test_one_damaged_conversation_begins_afresh(chat: Chat, home: Path) -> None:
    chat(f"{ASKED}\n", "--continue")
    file = home / "pullquote" / "conversations.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE conversations SET body = 'nonsense'")
    done = chat(f"{FOLLOW_UP}\n", "--continue")
    assert done.returncode == 0
    assert MEANT not in done.stdout
    assert "begins afresh" in done.stderr
    assert done.stderr.count("\n") == 1
    assert history(chat("/history\n", "--continue"))[0] == f" 1  {FOLLOW_UP}"


def test_the_config_says_how_long(chat: Chat, home: Path, tmp_path: Path) -> None:
    chat(f"{ASKED}\n", "--continue")
    file = home / "pullquote" / "conversations.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("UPDATE conversations SET saved = saved - 2 * 86400")
    config = tmp_path / "short.toml"
    config.write_text("[conversation]\nexpire_days = 3\n")
    assert len(history(chat("/history\n", "--continue", "--config", config))) == 2
    config.write_text("[conversation]\nexpire_days = 1\n")
    assert len(history(chat("/history\n", "--continue", "--config", config))) == 1


def test_another_index_has_a_conversation_of_its_own(
    chat: Chat, pullquote: Run, index_copy: Path, home: Path
) -> None:
    chat(f"{ASKED}\n", "--continue")
    options = ("chat", "--continue", "--index", index_copy)
    env = {"XDG_STATE_HOME": str(home)}
    done = pullquote(*options, typed=f"{FOLLOW_UP}\n", env=env)
    assert MEANT not in done.stdout
