"""What the buttons below an answer show: the articles around it, other answers, all sources.

Each view is empty where there is nothing to show.
"""

from __future__ import annotations

from bot.dialogue.reply import SearchReply
from bot.presentation.series import told
from bot.presentation.translation import Wording
from bot.presentation.wording import (
    days_below,
    days_in_quote,
    likelihood,
    noted,
    shown_days,
    written_by,
)
from bot.telegram_bot.rendering.excerpts import (
    Pieces,
    around,
    joined,
    markers,
    place_line,
    snippet,
    source_line,
    words,
)
from bot.telegram_bot.rendering.markup import BOLD, ITALIC, QUOTED, Piece, shortened
from retrieval.datatypes import AnswerGroup

_MOST_AROUND = 3
"""Citations whose articles are shown around them: of the answer, then one of each other."""
_AUTHOR = 120
_ANSWER = 120
"""Most code points of an answer above its quotes, which show all of it."""


def context(reply: SearchReply, wording: Wording) -> Pieces:
    """The articles around the first citations; for an abstention, around the best rejected one."""
    answer = reply.answer
    chosen = answer.groups[:1]
    first = [citation for group in chosen for citation in group.citations]
    if answer.chosen is None:
        first = first[:1]
    first += [group.citations[0] for group in answer.rivals if group.citations]
    shown = (around(citation, reply.article, wording) for citation in first[:_MOST_AROUND])
    return joined(shown, "\n\n")


def others(reply: SearchReply, wording: Wording) -> Pieces:
    """The answers that were not given, how likely each is, and its citations."""
    answer = reply.answer
    if answer.chosen is None:
        heading = wording.say("Found, and rejected as not likely enough to answer:")
        groups = answer.groups
    else:
        heading = wording.say("Other answers, less likely:")
        groups = answer.groups[1:]
    if not groups:
        return []
    shown = (
        _other(number, group, wording, disputing=group in answer.rivals)
        for number, group in enumerate(groups, start=1)
    )
    return joined([[Piece(heading, (BOLD,))], *shown], "\n\n")


def _other(number: int, group: AnswerGroup, wording: Wording, *, disputing: bool) -> Pieces:
    likely = wording.retold(likelihood(group))
    if disputing:
        likely = wording.say("{likely}; it differs from the answer", likely=likely)
    answer = words(shortened(" ".join(group.answer.split()), _ANSWER), BOLD)
    numbers = markers(group.citations)
    head = joined([[Piece(f"{number}. "), *answer], numbers, [Piece(likely, (ITALIC,))]], " ")
    blocks = (
        snippet(citation, wording.retold(days_below(group, citation)), wording, QUOTED)
        for citation in group.citations
    )
    return joined([head, joined(blocks, "\n")], "\n")


def series(reply: SearchReply, wording: Wording) -> Pieces:
    """Each value of a fact that moved, oldest first: its day, and where it stands."""
    shown = []
    for point, citation in told(reply.answer):
        day = wording.retold(shown_days(point.day, point.day))
        shown.append(joined([words(day, BOLD), snippet(citation, "", wording, QUOTED)], "\n"))
    if not shown:
        return []
    return joined([[Piece(wording.say("Over time"), (BOLD,))], *shown], "\n\n")


def sources(reply: SearchReply, wording: Wording) -> Pieces:
    """Every citation of the reply, those of rejected and lesser answers too."""
    shown = []
    for group in reply.answer.groups:
        for citation in group.citations:
            days = wording.retold(noted(days_in_quote(citation)))
            by = wording.retold(written_by(citation))
            lines = [
                source_line(citation, wording),
                words(shortened(by, _AUTHOR)) if by else [],
                words(citation.shown, BOLD),
                words(days, ITALIC) if days else [],
                place_line(citation, wording),
            ]
            shown.append(joined(lines, "\n"))
    if not shown:
        return []
    return joined([[Piece(wording.say("Sources"), (BOLD,))], *shown], "\n\n")
