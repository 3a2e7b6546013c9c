"""How near standalone questions come to those that humans wrote.

BLEU: Papineni et al. 2002, as ``sacrebleu`` computes it (Post 2018). All figures are percent,
0..100, larger is better unless said otherwise; null where there is nothing to average. Intervals
are the 2.5th and the 97.5th percentile over ``RESAMPLES`` bootstrap samples of examples (Koehn
2004), with a fixed seed: equal rewrites give equal intervals.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
_SEED = 20260101
_ORDERS = 4
_PERCENTILES = (2.5, 97.5)
_WORD = re.compile(r"[^\W_]+")
_FINAL = string.punctuation + "…‘’“”" + string.whitespace


@dataclass(frozen=True, slots=True)
class Compared:
    """One example: the question as typed, the system's standalone form, the human's."""

    question: str
    ours: str
    gold: str


def words(text: str) -> Counter[str]:
    """Runs of letters and digits, lower-cased: what ROUGE counts (Lin 2004), without stemming."""
    return Counter(_WORD.findall(text.lower()))


def same_question(a: str, b: str) -> bool:
    """Whether two questions are equal up to case, white space and final punctuation."""
    return _bare(a) == _bare(b)


def added_words_recall(compared: Compared) -> float | None:
    """ROUGE-1 recall, 0..1, of the words that the human rewrite added; None when it adds none.

    With bags of words q (question), o (ours), g (the human's), where a - b keeps what a has more
    of: ``sum_w min((g - q)_w, (o - q)_w) / sum_w (g - q)_w``. Copying the question gets 0. After
    the term recall of Voskarides et al., "Query Resolution for Conversational Search with Limited
    Supervision" (2020), which asks the same of sets of terms.
    """
    asked = words(compared.question)
    wanted = words(compared.gold) - asked
    if not wanted:
        return None
    return (wanted & (words(compared.ours) - asked)).total() / wanted.total()


def kept(compared: Compared) -> float | None:
    """1.0 when ours equals the human's, where that is the question itself; None where it is not."""
    if not same_question(compared.gold, compared.question):
        return None
    return float(same_question(compared.ours, compared.gold))


def unchanged(compared: Compared) -> float:
    """1.0 when ours is the question as typed."""
    return float(same_question(compared.ours, compared.question))


def rewriting_figures(examples: Sequence[Compared]) -> dict[str, Any]:
    """Every measure over the examples, JSON-serialisable, keys in a fixed order.

    Each has ``value``, ``low`` and ``high`` (the 95 % interval) and ``examples``, over how many it
    is. ``copy_bleu`` is the BLEU of the question as typed. ``share_unchanged`` has no good
    direction: compare it with ``share_needing_none``, the share whose human rewrite changes
    nothing.
    """
    golds = [c.gold for c in examples]
    recalls = [r for c in examples if (r := added_words_recall(c)) is not None]
    keeps = [k for c in examples if (k := kept(c)) is not None]
    needing_none = [float(same_question(c.gold, c.question)) for c in examples]
    return {
        "bleu": _bleu_figure([c.ours for c in examples], golds),
        "copy_bleu": _bleu_figure([c.question for c in examples], golds),
        "added_words_recall": _mean_figure(recalls),
        "kept_where_none_needed": _mean_figure(keeps),
        "share_unchanged": _mean_figure([unchanged(c) for c in examples]),
        "share_needing_none": _mean_figure(needing_none),
    }


def _bleu_figure(ours: Sequence[str], golds: Sequence[str]) -> dict[str, Any]:
    if not ours:
        return _figure(None, [], 0)
    statistics = _bleu_statistics(ours, golds)
    samples = [_bleu(total) for total in _resampled_sums(statistics)]
    return _figure(_bleu(statistics.sum(axis=0)), samples, len(ours))


def _mean_figure(values: Sequence[float]) -> dict[str, Any]:
    if not values:
        return _figure(None, [], 0)
    column = 100 * np.array(values, dtype=np.float64)[:, None]
    samples = _resampled_sums(column)[:, 0] / len(values)
    return _figure(float(column.mean()), samples.tolist(), len(values))


def _figure(value: float | None, samples: Iterable[float], examples: int) -> dict[str, Any]:
    bounds = [] if value is None else np.percentile(list(samples), _PERCENTILES).tolist()
    low, high = bounds or (None, None)
    return {"value": value, "low": low, "high": high, "examples": examples}


def _resampled_sums(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Column sums of ``RESAMPLES`` samples with replacement of the rows: ``(RESAMPLES, columns)``.

    How often each row is drawn is multinomial; drawing that spares a copy of the rows a sample.
    """
    count = len(rows)
    drawn = np.random.default_rng(_SEED).multinomial(
        count, np.full(count, 1 / count), size=RESAMPLES
    )
    sums: NDArray[np.float64] = drawn @ rows
    return sums


def _bleu_statistics(ours: Sequence[str], golds: Sequence[str]) -> NDArray[np.float64]:
    """What BLEU adds up: ``(n, 10)``, four counts of common n-grams, four of all, two lengths."""
    from sacrebleu.metrics.bleu import BLEU

    # Effective order only bears on a single sentence's score, which is not read here; without it
    # sacrebleu warns about such scores.
    metric = BLEU(lowercase=True, effective_order=True)
    scores = [metric.sentence_score(o, [g]) for o, g in zip(ours, golds, strict=True)]
    return np.array(
        [[*s.counts, *s.totals, s.sys_len, s.ref_len] for s in scores], dtype=np.float64
    )


def _bleu(total: NDArray[np.float64]) -> float:
    from sacrebleu.metrics.bleu import BLEU

    summed = [int(number) for number in total]
    score = BLEU.compute_bleu(
        correct=summed[:_ORDERS],
        total=summed[_ORDERS : 2 * _ORDERS],
        sys_len=summed[-2],
        ref_len=summed[-1],
        smooth_method="exp",  # the default of corpus scores
    )
    return float(score.score)


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(_FINAL)
