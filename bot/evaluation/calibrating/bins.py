"""How often answers are right at each score, from judged answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.evaluation.calibrating.threshold import Judged, between

MOST_BINS = 8
LEAST_IN_BIN = 30


@dataclass(frozen=True, slots=True)
class ScoreBin:
    """Of ``of`` answers with a probability from ``start`` on, below the next bin's, ``right`` were
    right.
    """

    start: float
    right: int
    of: int

    @property
    def rate(self) -> float:
        return self.right / self.of


@dataclass(frozen=True, slots=True)
class _Run:
    """Answers whose scores lie next to one another; ``low`` and ``high`` are the outermost."""

    low: float
    high: float
    right: int
    of: int

    def joined(self, above: _Run) -> _Run:
        return _Run(self.low, above.high, self.right + above.right, self.of + above.of)


def reliability_bins(judged: Sequence[Judged], threshold: float) -> tuple[ScoreBin, ...]:
    """The answers from ``threshold`` on in bins of rising scores, each more often right than the
    one below; empty when there are no such answers.

    Bins are about equally large, ``MOST_BINS`` at most, with ``LEAST_IN_BIN`` answers at least
    unless there is but one; equal scores share a bin. Where a higher bin is not right more often,
    the two are pooled (pool adjacent violators, Ayer et al. 1955): a better score must never be
    said to be the worse one.
    """
    answered = sorted(
        (j for j in judged if j.probability >= threshold), key=lambda j: j.probability
    )
    runs = _pooled(_cut(_equal_scores(answered), len(answered)))
    starts = [threshold, *(between(a.high, b.low) for a, b in pairwise(runs))]
    return tuple(
        ScoreBin(start, run.right, run.of) for start, run in zip(starts, runs, strict=False)
    )


def _equal_scores(rising: Sequence[Judged]) -> list[_Run]:
    result = []
    for score, equals in groupby(rising, key=lambda j: j.probability):
        rights = [j.right for j in equals]
        result.append(_Run(score, score, sum(rights), len(rights)))
    return result


def _cut(rising: Sequence[_Run], count: int) -> list[_Run]:
    """Neighbours joined until each is as large as an equal share."""
    share = count / max(1, min(MOST_BINS, count // LEAST_IN_BIN))
    bins: list[_Run] = []
    is_full = True
    for run in rising:
        if is_full:
            bins.append(run)
        else:
            bins[-1] = bins[-1].joined(run)
        # Against the running total, so that one large bin does not make all later ones late.
        is_full = bins[-1].of >= LEAST_IN_BIN and sum(b.of for b in bins) >= share * len(bins)
    if len(bins) > 1 and bins[-1].of < LEAST_IN_BIN:
        last = bins.pop()
        bins[-1] = bins[-1].joined(last)
    return bins


def _pooled(bins: Sequence[_Run]) -> list[_Run]:
    """Rates that rise strictly."""
    result: list[_Run] = []
    for run in bins:
        result.append(run)
        while len(result) > 1 and _rate(result[-2]) >= _rate(result[-1]):
            above = result.pop()
            result[-1] = result[-1].joined(above)
    return result


def _rate(run: _Run) -> float:
    return run.right / run.of
