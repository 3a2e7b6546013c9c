"""The loss of a question with one context or several, against its formula."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.training.builders import CONTEXT, example
from training.batches import Batch, collate
from training.features import Unit, featurise, load_tokenizer
from training.model import SpanReader, _shared_loss
from training.squad import Gold

pytestmark = pytest.mark.slow

AT = CONTEXT.index("noon")
ANNOTATED = replace(example(), golds=(Gold(AT, AT + 4), Gold(AT, AT + 4), Gold(AT - 3, AT + 4)))
UNANSWERABLE = replace(example(), golds=())


@pytest.fixture(scope="module")
def reader(tiny_encoder: Path) -> SpanReader:
    torch.manual_seed(3)
    reader = SpanReader(tiny_encoder).eval()
    with torch.no_grad():
        reader.head.weight.mul_(50)  # logits apart from one another
    return reader


def batch_of(encoder: Path, *units: Unit) -> Batch:
    features = featurise(units, load_tokenizer(encoder, 128, 32), seed=0)
    return collate(features, np.arange(len(features)))


def test_a_context_alone_has_the_usual_cross_entropy(
    reader: SpanReader, tiny_encoder: Path
) -> None:
    """Softmax over the [CLS] and the tokens of the text, without the last [SEP], against the
    annotators' shares.
    """
    alone = (ANNOTATED, UNANSWERABLE, example("the next day"))
    batch = batch_of(tiny_encoder, *(((e,),) for e in alone))
    with torch.no_grad():
        logits = reader(batch.ids, batch.mask, batch.types)
        found = reader.group_losses(batch)
    barred = (batch.types == 0) | (batch.mask == 0)
    barred[torch.arange(len(alone)), batch.mask.sum(dim=1) - 1] = True
    barred[:, 0] = False
    for row in range(len(alone)):
        expected = 0.0
        for side, positions, weights in (
            (logits[0], batch.starts, batch.start_weights),
            (logits[1], batch.ends, batch.end_weights),
        ):
            probabilities = side[row].masked_fill(barred[row], -torch.inf).log_softmax(0)
            chosen = [(w, p) for w, p in zip(weights[row], positions[row], strict=True) if w > 0]
            expected -= 0.5 * sum(float(w * probabilities[p]) for w, p in chosen)
        assert float(found[row]) == pytest.approx(expected, abs=1e-4)
    assert float(reader.loss(batch).detach()) == pytest.approx(float(found.mean()), abs=1e-6)


def test_the_windows_of_a_group_share_a_softmax_and_one_null() -> None:
    """By hand: minus log of exp(gold - its null) over 1 + all exp(token - its window's null)."""
    logits = torch.tensor([[1.0, 7.0, 2.0, 3.0], [-1.0, 7.0, 0.5, 9.0], [0.0, 7.0, 1.0, -2.0]])
    allowed = torch.tensor([[0, 0, 1, 1], [0, 0, 1, 0], [0, 0, 1, 1]]).bool()
    positions = torch.tensor([[2, 3], [0, 0], [0, 0]])
    weights = torch.tensor([[0.25, 0.75], [1.0, 0.0], [1.0, 0.0]])
    groups = torch.tensor([0, 0, 1])
    found = _shared_loss(logits, allowed, positions, weights, groups)
    shared = np.log(1 + np.exp(2 - 1) + np.exp(3 - 1) + np.exp(0.5 + 1))
    aimed = 0.25 * (2 - 1) + 0.75 * (3 - 1)
    unanswerable = np.log(1 + np.exp(1) + np.exp(-2))
    assert found.tolist() == pytest.approx([shared - aimed, unanswerable], abs=1e-6)


def shifted(logits: NDArray[np.float64], by: float) -> torch.Tensor:
    return torch.tensor(np.vstack([logits[:1], logits[1:] + by]))


def test_what_a_window_adds_to_all_its_logits_does_not_count() -> None:
    """What compares across articles is how far a token stands above its own window's null."""
    logits = np.random.default_rng(0).normal(size=(2, 5))
    allowed = torch.ones(2, 5).bool()
    allowed[:, 0] = False
    rest = (allowed, torch.tensor([[3], [0]]), torch.ones(2, 1), torch.zeros(2, dtype=torch.long))
    one, other = (_shared_loss(shifted(logits, by), *rest) for by in (0.0, 6.0))
    assert one.tolist() == pytest.approx(other.tolist(), abs=1e-4)


def test_a_negative_in_the_group_costs_and_one_elsewhere_does_not(
    reader: SpanReader, tiny_encoder: Path
) -> None:
    near = replace(UNANSWERABLE, context="Nobody signed anything in Oslo.")
    with torch.no_grad():
        alone = reader.group_losses(batch_of(tiny_encoder, ((example(),),)))
        beside = reader.group_losses(batch_of(tiny_encoder, ((example(),),), ((near,),)))
        shared = reader.group_losses(batch_of(tiny_encoder, ((example(), near),)))
    assert beside.tolist()[0] == pytest.approx(alone.item(), abs=1e-5)
    assert len(shared) == 1
    assert shared.item() > alone.item() + 1e-3
