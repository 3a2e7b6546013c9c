"""Percentile bootstrap (Efron and Tibshirani 1993) over clusters of questions.

Questions of one conversation stand or fall together, so conversations are drawn, not questions
(Field and Welsh 2007). ``scipy.stats.bootstrap`` draws single observations only. All figures of a
run come from the same draws, which makes the difference of two runs a paired comparison. The draws
depend on nothing but the clusters: the same run gives the same intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
RESAMPLES = 2000
STATISTIC_RESAMPLES = 500
"""For statistics that are no means, each of which is computed again for every resample."""
LEVEL = 0.95
SEED = 20210520
_CELLS = 4_000_000
"""Counts held at once: 32 MB."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the bounds between which 95 % of the resamples put it; None: not known."""

    value: float | None
    low: float | None = None
    high: float | None = None


def resampled_counts(
    clusters: Sequence[str], resamples: int = RESAMPLES, seed: int = SEED
) -> Iterator[Counts]:
    """How often each question was drawn: blocks of shape ``(some resamples, questions)``.

    Every resample draws as many clusters as there are, with replacement.
    """
    names = {name: at for at, name in enumerate(dict.fromkeys(clusters))}
    member = np.array([names[name] for name in clusters], dtype=np.int64)
    generator = np.random.default_rng(seed)
    even = np.full(len(names), 1 / len(names)) if names else np.empty(0)
    at_once = max(1, _CELLS // max(1, len(clusters)))
    for start in range(0, resamples if names else 0, at_once):
        size = min(at_once, resamples - start)
        drawn = generator.multinomial(len(names), even, size=size)
        yield drawn[:, member]


def share_intervals(values: Floats, clusters: Sequence[str]) -> list[Interval]:
    """As ``mean_intervals``, of measures from 0 to 1.

    Where all that was measured is 0, or all is 1, no resample differs, which is no knowledge: the
    bounds are then Wilson's (1927) for as many clusters. Below two clusters there are none.
    """
    return [
        _edge(interval, column, clusters)
        for interval, column in zip(mean_intervals(values, clusters), values.T, strict=True)
    ]


def _edge(interval: Interval, column: Floats, clusters: Sequence[str]) -> Interval:
    measured = [at for at, value in enumerate(column) if not np.isnan(value)]
    drawn = len({clusters[at] for at in measured})
    if drawn < 2:
        return Interval(interval.value)
    if interval.low != interval.high:
        return interval
    if interval.value not in (0.0, 1.0):
        return Interval(interval.value)
    from scipy.stats import binomtest

    found = binomtest(round(drawn * interval.value), drawn).proportion_ci(LEVEL, method="wilson")
    return Interval(interval.value, float(found.low), float(found.high))


def mean_intervals(values: Floats, clusters: Sequence[str]) -> list[Interval]:
    """The mean of each column of ``values``, shape ``(questions, measures)``; NaN: not measured."""
    valid = ~np.isnan(values)
    filled = np.where(valid, values, 0.0)
    shares = valid.astype(np.float64)
    blocks = (counts.astype(np.float64) for counts in resampled_counts(clusters))
    drawn = [_ratio(counts @ filled, counts @ shares) for counts in blocks]
    means = _ratio(filled.sum(axis=0), shares.sum(axis=0))
    return bounded(means, np.concatenate(drawn) if drawn else np.empty((0, values.shape[1])))


def bounded(values: Floats, resampled: Floats) -> list[Interval]:
    """Each value with the bounds of its column in ``resampled``, resamples without it left out."""
    tail = 50 * (1 - LEVEL)
    intervals = []
    for value, column in zip(values, resampled.T, strict=True):
        known = column[~np.isnan(column)]
        if np.isnan(value) or not known.size:
            intervals.append(Interval(None if np.isnan(value) else float(value)))
            continue
        low, high = np.percentile(known, (tail, 100 - tail))
        intervals.append(Interval(float(value), float(low), float(high)))
    return intervals


def statistic_intervals(
    statistic: Callable[[Counts], Sequence[float | None]], clusters: Sequence[str]
) -> list[Interval]:
    """Figures that are no means.

    ``statistic`` gets how often each question counts, shape ``(questions,)``, and gives figures,
    always as many; None where it cannot be computed.
    """
    whole = _floats(statistic(np.ones(len(clusters), dtype=np.int64)))
    drawn = [
        _floats(statistic(row))
        for counts in resampled_counts(clusters, STATISTIC_RESAMPLES)
        for row in counts
    ]
    found = bounded(whole, np.array(drawn) if drawn else np.empty((0, len(whole))))
    # Bounds without width come from too few clusters, or from figures at their limit.
    return [Interval(i.value) if i.low == i.high else i for i in found]


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _ratio(sums: Floats, weights: Floats) -> Floats:
    """NaN where there is no weight."""
    return np.divide(sums, weights, out=np.full_like(sums, np.nan), where=weights > 0)
