"""Labelling in a real pseudo-terminal: keys in, screen and file out."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from bot.evaluation.sets.question_sets import load_question_set
from tests import deadlines
from tests.bot.conftest import environment
from tests.bot.worlds import TALKS

ROOT = Path(__file__).parents[2]
CTRL_C, CTRL_D, ENTER, ESC, DOWN, END = "\x03", "\x04", "\r", "\x1b", "\x1b[B", "\x1b[F"
KEYS = "q quit"
QUESTIONS = "How long did the meeting last?\nWho confirmed it?\n\nWhere did they meet?\n"
HOSTILE = "Odd\n\nCafe\u0301 \x1b[31mred\x1b[0m\r\nשלום 👩\u200d👧 end\u2028of it.\rLast\u00a0words"

LABEL = """
import sys
from pathlib import Path
from bot.evaluation.labelling.command import run_label
from bot.evaluation.labelling.questions import load_questions
from retrieval.errors import PullquoteError
from tests.bot.worlds import TALKS, article, assistant_quoting
from tests.labelling.test_label_terminal import HOSTILE, long_article

texts = {"talks.txt": TALKS, "odd.txt": HOSTILE, "long.txt": long_article()}
articles = [article(text, name) for name, text in texts.items()]
assistant = assistant_quoting("one hour and 45 minutes", "Reykjavik", articles=articles)
try:
    run_label(assistant, load_questions(Path(sys.argv[1])), Path(sys.argv[2]), "Ann")
except PullquoteError as error:
    print(f"pullquote: {error}")
    sys.exit(error.exit_status)
"""

Start = Callable[..., "pexpect.spawn"]


def long_article() -> str:
    return "Long\n\n" + "Nothing happens on this “page” of it. " * 4000 + "The needle is here."


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "labels.jsonl"


@pytest.fixture
def start(tmp_path: Path, out: Path) -> Iterator[Start]:
    """Starts labelling ``QUESTIONS`` in a terminal of its own, and closes it after the test."""
    questions = tmp_path / "questions.txt"
    questions.write_text(QUESTIONS, encoding="utf-8")
    running = []

    def spawn() -> pexpect.spawn:
        child = pexpect.spawn(
            sys.executable,
            ["-c", LABEL, str(questions), str(out)],
            env=environment(tmp_path, TERM="xterm", PYTHONPATH=str(ROOT)),
            cwd=str(tmp_path),
            encoding="utf-8",
            codec_errors="replace",
            dimensions=(40, 120),
            timeout=deadlines.HANGS,
        )
        running.append(child)
        return child

    yield spawn
    for child in running:
        child.close(force=True)


# What is redrawn is only what differs, so inside an article little is there to be expected.


def asked(child: pexpect.spawn, number: int) -> None:
    child.expect_exact(f"Question {number} of 3")
    child.expect_exact(KEYS)


def opened(child: pexpect.spawn) -> None:
    child.expect_exact("Article 1 of")
    child.expect_exact("f find articles")


def left(child: pexpect.spawn) -> str:
    """The last line, after the program has ended well."""
    child.expect(pexpect.EOF)
    shown = re.sub(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[=>])", "", child.before)
    child.close()
    assert child.exitstatus == 0, shown
    assert "Traceback" not in shown
    return " ".join(shown.split("Labelled:")[-1].split())


def rows(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def answers(out: Path) -> list[tuple[str, list[str]]]:
    return [(row["id"], row["answers"]) for row in rows(out)]


def test_three_questions_are_labelled_and_evaluation_reads_them(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    child.send("1")
    child.expect_exact("Labelled: one hour and 45 minutes")
    asked(child, 2)
    child.send("n")
    child.expect_exact("the articles do not say")
    asked(child, 3)
    child.send("+1")
    child.expect_exact("Chosen:")
    child.send("2")
    child.expect_exact("Reykjavik”. Enter accepts")
    child.send(ENTER)
    child.expect_exact("Every question is labelled.")
    child.expect_exact(KEYS)
    child.send("q")
    assert "All 3 questions are labelled" in left(child)
    assert answers(out) == [
        ("line-1", ["one hour and 45 minutes"]),
        ("line-2", []),
        ("line-4", ["one hour and 45 minutes", "Reykjavik"]),
    ]
    for row in rows(out):
        assert row["by"] == "Ann"
        assert row["labelled_at"].endswith("+00:00")
        for answer, span in zip(row["answers"], row["spans"], strict=True):
            assert TALKS[span["start"] : span["end"]] == answer
    assert len(load_question_set(out).questions) == 3


@pytest.mark.slow
def test_labelling_goes_on_after_a_kill_and_drops_the_torn_line(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    child.send("2")
    asked(child, 2)
    os.kill(child.pid, signal.SIGKILL)
    child.expect(pexpect.EOF)
    with out.open("ab") as stream:
        stream.write(b'{"id": "line-2", "quest')
    child = start()
    child.expect_exact("The last line was cut off")
    asked(child, 2)
    child.send("s")
    asked(child, 3)
    child.send("n")
    child.expect_exact("Only skipped questions are left (1).")
    child.send("q")
    assert "2 labelled, 1 left" in left(child)
    assert answers(out) == [("line-1", ["Reykjavik"]), ("line-4", [])]


@pytest.mark.slow
def test_undo_asks_again(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    child.send("1")
    asked(child, 2)
    child.send("u")
    child.expect_exact("undone")
    asked(child, 1)
    assert answers(out) == []
    child.send("n")
    asked(child, 2)
    child.send(CTRL_D)
    assert "1 labelled, 2 left" in left(child)
    assert answers(out) == [("line-1", [])]


@pytest.mark.slow
@pytest.mark.parametrize("key", [CTRL_C, "q"])
def test_leaving_keeps_everything_and_says_how_to_go_on(start: Start, out: Path, key: str) -> None:
    child = start()
    asked(child, 1)
    child.send("a")
    asked(child, 2)
    child.send(key)
    last = left(child)
    assert "1 labelled, 2 left" in last
    assert "the same command goes on" in last
    assert len(rows(out)) == 1


@pytest.mark.slow
def test_leaving_out_of_an_article(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    child.send("m")
    opened(child)
    child.send(CTRL_C)
    assert "0 labelled, 3 left" in left(child)
    assert not out.exists()


@pytest.mark.slow
def test_keys_typed_before_a_question_is_shown_do_not_label_it(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    child.send("111")
    asked(child, 2)
    child.send("x")
    child.expect_exact("does nothing")  # keys are taken in their order: the three are through
    assert [name for name, _ in answers(out)] == ["line-1"]
    child.send("q")
    left(child)


def test_a_span_is_marked_in_the_article(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    child.send("m")
    opened(child)
    child.send(ENTER)
    child.expect_exact("marked: Space sets the start")
    child.send(" ww" + ENTER)
    asked(child, 2)
    child.send("m")
    opened(child)
    child.send("/NED price" + ENTER + " ww+")
    child.expect_exact("Chosen: “Ned Price”")
    child.send("m")
    opened(child)
    child.send(ESC)
    child.expect_exact(KEYS)
    child.send("1" + ENTER)
    asked(child, 3)
    child.send("q")
    left(child)
    assert answers(out) == [
        ("line-1", ["one hour"]),
        ("line-2", ["Ned Price", "one hour and 45 minutes"]),
    ]


@pytest.mark.slow
def test_a_mark_in_hostile_text_is_verbatim(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    child.send("m")
    opened(child)
    child.send("og " + DOWN * 9 + END + ENTER)
    child.expect_exact("Labelled:")
    assert "\x1b[31m" not in child.before, "the article's own colours"
    asked(child, 2)
    child.send("q")
    left(child)
    assert answers(out) == [("line-1", [HOSTILE])]
    assert rows(out)[0]["spans"] == [{"article_id": "odd.txt", "start": 0, "end": len(HOSTILE)}]


@pytest.mark.slow
def test_a_long_article_is_searched_and_walked_through(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    child.send("m")
    opened(child)
    child.send("flong.txt" + ENTER)
    child.expect_exact("Nothing happens on")
    child.send("/needle" + ENTER)
    child.expect_exact("needle is here.")
    child.send("g" + 20 * "\x1b[6~" + 10 * "\x1b[5~" + 200 * DOWN + "G b" + ENTER)
    asked(child, 2)
    child.send("q")
    left(child)
    assert answers(out) == [("line-1", ["here."])]


@pytest.mark.slow
def test_a_second_labeller_is_refused(start: Start, out: Path) -> None:
    child = start()
    asked(child, 1)
    second = start()
    second.expect_exact("pullquote: ")
    second.expect(pexpect.EOF)
    assert "is writing this file" in " ".join(second.before.split())
    second.close()
    assert second.exitstatus == 1
    child.send("q")
    left(child)


def refused(tmp_path: Path, questions: Path, out: Path) -> str:
    """What is said without a terminal."""
    done = subprocess.run(
        [sys.executable, "-c", LABEL, str(questions), str(out)],
        env=environment(tmp_path, PYTHONPATH=str(ROOT)),
        cwd=tmp_path,
        input="1\n",
        capture_output=True,
        encoding="utf-8",
        timeout=deadlines.HANGS,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == ""
    return done.stdout


def test_without_a_terminal_one_sentence_says_so(tmp_path: Path, out: Path) -> None:
    questions = tmp_path / "q.txt"
    questions.write_text(QUESTIONS, encoding="utf-8")
    assert refused(tmp_path, questions, out).startswith("pullquote: labelling needs a terminal")
    assert not out.exists()


@pytest.mark.slow
def test_labels_of_other_questions_under_the_same_ids_are_refused(
    start: Start, out: Path, tmp_path: Path
) -> None:
    child = start()
    asked(child, 1)
    child.send("nq")
    asked(child, 2)
    child.send("q")
    left(child)
    before = out.read_bytes()
    (tmp_path / "questions.txt").write_text("A new first line?\n" + QUESTIONS, encoding="utf-8")
    child = start()
    child.expect_exact('its label "line-1" is of another question')
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert out.read_bytes() == before
