"""Whether the best answer is given: where the threshold is applied, once for a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.answer.citing import numbered
from retrieval.answer.facts.rivals import find_rivals
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
) -> Decision:
    """The decision on groups that are ranked best first: an answer from ``threshold`` (a
    probability, 0..1) on. ``reliability`` is asked of the probability of an answer that is given.

    Where the first groups are values of one fact that moved, newest first, ``days`` are theirs:
    they are the answer's series, and no rivals of it.
    """
    if not ranked or ranked[0].probability < threshold:
        probability = ranked[0].probability if ranked else 0.0
        return Decision(numbered(ranked), (), probability, abstained=True)
    best = ranked[0]
    earlier = ranked[1 : len(days)]
    rivals = tuple(group for group in find_rivals(ranked) if group not in earlier)
    given = replace(best, reliability=reliability(best.probability))
    rest = [group for group in ranked[len(earlier) + 1 :] if group not in rivals]
    groups = numbered([given, *rivals, *earlier, *rest])
    told = (groups[0], *groups[1 + len(rivals) :])
    series = [
        SeriesPoint(day, group.answer, group.citations[0].number)
        for day, group in zip(days, told, strict=False)
    ]
    groups = (replace(groups[0], series=tuple(reversed(series))), *groups[1:])
    return Decision(groups, groups[1 : 1 + len(rivals)], best.probability, abstained=False)
