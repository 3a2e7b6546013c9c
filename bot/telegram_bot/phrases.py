"""What the interface says about an answer, in words: how sure, of which day, from where.

Says what ``bot.render`` says, in the reader's language; knows nothing about markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.how_often import how_often
from bot.render import days_in_quote, meant, shown_days
from bot.telegram_bot.wording import Wording
from retrieval.datatypes import AnswerGroup, Citation, InferredDate, Reliability
from retrieval.messages import MONTHS

_MONTHS = frozenset(MONTHS)
_DAY_OR_MONTH = re.compile(r"\b\d{1,2}\b|[A-Z][a-z]+")
_RATE = re.compile(
    r"right (?:(?P<times>\d+) times|(?P<less>less than )?once) out of (?P<of>\d+) at this score "
    r"\(n=(?P<n>\d+)\)"
)
_LEAST = 0.005
_DOUBT = "the text speaks of "


def percent(share: float) -> str:
    """For example ``98 %``; nothing that a model says is certain, or out of the question."""
    if share < _LEAST:
        return "< 1 %"
    return f"{min(99, round(100 * share))} %"


def sureness(group: AnswerGroup, wording: Wording) -> str:
    """As ``bot.render.confidence``."""
    sources = wording.count("{n} source", "{n} independent sources", group.origins)
    if group.reliability is not None:
        rate = rate_said(group.reliability, wording)
        return wording.say("{rate}, {sources}", rate=rate, sources=sources)
    sure = percent(group.probability)
    return wording.say("{percent} sure, {sources}", percent=sure, sources=sources)


def likelihood(group: AnswerGroup, wording: Wording) -> str:
    """How likely an answer is that was not given."""
    sources = wording.count("{n} source", "{n} independent sources", group.origins)
    likely = percent(group.probability)
    return wording.say("{percent} likely, {sources}", percent=likely, sources=sources)


def rate_said(measured: Reliability, wording: Wording) -> str:
    """As ``bot.how_often.how_often``, which alone knows how rates are rounded."""
    english = how_often(measured)
    found = _RATE.fullmatch(english)
    if found is None:
        return english
    of, n = found["of"], found["n"]
    if found["times"]:
        return wording.say(
            "right {times} times out of {of} at this score (n={n})",
            times=found["times"],
            of=of,
            n=n,
        )
    if found["less"]:
        return wording.say("right less than once out of {of} at this score (n={n})", of=of, n=n)
    return wording.say("right once out of {of} at this score (n={n})", of=of, n=n)


def days_said(first: date, last: date, wording: Wording) -> str:
    """As ``bot.render.shown_days``: ``17–23 May 2021``."""

    def said(match: re.Match[str]) -> str:
        word = match[0]
        if word.isdigit():
            return wording.say("{day}", day=word)
        return wording.say(word) if word in _MONTHS else word

    return _DAY_OR_MONTH.sub(said, shown_days(first, last))


def noted_days(days: Iterable[InferredDate], wording: Wording) -> str:
    """As ``bot.render.noted``; empty for none."""
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
    """As ``bot.render.days_below``: the days meant in a citation, without what ``meant_days`` says;
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
        "page dated {day} (doubtful: {doubt})", day=day, doubt=_doubt(citation.date_doubt, wording)
    )


def place_said(citation: Citation, wording: Wording) -> str:
    """As ``bot.render.place_line``."""
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


def _doubt(doubt: str, wording: Wording) -> str:
    if not doubt.startswith(_DOUBT):
        return doubt
    return wording.say("the text speaks of {words}", words=doubt.removeprefix(_DOUBT))


def _days_of_answer(group: AnswerGroup) -> InferredDate | None:
    """Those that ``bot.render.meant`` says of the group, which alone knows when."""
    if not group.citations or not meant(group):
        return None
    first = group.citations[0]

    def alone(days: InferredDate) -> AnswerGroup:
        return replace(group, citations=(replace(first, inferred=(days,)),))

    return next((days for days in first.inferred if meant(alone(days))), None)
