"""A running story as a conversation: a toll with its way, a dispute, an office that changed."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from bot.assembly.application import build_index, open_application
from bot.config import Config
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import AnswerReply
from bot.terminal.chat_session import ChatSession
from bot.terminal.repl import run_piped

STORY = Path(__file__).parents[2] / "docs" / "story.jsonl"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("story") / "index"
    build_index(Config(), folder, [STORY], lambda *_: None)
    return folder


def chat(index: Path, *lines: str) -> list[str]:
    """What is shown for each line, without probabilities, which follow the models."""
    assistant = open_application(Config(), index).assistant
    written = io.StringIO()
    run_piped(ChatSession(assistant), lines, Console(file=written, width=200), sys.stderr)
    return [part.strip() for part in written.getvalue().split("\n> ")]


def test_a_toll_is_its_newest_value_with_the_way_to_it(index: Path) -> None:
    (shown,) = chat(index, "How many people were killed in the flood in Kelm?")
    _, answer, way, *cited = shown.splitlines()
    assert answer.startswith("21  (")
    days = ("2 September 2025", "4 September 2025", "9 September 2025")
    values = ("Nine", "14", "21")
    told = (f"{value} ({day})" for value, day in zip(values, days, strict=True))
    assert way == f"Over time: {' · '.join(told)}"
    assert cited[0].strip().startswith("[1] KELM - The flood in Kelm killed «21» people")
    assert "differ" not in shown


def test_two_publishers_of_one_day_stand_side_by_side(index: Path) -> None:
    (shown,) = chat(index, "How much will rebuilding Kelm cost?")
    lines = shown.splitlines()
    values = {line.split("  (")[0].rpartition(": ")[2] for line in lines if " sure, " in line}
    assert values == {"60 million euros", "85 million euros"}
    assert sum(line.startswith("Other articles differ:") for line in lines) == 1


def test_who_holds_an_office_now_and_who_did(index: Path) -> None:
    (shown,) = chat(index, "Who is the mayor of Kelm?")
    _, answer, way, *_ = shown.splitlines()
    assert answer.startswith("Ole Brandt  (")
    assert way == "Over time: Ida Holm (2 September 2025) · Ole Brandt (20 September 2025)"


def test_as_of_a_day_the_state_of_that_day_is_told(index: Path) -> None:
    assistant = open_application(Config(), index).assistant
    for question, day, answer in (
        ("How many people were killed in the flood in Kelm?", date(2025, 9, 5), "14"),
        ("Who is the mayor of Kelm?", date(2025, 9, 5), "Ida Holm"),
    ):
        reply, _ = assistant.reply(Conversation(), question, day)
        assert isinstance(reply, AnswerReply)
        assert reply.chosen.answer == answer
