"""A reply as plain text: what a pipe gets."""

from __future__ import annotations

from bot.dialogue.assistant import Reply
from bot.presentation.wording import (
    NOT_SAID,
    WHICH_ONE,
    choice_lines,
    confidence,
    days_below,
    inferred,
    listed_lines,
    marked_sentence,
    meant,
    place_line,
    source_line,
    understood,
)
from retrieval.datatypes import Citation
from retrieval.text.characters import printable


def to_text(reply: Reply) -> str:
    """The reply without colours: what ``ask`` and ``chat`` print into a pipe."""
    if reply.remark is not None:
        return "\n".join(map(printable, [reply.remark.text, *listed_lines(reply.listed)]))
    if reply.open_choice is not None:
        return "\n".join(map(printable, [WHICH_ONE, *choice_lines(reply.open_choice)]))
    answer = reply.answer
    chosen = answer.chosen
    lines = understood(reply)
    if chosen is None:
        reason = printable(answer.reason or "")
        return "\n".join([*map(printable, lines), NOT_SAID, reason]).rstrip()
    lines += inferred(reply)
    lines.append(f"{chosen.answer}{meant(chosen)}  ({confidence(chosen)})")
    for citation in chosen.citations:
        lines += _citation_lines(citation, days_below(chosen, citation))
    for group in answer.rivals:
        lines.append(f"Other articles differ: {group.answer}{meant(group)}  ({confidence(group)})")
        for citation in group.citations:
            lines += _citation_lines(citation, days_below(group, citation, in_sentence=False))
    return "\n".join(printable(line) for line in lines)


def _citation_lines(citation: Citation, days: str) -> list[str]:
    return [
        f"  [{citation.number}] {marked_sentence(citation)}",
        *([f"      {days}"] if days else []),
        f"      {source_line(citation)}",
        f"      {place_line(citation)}",
    ]
