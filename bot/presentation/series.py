"""How a figure moved, or who was what before: a line below the answer, and the list of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.presentation.wording import shown_days
from retrieval.datatypes import Answer, AnswerGroup, Citation, SeriesPoint
from retrieval.messages import Message, say, together

NO_SERIES = say("The last answer has no earlier values.")
_BARS = "▁▂▃▄▅▆▇█"
_LONGEST = 60
"""Code points of a value in the line; the list has all of it."""


def series_line(group: AnswerGroup) -> list[Message]:
    """For example ``Over time: 36 (10 August 2023) · 99 (15 August 2023)``, oldest first; nothing
    for what did not move.
    """
    if not group.series:
        return []
    values = [
        say("{value} ({day})", value=_short(point.answer), day=shown_days(point.day, point.day))
        for point in group.series
    ]
    return [say("Over time: {values}", values=together(*values, between=" · "))]


def told(answer: Answer) -> Iterator[tuple[SeriesPoint, Citation]]:
    """Each value of the answer's series with its citation, oldest first."""
    cited = {citation.number: citation for g in answer.groups for citation in g.citations}
    for point in answer.chosen.series if answer.chosen else ():
        yield point, cited[point.citation]


def sparkline(series: Sequence[SeriesPoint]) -> str:
    """One bar a value, the highest the full height, from 0; empty where one is no figure."""
    amounts = [point.amount for point in series]
    if not amounts or any(amount is None or amount < 0 for amount in amounts):
        return ""
    known = [amount for amount in amounts if amount is not None]
    top = max(known) or 1.0
    return "".join(_BARS[round(amount / top * (len(_BARS) - 1))] for amount in known)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST].rsplit(' ', 1)[0]} …"
