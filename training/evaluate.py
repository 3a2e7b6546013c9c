"""Exact match, F1 and answerability of a reader on a SQuAD-format file.

Exact match and F1 are of the best span on the answerable questions, never abstaining. ``area`` is
the area under the ROC curve of the margin (best span minus null) on answerable against
unanswerable pairs; ``best_accuracy`` is what the best single margin threshold gets right there.

Contexts are read under their titles, as trainings do; ``--untitled`` is for readers that never saw
a title.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from bot.evaluation.measuring.answers import squad_exact_match, squad_f1
from training import squad
from training.features import load_tokenizer
from training.metrics import roc_area
from training.predict import Ids, Logits, Prediction, Scorer, predict

if TYPE_CHECKING:  # an ONNX graph is evaluated without loading torch
    from torch import nn

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
READ_TOKENS = 384  # contexts longer than this are read in windows
READ_STRIDE = 128


def torch_scorer(weights: Path, encoder: Path | None, threads: int) -> Scorer:
    """Float32 scoring with the weights that training wrote (``last.pt`` or a ``reader-*.pt``)."""
    import torch

    from training.model import SpanReader, default_encoder

    torch.set_num_threads(threads)
    model = SpanReader(encoder or default_encoder())
    state = torch.load(weights, map_location="cpu", weights_only=True)
    model.load_state_dict(state.get("average", state))
    return module_scorer(model)


def module_scorer(model: nn.Module) -> Scorer:
    """Score with a torch module, without gradients."""
    import torch

    def score(ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits]:
        with torch.no_grad():
            start, end = model(*map(torch.from_numpy, (ids, mask, types)))
        return start.float().numpy(), end.float().numpy()

    return score


def onnx_scorer(path: Path, threads: int) -> Scorer:
    """Score with an exported graph: one window in a run, without padding, ``threads`` at once.

    A run of one thread leaves the other cores to other windows, which beats sharing every product
    out to all of them: a window's activations stay in one core's cache, and nobody waits. The int8
    activations are scaled by run, so a window's logits do not depend on its neighbours either.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    known = {node.name for node in session.get_inputs()}
    pool = ThreadPoolExecutor(threads)

    def score(ids: Ids, mask: Ids, types: Ids) -> tuple[Logits, Logits]:
        start, end = (np.full(ids.shape, -1e4, dtype=np.float32) for _ in range(2))
        lengths = mask.sum(axis=1)

        def one(row: int) -> None:
            cut = np.s_[row : row + 1, : lengths[row]]
            columns = zip(INPUTS, (ids[cut], mask[cut], types[cut]), strict=True)
            feeds = {name: column for name, column in columns if name in known}
            start[cut], end[cut] = session.run(["start_logits", "end_logits"], feeds)

        list(pool.map(one, range(len(ids))))
        return start, end

    return score


def sample(examples: Sequence[squad.Example], count: int, seed: int = 5) -> list[squad.Example]:
    """A fixed sample, the same in every run, so that figures over time compare."""
    pool = list(examples)
    return pool if count <= 0 or count >= len(pool) else random.Random(seed).sample(pool, count)


def figures(
    examples: Sequence[squad.Example], predictions: Sequence[Prediction]
) -> dict[str, float]:
    """The figures described at the top of this file, in percent."""
    pairs = list(zip(examples, predictions, strict=True))
    answerable = [(e.answers(), p) for e, p in pairs if e.golds]
    yes = [p.margin for e, p in pairs if e.golds]
    no = [p.margin for e, p in pairs if not e.golds]
    result = {
        "questions": len(answerable),
        "exact": 100 * float(np.mean([squad_exact_match(p.text, a) for a, p in answerable])),
        "f1": 100 * float(np.mean([squad_f1(p.text, a) for a, p in answerable])),
    }
    if yes and no:
        thresholds = sorted(yes + no)
        right = [sum(m >= t for m in yes) + sum(m < t for m in no) for t in thresholds]
        best = int(np.argmax(right))
        result["unanswerable"] = len(no)
        result["area"] = 100 * roc_area(yes, no)
        result["best_accuracy"] = 100 * right[best] / len(pairs)
        result["best_threshold"] = thresholds[best]
    return {name: round(value, 2) for name, value in result.items()}


def score_file(
    scorer: Scorer, tokenizer: Tokenizer, examples: Sequence[squad.Example], titles: bool = True
) -> dict[str, float]:
    """Predict and measure in one go."""
    return figures(examples, predict(scorer, tokenizer, examples, titles=titles))


def main() -> None:
    """Evaluate weights (.pt) or a graph (.onnx)."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="example: python -m training.evaluate build/reader/export/reader.onnx",
    )
    parser.add_argument("model", type=Path, help="a .pt file of training, or an .onnx graph")
    parser.add_argument("--questions", type=Path, default=Path("build/reader/dev.json"))
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--sample", type=int, default=0, help="how many pairs (0: all)")
    parser.add_argument("--max-tokens", type=int, default=READ_TOKENS)
    parser.add_argument("--stride", type=int, default=READ_STRIDE)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--untitled", action="store_true", help="read contexts without titles")
    args = parser.parse_args()
    from training.model import default_encoder

    encoder = args.encoder or default_encoder()
    if args.model.suffix == ".onnx":
        scorer = onnx_scorer(args.model, args.threads)
    else:
        scorer = torch_scorer(args.model, encoder, args.threads)
    examples = sample(list(squad.read(args.questions, "dev")), args.sample)
    tokenizer = load_tokenizer(encoder, args.max_tokens, args.stride)
    print(json.dumps(score_file(scorer, tokenizer, examples, not args.untitled), indent=1))


if __name__ == "__main__":
    main()
