"""What is asked of a made-up world, and which answers are right."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.worlds.reports import Report, number_words
from benchmarks.worlds.world import Event, World

_KILLED = (
    "How many people were killed in the {kind} in {town}?",
    "What is the death toll of the {town} {kind}?",
    "How many died in the {kind} in {town}?",
)
_INJURED = (
    "How many people were injured in the {kind} in {town}?",
    "How many were hurt in the {town} {kind}?",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question. ``event`` is None where it never happened; ``values`` are the figures that were
    true of it, oldest first.
    """

    text: str
    event: Event | None
    values: tuple[int, ...]

    @property
    def newest(self) -> frozenset[str]:
        """The figure that is right, in digits and in words."""
        return frozenset({str(self.values[-1]), number_words(self.values[-1])})


def questions(world: World, seed: int) -> tuple[Asked, ...]:
    """Two on each event, one on each that never happened."""
    rng = random.Random(seed)
    result = []
    for event in world.events:
        killed = tuple(toll.killed for toll in event.tolls)
        injured = tuple(toll.injured for toll in event.tolls)
        for ways, values in ((_KILLED, killed), (_INJURED, injured)):
            text = rng.choice(ways).format(kind=event.kind, town=event.town)
            result.append(Asked(text, event, values))
    for town, kind in world.never:
        result.append(Asked(rng.choice(_KILLED).format(kind=kind, town=town), None, ()))
    return tuple(result)


def evidence(asked: Asked, told: Sequence[Report]) -> frozenset[str]:
    """Ids of the articles that tell of the event asked about."""
    return frozenset(report.id for report in told if report.event == asked.event)
