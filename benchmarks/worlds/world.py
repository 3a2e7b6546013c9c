"""What happened in a made-up world: towns, events, tolls that move, and what never happened.

Everything follows from the seed. Towns, people and papers are invented, so that no model can know
the answers; tolls are small numbers, so that those of different towns are often equal.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

KINDS = (
    "fire",
    "flood",
    "earthquake",
    "bus crash",
    "train crash",
    "gas explosion",
    "avalanche",
    "storm",
)
PAPERS = ("Norra Post", "Evening Tide", "Lowland Courier", "Harbour Times", "Ridge Daily")
_ONSETS = ("B", "D", "F", "G", "H", "K", "L", "M", "N", "P", "R", "S", "T", "V")
_MIDDLES = ("al", "en", "ir", "or", "un", "ost", "ark", "elm", "ith", "and")
_ENDS = ("a", "ow", "en", "by", "um", "ey", "is", "ock")
_FIRST_DAY = date(2025, 3, 3)


@dataclass(frozen=True, slots=True)
class Toll:
    """How many were killed and injured, as was known on a day."""

    day: date
    killed: int
    injured: int


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in one town; ``tolls`` are oldest first, the last one is final."""

    town: str
    kind: str
    day: date
    tolls: tuple[Toll, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Its ``events``, and pairs of town and kind that ``never`` happened: the town had an event of
    another kind.
    """

    events: tuple[Event, ...]
    never: tuple[tuple[str, str], ...]


def make_world(towns: int, seed: int, *, kinds: int = len(KINDS), moving: float = 0.4) -> World:
    """One event in each of ``towns``; the toll of a share ``moving`` of them rises over days."""
    rng = random.Random(seed)
    names = _names(towns, rng)
    chosen = KINDS[:kinds]
    events = [_event(name, rng.choice(chosen), rng, rng.random() < moving) for name in names]
    others = [(e.town, [kind for kind in chosen if kind != e.kind]) for e in events]
    never = tuple((town, rng.choice(found)) for town, found in others if found)
    return World(tuple(events), never)


def _names(count: int, rng: random.Random) -> list[str]:
    possible = [o + m + e for o in _ONSETS for m in _MIDDLES for e in _ENDS]
    return rng.sample(possible, count)


def _event(town: str, kind: str, rng: random.Random, is_moving: bool) -> Event:
    day = _FIRST_DAY + timedelta(days=rng.randrange(120))
    killed, injured = rng.randrange(2, 13), rng.randrange(14, 40)
    tolls = [Toll(day, killed, injured)]
    while is_moving and len(tolls) < 3:
        later = tolls[-1].day + timedelta(days=rng.randrange(1, 4))
        killed, injured = killed + rng.randrange(1, 9), injured + rng.randrange(1, 9)
        tolls.append(Toll(later, killed, injured))
    return Event(town, kind, day, tuple(tolls))
