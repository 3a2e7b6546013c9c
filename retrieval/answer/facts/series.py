"""How one fact moved: a toll, a price, who holds an office. The newest value is right now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.answer.evidence import Evidence
from retrieval.answer.facts.values import best_by_article, values_of
from retrieval.datatypes import AnswerType, Span
from retrieval.text.headline import home_of

DayOf = Callable[[Span], date | None]
"""The day on which the article of a span said so, where that is sure."""


@dataclass(frozen=True, slots=True)
class Value:
    """What was so from a day on."""

    day: date
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Told:
    """A value with the first and the last day on which an article says it."""

    first: date
    last: date
    evidence: Evidence


def series_of(
    rated: Sequence[Evidence], kinds: Collection[AnswerType], day_of: DayOf
) -> tuple[Value, ...]:
    """The values of the first answer's fact, oldest first, the best one of each day; empty where
    there are not two. The newest is the one that was said last; it stands at the day on which it
    was first said, like the others, unless another one was first said after that.

    ``rated`` is best first; ``kinds`` are those that may have moved.
    """
    if not rated or rated[0].values.get("several"):
        return ()
    told = _told(values_of(rated, kinds), day_of)
    if len(told) < 2 or told[0].evidence is not rated[0]:
        return ()
    newest = max(told, key=lambda value: value.last)  # of one day the best, which comes first
    others = [value for value in told if value is not newest]
    is_last = all(value.first < newest.first for value in others)
    until = newest.first if is_last else newest.last
    values: dict[date, Value] = {}
    for value in others:
        if value.first < until:
            values.setdefault(value.first, Value(value.first, value.evidence))
    earlier = sorted(values.values(), key=lambda value: value.day)
    return (*earlier, Value(until, newest.evidence)) if earlier else ()


def _told(said: Sequence[Evidence], day_of: DayOf) -> list[_Told]:
    """The values of which days are known, by what their articles say best."""
    best = best_by_article([evidence.group for evidence in said])
    result = []
    for evidence in said:
        own = [span for span in evidence.group.spans if best[home_of(span.article_id)] is span]
        days = [day for span in own if (day := day_of(span)) is not None]
        if days:
            result.append(_Told(min(days), max(days), evidence))
    return result


def newest_first(rated: Sequence[Evidence], series: Sequence[Value]) -> list[Evidence]:
    """The same answers, those of the series before all others, newest first."""
    told = [value.evidence for value in reversed(series)]
    return told + [evidence for evidence in rated if evidence not in told]
