"""Train the edit model. The same command goes on after a stop of any kind, from the last epoch.

An epoch is seeded by its number, so a run that was stopped sees the same batches as one that was
not.
"""

from __future__ import annotations

import argparse
import logging
import random
import time
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from training import workplace
from training.checkpoint import refuse_other_settings, save_atomically
from training.model import default_encoder
from training.rewriter.corpus import Corpus, check_data, epoch, gather
from training.rewriter.features import Features
from training.rewriter.model import EditModel, collate

log = logging.getLogger(__name__)

WEIGHTS, CHECKPOINT = "completion.pt", "last.pt"
_SETTINGS = ("rate", "batch", "seed", "epochs", "hold_out_dev")
_POOL = 8
"""Batches that are sorted by length together."""
_WARM_UP = 0.06
_LONGEST_STEP = 1.0
"""Norm to which a gradient is cut."""


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m training.rewriter.train", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("build/rewriter"))
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--start-from", type=Path, help="the reader's weights (reader.pt)")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1.2e-4, help="peak learning rate")
    parser.add_argument("--batch", type=int, default=16, help="examples in a batch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--hold-out-dev",
        action="store_true",
        help="leave the dev dialogues out, to choose thresholds on them",
    )
    return parser


def settings_of(args: argparse.Namespace) -> dict[str, Any]:
    """What a run depends on: a checkpoint of other settings is another run's."""
    settings = {name: getattr(args, name) for name in _SETTINGS}
    settings["start_from"] = workplace.digest(args.start_from) if args.start_from else None
    return settings


class Trainer:
    """One run: model, optimizer, and how many epochs are done."""

    def __init__(self, args: argparse.Namespace, corpus: Corpus) -> None:
        """Load everything, and the last checkpoint when there is one."""
        self.args = args
        self.corpus = corpus
        self.settings = settings_of(args)
        torch.set_num_threads(args.threads)
        torch.manual_seed(args.seed)
        encoder = args.encoder or default_encoder()
        self.tokenizer = tokenizer_of(encoder)
        self.model = EditModel(encoder, attention="sdpa")
        if args.start_from:
            _take_encoder(self.model, args.start_from)
        wide = [p for p in self.model.parameters() if p.dim() > 1]
        narrow = [p for p in self.model.parameters() if p.dim() <= 1]
        groups = [{"params": wide, "weight_decay": 0.01}, {"params": narrow, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=args.rate)
        self.done = 0
        self._resume()

    def run(self) -> None:
        """All epochs that are left, then the weights; nothing when both are there."""
        if self.done == self.args.epochs and self._has_weights():
            log.info("already trained: %s", self.args.out)
            return
        while self.done < self.args.epochs:
            self._epoch()
            self.done += 1
            save_atomically(self.args.out / CHECKPOINT, self._state())
        save_atomically(self.args.out / WEIGHTS, self.model.state_dict())
        log.info("written: %s", self.args.out / WEIGHTS)

    def _epoch(self) -> None:
        rng = random.Random(f"{self.args.seed}-{self.done}")
        batches = cut(epoch(self.corpus, self.tokenizer, rng), self.args.batch, rng)
        started, total = time.monotonic(), 0.0
        for number, chosen in enumerate(batches, start=1):
            progress = (self.done + number / len(batches)) / self.args.epochs
            for group in self.optimizer.param_groups:
                group["lr"] = self.args.rate * rate_share(progress)
            loss = self.model.loss(collate(chosen))
            self.optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch is half typed
            torch.nn.utils.clip_grad_norm_(self.model.parameters(), _LONGEST_STEP)
            self.optimizer.step()
            total += loss.item()
            if number % 50 == 0:
                seconds = (time.monotonic() - started) / number
                left = seconds * len(batches) * (self.args.epochs - self.done) - number * seconds
                log.info(
                    "epoch %d, batch %d of %d, loss %.3f, %.2f s a batch, %.0f min left",
                    *(self.done + 1, number, len(batches), total / number, seconds, left / 60),
                )

    def _state(self) -> dict[str, Any]:
        return {
            "done": self.done,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "settings": self.settings,
        }

    def _has_weights(self) -> bool:
        """Whether the weights were written after the last checkpoint."""
        weights, last = Path(self.args.out, WEIGHTS), Path(self.args.out, CHECKPOINT)
        return weights.exists() and weights.stat().st_mtime_ns >= last.stat().st_mtime_ns

    def _resume(self) -> None:
        path = self.args.out / CHECKPOINT
        if path.exists():
            state = torch.load(path, map_location="cpu", weights_only=True)
            refuse_other_settings(path, state.get("settings", {}), self.settings)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.done = int(state["done"])
            log.info("going on after epoch %d", self.done)


def cut(features: list[Features], size: int, rng: random.Random) -> list[list[Features]]:
    """Batches of examples of like length, in random order."""
    batches = []
    for begin in range(0, len(features), size * _POOL):
        pool = sorted(features[begin : begin + size * _POOL], key=lambda f: len(f.ids))
        batches += [pool[at : at + size] for at in range(0, len(pool), size)]
    rng.shuffle(batches)
    return batches


def rate_share(progress: float) -> float:
    """Share of the peak rate: linear warm-up, then linear decay to zero."""
    if progress < _WARM_UP:
        return progress / _WARM_UP
    return (1 - progress) / (1 - _WARM_UP)


def tokenizer_of(encoder: Path) -> Tokenizer:
    """The encoder's tokenizer, cutting and padding nothing."""
    tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def _take_encoder(model: EditModel, weights: Path) -> None:
    """The encoder of a reader: it has learnt to look from a question into a text."""
    state = torch.load(weights, map_location="cpu", weights_only=True)
    state = state.get("average", state)
    encoder = {name: value for name, value in state.items() if name.startswith("encoder.")}
    unknown = model.load_state_dict(encoder, strict=False).unexpected_keys
    assert not unknown, unknown


def main() -> None:
    """Train; ends with ``SystemExit`` when the call was wrong."""
    args = arguments().parse_args()

    def work() -> None:
        check_data(args.data)
        with workplace.alone_in(args.out), workplace.logged_to(args.out / "train.log"):
            Trainer(args, gather(args.data, args.seed, with_dev=not args.hold_out_dev)).run()

    workplace.exit_with_a_sentence(work)


if __name__ == "__main__":
    main()
