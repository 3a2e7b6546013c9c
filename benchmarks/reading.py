"""How long the bundled reader reads, against transformers with torch float32 on the same cores.

    python -m benchmarks.reading

Both read the same 16 windows of 160 tokens, in turns, so that whatever else the machine does falls
on both. The torch model has the reader's architecture and the weights of the encoder it began from:
the time does not depend on what the weights are. ``cpu`` is processor time of the whole process:
what is left when the machine is shared.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch
from transformers import BertForQuestionAnswering

from retrieval.onnx.quiet import quiet_libraries
from retrieval.reader.model_store import bundled_folder
from retrieval.reader.span_model import OnnxSpanModel
from training.model import default_encoder

WINDOWS, TOKENS = 16, 160


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one reading: on the wall, and of all cores together."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Timing:
    """One run of ``work``."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Timing(time.perf_counter() - wall, time.process_time() - cpu)


def passages() -> tuple[str, list[str]]:
    """A question and texts that come out as windows of exactly ``TOKENS`` tokens."""
    question = "how long did the meeting last?"
    # [CLS] question (7) [SEP] text [SEP]: each of these words is one token.
    words = "the talks in the old town hall lasted two hours and ten minutes they said".split()
    count = TOKENS - 7 - 3
    return question, [" ".join((words * 20)[at : at + count]) for at in range(WINDOWS)]


def main() -> None:
    """Print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    with quiet_libraries():
        network = BertForQuestionAnswering.from_pretrained(str(default_encoder()))
    network.train(False)
    ids = torch.from_numpy(np.random.default_rng(0).integers(1000, 20000, (WINDOWS, TOKENS)))
    mask = torch.ones_like(ids)
    model = OnnxSpanModel(bundled_folder(), threads=args.threads)
    question, texts = passages()
    windows = model.windows(question, texts)
    assert all(len(parts) == 1 and len(parts[0].offsets) == TOKENS - 10 for parts in windows)

    def with_torch() -> None:
        with torch.no_grad():
            network(input_ids=ids, attention_mask=mask)

    theirs, ours = [], []
    for _ in range(args.rounds + 2):
        theirs.append(timed(with_torch))
        ours.append(timed(lambda: model.windows(question, texts)))
    theirs, ours = theirs[2:], ours[2:]
    for name in ("wall", "cpu"):
        a = median(getattr(t, name) for t in theirs)
        b = median(getattr(t, name) for t in ours)
        ratios = [getattr(o, name) / getattr(t, name) for o, t in zip(ours, theirs, strict=True)]
        print(
            f"{name}: torch float32 {a:.4f} s, reader with its tokenizer {b:.4f} s; "
            f"ratio of medians {b / a:.3f}, median ratio {median(ratios):.3f}"
        )


if __name__ == "__main__":
    main()
