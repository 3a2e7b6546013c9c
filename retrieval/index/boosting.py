"""Articles near the day of the question rank a little higher. Pure.

The day is ``--as-of``, a question set's ``date``, or today: who asks on a day often asks about what
is in the news then. In an archive that ends long before that day nothing is raised.
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

    weight: float = 0.3
    half_life: float = 14.0

    def factor(self, published: date | None, day: date) -> float:
        """At least 1; for an article without a date 1."""
        if published is None:
            return 1.0
        return 1 + self.weight * float(0.5 ** (abs((day - published).days) / self.half_life))


def favour_recent(
    ranking: Sequence[ScoredPassage],
    published: Callable[[ScoredPassage], date | None],
    day: date,
    recency: Recency,
) -> tuple[ScoredPassage, ...]:
    """The ranking with every score times its factor, best first; ties keep their order."""
    raised = []
    for scored in ranking:
        factor = recency.factor(published(scored), day)
        raised.append(replace(scored, score=scored.score * factor, recency=factor))
    return tuple(sorted(raised, key=lambda scored: -scored.score))
