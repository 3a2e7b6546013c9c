"""The abstention threshold for a wanted precision, from judged answers.

It sees scores and whether each was right.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from retrieval.errors import WorkError

LEAST_ANSWERED = 20
"""Fewer answers say too little about how often such answers are right."""
FOLDS = 5
_Z = 1.959963984540054  # a standard normal lies within ±z with probability 0.95
_HALF_A_DIGIT = 0.00005  # predictions round probabilities to four digits


@dataclass(frozen=True, slots=True)
class Judged:
    """The best answer to one question, shown or not.

    ``probability`` in 0..1; 0 means that nothing was found, which no threshold lets through.
    Questions of one ``cluster`` (a conversation) hang together.
    """

    probability: float
    right: bool
    cluster: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How a threshold did: ``right`` of the ``answered``, which are some ``of`` all questions."""

    right: int
    answered: int
    of: int

    @property
    def precision(self) -> float | None:
        """Share of right answers among those given, 0..1; None where none was given."""
        return self.right / self.answered if self.answered else None

    @property
    def coverage(self) -> float:
        """Share of the questions that were answered, 0..1."""
        return self.answered / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class ThresholdChoice:
    """A threshold, 0 < t <= 1, and what it does on the questions that it was chosen on.

    An answer is given from ``threshold`` on. ``low`` and ``high`` are the 95 % interval of the
    precision. ``elsewhere`` is the tally of thresholds chosen on four fifths of the questions and
    tried on the other fifth: the honest guess for questions never seen; None where all questions
    are of one cluster.
    """

    threshold: float
    tally: Tally
    low: float
    high: float
    elsewhere: Tally | None

    @property
    def precision(self) -> float:
        """0..1, on the questions that the threshold was chosen on."""
        return self.tally.right / self.tally.answered


def choose_threshold(judged: Sequence[Judged], wanted: float) -> ThresholdChoice:
    """The smallest threshold from which on at least the share ``wanted`` (0..1) is right.

    At least ``LEAST_ANSWERED`` questions are then answered. Raises ``WorkError``, which names the
    best that can be had, when there is no such threshold.
    """
    tallies = _tallies(judged)
    enough = [(t, tally) for t, tally in tallies if tally.answered >= LEAST_ANSWERED]
    found = _smallest(enough, wanted)
    if found is None:
        raise WorkError(_refusal(tallies, enough, wanted))
    threshold, tally = found
    low, high = wilson_interval(tally.right, tally.answered)
    return ThresholdChoice(threshold, tally, low, high, _elsewhere(judged, wanted))


def wilson_interval(right: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share, within 0..1 (Wilson 1927). ``of`` is at least 1.

    It takes the questions for independent; where conversations are long it is a little too narrow.
    """
    share = right / of
    shrink = 1 + _Z**2 / of
    centre = (share + _Z**2 / (2 * of)) / shrink
    reach = _Z / shrink * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def between(low: float, high: float) -> float:
    """A short number above ``low`` and at most ``high``, as near the middle as can be.

    Given ``low < high``, a score of ``high`` reaches it and one of ``low`` does not; it is written
    with as few digits, four at least, as keep it strictly between the two.
    """
    middle = (low + high) / 2
    for digits in range(4, 18):
        short = round(middle, digits)
        if low < short < high:
            return short
    return high


def _tallies(judged: Iterable[Judged]) -> list[tuple[float, Tally]]:
    """Every threshold that makes a difference, falling, with what it does."""
    everything = list(judged)
    scored = sorted((j for j in everything if j.probability > 0), key=lambda j: -j.probability)
    result: list[tuple[float, Tally]] = []
    right = 0
    for answered, one in enumerate(scored, start=1):
        right += one.right
        below = scored[answered].probability if answered < len(scored) else 0.0
        if below == one.probability:
            continue
        threshold = between(below, one.probability) if below else _just_below(one.probability)
        result.append((threshold, Tally(right, answered, len(everything))))
    return result


def _just_below(least: float) -> float:
    """The threshold that lets the least score through, and hardly anything not yet seen."""
    lowered = round(least - _HALF_A_DIGIT, 5)
    return lowered if 0 < lowered <= least else between(0.0, least)


def _smallest(tallies: Sequence[tuple[float, Tally]], wanted: float) -> tuple[float, Tally] | None:
    # Divided, not multiplied: 55 / 100 equals 0.55, while 0.55 * 100 is more than 55.
    reaching = [(t, tally) for t, tally in tallies if tally.right / tally.answered >= wanted]
    return reaching[-1] if reaching else None


def _elsewhere(judged: Sequence[Judged], wanted: float) -> Tally | None:
    """Each fifth of the clusters under the threshold of the others, which may be none."""
    fold_of = _folds({j.cluster for j in judged})
    count = len(set(fold_of.values()))
    if count < 2:
        return None
    least = math.ceil(LEAST_ANSWERED * (count - 1) / count)
    right = answered = 0
    for fold in range(count):
        others = [j for j in judged if fold_of[j.cluster] != fold]
        enough = [(t, tally) for t, tally in _tallies(others) if tally.answered >= least]
        found = _smallest(enough, wanted)
        given = [
            j.right
            for j in judged
            if found is not None and fold_of[j.cluster] == fold and j.probability >= found[0]
        ]
        right, answered = right + sum(given), answered + len(given)
    return Tally(right, answered, len(judged))


def _folds(clusters: Iterable[str]) -> dict[str, int]:
    """The fold of each cluster: the same in every run, and whatever the order of the questions."""
    shuffled = sorted(clusters, key=lambda c: sha256(c.encode("utf-8", "replace")).digest())
    return {cluster: place % FOLDS for place, cluster in enumerate(shuffled)}


def _refusal(
    tallies: Sequence[tuple[float, Tally]], enough: Sequence[tuple[float, Tally]], wanted: float
) -> str:
    if not enough:
        most = tallies[-1][1].answered if tallies else 0
        return (
            f"an answer was found for {most} questions only, and a threshold needs "
            f"{LEAST_ANSWERED}; calibrate on more questions."
        )
    threshold, best = max(enough, key=lambda one: (one[1].right / one[1].answered, -one[0]))
    # Rounded down: 0.8996 is not the 0.9 that was asked for.
    shown = f"{best.right * 1000 // best.answered / 1000:g}"
    return (
        f"no threshold reaches a precision of {wanted:g}; the best on this set is {shown}, from "
        f"{threshold:g} on (n={best.answered}): ask for less, or calibrate on more questions."
    )
