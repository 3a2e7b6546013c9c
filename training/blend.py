"""Average the weights of two trainings, tensor by tensor.

A fine-tuned network and the one it began from lie in one valley: their mean keeps most of what the
second training brought and forgets less of the first (Wortsman et al. 2022, "Robust fine-tuning of
zero-shot models"). Here: news without forgetting Wikipedia.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training.checkpoint import save_atomically

State = dict[str, torch.Tensor]


def blend(first: State, second: State, share: float) -> State:
    """``(1 - share) * first + share * second``; whole numbers are taken from the first.

    Raises ``ValueError`` when the two do not have the same tensors.
    """
    if {k: v.shape for k, v in first.items()} != {k: v.shape for k, v in second.items()}:
        raise ValueError("the two sets of weights are not of one architecture")
    return {
        name: torch.lerp(value, second[name], share) if value.is_floating_point() else value
        for name, value in first.items()
    }


def main() -> None:
    """Read two sets of weights and write their mean."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="example: python -m training.blend a/reader.pt b/reader.pt --out c/reader.pt",
    )
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the second (%(default)s)")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    first, second = (torch.load(path, weights_only=True) for path in (args.first, args.second))
    args.out.parent.mkdir(parents=True, exist_ok=True)
    save_atomically(args.out, blend(first, second, args.share))


if __name__ == "__main__":
    main()
