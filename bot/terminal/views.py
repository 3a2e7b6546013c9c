"""A reply, an article or a conversation as rich renderables.

Everything from articles goes into ``Text`` objects, never into markup, with control characters
replaced: an article cannot colour, move or hide anything on the user's screen.
"""

from __future__ import annotations

from dataclasses import replace

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from bot.dialogue.conversation import Conversation, OpenChoice, Turn
from bot.dialogue.reply import (
    AbstentionReply,
    AnswerReply,
    ChoiceReply,
    RemarkReply,
    Reply,
    SearchReply,
)
from bot.dialogue.spoken_of import spoken_of
from bot.presentation.cited_article import as_read
from bot.presentation.series import NO_SERIES, series_line, sparkline, told
from bot.presentation.wording import (
    DIFFER,
    NOT_SAID,
    WHICH_ONE,
    choice_lines,
    confidence,
    days_below,
    days_in_quote,
    inferred,
    listed_lines,
    meant,
    noted,
    place_line,
    shown_days,
    source_line,
    split_sentence,
    telling_days,
    understood,
    written_by,
)
from retrieval.datatypes import AnswerGroup, Article, Citation, TextRange
from retrieval.text.characters import printable

_AROUND = 700
"""Code points of an article shown before and after a quote."""


def reply_view(reply: Reply) -> RenderableType:
    """The answer in its sentence with its sources, rivals next to it, or why there is none; or the
    things to choose from; or what is said to what was no question.
    """
    match reply:
        case RemarkReply():
            return _remark_view(reply)
        case ChoiceReply():
            return _choice_view(reply.open_choice)
        case AbstentionReply():
            return _abstention_view(reply)
        case AnswerReply():
            return _answer_view(reply)


def _understood_view(reply: SearchReply) -> list[RenderableType]:
    return [Text(printable(line), style="italic dim") for line in understood(reply)]


def _abstention_view(reply: AbstentionReply) -> RenderableType:
    reason = reply.answer.reason
    said = [Text(printable(reason), style="dim")] if reason else []
    return Group(*_understood_view(reply), Text(NOT_SAID, style="bold yellow"), *said)


def _answer_view(reply: AnswerReply) -> RenderableType:
    parts = _understood_view(reply)
    parts += [Text(line, style="italic") for line in inferred(reply)]
    parts.append(_group_view(reply.chosen))
    for group in reply.answer.rivals:
        rival = _group_view(group, in_sentence=False)
        parts += [Text(DIFFER, style="bold yellow"), rival]
    return Group(*parts)


def _remark_view(reply: RemarkReply) -> RenderableType:
    said = Text(printable(reply.remark.text))
    return Group(
        said, *(Text(printable(line), style="cyan") for line in listed_lines(reply.listed))
    )


def _choice_view(waiting: OpenChoice) -> RenderableType:
    lines = (Text(printable(line)) for line in choice_lines(waiting))
    return Group(Text(WHICH_ONE, style="bold yellow"), *lines)


def sources_view(reply: SearchReply) -> RenderableType:
    """Every citation of the reply, those of rejected and lesser answers too."""
    table = Table(box=None, padding=(0, 1), show_header=False)
    for group in reply.answer.groups:
        for citation in group.citations:
            source = f"{source_line(citation)} ({place_line(citation)})"
            details = [source, written_by(citation), noted(days_in_quote(citation))]
            table.add_row(
                Text(f"[{citation.number}]", style="cyan"),
                Text(printable(citation.shown), style="bold"),
                Text(printable(" · ".join(part for part in details if part)), style="dim"),
            )
    return table


def article_view(article: Article, citation: Citation) -> RenderableType:
    """The article around a quote: the quote highlighted, its sentence bright, noise struck out."""
    article, citation = as_read(article, citation)
    if citation.in_title:
        return _title_view(article, citation)
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
    days = noted(telling_days(citation))
    note = [Text(printable(days), style="italic dim")] if days else []
    return Group(Rule(heading), Text.assemble(before, marked, after), *note, Rule(style="dim"))


def _title_view(article: Article, citation: Citation) -> RenderableType:
    """The beginning of an article under its title, where the quote stands."""
    title = Text.assemble(
        printable(citation.sentence[: citation.start]),
        "«",
        (printable(citation.quote), "bold black on yellow"),
        "»",
        printable(citation.sentence[citation.end :]),
    )
    end = _window(article, replace(citation, start=0, end=0)).end
    text = Text(printable(article.text[:end], keep_lines=True))
    for noise in article.noise:
        _style(text, noise.range, 0, "dim strike")
    after = " …" if end < len(article.text) else ""
    heading = Text(printable(source_line(citation)), style="bold")
    return Group(Rule(heading), title, "", Text.assemble(text, after), Rule(style="dim"))


def _group_view(group: AnswerGroup, *, in_sentence: bool = True) -> RenderableType:
    head = Text.assemble(
        (printable(group.answer), "bold green"),
        (f" {days}" if (days := meant(group)) else "", "italic"),
        ("  " + confidence(group), "dim"),
    )
    views = (
        _citation_view(citation, days_below(group, citation, in_sentence=in_sentence))
        for citation in group.citations
    )
    return Group(head, *_series_lines(group), *views)


def _series_lines(group: AnswerGroup) -> list[RenderableType]:
    bars = sparkline(group.series)
    return [
        Text(printable(f"{line}  {bars}".rstrip()), style="magenta") for line in series_line(group)
    ]


def series_view(reply: SearchReply) -> RenderableType:
    """Each value of the answer's fact with its day, in its sentence, oldest first."""
    shown: list[RenderableType] = []
    bars = sparkline(reply.answer.chosen.series) if reply.answer.chosen else ""
    for at, (point, citation) in enumerate(told(reply.answer)):
        day = Text(printable(shown_days(point.day, point.day)), style="bold magenta")
        bar = bars[at : at + 1]
        shown += [Text.assemble(day, f"  {bar}".rstrip()), _citation_view(citation, "")]
    return Group(*shown) if shown else Text(NO_SERIES, style="dim")


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


def history_view(conversation: Conversation) -> RenderableType:
    """Number, question as typed, what it was taken to mean where that differs, and the answer; then
    what the conversation is about.
    """
    if not conversation.turns:
        return Text("No question has been asked in this conversation.", style="dim")
    table = Table(box=None, padding=(0, 1), show_header=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for turn in conversation.turns:
        table.add_row(Text(str(turn.number), style="cyan"), _turn_view(turn))
    about = spoken_of(conversation)
    told = (about.events, about.people, about.places, about.others, about.days)
    words = "; ".join(", ".join(texts) for texts in told if texts)
    below = [Text(f"About: {printable(words)}", style="dim")] if words else []
    dropped = conversation.turns[0].number - 1
    if not dropped:
        return Group(table, *below)
    note = "Question 1 is" if dropped == 1 else f"Questions 1 to {dropped} are"
    return Group(Text(f"{note} no longer kept.", style="dim"), table, *below)


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
