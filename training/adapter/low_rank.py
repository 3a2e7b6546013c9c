"""Low-rank updates of frozen layers (LoRA, Hu et al. 2021): ``y = Wx + b + out(into(x))``."""

from __future__ import annotations

import math
from collections.abc import Mapping

import torch
from torch import nn

from training.model import SpanReader

_ADAPTED = ("attn.q", "attn.k", "attn.v", "attn.o", "intermediate.dense", "output.dense")
"""The ends of the names of a layer's products."""


class LowRank(nn.Module):
    """A linear layer whose weight stays, with an update of rank ``rank`` that begins at nothing."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        """Take the layer as it is."""
        super().__init__()
        self.base = base
        self.into = nn.Linear(base.in_features, rank, bias=False)
        self.out = nn.Linear(rank, base.out_features, bias=False)
        nn.init.kaiming_uniform_(self.into.weight, a=math.sqrt(5))
        nn.init.zeros_(self.out.weight)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """The layer's result, updated."""
        result: torch.Tensor = self.base(inputs) + self.out(self.into(inputs))
        return result


def is_adapted(state: Mapping[str, torch.Tensor]) -> bool:
    """Whether the weights of a module hold updates already."""
    return any(name.endswith(".into.weight") for name in state)


def adapt(model: SpanReader, rank: int) -> None:
    """Give every product of every layer an update; only these, the biases, the norms and the head
    are trained from here on.
    """
    for name, parameter in model.named_parameters():
        small = parameter.ndim == 1 or name.startswith("head.")
        parameter.requires_grad_(small or "relative_attention_bias" in name)
    for name, layer in list(model.named_modules()):
        if isinstance(layer, nn.Linear) and name.endswith(_ADAPTED):
            owner, _, last = name.rpartition(".")
            setattr(model.get_submodule(owner), last, LowRank(layer, rank))
