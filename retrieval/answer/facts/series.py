"""How one fact moved: a toll, a price, who holds an office. The newest value is right now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.answer.evidence import Evidence
from retrieval.answer.facts.values import best_by_article, values_of
from retrieval.datatypes import AnswerType, Span
from retrieval.english.change import FIGURES
from retrieval.text.headline import home_of

DayOf = Callable[[Span], date | None]
"""The day on which the article of a span said so, where that is sure."""


@dataclass(frozen=True, slots=True)
class Value:
    """What was so from a day on, as ``span`` said on that day."""

    day: date
    evidence: Evidence
    span: Span


@dataclass(frozen=True, slots=True)
class _Told:
    """A value with the first and the last span that say it."""

    evidence: Evidence
    spans: tuple[tuple[date, Span], tuple[date, Span]]

    @property
    def first(self) -> date:
        return self.spans[0][0]

    @property
    def last(self) -> date:
        return self.spans[1][0]

    def since(self, day: date) -> Value:
        """As of its first or its last day."""
        span = next(span for own, span in self.spans if own == day)
        return Value(day, self.evidence, span)


def series_of(
    rated: Sequence[Evidence], kinds: Collection[AnswerType], day_of: DayOf
) -> tuple[Value, ...]:
    """The values of the first answer's fact, oldest first, the best one of each day; empty where
    there are not two. Each stands at the day on which it was first said.

    Of figures the newest is the one that came up last: an old one that is said again later is a
    paper behind its time. Of who holds an office it is the one that was said last, and stands at
    that day where another one came up in between. ``rated`` is best first; ``kinds`` are those that
    may have moved.
    """
    if not rated or rated[0].values.get("several"):
        return ()
    told = _told(values_of(rated, kinds), day_of)
    if len(told) < 2 or told[0].evidence is not rated[0]:
        return ()
    figures = rated[0].group.best.answer_type in FIGURES
    # Of one day the best, which comes first.
    newest = max(told, key=lambda v: (v.first, v.last) if figures else (v.last, v.first))
    others = [value for value in told if value is not newest]
    is_last = all(value.first < newest.first for value in others)
    until = newest.first if is_last or figures else newest.last
    values: dict[date, Value] = {}
    for value in others:
        if value.first < until:
            values.setdefault(value.first, value.since(value.first))
    earlier = sorted(values.values(), key=lambda value: value.day)
    return (*earlier, newest.since(until)) if earlier else ()


def _told(said: Sequence[Evidence], day_of: DayOf) -> list[_Told]:
    """The values of which days are known, by what their articles say best."""
    best = best_by_article([evidence.group for evidence in said])
    result = []
    for evidence in said:
        own = [span for span in evidence.group.spans if best[home_of(span.article_id)] is span]
        days = [(day, span) for span in own if (day := day_of(span)) is not None]
        if days:
            ends = min(days, key=lambda pair: pair[0]), max(days, key=lambda pair: pair[0])
            result.append(_Told(evidence, ends))
    return result


def newest_first(rated: Sequence[Evidence], series: Sequence[Value]) -> list[Evidence]:
    """The same answers, those of the series before all others, newest first."""
    told = [value.evidence for value in reversed(series)]
    return told + [evidence for evidence in rated if evidence not in told]
