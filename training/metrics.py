"""How well a score parts two classes.

Exact match and F1 are those of ``bot.evaluation.measuring.answers``: there is one SQuAD
normalisation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def roc_area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative (ties count half); nan without a class.

    An infinite score, as of a text without any span, is as good as a very large one.
    """
    from sklearn.metrics import roc_auc_score

    if not len(positive) or not len(negative):
        return float("nan")
    scores = np.clip([*positive, *negative], -1e9, 1e9)
    return float(roc_auc_score([1] * len(positive) + [0] * len(negative), scores))
