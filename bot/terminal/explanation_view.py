"""How an answer was found, as rich renderables: ``/why`` and ``/explain``."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.dialogue.reply import ArticleOf, SearchReply
from bot.presentation.explanation import (
    asked_for,
    best_of_windows,
    decision,
    quoted,
    shown_id,
    why,
)
from retrieval.datatypes import Answer, TextRange
from retrieval.text.characters import printable

_TOLD_RECENCY = 1.005
"""A factor below this changes no digit that is shown."""


def explanation_view(reply: SearchReply) -> RenderableType:
    """Every stage of an answer with its numbers."""
    answer = reply.answer
    trace = answer.trace
    facts = Text.assemble(
        ("question   ", "dim"), printable(reply.standalone_question), "\n",
        ("expects    ", "dim"), trace.expected_type.value, "\n",
        ("decision   ", "dim"), decision(answer), "\n",
        ("time       ", "dim"),
        ", ".join(f"{time.stage} {time.milliseconds:.0f} ms" for time in trace.times),
    )  # fmt: skip
    tables = (_passages_table(answer), _windows_table(answer, reply.article), _groups_table(answer))
    return Group(facts, *tables)


def why_view(reply: SearchReply) -> RenderableType:
    """The decision in words."""
    lines = (asked_for(reply.answer), *why(reply.answer), decision(reply.answer))
    return Text("\n".join(map(printable, lines)))


def _passages_table(answer: Answer) -> Table:
    table = Table(title="Passages", title_justify="left", box=None, padding=(0, 1))
    for heading in ("#", "passage", "score", "ranks (score)", "copies folded"):
        table.add_column(heading, overflow="fold")
    for number, scored in enumerate(answer.trace.passages, start=1):
        ranks = ", ".join(f"{r.retriever} {r.rank} ({r.score:.3f})" for r in scored.ranks)
        if scored.recency > _TOLD_RECENCY:
            ranks += f"; near the question's day: ×{scored.recency:.2f}"
        if scored.favour > 1:
            ranks += f"; of the last answer's article: ×{scored.favour:.2f}"
        table.add_row(
            str(number),
            Text(printable(_where(scored.passage.article_id, scored.passage.range))),
            f"{scored.score:.5f}",
            ranks,
            Text(", ".join(printable(_where(p.article_id, p.range)) for p in scored.duplicates)),
        )
    return table


def _windows_table(answer: Answer, article: ArticleOf) -> Table:
    """The best span of every window that was read, best first."""
    table = Table(title="Best span of each window", title_justify="left", box=None, padding=(0, 1))
    for heading in ("span", "kind", "margin", "score", "null", "features"):
        table.add_column(heading, overflow="fold")
    for span in best_of_windows(answer):
        quote = quoted(article(span.article_id).text[span.start : span.end])
        table.add_row(
            Text(printable(f"“{quote}” {_where(span.article_id, span.range)}")),
            span.answer_type.value,
            f"{span.margin:.2f}",
            f"{span.score:.2f}",
            f"{span.null_score:.2f}",
            " ".join(f"{f.name} {f.value:.2f}" for f in span.features),
        )
    return table


def _groups_table(answer: Answer) -> Table:
    table = Table(title="Answers", title_justify="left", box=None, padding=(0, 1))
    for heading in ("answer", "probability", "origins", "citations"):
        table.add_column(heading, overflow="fold")
    for group in answer.groups:
        numbers = " ".join(f"[{c.number}]" for c in group.citations)
        table.add_row(
            Text(printable(group.answer)),
            f"{group.probability:.2f}",
            str(group.origins),
            Text(numbers),
        )
    return table


def _where(article_id: str, place: TextRange) -> str:
    return f"{shown_id(article_id)}:{place.start}-{place.end}"
