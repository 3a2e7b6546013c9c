"""Makes what the README shows: docs/chat.svg and docs/story.svg, the REPL's own output exported by
rich, and the transcript of the first one's questions through a pipe.

    make picture
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.assembly.application import build_index, open_application
from bot.config import Config
from bot.dialogue.assistant import Assistant
from bot.terminal.chat_session import ChatSession
from bot.terminal.repl import run_piped

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
LINES = (
    "how long did the meeting last?",
    "Was it longer than expected?",
    "On what date did Blinken and Lavrov meet?",
    "Who won the 1994 Eurovision Song Contest?",
)
STORY = HERE / "story.jsonl"
"""A running story, made up: a toll that rises, publishers that differ, an office that changes."""
STORY_LINES = (
    "How many people were killed in the flood in Kelm?",
    "/series",
    "How much will rebuilding Kelm cost?",
    "Who is the mayor of Kelm?",
)
_TRANSCRIPT = re.compile(r"(<!-- transcript:.*?-->\n).*?(<!-- end of transcript -->)", re.DOTALL)


def main() -> None:
    config, index = Config(), Path(".pullquote")
    build_index(config, index, [HERE.parent / "seeds"], lambda *_: None)
    assistant = open_application(config, index).assistant
    draw(assistant, (*LINES, "/why"), HERE / "chat.svg")
    with tempfile.TemporaryDirectory() as folder:
        build_index(config, Path(folder), [STORY], lambda *_: None)
        draw(open_application(config, Path(folder)).assistant, STORY_LINES, HERE / "story.svg")
    block = f"```text\n$ pullquote chat < questions.txt\n{transcript(assistant)}\n```\n"
    text = README.read_text(encoding="utf-8")
    README.write_text(_TRANSCRIPT.sub(lambda m: m[1] + block + m[2], text), encoding="utf-8")


def draw(assistant: Assistant, lines: Sequence[str], picture: Path) -> None:
    """The terminal as a person sees it."""
    session = ChatSession(assistant)
    console = Console(
        record=True, width=100, file=io.StringIO(), force_terminal=True, highlight=False
    )
    for line in lines:
        console.print(Text.assemble(("pullquote> ", "bold"), line))
        view = session.handle(line).view
        if view is not None:
            console.print(view)
        console.print()
    console.save_svg(str(picture), title="pullquote chat", unique_id="pullquote")


def transcript(assistant: Assistant) -> str:
    """The same questions through a pipe, as plain text."""
    written = io.StringIO()
    run_piped(ChatSession(assistant), LINES, Console(file=written), sys.stderr)
    return written.getvalue().rstrip()


if __name__ == "__main__":
    main()
