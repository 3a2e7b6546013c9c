"""Trained weights -> ``reader-float32.onnx``, ``reader.onnx`` (int8), tokenizer, ``reader.json``.

The float32 graph is traced with eager attention, which exports to plain matrix products, then
fused by ONNX Runtime's transformer optimizer (attention, layer norm and GELU become one node each)
and quantised dynamically (see ``quantisation``): weights to int8, activations at run time, layer
norms and softmax in float32. A few windows of training text, from ``--calibration``, tell which
channels need care; without them the quantisation is the plain one, less close to float32.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch

from retrieval.onnx.graph import fused
from retrieval.reader.span_model import (
    OUTPUTS,
    TOKENIZER_FILE,
    SpanModelSettings,
)
from retrieval.reader.titled import titled
from training import squad
from training.evaluate import INPUTS, READ_STRIDE, READ_TOKENS
from training.features import load_tokenizer, text_start, windows
from training.model import SpanReader, default_encoder
from training.parts import in_parts
from training.quantisation import BLOCKWISE, Feeds, quantise
from training.sets import shown_title


def to_onnx(model: SpanReader, path: Path) -> None:
    """Trace the reader with any number of windows of any length."""
    ids = torch.randint(1000, 2000, (2, 16))
    mask = torch.ones_like(ids)
    mask[1, 12:] = 0
    types = torch.zeros_like(ids)
    types[:, 6:] = 1
    with torch.no_grad():
        torch.onnx.export(
            model.eval(),
            (ids, mask, types),
            str(path),
            dynamo=False,
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes={name: {0: "windows", 1: "tokens"} for name in INPUTS + OUTPUTS},
            opset_version=17,
        )


def fuse(source: Path, target: Path, heads: int, hidden: int) -> None:
    """Fuse the graph's small nodes, attention among them, into faster kernels of ONNX Runtime."""
    import onnx

    onnx.save(fused(source, heads, hidden, attention=True), str(target))


def calibration_windows(
    source: Path, held_out: Path, encoder: Path, count: int, seed: int = 11
) -> list[Feeds]:
    """The first windows of ``count`` random questions of a SQuAD-format file or folder of them,
    read under titles, as the reader will.

    Articles that ``held_out`` lists stay out, so that the development figures remain honest.
    """
    files = sorted(source.glob("*.json*")) if source.is_dir() else [source]
    skipped = set(json.loads(held_out.read_text("utf-8"))) if held_out.exists() else set()
    tokenizer = load_tokenizer(encoder, READ_TOKENS, READ_STRIDE)
    rng = random.Random(seed)
    result: list[Feeds] = []
    for file in files:
        pool = [e for e in squad.read(file, file.stem) if e.title not in skipped]
        for example in rng.sample(pool, min(len(pool), -(-count // len(files)))):
            text, _ = titled(shown_title(example.title), example.context)
            window = windows(tokenizer, example.question, text)[0]
            types = (np.arange(len(window.ids)) >= text_start(window)).astype(np.int64)
            columns = (window.ids, window.attention_mask, types)
            result.append(
                {
                    name: np.asarray([column], dtype=np.int64)
                    for name, column in zip(INPUTS, columns, strict=True)
                }
            )
    return result


def checksum(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> None:
    """Export, quantise, and write the checksums."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python -m training.export build/reader/reader.pt"
    )
    parser.add_argument("weights", type=Path, help="reader.pt, or last.pt of a running training")
    parser.add_argument("--out", type=Path, default=Path("build/reader/export"))
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument(
        "--calibration",
        type=Path,
        default=Path("../shared/data/reader-train"),
        help="SQuAD-format training file, or a folder of them (%(default)s)",
    )
    parser.add_argument("--calibration-windows", type=int, default=128, help="0: plain int8")
    parser.add_argument(
        "--blockwise", choices=BLOCKWISE, default="none", help="products quantised by blocks"
    )
    parser.add_argument("--reduce-range", action="store_true", help="7-bit weights")
    parser.add_argument("--max-tokens", type=int, default=READ_TOKENS, help="read at once")
    parser.add_argument("--stride", type=int, default=READ_STRIDE, help="tokens windows share")
    parser.add_argument("--name", default="pullquote-reader", help="in its settings (%(default)s)")
    parser.add_argument("--no-fuse", action="store_true", help="leave the graph as traced")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    encoder = args.encoder or default_encoder()
    model = SpanReader(encoder, attention="eager")
    state = torch.load(args.weights, map_location="cpu", weights_only=False)
    model.load_state_dict(state.get("average", state))
    full, small = args.out / "reader-float32.onnx", args.out / "reader.onnx"
    with tempfile.TemporaryDirectory() as folder:
        traced = Path(folder) / "traced.onnx"
        to_onnx(model, traced)
        if args.no_fuse:
            shutil.copyfile(traced, full)
        else:
            config = model.encoder.config
            fuse(traced, full, config.num_attention_heads, config.hidden_size)
    feeds: list[Feeds] = []
    if args.calibration_windows and args.calibration.exists():
        held_out = args.weights.parent / "dev-titles.json"
        feeds = calibration_windows(args.calibration, held_out, encoder, args.calibration_windows)
    elif args.calibration_windows:
        print(f"no calibration text at {args.calibration}: plain int8", file=sys.stderr)
    quantise(full, small, feeds, blockwise=args.blockwise, reduce_range=args.reduce_range)
    shutil.copyfile(encoder / "tokenizer.json", args.out / "tokenizer.json")
    own = [small, *in_parts(small), args.out / TOKENIZER_FILE]
    sums = {path.name: checksum(path) for path in own}
    SpanModelSettings(args.name, sums, args.max_tokens, args.stride, reads_titles=True).save(
        args.out
    )
    for path in (full, *own):
        print(f"{path}  {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
