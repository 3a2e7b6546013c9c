"""Whether the best answer is given: where the threshold is applied, once for a question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.answer.citing import numbered
from retrieval.answer.normalisation import meaning_of
from retrieval.datatypes import AnswerGroup, Reliability, SeriesPoint


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
    days: Sequence[date] = (),
    rivals: Collection[int] = (),
) -> Decision:
    """The decision on groups that are ranked best first: an answer from ``threshold`` (a
    probability, 0..1) on. ``reliability`` is asked of the probability of an answer that is given.

    Where the first groups are values of one fact that moved, newest first, ``days`` are theirs:
    they are the answer's series. ``rivals`` are the places in ``ranked`` of what contradicts it.
    """
    if not ranked or ranked[0].probability < threshold:
        probability = ranked[0].probability if ranked else 0.0
        return Decision(numbered(ranked), (), probability, abstained=True)
    given = replace(ranked[0], reliability=reliability(ranked[0].probability))
    earlier = list(ranked[1 : len(days)])
    others = [ranked[at] for at in rivals]
    rest = [g for at, g in enumerate(ranked) if at >= max(1, len(days)) and at not in rivals]
    groups = numbered([given, *others, *earlier, *rest])
    told = (groups[0], *groups[1 + len(others) :])
    series = [
        SeriesPoint(day, group.answer, group.citations[0].number, _amount(group))
        for day, group in zip(days, told, strict=False)
    ]
    groups = (replace(groups[0], series=tuple(reversed(series))), *groups[1:])
    return Decision(groups, groups[1 : 1 + len(others)], groups[0].probability, abstained=False)


def _amount(group: AnswerGroup) -> float | None:
    return meaning_of(group.answer, group.spans[0].answer_type).amount
