"""Reads lines, from a person at a terminal or from a pipe, and shows what a chat session makes of
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.presentation.text import to_text
from bot.terminal.chat_session import COMMANDS, ChatSession, Shown
from retrieval.errors import UsageError
from retrieval.text.characters import printable, whole_characters

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
    """Edits lines with prompt_toolkit until Ctrl-D or /quit; arrow-up recalls lines of ``history``.

    Ctrl-C drops the line or the question in work, never the program.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.formatted_text import FormattedText

    from bot.terminal.prompt_history import PromptHistory

    prompt: PromptSession[str] = PromptSession(
        history=PromptHistory(history),
        completer=WordCompleter(list(COMMANDS), sentence=True, meta_dict=COMMANDS),
        complete_while_typing=True,
        enable_history_search=False,
    )
    console.print(Text(greeting, style="dim"))
    while True:
        try:
            line = prompt.prompt(FormattedText([("bold", _PROMPT)]))
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        # A paste of several lines arrives as one text; a question has no lines.
        if _show(session, " ".join(whole_characters(line).split()), console).leave:
            return


def _show(session: ChatSession, line: str, console: Console) -> Shown:
    """Handles one line; nothing is shown of one that is refused or cancelled."""
    try:
        shown = session.handle(line)
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
