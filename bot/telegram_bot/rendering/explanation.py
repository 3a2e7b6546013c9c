"""How an answer was found, in words and short lists: a phone has no room for tables.

Shows what the terminal shows with ``/why`` and ``/explain``, in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.dialogue.reply import SearchReply
from bot.presentation.explanation import (
    asked_for,
    best_of_windows,
    decision,
    kind,
    quoted,
    shown_id,
    why,
)
from bot.presentation.translation import Wording
from bot.presentation.wording import percent, sources_counted
from bot.telegram_bot.rendering.excerpts import Pieces, foreign, joined, one_line, said
from bot.telegram_bot.rendering.markup import BOLD, CODE, Piece
from retrieval.datatypes import Answer, AnswerGroup, ScoredPassage, TextRange

_TOLD = 0.005
"""A number below this, or that much above 1 of a factor, changes no digit that is shown."""


def explanation(reply: SearchReply, wording: Wording) -> Pieces:
    """Every stage of an answer: what was asked, why it was decided so, and the numbers."""
    answer = reply.answer
    lists = [
        (wording.say("Answers"), _groups(answer, wording)),
        (wording.say("Passages, by rank"), _passages(answer, wording)),
        (wording.say("Best span of each window that was read"), _windows(reply, wording)),
    ]
    parts = [_titled(wording.say("How this was found"), _facts(reply, wording))]
    reasons = [[Piece(said(wording, line))] for line in why(answer)]
    parts.append(_titled(wording.say("Why"), reasons))
    parts += (_titled(heading, lines) for heading, lines in lists if lines)
    return joined(parts, "\n\n")


def _titled(heading: str, lines: Iterable[Pieces]) -> Pieces:
    return joined([[Piece(heading, (BOLD,))], *lines], "\n")


def _facts(reply: SearchReply, wording: Wording) -> list[Pieces]:
    trace = reply.answer.trace
    question = foreign(reply.standalone_question)
    lines = [
        wording.say("Question: {question}", question=question),
        wording.retold(asked_for(reply.answer)),
        wording.retold(decision(reply.answer)),
    ]
    if trace.times:
        times = ", ".join(f"{time.stage} {time.milliseconds:.0f} ms" for time in trace.times)
        lines.append(wording.say("Time: {times}", times=times))
    return [[Piece(line)] for line in lines]


def _groups(answer: Answer, wording: Wording) -> list[Pieces]:
    return [_group(number, group, wording) for number, group in enumerate(answer.groups, start=1)]


def _group(number: int, group: AnswerGroup, wording: Wording) -> Pieces:
    sources = wording.retold(sources_counted(group))
    numbers = " ".join(f"[{citation.number}]" for citation in group.citations)
    shown = f"{number}. “{_quoted(group.answer)}” · {percent(group.probability)} · {sources}"
    return [Piece(f"{shown} {numbers}".rstrip())]


def _passages(answer: Answer, wording: Wording) -> list[Pieces]:
    return [
        [Piece(f"{number}. {_where(scored.passage.article_id, scored.passage.range)}\n"),
         Piece(_ranks(scored, wording), (CODE,))]
        for number, scored in enumerate(answer.trace.passages, start=1)
    ]  # fmt: skip


def _ranks(scored: ScoredPassage, wording: Wording) -> str:
    parts = [f"{scored.score:.5f}"]
    parts += (f"{rank.retriever} {rank.rank} ({rank.score:.3f})" for rank in scored.ranks)
    if scored.recency > 1 + _TOLD:
        parts.append(wording.say("near the day ×{factor}", factor=f"{scored.recency:.2f}"))
    if scored.favour > 1:
        parts.append(wording.say("last answer's article ×{factor}", factor=f"{scored.favour:.2f}"))
    if scored.duplicates:
        copies = len(scored.duplicates)
        parts.append(wording.count("{n} copy folded", "{n} copies folded", copies))
    return " · ".join(parts)


def _windows(reply: SearchReply, wording: Wording) -> list[Pieces]:
    """The best span of every window, best first."""
    texts: dict[str, str] = {}
    lines = []
    for span in best_of_windows(reply.answer):
        if span.article_id not in texts:
            try:
                texts[span.article_id] = reply.article(span.article_id).text
            except KeyError:
                texts[span.article_id] = ""
        quote = _quoted(texts[span.article_id][span.start : span.end])
        taken_as = wording.retold(kind(span.answer_type))
        shown = f"“{quote}” ({taken_as}) {_where(span.article_id, span.range)}\n"
        numbers = [
            ("margin", span.margin), ("score", span.score), ("null", span.null_score),
            *((f.name, f.value) for f in span.features if abs(f.value) >= _TOLD),
        ]  # fmt: skip
        values = " ".join(f"{name} {value:.2f}" for name, value in numbers)
        lines.append([Piece(shown), Piece(values, (CODE,))])
    return lines


def _quoted(text: str) -> str:
    return foreign(quoted(text))


def _where(article_id: str, place: TextRange) -> str:
    return foreign(f"{one_line(shown_id(article_id))}:{place.start}–{place.end}")
