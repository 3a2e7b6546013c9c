"""Which hard negatives a reader gets wrong: of those it is offered, the ones it answers surest.

A second reader meets what the first one took for an answer. So it learns from the first one's own
mistakes (ReConsider, Iyer et al. 2021): for each question several texts that do not answer it are
made, the exported first reader scores them, and those where its margin of a span over "not said
here" is largest are kept.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import replace

from tokenizers import Tokenizer

from training.mixture import Unit
from training.predict import Scorer, predict
from training.squad import Example

log = logging.getLogger(__name__)

KEPT = (2, 3)
"""Negatives that stay in a group."""
_AT_ONCE = 1024


def hardest(
    units: Sequence[Unit], scorer: Scorer, tokenizer: Tokenizer, rng: random.Random
) -> list[Unit]:
    """The units whose groups hold their positive and the negatives that the reader answers surest,
    as many as ``KEPT`` says. Groups with fewer stay as they are.
    """
    offered = [e for unit in units for group in unit if len(group) > 1 for e in group[1:]]
    margins: dict[tuple[str, str], float] = {}
    for begin in range(0, len(offered), _AT_ONCE):
        part = offered[begin : begin + _AT_ONCE]
        for example, margin in zip(part, _margins(part, scorer, tokenizer), strict=True):
            margins[example.question, example.context] = margin
        log.info("%d of %d negatives", min(begin + _AT_ONCE, len(offered)), len(offered))
    return [tuple(_kept(group, margins, rng) for group in unit) for unit in units]


def _margins(part: Sequence[Example], scorer: Scorer, tokenizer: Tokenizer) -> list[float]:
    # Negatives stand under their titles already.
    bare = [replace(example, heading="", title="") for example in part]
    return [found.margin for found in predict(scorer, tokenizer, bare, titles=False)]


def _kept(
    group: Sequence[Example], margins: dict[tuple[str, str], float], rng: random.Random
) -> tuple[Example, ...]:
    positive, *negatives = group
    negatives.sort(key=lambda e: -margins[e.question, e.context])
    return (positive, *negatives[: rng.randint(*KEPT)])
