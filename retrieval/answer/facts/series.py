"""Values of one fact that moved: a toll, a price, who holds an office. The newest is right now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.answer.evidence import Evidence
from retrieval.answer.facts.support import turns_on_the_same
from retrieval.answer.grouping import SpanGroup
from retrieval.datatypes import AnswerType, Span
from retrieval.english.change import FIGURES
from retrieval.text.headline import home_of

NEAR = 4.0
"""Logits that the margin of a value may be behind the likeliest one's: both answer the question."""
DayOf = Callable[[Span], date | None]
"""The day on which the article of a span said so, where that is sure."""


@dataclass(frozen=True, slots=True)
class Value:
    """What was so on a day."""

    day: date
    evidence: Evidence


def series_of(
    rated: Sequence[Evidence], kinds: Collection[AnswerType], day_of: DayOf
) -> tuple[Value, ...]:
    """The values of the first answer's fact by day, oldest first, the best one of each day; empty
    where there are not two.

    ``rated`` is best first; ``kinds`` are those that may have moved. A value must be as much of
    what the question turns on as the first, and what its article says best: "from 80 to 93" says
    93. Its day is the last one on which an article says so.
    """
    if not rated or rated[0].values.get("several"):
        return ()
    leader = rated[0].group
    if leader.best.answer_type not in kinds:
        return ()
    groups = [e.group for e in rated if e.group.best.answer_type in kinds]
    best = _best_by_article(groups)
    values: dict[date, Value] = {}
    for evidence in rated:
        group = evidence.group
        if group in groups and (group is leader or _may_follow(group, leader)):
            days = [day_of(span) for span in group.spans if best[home_of(span.article_id)] is span]
            newest = max((day for day in days if day is not None), default=None)
            if newest is not None:
                values.setdefault(newest, Value(newest, evidence))
    found = sorted(values.values(), key=lambda value: value.day)
    if len(found) < 2 or all(value.evidence is not rated[0] for value in found):
        return ()
    return tuple(found)


def _best_by_article(groups: Sequence[SpanGroup]) -> dict[str, Span]:
    best: dict[str, Span] = {}
    for span in sorted((s for g in groups for s in g.spans), key=lambda span: -span.margin):
        best.setdefault(home_of(span.article_id), span)
    return best


def _may_follow(group: SpanGroup, leader: SpanGroup) -> bool:
    """Whether a group may be another value of the leader's fact."""
    return (
        group.best.margin >= max(0.0, leader.best.margin - NEAR)
        and turns_on_the_same(group.best, leader.best)
        and (leader.best.answer_type not in FIGURES or group.meaning.contradicts(leader.meaning))
    )


def newest_first(rated: Sequence[Evidence], series: Sequence[Value]) -> list[Evidence]:
    """The same answers, those of the series before all others, newest first."""
    told = [value.evidence for value in reversed(series)]
    return told + [evidence for evidence in rated if evidence not in told]
