"""Which answers contradict the one that is given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from retrieval.answer.evidence import Evidence
from retrieval.answer.facts.series import DayOf, Value
from retrieval.answer.facts.values import MEASURED, NEAR, are_namesakes, values_of
from retrieval.text.headline import home_of

_LONG_AGO = date.min


def rivals_of(
    rated: Sequence[Evidence], series: Sequence[Value], day_of: DayOf
) -> tuple[Evidence, ...]:
    """Values of the first answer's fact that cannot be true beside it, newest first: those of a
    measure or a day, and people of its surname, that another article gives. What the ``series``
    tells is no rival: it was so on another day.

    Two names or two clauses may both be true.
    """
    if not rated:
        return ()
    first = rated[0]
    told = [value.evidence for value in series]
    articles = {home_of(span.article_id) for span in first.group.spans}
    found = [
        evidence
        for evidence in [*values_of(rated, MEASURED), *_namesakes(rated)]
        if evidence is not first
        and evidence not in told
        and any(home_of(span.article_id) not in articles for span in evidence.group.spans)
    ]
    return tuple(
        sorted(found, key=lambda evidence: day_of(evidence.group.best) or _LONG_AGO, reverse=True)
    )


def _namesakes(rated: Sequence[Evidence]) -> list[Evidence]:
    leader = rated[0].group
    return [
        evidence
        for evidence in rated[1:]
        if are_namesakes(leader.meaning, evidence.group.meaning)
        and evidence.group.best.margin >= leader.best.margin - NEAR
    ]
