"""What the interface says about an answer, in words: how sure, of which day, from where.

Says what ``bot.presentation.text`` says, in the reader's language; knows nothing about markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.presentation.translation import Wording
from bot.presentation.wording import day_of_answer, days_in_quote, doubtful, how_often, shown_days
from retrieval.datatypes import AnswerGroup, Citation, InferredDate

_LEAST = 0.005


def percent(share: float) -> str:
    """For example ``98 %``; nothing that a model says is certain, or out of the question."""
    if share < _LEAST:
        return "< 1 %"
    return f"{min(99, round(100 * share))} %"


def sureness(group: AnswerGroup, wording: Wording) -> str:
    """As ``wording.confidence``."""
    sources = wording.count("{n} source", "{n} independent sources", group.origins)
    if group.reliability is not None:
        rate = wording.retold(how_often(group.reliability))
        return wording.say("{rate}, {sources}", rate=rate, sources=sources)
    sure = percent(group.probability)
    return wording.say("{percent} sure, {sources}", percent=sure, sources=sources)


def likelihood(group: AnswerGroup, wording: Wording) -> str:
    """How likely an answer is that was not given."""
    sources = wording.count("{n} source", "{n} independent sources", group.origins)
    likely = percent(group.probability)
    return wording.say("{percent} likely, {sources}", percent=likely, sources=sources)


def days_said(first: date, last: date, wording: Wording) -> str:
    """As ``wording.shown_days``."""
    return wording.retold(shown_days(first, last))


def noted_days(days: Iterable[InferredDate], wording: Wording) -> str:
    """As ``wording.noted``; empty for none."""
    notes = [
        f"{' '.join(d.text.split())} = {days_said(d.first, d.last, wording)}"
        for d in dict.fromkeys(days)
    ]
    return _from_date(", ".join(notes), wording) if notes else ""


def meant_days(group: AnswerGroup, wording: Wording) -> str:
    """The days that an answer means which is itself a relative date; empty for any other."""
    days = _days_of_answer(group)
    return _from_date(f"= {days_said(days.first, days.last, wording)}", wording) if days else ""


def days_beside(
    group: AnswerGroup, citation: Citation, wording: Wording, *, in_sentence: bool = True
) -> str:
    """As ``wording.days_below``: the days meant in a citation, without what ``meant_days`` says;
    with ``in_sentence`` not only those of the quote.
    """
    days = citation.inferred if in_sentence else days_in_quote(citation)
    if not days:
        return ""
    said = _days_of_answer(group) if citation is group.citations[0] else None
    return noted_days((d for d in days if d != said), wording)


def page_date(citation: Citation, wording: Wording) -> str:
    """For example ``page dated 20 May 2021 (doubtful: the text speaks of May 19)``; empty where
    the page has no date.
    """
    if citation.published is None:
        return ""
    day = days_said(citation.published, citation.published, wording)
    if not citation.date_doubt:
        return wording.say("page dated {day}", day=day)
    return wording.say(
        "page dated {day} (doubtful: {doubt})",
        day=day,
        doubt=wording.retold(doubtful(citation.date_doubt)),
    )


def place_said(citation: Citation, wording: Wording) -> str:
    """As ``wording.place_line``."""
    return wording.say(
        "{article}, characters {start}–{end}",
        article=citation.article_id,
        start=str(citation.start),
        end=str(citation.end),
    )


def inferred_said(inference: str, wording: Wording) -> str:
    """The yes or no that follows from the quote, marked as ours."""
    answer = wording.say("yes") if inference == "yes" else wording.say("no")
    return wording.say("Inferred from the quote: {answer}.", answer=answer)


def _from_date(days: str, wording: Wording) -> str:
    return wording.say("{days} (inferred from the article's date)", days=days)


def _days_of_answer(group: AnswerGroup) -> InferredDate | None:
    return day_of_answer(group.citations[0]) if group.citations else None
