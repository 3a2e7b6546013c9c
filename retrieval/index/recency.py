"""Articles near the day of the question rank a little higher. Pure.

Only for a question with a day of its own (``--as-of`` or a question set's ``date``): who asks on a
day asks about what was in the news then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.datatypes import ScoredPassage


@dataclass(frozen=True, slots=True)
class Recency:
    """``weight``: share by which the score of an article of the very day is raised, 0 for not at
    all. ``half_life``: days after which half of that is left.
    """

    weight: float = 1.0
    half_life: float = 7.0

    def factor(self, published: date | None, day: date) -> float:
        """At least 1; an article without a date gets what one of three half-lives ago gets."""
        age = 3 * self.half_life if published is None else max(0, (day - published).days)
        return 1 + self.weight * float(0.5 ** (age / self.half_life))


def favour_recent(
    ranking: Sequence[ScoredPassage],
    published: Callable[[ScoredPassage], date | None],
    day: date,
    recency: Recency,
) -> tuple[ScoredPassage, ...]:
    """The ranking with every score times its factor, best first; ties keep their order."""
    raised = [replace(s, score=s.score * recency.factor(published(s), day)) for s in ranking]
    return tuple(sorted(raised, key=lambda scored: -scored.score))
