"""Of the negatives that are offered, those that a reader answers surest stay."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.training.builders import example
from training import mistakes
from training.features import load_tokenizer
from training.mixture import Unit
from training.predict import Ids, Logits

pytestmark = pytest.mark.slow

WORDS = ("alpha", "bravo", "charlie", "delta", "echo")
"""The later one of these stands in a text, the surer the reader is of it."""


def test_the_surest_stay(tiny_encoder: Path) -> None:
    tokenizer = load_tokenizer(tiny_encoder, 128, 32)
    firsts = [tokenizer.encode(word, add_special_tokens=False).ids[0] for word in WORDS]
    assert len(set(firsts)) == len(WORDS)

    def scorer(ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits]:
        logits = np.full(ids.shape, -20.0, dtype=np.float32)
        for strength, first in enumerate(firsts):
            logits[ids == first] = strength
        return logits, logits

    positive = example()
    negatives = [
        replace(positive, id=word, context=f"The {word} met nobody.", golds=()) for word in WORDS
    ]
    random.Random(0).shuffle(negatives)
    group = (positive, *negatives)
    alone: Unit = ((positive,), (negatives[0],))
    seen = set()
    for seed in range(20):
        made, untouched = mistakes.hardest(
            [(group,), alone], scorer, tokenizer, random.Random(seed)
        )
        assert untouched == alone
        kept = made[0][1:]
        assert made[0][0] == positive
        assert tuple(e.id for e in kept) == WORDS[::-1][: len(kept)]
        seen.add(len(kept))
    assert seen == {2, 3}
    few = ((positive, negatives[0]),)
    assert mistakes.hardest([few], scorer, tokenizer, random.Random(0)) == [few]
