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
    """Tensors of one step. ``groups`` (windows) numbers the softmaxes, from 0 on, without gaps."""

    ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    starts: torch.Tensor
    start_weights: torch.Tensor
    ends: torch.Tensor
    end_weights: torch.Tensor
    groups: torch.Tensor


def plan(
    lengths: NDArray[np.int64],
    units: NDArray[np.int32],
    max_tokens: int,
    max_windows: int,
    seed: int,
) -> list[NDArray[np.int64]]:
    """Batches of window numbers, the same for the same seed; windows of a unit stay together.

    A batch is full at ``max_tokens`` padded tokens or ``max_windows`` windows, or holds one unit:
    steps then take about the same time whatever the length, and short sentences do not waste a step
    each.
    """
    rng = random.Random(seed)
    firsts = np.flatnonzero(np.diff(units, prepend=-1))
    members = np.split(np.arange(len(units)), firsts[1:])
    longest = [int(lengths[member].max()) for member in members]
    order = list(range(len(members)))
    rng.shuffle(order)
    result: list[NDArray[np.int64]] = []
    for begin in range(0, len(order), _POOL):
        current: list[int] = []
        for unit in sorted(order[begin : begin + _POOL], key=lambda i: longest[i]):
            size = len(current) + len(members[unit])
            if current and (size * padded(longest[unit]) > max_tokens or size > max_windows):
                result.append(np.asarray(current))
                current = []
            current.extend(members[unit].tolist())
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
    groups = np.unique(features.groups[chosen], return_inverse=True)[1]
    return Batch(
        torch.from_numpy(ids),
        torch.from_numpy(mask.astype(np.int64)),
        torch.from_numpy(types),
        torch.from_numpy(features.starts[chosen].astype(np.int64)),
        torch.from_numpy(features.start_weights[chosen]),
        torch.from_numpy(features.ends[chosen].astype(np.int64)),
        torch.from_numpy(features.end_weights[chosen]),
        torch.from_numpy(groups.astype(np.int64)),
    )
