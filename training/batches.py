"""Cutting a round into batches of windows of like length."""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from training.features import Features

_POOL = 2000  # windows sorted by length together: large enough to pad little, small enough to mix


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of one step."""

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    starts: torch.Tensor
    start_weights: torch.Tensor
    ends: torch.Tensor
    end_weights: torch.Tensor


def plan(
    lengths: NDArray[np.int64], max_tokens: int, max_windows: int, seed: int
) -> list[NDArray[np.int64]]:
    """Batches of window numbers, the same for the same seed.

    A batch is full at ``max_tokens`` padded tokens or ``max_windows`` windows: steps then take
    about the same time whatever the length, and short sentences do not waste a step each.
    """
    rng = random.Random(seed)
    order = list(range(len(lengths)))
    rng.shuffle(order)
    result: list[NDArray[np.int64]] = []
    for begin in range(0, len(order), _POOL):
        current: list[int] = []
        for index in sorted(order[begin : begin + _POOL], key=lambda i: int(lengths[i])):
            full = (len(current) + 1) * padded(int(lengths[index])) > max_tokens
            if current and (full or len(current) == max_windows):
                result.append(np.asarray(current))
                current = []
            current.append(index)
        if current:
            result.append(np.asarray(current))
    rng.shuffle(result)
    return result


def padded(length: int) -> int:
    """A window's length rounded up to a multiple of 8, so that the kernels see few shapes."""
    return (length + 7) // 8 * 8


def collate(features: Features, chosen: NDArray[np.int64]) -> Batch:
    """The tensors of one batch."""
    lengths = features.lengths()[chosen]
    width = padded(int(lengths.max()))
    ids = np.zeros((len(chosen), width), dtype=np.int64)
    types = np.zeros_like(ids)
    for row, index in enumerate(chosen):
        window = features.ids[features.bounds[index] : features.bounds[index + 1]]
        ids[row, : len(window)] = window
        types[row, features.question_lengths[index] : len(window)] = 1
    mask = np.arange(width) < lengths[:, None]
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(mask.astype(np.int64)),
        torch.from_numpy(types),
        torch.from_numpy(features.starts[chosen].astype(np.int64)),
        torch.from_numpy(features.start_weights[chosen]),
        torch.from_numpy(features.ends[chosen].astype(np.int64)),
        torch.from_numpy(features.end_weights[chosen]),
    )
