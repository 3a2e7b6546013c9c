"""The documents say what the program does: every command is named, every command named exists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.cli.evaluation import Task
from bot.cli.main import app
from bot.config import Config
from bot.terminal.chat_session import COMMANDS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
COMMAND_LINE = typer.main.get_command(app)
FENCE = re.compile(r"^```(?:sh|console|bash|shell)\n(.*?)^```", re.M | re.S)


def commands() -> dict[str, Any]:
    group = COMMAND_LINE
    assert hasattr(group, "commands")
    return dict(group.commands)


def options_of(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name[:2] == "--"}


def shown_calls() -> Iterator[list[str]]:
    """Every command in the README's shell blocks as words; pipes and lists are taken apart."""
    for block in FENCE.findall(README.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            line = line.strip().removeprefix("$ ")
            lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
            lexer.whitespace_split = True
            words: list[str] = []
            for word in [*lexer, ";"]:
                if word in {";", "|", "&&", "||", "<", ">"}:
                    if words:
                        yield words
                    words = []
                else:
                    words.append(word)


def test_the_readme_opens_with_the_two_commands() -> None:
    (first, second, *_) = shown_calls()
    assert first == ["make", "chat"]
    assert second == ["make", "test"]


@pytest.mark.parametrize("name", sorted(commands()))
def test_the_readme_names_every_command_and_option(name: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert f"pullquote {name}" in text
    missing = [option for option in options_of(commands()[name]) if option not in text]
    assert missing == []


def test_the_readme_names_every_task_of_evaluate() -> None:
    text = README.read_text(encoding="utf-8")
    assert [task.value for task in Task if f"--task {task.value}" not in text] == []


def test_the_readme_names_every_command_of_the_chat() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if name not in text] == []


def test_every_pullquote_command_in_the_readme_exists() -> None:
    calls = [call for call in shown_calls() if Path(call[0]).name == "pullquote"]
    assert len(calls) > len(commands())
    for _, name, *arguments in calls:
        if name.startswith("--"):
            assert name in {"--help", *options_of(COMMAND_LINE)}
            continue
        assert name in commands(), name
        known = options_of(commands()[name]) | {"--help"}
        assert {a.split("=")[0] for a in arguments if a.startswith("--")} <= known


def test_every_make_target_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    asked = {word for call in shown_calls() if call[0] == "make" for word in call[1:]}
    prose = re.findall(r"`make ([a-z-]+)`", README.read_text(encoding="utf-8"))
    assert asked | set(prose) <= targets
    assert {"chat", "test", "check", "bench"} <= targets


def test_seed_files_in_the_readme_exist() -> None:
    shown = {word for call in shown_calls() for word in call if word.startswith("seeds")}
    assert [word for word in shown if not (ROOT / word).exists()] == []


@pytest.mark.parametrize("document", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
def test_links_between_documents_lead_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_files_named_in_the_architecture_exist() -> None:
    named = set(re.findall(r"`(\w+/[\w/]+\.py)`", (ROOT / "ARCHITECTURE.md").read_text("utf-8")))
    homes = [ROOT, ROOT / "retrieval", ROOT / "bot", ROOT / "bot" / "telegram_bot"]
    assert len(named) > 10
    assert [n for n in sorted(named) if not any((home / n).exists() for home in homes)] == []


def test_no_placeholder_is_left_in_the_readme() -> None:
    assert re.findall(r"@[A-Z]\b|TODO|FIXME|XXX", README.read_text(encoding="utf-8")) == []


def test_the_readme_names_the_default_of_what_it_explains() -> None:
    text = README.read_text(encoding="utf-8")
    assert Config().encoder.model in text
    assert "`.pullquote`" in text
