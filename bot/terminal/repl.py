"""Reads lines, from a person at a terminal or from a pipe, and shows what a chat session makes of
them. Knows nothing about answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.dialogue.reply import AbstentionReply, AnswerReply
from bot.presentation.text import to_text
from bot.terminal.chat_session import COMMANDS, ChatSession, Shown
from retrieval.errors import UsageError
from retrieval.text.characters import printable

_PROMPT = "pullquote> "


def run_piped(session: ChatSession, lines: Iterable[str], console: Console, errors: TextIO) -> int:
    """One question or command a line; replies are plain text, one fact a line, never wrapped.

    Gives the exit status: 2 if any line was refused, else 0.
    """
    status = 0
    for line in lines:
        text = line.strip()
        if not text:
            continue
        _print_line(console, f"> {printable(text)}")
        try:
            shown = session.handle(text)
        except UsageError as error:
            console.file.flush()
            print(f"pullquote: {printable(str(error))}", file=errors, flush=True)
            status = 2
            continue
        if shown.note:
            _print_line(console, shown.note)
        if shown.reply is not None:
            _print_line(console, to_text(shown.reply))
        elif shown.view is not None:
            console.print(shown.view)
        _print_line(console, "")
        if shown.leave:
            break
    return status


def _print_line(console: Console, text: str) -> None:
    """Past rich, which would wrap or crop at the width it takes a pipe to have."""
    console.file.write(text + "\n")
    console.file.flush()


def run_terminal(session: ChatSession, console: Console, history: Path, greeting: str) -> None:
    """Edits lines with prompt_toolkit until Ctrl-D or /quit.

    Ctrl-C drops the line or the question in work, never the program. A line that is recalled from
    a question of this conversation asks that question again.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.formatted_text import FormattedText

    from bot.terminal.prompt_history import PromptHistory, TypedLines, one_line

    lines, typed = PromptHistory(_history(history)), TypedLines()
    prompt: PromptSession[str] = PromptSession(
        history=lines,
        completer=WordCompleter(list(COMMANDS), sentence=True, meta_dict=COMMANDS),
        complete_while_typing=True,
        enable_history_search=False,
    )
    console.print(Text(greeting, style="dim"))
    while True:
        lines.begin()
        try:
            line = prompt.prompt(FormattedText([("bold", _PROMPT)]))
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        steps = lines.steps(prompt.default_buffer.working_index)
        again = typed.recalled(lines.shown, steps)
        typed = typed.with_line(line)
        shown = _show(session, one_line(line), console, again)
        if shown.leave:
            return
        if shown.anew:
            typed = typed.without_numbers()
        elif not line.lstrip().startswith("/"):
            match shown.reply:
                case AnswerReply() | AbstentionReply():
                    typed = typed.with_number(shown.reply.question, shown.reply.number)


def _show(session: ChatSession, line: str, console: Console, again: int | None) -> Shown:
    """Handles one line; nothing is shown of one that is refused or cancelled."""
    try:
        shown = session.handle(line, again)
        if shown.note:
            console.print(Text(shown.note, style="dim"))
        if shown.view is not None:
            console.print(shown.view)
            console.print()
    except KeyboardInterrupt:
        console.print(Text("Cancelled.", style="yellow"))
        return Shown()
    except UsageError as error:
        console.print(Text(printable(str(error)), style="red"))
        return Shown()
    return shown


def _history(path: Path):  # type: ignore[no-untyped-def]  # the type needs the lazy import
    """The lines typed before; kept in memory when the file cannot be written."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab"):
            return FileHistory(str(path))
    except OSError:
        return InMemoryHistory()
