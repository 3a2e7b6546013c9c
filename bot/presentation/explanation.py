"""How an answer was found: the decision in words, and every stage with its numbers."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.dialogue.reply import SearchReply
from retrieval.datatypes import Answer, Article, Span, TextRange
from retrieval.text.characters import printable

_CLEAR, _FAR = 4.0, 9.0


class Preference(Enum):
    """How much the reader prefers a span to "not said here"."""

    NOT_AT_ALL = "not at all: it takes the passage to hold no answer"
    A_LITTLE = "by a little"
    CLEARLY = "clearly"
    BY_FAR = "by far"


def preference(margin: float) -> Preference:
    """In words, the margin between a span and "no answer", which is in logits."""
    if margin < 0:
        return Preference.NOT_AT_ALL
    if margin >= _FAR:
        return Preference.BY_FAR
    return Preference.CLEARLY if margin >= _CLEAR else Preference.A_LITTLE


def best_of_windows(answer: Answer) -> list[Span]:
    """The best span of every window that was read, best first."""
    best: dict[tuple[str, TextRange | None], Span] = {}
    for span in (s for kept in answer.trace.spans for s in (kept, *kept.folded)):
        key = (span.article_id, span.window or span.sentence)
        if key not in best or best[key].margin < span.margin:
            best[key] = span
    return sorted(best.values(), key=lambda s: (-s.margin, s.article_id, s.start))


_QUOTE = 80
"""Most code points of a span shown in the explanation."""


_TOLD_RECENCY = 1.005
"""A factor below this changes no digit that is shown."""


def explanation_view(reply: SearchReply) -> RenderableType:
    """Every stage of an answer with its numbers."""
    answer = reply.answer
    trace = answer.trace
    facts = Text.assemble(
        ("question   ", "dim"), printable(reply.standalone_question), "\n",
        ("expects    ", "dim"), trace.expected_type.value, "\n",
        ("decision   ", "dim"), _decision(answer), "\n",
        ("time       ", "dim"),
        ", ".join(f"{time.stage} {time.milliseconds:.0f} ms" for time in trace.times),
    )  # fmt: skip
    tables = (_passages_table(answer), _windows_table(answer, reply.article), _groups_table(answer))
    return Group(facts, *tables)


def why_view(reply: SearchReply) -> RenderableType:
    """The decision in words."""
    answer = reply.answer
    if not answer.groups or not answer.groups[0].spans:
        return Text("No passage shares enough with the question for a single candidate.")
    best = answer.groups[0]
    span = best.spans[0]
    feature = {f.name: f.value for f in span.features}
    lines = [
        f"The question asks for: {answer.trace.expected_type.value}.",
        f"The best candidate, “{printable(best.answer)}”, is taken as: {span.answer_type.value}.",
    ]
    if "share" in feature:
        lines.append(
            f"In its passage the reader gives these words {feature['share']:.0%} against all other "
            f"words and against “not said here”, and prefers them to the latter "
            f"{preference(span.margin).value}."
        )
    if "fit" in feature:
        lines.append(f"As the kind of thing asked for it fits {feature['fit']:.0%}.")
    if "coverage" in feature:
        lines.append(
            f"Its sentence holds {feature['coverage']:.0%} of the question's words by weight, and "
            f"{feature['missing']:.0%} stand nowhere in its passage."
        )
    if "closeness" in feature:
        lines.append(
            f"Sentence and question are {feature['closeness']:.2f} close in meaning (0 to 1)."
        )
    lines.append(f"Independent sources behind it: {best.origins}.")
    if len(answer.groups) > 1:
        second = answer.groups[1]
        lines.append(
            f"Next best: “{printable(second.answer)}” at {second.probability:.0%}, "
            f"against {best.probability:.0%}."
        )
    lines.append(_decision(answer))
    return Text("\n".join(lines))


def _decision(answer: Answer) -> str:
    verdict = "Not answered" if answer.abstained else "Answered"
    return f"{verdict}: the best answer has a probability of {answer.probability:.2f}."


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


def _windows_table(answer: Answer, article: Callable[[str], Article]) -> Table:
    """The best span of every window that was read, best first."""
    table = Table(title="Best span of each window", title_justify="left", box=None, padding=(0, 1))
    for heading in ("span", "kind", "margin", "score", "null", "features"):
        table.add_column(heading, overflow="fold")
    for span in best_of_windows(answer):
        quote = " ".join(article(span.article_id).text[span.start : span.end].split())
        table.add_row(
            Text(printable(f"“{_cut(quote)}” {_where(span.article_id, span.range)}")),
            span.answer_type.value,
            f"{span.margin:.2f}",
            f"{span.score:.2f}",
            f"{span.null_score:.2f}",
            " ".join(f"{f.name} {f.value:.2f}" for f in span.features),
        )
    return table


def _cut(quote: str) -> str:
    return quote if len(quote) <= _QUOTE else quote[:_QUOTE].rsplit(" ", 1)[0] + " …"


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
    return f"{article_id}:{place.start}-{place.end}"
