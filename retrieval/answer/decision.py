"""Whether the best answer is given: where the threshold is applied, once for a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from retrieval.answer.citing import numbered
from retrieval.answer.consensus import find_rivals
from retrieval.datatypes import AnswerGroup, Reliability


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
) -> Decision:
    """The decision on groups that are ranked best first: an answer from ``threshold`` (a
    probability, 0..1) on. ``reliability`` is asked of the probability of an answer that is given.
    """
    if not ranked or ranked[0].probability < threshold:
        probability = ranked[0].probability if ranked else 0.0
        return Decision(numbered(ranked), (), probability, abstained=True)
    best = ranked[0]
    rivals = find_rivals(ranked)
    given = replace(best, reliability=reliability(best.probability))
    groups = numbered([given, *rivals, *(g for g in ranked[1:] if g not in rivals)])
    return Decision(groups, groups[1 : 1 + len(rivals)], best.probability, abstained=False)
