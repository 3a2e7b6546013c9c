"""Trained weights -> ``completion.onnx`` (int8), tokenizer, ``completion.json`` with checksums.

As for the reader: traced with eager attention, fused by ONNX Runtime's transformer optimizer, then
quantised with the furthest reaching channels smoothed or split off (``training.quantisation``).
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from pathlib import Path

import numpy as np
import torch

from retrieval.edits.layout import lay_out
from retrieval.edits.model import (
    GRAPH_FILE,
    INPUTS,
    OUTPUTS,
    SETTINGS_FILE,
    TOKENIZER_FILE,
)
from training import workplace
from training.export import fuse
from training.model import default_encoder
from training.quantisation import Feeds, quantise
from training.rewriter.corpus import gather, texts_of
from training.rewriter.model import EditModel
from training.rewriter.train import WEIGHTS, tokenizer_of

CALIBRATION_EXAMPLES = 128


def to_onnx(model: EditModel, path: Path) -> None:
    """Trace the model with one input of any length."""
    ids = torch.randint(model.encoder.config.vocab_size, (1, 24))
    types = torch.zeros_like(ids)
    types[:, 6:] = 1
    axes = {name: {1: "tokens"} for name in (*INPUTS, *OUTPUTS)}
    axes["pointers"] = {2: "places", 3: "tokens"}
    with torch.no_grad():
        torch.onnx.export(
            model.eval(),
            (ids, torch.ones_like(ids), types),
            str(path),
            dynamo=False,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=17,
        )


def calibration(data: Path, encoder: Path, count: int, seed: int = 11) -> list[Feeds]:
    """Inputs of training examples; none of the held-out dialogues is among them."""
    tokenizer = tokenizer_of(encoder)
    chosen = random.Random(seed).sample(gather(data, seed).train, count)
    feeds: list[Feeds] = []
    for example in chosen:
        texts = texts_of(example.history, example.topic, example.subtopic)
        layout = lay_out(tokenizer, example.question, texts)
        columns = (layout.ids, (1,) * len(layout.ids), layout.types)
        feeds.append(
            {n: np.asarray([c], dtype=np.int64) for n, c in zip(INPUTS, columns, strict=True)}
        )
    return feeds


def main() -> None:
    """Export, quantise, and write the checksums."""
    parser = argparse.ArgumentParser(prog="python -m training.rewriter.export", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=Path("build/rewriter") / WEIGHTS)
    parser.add_argument("--out", type=Path, default=Path("build/rewriter/export"))
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    encoder = args.encoder or default_encoder()
    model = EditModel(encoder, attention="eager")
    model.load_state_dict(torch.load(args.weights, map_location="cpu", weights_only=True))
    with tempfile.TemporaryDirectory() as scratch:
        traced, full = Path(scratch) / "traced.onnx", Path(scratch) / "float32.onnx"
        to_onnx(model, traced)
        config = model.encoder.config
        fuse(traced, full, config.num_attention_heads, config.hidden_size)
        feeds = calibration(args.data, encoder, CALIBRATION_EXAMPLES)
        quantise(full, args.out / GRAPH_FILE, feeds)
    shutil.copyfile(encoder / "tokenizer.json", args.out / TOKENIZER_FILE)
    sums = {name: workplace.digest(args.out / name) for name in (GRAPH_FILE, TOKENIZER_FILE)}
    workplace.write_json(
        args.out / SETTINGS_FILE, {"model": "pullquote-completion", "sha256": sums}
    )
    print(f"{args.out / GRAPH_FILE}  {(args.out / GRAPH_FILE).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
