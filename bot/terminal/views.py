"""A reply, a trace or an article as rich renderables. Knows nothing about how input is read.

Everything from articles goes into ``Text`` objects, never into markup, with control characters
replaced: an article cannot colour, move or hide anything on the user's screen.
"""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.dialogue.assistant import Reply
from bot.dialogue.conversation import OpenChoice
from bot.presentation.explanation import best_of_windows, preference
from bot.presentation.listing import listed_lines
from bot.presentation.text import (
    NOT_SAID,
    WHICH_ONE,
    choice_lines,
    confidence,
    days_below,
    days_in_quote,
    inferred,
    meant,
    noted,
    place_line,
    printable,
    source_line,
    split_sentence,
    understood,
)
from retrieval.datatypes import Answer, AnswerGroup, Article, Citation, TextRange

_AROUND = 700
"""Code points of an article shown before and after a quote."""
_QUOTE = 80
"""Most code points of a span shown in the explanation."""

_TOLD_RECENCY = 1.005
"""A factor below this changes no digit that is shown."""


def reply_view(reply: Reply) -> RenderableType:
    """The answer in its sentence with its sources, rivals beside it, or why there is none; or the
    things to choose from; or what is said to what was no question.
    """
    if reply.remark is not None:
        return _remark_view(reply)
    if reply.open_choice is not None:
        return _choice_view(reply.open_choice)
    parts: list[RenderableType] = [
        Text(printable(line), style="italic dim") for line in understood(reply)
    ]
    answer = reply.answer
    chosen = answer.chosen
    if chosen is None:
        parts.append(Text(NOT_SAID, style="bold yellow"))
        if answer.reason:
            parts.append(Text(printable(answer.reason), style="dim"))
        return Group(*parts)
    parts += [Text(line, style="italic") for line in inferred(reply)]
    parts.append(_group_view(chosen))
    for group in answer.rivals:
        rival = _group_view(group, in_sentence=False)
        parts += [Text("Other articles differ:", style="bold yellow"), rival]
    return Group(*parts)


def _remark_view(reply: Reply) -> RenderableType:
    said = Text(printable(reply.answer.reason or ""))
    return Group(
        said, *(Text(printable(line), style="cyan") for line in listed_lines(reply.listed))
    )


def _choice_view(waiting: OpenChoice) -> RenderableType:
    lines = (Text(printable(line)) for line in choice_lines(waiting))
    return Group(Text(WHICH_ONE, style="bold yellow"), *lines)


def sources_view(reply: Reply) -> RenderableType:
    """Every citation of the reply, those of rejected and lesser answers too."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    for group in reply.answer.groups:
        for citation in group.citations:
            source = f"{source_line(citation)} ({place_line(citation)})"
            details = [source, noted(days_in_quote(citation))]
            table.add_row(
                Text(f"[{citation.number}]", style="cyan"),
                Text(printable(citation.quote), style="bold"),
                Text(printable(" · ".join(part for part in details if part)), style="dim"),
            )
    return table


def article_view(article: Article, citation: Citation) -> RenderableType:
    """The article around a quote: the quote highlighted, its sentence bright, noise struck out."""
    window = _window(article, citation)
    text = Text(printable(article.text[window.start : window.end], keep_lines=True))
    for noise in article.noise:
        _style(text, noise.range, window.start, "dim strike")
    _style(text, citation.sentence_range, window.start, "bright_white")
    _style(text, TextRange(citation.start, citation.end), window.start, "bold black on yellow")
    # The marks say without colour where the quote stands.
    at, to = citation.start - window.start, citation.end - window.start
    marked = Text.assemble(text[:at], "«", text[at:to], "»", text[to:])
    before = "… " if window.start else ""
    after = " …" if window.end < len(article.text) else ""
    heading = Text(printable(source_line(citation)), style="bold")
    days = noted(citation.inferred)
    note = [Text(printable(days), style="italic dim")] if days else []
    return Group(Rule(heading), Text.assemble(before, marked, after), *note, Rule(style="dim"))


def explanation_view(reply: Reply, article: Callable[[str], Article]) -> RenderableType:
    """Every stage of an answer with its numbers; ``article`` finds the text behind a span."""
    answer = reply.answer
    trace = answer.trace
    facts = Text.assemble(
        ("question   ", "dim"), printable(reply.standalone_question), "\n",
        ("expects    ", "dim"), trace.expected_type.value, "\n",
        ("decision   ", "dim"), _decision(answer), "\n",
        ("time       ", "dim"),
        ", ".join(f"{time.stage} {time.milliseconds:.0f} ms" for time in trace.times),
    )  # fmt: skip
    tables = (_passages_table(answer), _windows_table(answer, article), _groups_table(answer))
    return Group(facts, *tables)


def why_view(reply: Reply) -> RenderableType:
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


def _group_view(group: AnswerGroup, *, in_sentence: bool = True) -> RenderableType:
    head = Text.assemble(
        (printable(group.answer), "bold green"),
        (meant(group), "italic"),
        ("  " + confidence(group), "dim"),
    )
    views = (
        _citation_view(citation, days_below(group, citation, in_sentence=in_sentence))
        for citation in group.citations
    )
    return Group(head, *views)


def _citation_view(citation: Citation, days: str) -> RenderableType:
    before, quote, after = split_sentence(citation)
    sentence = Text.assemble(
        (f"[{citation.number}] ", "cyan"),
        printable(before),
        (printable(quote), "bold reverse"),
        printable(after),
    )
    source = Text(printable(f"{source_line(citation)}  ({place_line(citation)})"), style="dim")
    note = [Text(printable(days), style="italic dim")] if days else []
    return Padding(Group(sentence, *note, source), (0, 0, 0, 2), expand=False)


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


def _window(article: Article, citation: Citation) -> TextRange:
    """The stretch of the article to show around a quote; it begins and ends between words."""
    start = max(0, citation.start - _AROUND)
    end = min(len(article.text), citation.end + _AROUND)
    while 0 < start < citation.start and not article.text[start - 1].isspace():
        start += 1
    while citation.end < end < len(article.text) and not article.text[end].isspace():
        end -= 1
    return TextRange(start, end)


def _style(text: Text, place: TextRange, offset: int, style: str) -> None:
    start, end = max(0, place.start - offset), place.end - offset
    if end > 0:
        text.stylize(style, start, end)
