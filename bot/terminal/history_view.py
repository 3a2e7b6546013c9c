"""The turns of a conversation as a rich renderable."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.dialogue.conversation import Conversation, Turn
from bot.presentation.text import printable


def history_view(conversation: Conversation) -> RenderableType:
    """Number, question as typed, what it was taken to mean where that differs, and the answer."""
    if not conversation.turns:
        return Text("No question has been asked in this conversation.", style="dim")
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for turn in conversation.turns:
        table.add_row(Text(str(turn.number), style="cyan"), _turn_view(turn))
    dropped = conversation.turns[0].number - 1
    if not dropped:
        return table
    note = "Question 1 is" if dropped == 1 else f"Questions 1 to {dropped} are"
    return Group(Text(f"{note} no longer kept.", style="dim"), table)


def _turn_view(turn: Turn) -> Text:
    parts: list[str | Text | tuple[str, str]] = [printable(turn.question), "\n"]
    if turn.standalone_question != turn.question:
        meant = f"understood as: {printable(turn.standalone_question)}\n"
        parts.append((meant, "italic dim"))
    if turn.answered is None:
        parts.append(("not answered", "yellow"))
    else:
        parts.append((printable(turn.answered.text), "bold green"))
    return Text.assemble(*parts)
