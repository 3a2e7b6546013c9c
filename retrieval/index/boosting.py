"""Articles near the day of the question, and those that a conversation has just spoken of, rank a
little higher.

The day is ``--as-of``, a question set's ``date``, or today: who asks on a day often asks about what
is in the news then. In an archive that ends long before that day nothing is raised, unless the
question asks for the latest: then the day is that of the newest article found.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from retrieval.datatypes import ScoredPassage

LATEST_WEIGHT = 5.0
LATEST_DAYS = 0.5
"""By which weight and half-life count in a question for the latest (benchmarks/README.md)."""


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

    @property
    def for_the_latest(self) -> Recency:
        """As it counts in a question for the latest."""
        return Recency(LATEST_WEIGHT * self.weight, LATEST_DAYS * self.half_life)


def favour_recent(
    ranking: Sequence[ScoredPassage],
    published: Callable[[ScoredPassage], date | None],
    day: date,
    recency: Recency,
    *,
    latest: bool = False,
) -> tuple[ScoredPassage, ...]:
    """The ranking with every score times its factor, best first; ties keep their order. ``latest``
    says that the question asks for it.
    """
    if latest:
        days = [found for scored in ranking if (found := published(scored)) and found <= day]
        day, recency = max(days, default=day), recency.for_the_latest
    raised = []
    for scored in ranking:
        factor = recency.factor(published(scored), day)
        raised.append(replace(scored, score=scored.score * factor, recency=factor))
    return tuple(sorted(raised, key=lambda scored: -scored.score))


def favour_articles(
    ranking: Sequence[ScoredPassage], article_ids: Collection[str], weight: float
) -> tuple[ScoredPassage, ...]:
    """The ranking with the scores of those articles' passages times ``1 + weight``, best first;
    ties keep their order. ``weight`` is at least 0.
    """
    raised = [
        replace(scored, score=scored.score * (1 + weight), favour=1 + weight)
        if scored.passage.article_id in article_ids
        else scored
        for scored in ranking
    ]
    return tuple(sorted(raised, key=lambda scored: -scored.score))
