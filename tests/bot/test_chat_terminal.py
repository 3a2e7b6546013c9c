"""The chat in a real pseudo-terminal: keys in, screen out."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from tests import deadlines
from tests.bot.conftest import COMMAND, environment

PROMPT = "pullquote>"
ASKED = "how long did the meeting last?"
ANSWER = "one hour and 45 minutes"
CTRL_C, CTRL_D, ENTER, TAB, UP = "\x03", "\x04", "\r", "\t", "\x1b[A"
PASTE = "\x1b[200~{}\x1b[201~"
Chat = Callable[..., "pexpect.spawn"]

SLOW = """
import sys, time
from pathlib import Path
from rich.console import Console
from bot.terminal.chat_session import ChatSession
from bot.terminal.repl import run_terminal
from tests.bot.worlds import assistant_quoting

class Slow:
    def reply(self, conversation, text, as_of=None, *, asks_back=False):
        if "slow" in text:
            print("WORKING", flush=True)
            time.sleep(3600)  # until Ctrl-C
        return assistant_quoting("one hour and 45 minutes").reply(conversation, text, as_of)

run_terminal(ChatSession(Slow()), Console(), Path(sys.argv[1]), "READY")
print("LEFT")
"""


def hear_ctrl_c() -> None:
    """Tests that run in the background are deaf to it, and what they start would be so too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def start(home: Path) -> Iterator[Chat]:
    """Starts a program in a terminal of its own, and closes it after the test."""
    running = []

    def spawn(command: str, *arguments: str) -> pexpect.spawn:
        child = pexpect.spawn(
            command,
            [str(a) for a in arguments],
            env=environment(home, TERM="xterm"),
            cwd=str(Path(__file__).parents[2]),
            encoding="utf-8",
            codec_errors="replace",
            dimensions=(40, 120),
            timeout=deadlines.HANGS,
            preexec_fn=hear_ctrl_c,
        )
        running.append(child)
        return child

    yield spawn
    for child in running:
        child.close(force=True)


@pytest.fixture
def chat(start: Chat, seed_index: Path) -> pexpect.spawn:
    child = start(str(COMMAND), "chat", "--index", str(seed_index))
    child.expect_exact(PROMPT)
    return child


def plain(text: str) -> str:
    return re.sub(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[=>])", "", text)


def answered(child: pexpect.spawn) -> str:
    """What is on the screen between here and the next prompt after an answer."""
    child.expect_exact("characters")
    shown = child.before
    child.expect_exact(PROMPT)
    return plain(shown + child.before)


def leave(child: pexpect.spawn) -> None:
    child.send(CTRL_D)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert "Traceback" not in child.before


def leave_double(child: pexpect.spawn) -> None:
    child.send(CTRL_D)
    child.expect_exact("LEFT")
    child.expect(pexpect.EOF)


def test_a_question_its_commands_and_the_way_out(chat: pexpect.spawn, home: Path) -> None:
    chat.send(ASKED + ENTER)
    shown = answered(chat)
    assert ANSWER in shown
    assert "[1]" in shown
    chat.send("/so")
    chat.expect_exact("/sources")
    chat.send(TAB)
    chat.expect_exact("urces")
    chat.send(ENTER)
    chat.expect_exact("[2]")
    chat.expect_exact(PROMPT)
    chat.send("/open 1" + ENTER)
    chat.expect_exact("Lavrov finds Reykjavik talks")
    chat.expect_exact(PROMPT)
    chat.send("/opne 1" + ENTER)
    chat.expect_exact("did you mean /open?")
    chat.expect_exact(PROMPT)
    leave(chat)
    assert ASKED in (home / "pullquote" / "chat_history").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_paste_of_several_lines_is_one_question(chat: pexpect.spawn) -> None:
    chat.send(PASTE.format("how long did\nthe meeting\r\n  last?") + ENTER)
    assert ANSWER in answered(chat)
    leave(chat)


@pytest.mark.slow
def test_arrow_up_recalls_and_control_c_drops_a_line(chat: pexpect.spawn) -> None:
    chat.send("nonsense that is dropped" + CTRL_C)
    chat.expect_exact(PROMPT)
    chat.send(ASKED + ENTER)
    answered(chat)
    chat.send(UP)
    chat.expect_exact("last?")
    chat.send(ENTER)
    assert ANSWER in answered(chat)
    chat.send(CTRL_C + CTRL_C)
    chat.expect_exact(PROMPT)
    leave(chat)


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.08, 0.4])
def test_control_c_in_the_first_question_spoils_nothing(chat: pexpect.spawn, delay: float) -> None:
    """The model and half the libraries are just loading: the worst moment."""
    chat.send(ASKED + ENTER)
    chat.expect(pexpect.TIMEOUT, timeout=delay)
    chat.send(CTRL_C)
    chat.expect_exact(["Cancelled", "characters"])
    chat.expect_exact(PROMPT)
    chat.send(CTRL_C)
    chat.expect_exact(PROMPT)
    chat.send(ASKED + ENTER)
    assert ANSWER in answered(chat)
    leave(chat)


def test_control_c_cancels_the_question_and_not_the_program(start: Chat, tmp_path: Path) -> None:
    child = start(sys.executable, "-c", SLOW, str(tmp_path / "history"))
    child.expect_exact(PROMPT)
    for _ in range(2):
        child.send("a slow question" + ENTER)
        child.expect_exact("WORKING")
        child.send(CTRL_C)
        child.expect_exact("Cancelled.")
        child.expect_exact(PROMPT)
    child.send("a quick question" + ENTER)
    assert ANSWER in answered(child)
    child.send(CTRL_D)
    child.expect_exact("LEFT")


@pytest.mark.slow
def test_a_history_that_cannot_be_written_does_not_matter(start: Chat, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    child = start(sys.executable, "-c", SLOW, str(tmp_path / "file" / "history"))
    child.expect_exact(PROMPT)
    child.send("a quick question" + ENTER)
    assert ANSWER in answered(child)


@pytest.mark.slow
def test_blank_lines_and_an_endless_paste(start: Chat, tmp_path: Path) -> None:
    child = start(sys.executable, "-c", SLOW, str(tmp_path / "history"))
    child.expect_exact(PROMPT)
    child.send("   " + ENTER)
    child.expect_exact(PROMPT)
    child.send(PASTE.format("x" * 3000) + ENTER)
    child.expect_exact("the question has 3,000 characters")
    child.expect_exact(PROMPT)


def ask(child: pexpect.spawn, line: str) -> str:
    child.send(line + ENTER)
    return answered(child)


def history_of(child: pexpect.spawn) -> list[str]:
    """The questions that ``/history`` shows, with their numbers; the first was answered."""
    child.send("/history" + ENTER)
    child.expect_exact(ANSWER)
    shown = child.before
    child.expect_exact(PROMPT)
    lines = plain(shown + child.before).replace("\r", "").split("\n")
    return [line.strip() for line in lines if re.match(r" +\d+ +\S", line)]


def start_double(start: Chat, history: Path) -> pexpect.spawn:
    child = start(sys.executable, "-c", SLOW, str(history))
    child.expect_exact(PROMPT)
    return child


def test_a_recalled_line_is_a_new_question(start: Chat, tmp_path: Path) -> None:
    child = start_double(start, tmp_path / "history")
    ask(child, "old question?")
    leave_double(child)
    child = start_double(start, tmp_path / "history")
    ask(child, "new question?")
    ask(child, UP * 2)
    ask(child, UP + " and why?")
    assert history_of(child) == [
        "1  new question?",
        "2  old question?",
        "3  old question? and why?",
    ]


@pytest.mark.slow
def test_somebody_who_types_ahead_asks_new_questions(start: Chat, tmp_path: Path) -> None:
    child = start_double(start, tmp_path / "history")
    child.send("".join(f"question {number}?{ENTER}" for number in "abcdef"))
    for _ in "abcdef":
        child.expect_exact("characters")
    child.expect_exact(PROMPT)
    assert len(history_of(child)) == 6


def test_bytes_that_are_no_text_do_not_end_the_chat(start: Chat, tmp_path: Path) -> None:
    child = start_double(start, tmp_path / "history")
    os.write(child.child_fd, b"how long did \xff\xfe it last?\r")
    answered(child)
    assert ANSWER in ask(child, UP)


@pytest.mark.slow
def test_a_conversation_at_a_terminal_is_kept(start: Chat, seed_index: Path, home: Path) -> None:
    child = start(str(COMMAND), "chat", "--index", str(seed_index))
    child.expect_exact(PROMPT)
    ask(child, ASKED)
    leave(child)
    child = start(str(COMMAND), "chat", "--continue", "--index", str(seed_index))
    child.expect_exact(f"Going on after “{ASKED}”")
    child.expect_exact(PROMPT)
    assert "Understood as: Was " in ask(child, "Was it longer than expected?")
    assert len(history_of(child)) == 2
    leave(child)
    child = start(str(COMMAND), "chat", "--index", str(seed_index))
    child.expect_exact(PROMPT)
    child.send("/history" + ENTER)
    child.expect_exact("No question has been asked in this conversation.")
    child.expect_exact(PROMPT)
    leave(child)


@pytest.mark.slow
def test_a_state_folder_that_cannot_be_written_stops_no_chat(
    start: Chat, seed_index: Path, home: Path
) -> None:
    home.touch()
    child = start(str(COMMAND), "chat", "--continue", "--index", str(seed_index))
    child.expect_exact("nothing is kept after you leave")
    child.expect_exact("No earlier conversation is kept; this is a new one.")
    child.expect_exact(PROMPT)
    assert ANSWER in ask(child, ASKED)
    assert "nothing is kept" not in ask(child, ASKED)
    leave(child)
