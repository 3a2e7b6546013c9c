"""A reply as plain text: what a pipe gets."""

from __future__ import annotations

from bot.dialogue.reply import AbstentionReply, AnswerReply, ChoiceReply, RemarkReply, Reply
from bot.presentation.series import series_line
from bot.presentation.wording import (
    DIFFER,
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
from retrieval.datatypes import AnswerGroup, Citation
from retrieval.text.characters import printable


def to_text(reply: Reply) -> str:
    """The reply without colours: what ``ask`` and ``chat`` print into a pipe."""
    match reply:
        case RemarkReply():
            lines = [reply.remark.text, *listed_lines(reply.listed)]
        case ChoiceReply():
            lines = [WHICH_ONE, *choice_lines(reply.open_choice)]
        case AbstentionReply():
            reason = [reply.answer.reason] if reply.answer.reason else []
            lines = [*understood(reply), NOT_SAID, *reason]
        case AnswerReply():
            lines = _answer_lines(reply)
    return "\n".join(map(printable, lines))


def _answer_lines(reply: AnswerReply) -> list[str]:
    chosen = reply.chosen
    lines = [*understood(reply), *inferred(reply), _group_line(chosen), *series_line(chosen)]
    for citation in chosen.citations:
        lines += _citation_lines(citation, days_below(chosen, citation))
    for group in reply.answer.rivals:
        lines.append(f"{DIFFER} {_group_line(group)}")
        for citation in group.citations:
            lines += _citation_lines(citation, days_below(group, citation, in_sentence=False))
    return lines


def _group_line(group: AnswerGroup) -> str:
    answer = " ".join(part for part in (group.answer, meant(group)) if part)
    return f"{answer}  ({confidence(group)})"


def _citation_lines(citation: Citation, days: str) -> list[str]:
    return [
        f"  [{citation.number}] {marked_sentence(citation)}",
        *([f"      {days}"] if days else []),
        f"      {source_line(citation)}",
        f"      {place_line(citation)}",
    ]
