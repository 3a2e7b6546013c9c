"""Whether the best answer is given: where the threshold is applied, once for a question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.answer.citing import numbered
from retrieval.answer.normalisation import meaning_of
from retrieval.datatypes import AnswerGroup, Reliability, SeriesPoint

Moment = tuple[date, str]
"""A day, and the id of the article that said so on it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``groups`` are best first, with their citations numbered; the ``rivals`` of an answer come
    right after it. ``probability``, 0..1, is that of the first group, whether given or rejected.
    """

    groups: tuple[AnswerGroup, ...]
    rivals: tuple[AnswerGroup, ...]
    probability: float
    abstained: bool


def decide(
    ranked: Sequence[AnswerGroup],
    threshold: float,
    reliability: Callable[[float], Reliability | None],
    series: Sequence[Moment] = (),
    rivals: Collection[int] = (),
) -> Decision:
    """The decision on groups that are ranked best first: an answer from ``threshold`` (a
    probability, 0..1) on. ``reliability`` is asked of the probability of an answer that is given.

    Where the first groups are values of one fact that moved, newest first, ``series`` says when,
    and which article said so. ``rivals`` are the places in ``ranked`` of what contradicts it.
    """
    if not ranked or ranked[0].probability < threshold:
        probability = ranked[0].probability if ranked else 0.0
        return Decision(numbered(ranked), (), probability, abstained=True)
    given = replace(ranked[0], reliability=reliability(ranked[0].probability))
    earlier = list(ranked[1 : len(series)])
    others = [ranked[at] for at in rivals]
    rest = [g for at, g in enumerate(ranked) if at >= max(1, len(series)) and at not in rivals]
    groups = numbered([given, *others, *earlier, *rest])
    told = (groups[0], *groups[1 + len(others) :])
    points = [_point(*moment, group) for moment, group in zip(series, told, strict=False)]
    groups = (replace(groups[0], series=tuple(reversed(points))), *groups[1:])
    return Decision(groups, groups[1 : 1 + len(others)], groups[0].probability, abstained=False)


def _point(day: date, article_id: str, group: AnswerGroup) -> SeriesPoint:
    """The value of a group, as the article said it on that day."""
    citation = next(c for c in group.citations if c.article_id == article_id)
    amount = meaning_of(citation.quote, group.spans[0].answer_type).amount
    return SeriesPoint(day, citation.quote, citation.number, amount)
