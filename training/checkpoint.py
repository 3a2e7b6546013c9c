"""Saving a run so that a kill at any moment loses a few minutes, never the run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from retrieval.errors import UsageError


@dataclass(slots=True)
class Position:
    """Where a run stands; all that is needed, with the seed, to find the next batch."""

    round: int = 0
    batch: int = 0
    step: int = 0
    tokens: int = 0
    windows: int = 0
    seconds: float = 0.0


def save_atomically(path: Path, value: object) -> None:
    """Write aside, flush to disk, rename: the file is always whole, old or new."""
    temporary = path.with_name(path.name + ".partial")
    with temporary.open("wb") as file:
        torch.save(value, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


class Average:
    """An exponential moving average of the weights, refreshed every few steps.

    It smooths the noise of small batches, so the weights of an early stop, taken while the
    learning rate is still high, are nearly as good as decayed ones.
    """

    def __init__(self, model: nn.Module, decay: float) -> None:
        """Start from the weights of the model."""
        self._decay = decay
        self.weights = {name: value.detach().clone() for name, value in model.state_dict().items()}

    @torch.no_grad()
    def update(self, model: nn.Module, step: int) -> None:
        """Move towards the model; faster in the first steps, when the past is worth little."""
        decay = min(self._decay, (1 + step) / (10 + step))
        for name, value in model.state_dict().items():
            if value.dtype.is_floating_point:
                self.weights[name].lerp_(value, 1 - decay)


def save(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    average: Average,
    position: Position,
    settings: dict[str, Any],
) -> None:
    """Write everything that ``restore`` reads."""
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "average": average.weights,
        "position": {name: getattr(position, name) for name in Position.__slots__},
        "rng": torch.get_rng_state(),
        "settings": settings,
    }
    save_atomically(path, state)


def restore(
    path: Path,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    average: Average,
    settings: dict[str, Any],
) -> Position:
    """Bring a run back to where it was saved; refuse a checkpoint of another recipe."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    refuse_other_settings(path, state["settings"], settings)
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    average.weights = state["average"]
    torch.set_rng_state(state["rng"])
    return Position(**state["position"])


def refuse_other_settings(path: Path, found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Raise ``UsageError`` when a file was left by a run with other settings than this one's."""
    different = sorted(name for name in found | wanted if found.get(name) != wanted.get(name))
    if different:
        raise UsageError(
            f"{path} comes from a training with other settings ({', '.join(different)}); give the "
            "same arguments, move it away, or name another folder with --out."
        )
