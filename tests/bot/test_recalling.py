"""Which question a recalled line belongs to: values, without a terminal."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest
from prompt_toolkit.history import FileHistory, History, InMemoryHistory

from bot.terminal.prompt_history import PromptHistory, TypedLines, one_line


def typed(*lines: tuple[str, int | None]) -> TypedLines:
    """Lines submitted one after the other, and the questions they became."""
    found = TypedLines()
    for text, number in lines:
        found = found.with_line(text)
        found = found.with_number(one_line(text), number) if number else found
    return found


def recalled(lines: TypedLines, *older: str) -> list[int | None]:
    """What every line of the prompt belongs to, from the empty one upwards."""
    shown = [line.text for line in reversed(lines.lines)] + list(older)
    return [lines.recalled(shown, steps) for steps in range(len(shown) + 2)]


def test_a_line_belongs_to_the_question_it_became() -> None:
    lines = typed(("Who?", 1), ("/why", None), ("When?", 2))
    assert recalled(lines, "older", "oldest") == [None, 2, None, 1, None, None, None]


def test_nothing_was_typed_yet() -> None:
    assert recalled(TypedLines(), "older") == [None, None, None]


def test_the_same_line_twice_in_a_row_is_the_newer_question() -> None:
    assert recalled(typed(("Who?", 1), ("Who?", 2))) == [None, 2, None]


def test_a_command_twice_in_a_row_stays_a_command() -> None:
    assert recalled(typed(("/why", None), ("/why", None), ("", None))) == [None, None, None]


def test_a_changed_line_belongs_to_the_same_question_as_before() -> None:
    lines = typed(("Who?", 1), ("When?", 2), ("Who met him?", 1))
    assert recalled(lines) == [None, 1, 2, 1, None]


def test_a_line_that_was_cancelled_is_no_question() -> None:
    assert recalled(typed(("Who?", 1), ("slow", None))) == [None, None, 1, None]


def test_saying_which_is_meant_answers_the_question_before() -> None:
    lines = typed(("When did\nthey meet?", None), ("2", None)).with_number("When did they meet?", 1)
    assert recalled(lines) == [None, None, 1, None]


def test_a_question_that_nobody_typed_belongs_to_no_line() -> None:
    lines = typed(("Who?", 1))
    assert lines.with_number("When?", 2) == lines


def test_lines_of_an_earlier_conversation_are_no_questions_of_this_one() -> None:
    lines = typed(("Who?", 1), ("/new", None)).without_numbers()
    assert recalled(lines) == [None, None, None, None]


def test_a_line_that_stands_elsewhere_than_it_should_is_no_question() -> None:
    """Another session may have written to the same file meanwhile."""
    assert typed(("Who?", 1)).recalled(["Where?", "Who?"], 1) is None


def test_nothing_was_shown_yet_to_somebody_who_types_ahead() -> None:
    assert typed(("Who?", 1)).recalled([], 0) is None


def load(history: History) -> list[str]:
    async def lines() -> list[str]:
        return [line async for line in history.load()]

    return asyncio.run(lines())


def test_the_prompt_is_shown_old_and_new_lines_newest_first() -> None:
    history = PromptHistory(InMemoryHistory(["older", "old"]))
    assert load(history) == history.shown == ["old", "older"]
    history.append_string("new")
    history.begin()
    assert history.shown == []
    assert history.steps(0) == 0
    assert load(history) == history.shown == ["new", "old", "older"]
    assert [history.steps(index) for index in (3, 2, 0)] == [0, 1, 3]


@pytest.mark.parametrize("line", ["🙂 \x00 שלום", "lone \udcff surrogate", "two\nlines"])
def test_any_line_is_remembered(tmp_path: Path, line: str) -> None:
    history = PromptHistory(FileHistory(str(tmp_path / "history")))
    assert load(history) == []
    history.append_string(line)
    assert load(history) == [line]
    later = PromptHistory(FileHistory(str(tmp_path / "history")))
    assert load(later) == [line.encode("utf-8", "replace").decode()]


def test_a_disk_that_takes_no_more_lines_stops_nobody(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    history = PromptHistory(FileHistory(str(folder / "history")))
    assert load(history) == []
    shutil.rmtree(folder)
    history.append_string("Who?")
    assert load(history) == ["Who?"]
