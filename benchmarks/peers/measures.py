"""From rankings to recall and reciprocal rank. Pure; lists in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.news.figures import Figure, resamples
from benchmarks.news.passages import holds
from benchmarks.peers.exchange import Question

CUT_OFFS = (1, 5, 20)
DEEPEST = max(CUT_OFFS)

Ranks = NDArray[np.float64]
"""The rank of the first passage that holds an answer, one a question; infinite: none does."""


@dataclass(frozen=True, slots=True)
class Quality:
    """``recall[k]``: share of questions with an answer in the first k passages; ``mrr``: mean
    reciprocal rank, 0 beyond the deepest cut-off. All 0..1.
    """

    recall: dict[int, float]
    mrr: float


def first_ranks(
    rankings: Mapping[str, Sequence[str]],
    questions: Sequence[Question],
    bodies: Mapping[str, str],
) -> Ranks:
    """Where an accepted answer first stands in a passage's body, as whole words, normalised.

    A question without a ranking has found nothing. Raises ``KeyError`` for an unknown passage.
    """
    found = [
        next(
            (
                rank
                for rank, docno in enumerate(rankings.get(question.id, [])[:DEEPEST], start=1)
                if holds([bodies[docno]], question.answers)
            ),
            np.inf,
        )
        for question in questions
    ]
    return np.array(found, dtype=np.float64)


def quality(ranks: Ranks) -> Quality:
    """The figures of one run."""
    recall = {k: float((ranks <= k).mean()) for k in CUT_OFFS}
    return Quality(recall, float((1 / ranks).mean()))


def recall_lead(first: Ranks, second: Ranks, k: int) -> Figure:
    """Recall of ``first`` minus that of ``second`` at ``k``, paired, with its 95 % interval."""
    gaps = (first <= k).astype(np.float64) - (second <= k)
    drawn = gaps[resamples(len(gaps))].mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Figure(float(gaps.mean()), float(low), float(high))


def percentile(milliseconds: Sequence[float], share: float) -> float | None:
    """The value below which ``share`` percent of the times lie; ``None`` without times."""
    return float(np.percentile(milliseconds, share)) if milliseconds else None
