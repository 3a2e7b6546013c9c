"""Int8 against float32 on the development split: figures, agreement, and time.

``agreement`` is the share of pairs on which both readers give the same span; ``margin_shift`` the
mean and the 95th percentile of how far the margin moves, in logits.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from training import squad
from training.evaluate import (
    READ_STRIDE,
    READ_TOKENS,
    figures,
    onnx_scorer,
    sample,
    torch_scorer,
)
from training.features import load_tokenizer
from training.model import default_encoder
from training.predict import Scorer, predict


def seconds_for(scorer: Scorer, windows: int = 16, tokens: int = 160, rounds: int = 7) -> float:
    """The median time of reading ``windows`` windows of ``tokens`` tokens at once."""
    ids = np.random.default_rng(0).integers(1000, 20000, (windows, tokens))
    mask = np.ones_like(ids)
    types = np.zeros_like(ids)
    types[:, 20:] = 1
    taken = []
    for _ in range(rounds + 2):
        begin = time.perf_counter()
        scorer(ids, mask, types)
        taken.append(time.perf_counter() - begin)
    return float(np.median(taken[2:]))


def main() -> None:
    """Print the comparison as JSON; exit 1 when int8 loses more than ``--allowed`` F1."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python -m training.compare build/reader/reader.pt"
    )
    parser.add_argument("weights", type=Path, help="the weights that were exported")
    parser.add_argument("--exported", type=Path, default=Path("build/reader/export"))
    parser.add_argument("--questions", type=Path, default=Path("build/reader/dev.json"))
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--sample", type=int, default=0, help="how many pairs (0: all)")
    parser.add_argument("--allowed", type=float, default=1.0, help="F1 points int8 may lose")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--untitled", action="store_true", help="read contexts without titles")
    args = parser.parse_args()
    encoder = args.encoder or default_encoder()
    tokenizer = load_tokenizer(encoder, READ_TOKENS, READ_STRIDE)
    examples = sample(list(squad.read(args.questions, "dev")), args.sample)
    scorers = {
        "torch float32": torch_scorer(args.weights, encoder, args.threads),
        "onnx float32": onnx_scorer(args.exported / "reader-float32.onnx", args.threads),
        "onnx int8": onnx_scorer(args.exported / "reader.onnx", args.threads),
    }
    predictions = {
        name: predict(scorer, tokenizer, examples, titles=not args.untitled)
        for name, scorer in scorers.items()
    }
    report: dict[str, dict[str, float]] = {}
    reference = predictions["torch float32"]
    for name, scorer in scorers.items():
        pairs = list(zip(reference, predictions[name], strict=True))
        shifts = [abs(a.margin - b.margin) for a, b in pairs]
        report[name] = figures(examples, predictions[name]) | {
            "agreement": round(100 * float(np.mean([a.text == b.text for a, b in pairs])), 2),
            "margin_shift_mean": round(float(np.mean(shifts)), 3),
            "margin_shift_p95": round(float(np.quantile(shifts, 0.95)), 3),
            "seconds_16x160": round(seconds_for(scorer), 4),
        }
    print(json.dumps(report, indent=1))
    lost = report["torch float32"]["f1"] - report["onnx int8"]["f1"]
    raise SystemExit(lost > args.allowed)


if __name__ == "__main__":
    main()
