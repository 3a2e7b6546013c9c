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
    """What was so on a day."""

    day: date
    evidence: Evidence


def series_of(
    rated: Sequence[Evidence], kinds: Collection[AnswerType], day_of: DayOf
) -> tuple[Value, ...]:
    """The values of the first answer's fact by day, oldest first, the best one of each day; empty
    where there are not two. The day of a value is the last one on which an article says so.

    ``rated`` is best first; ``kinds`` are those that may have moved.
    """
    if not rated or rated[0].values.get("several"):
        return ()
    said = values_of(rated, kinds)
    best = best_by_article([evidence.group for evidence in said])
    values: dict[date, Value] = {}
    for evidence in said:
        own = [span for span in evidence.group.spans if best[home_of(span.article_id)] is span]
        days = [day for span in own if (day := day_of(span)) is not None]
        if days:
            values.setdefault(max(days), Value(max(days), evidence))
    found = sorted(values.values(), key=lambda value: value.day)
    if len(found) < 2 or all(value.evidence is not rated[0] for value in found):
        return ()
    return tuple(found)


def newest_first(rated: Sequence[Evidence], series: Sequence[Value]) -> list[Evidence]:
    """The same answers, those of the series before all others, newest first."""
    told = [value.evidence for value in reversed(series)]
    return told + [evidence for evidence in rated if evidence not in told]
