"""Which answers contradict the one that is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from retrieval.answer.evidence import Evidence
from retrieval.answer.facts.series import DayOf, Value
from retrieval.answer.facts.support import is_one_setting
from retrieval.answer.facts.values import (
    MEASURED,
    NEAR,
    are_namesakes,
    takes_its_place,
    values_of,
)
from retrieval.answer.grouping import SpanGroup
from retrieval.datatypes import AnswerType
from retrieval.text.headline import home_of

Shown = Callable[[SpanGroup], Sequence[str]]
"""The words, in lower case, in which a group is shown: those of its fullest name."""
_LONG_AGO = date.min


def rivals_of(
    rated: Sequence[Evidence],
    series: Sequence[Value],
    day_of: DayOf,
    shown: Shown = lambda group: group.meaning.words,
) -> tuple[Evidence, ...]:
    """Values of the fact that cannot be true beside the answer, newest first: those of a measure or
    a day, people of the same surname, and of a sentence that says yes one that says no, or the
    other way round, that another article gives. The answer is the first of
    ``rated``, or the newest of the ``series``, of which nothing is a rival: it was so on other
    days, as was all that was said before. ``rated`` is best first.

    Two names or two clauses may both be true.
    """
    if not rated:
        return ()
    told = [value.evidence for value in series] or [rated[0]]
    since = series[-1].day if series else _LONG_AGO
    articles = {home_of(span.article_id) for span in told[-1].group.spans}
    found = [
        evidence
        for evidence in [
            *values_of(rated, MEASURED),
            *_namesakes(told[-1], rated, shown),
            *_opposites(told[-1], rated),
        ]
        if evidence not in told
        and (day_of(evidence.group.best) or since) >= since
        and any(home_of(span.article_id) not in articles for span in evidence.group.spans)
    ]
    return tuple(
        sorted(found, key=lambda evidence: day_of(evidence.group.best) or _LONG_AGO, reverse=True)
    )


def _namesakes(answer: Evidence, rated: Sequence[Evidence], shown: Shown) -> list[Evidence]:
    if answer.group.best.answer_type is not AnswerType.PERSON:
        return []
    return [
        evidence
        for evidence in rated
        if evidence.group.best.answer_type is AnswerType.PERSON
        and are_namesakes(shown(answer.group), shown(evidence.group))
        and evidence.group.best.margin >= answer.group.best.margin - NEAR
    ]


def last_word(rated: Sequence[Evidence], day_of: DayOf) -> list[Evidence]:
    """The same answers, but where the first says yes and a later article no, or the other way
    round, the last of these first. ``rated`` is best first.
    """
    if not rated or rated[0].told.denies is None:
        return list(rated)
    said = [rated[0], *_opposites(rated[0], rated)]
    last = max(said, key=lambda evidence: day_of(evidence.group.best) or _LONG_AGO)
    return [last, *(evidence for evidence in rated if evidence is not last)]


def _opposites(answer: Evidence, rated: Sequence[Evidence]) -> list[Evidence]:
    """What says no where the answer says yes, or yes where it says no, of the same thing."""
    if answer.told.denies is None:
        return []
    return [
        evidence
        for evidence in rated
        if evidence.told.denies is (not answer.told.denies)
        and takes_its_place(evidence.group, answer.group)
        and is_one_setting(evidence.told.named, answer.told.named)
    ]
