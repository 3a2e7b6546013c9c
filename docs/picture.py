"""Makes docs/chat.svg: the REPL's own output on the seed articles, exported by rich.

make picture
"""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bot.assembly import build_index, open_application
from bot.chat import ChatSession
from bot.config import Config

HERE = Path(__file__).parent
LINES = (
    "how long did the meeting last?",
    "Was it longer than expected?",
    "On what date did Blinken and Lavrov meet?",
    "Which hotel did Lavrov stay at?",
    "/why",
)


def main() -> None:
    config, index = Config(), Path(".pullquote")
    build_index(config, index, [HERE.parent / "seeds"], lambda *_: None)
    session = ChatSession(open_application(config, index).assistant)
    console = Console(
        record=True, width=100, file=io.StringIO(), force_terminal=True, highlight=False
    )
    for line in LINES:
        console.print(Text.assemble(("pullquote> ", "bold"), line))
        view = session.handle(line).view
        if view is not None:
            console.print(view)
        console.print()
    console.save_svg(str(HERE / "chat.svg"), title="pullquote chat", unique_id="pullquote")


if __name__ == "__main__":
    main()
