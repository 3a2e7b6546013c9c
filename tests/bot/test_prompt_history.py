"""The history of the prompt: whatever is typed and whatever the disk does."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from prompt_toolkit.history import History

from bot.terminal.prompt_history import PromptHistory


def load(history: History) -> list[str]:
    async def lines() -> list[str]:
        return [line async for line in history.load()]

    return asyncio.run(lines())


@pytest.mark.parametrize("line", ["🙂 \x00 שלום", "lone \udcff surrogate", "two\nlines"])
def test_any_line_is_remembered(tmp_path: Path, line: str) -> None:
    path = tmp_path / "state" / "history"
    history = PromptHistory(path)
    assert load(history) == []
    history.append_string(line)
    assert load(history) == [line]
    assert load(PromptHistory(path)) == [line.encode("utf-8", "replace").decode()]


def test_the_newest_line_of_all_sessions_comes_first(tmp_path: Path) -> None:
    for session in (["oldest", "older"], ["old", "new"]):
        history = PromptHistory(tmp_path / "history")
        load(history)
        for line in session:
            history.append_string(line)
    assert load(PromptHistory(tmp_path / "history")) == ["new", "old", "older", "oldest"]


def test_a_file_that_cannot_be_read_or_written_stops_nobody(tmp_path: Path) -> None:
    history = PromptHistory(tmp_path)  # a folder
    assert load(history) == []
    history.append_string("Who?")
    assert load(history) == ["Who?"]
    (tmp_path / "file").touch()
    assert load(PromptHistory(tmp_path / "file" / "history")) == []
