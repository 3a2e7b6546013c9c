"""Train the reader on prepared rounds. The same command goes on after a stop of any kind.

Measured on two shared cores with AVX-512 and without AMX: float32 with fused attention was faster
than bfloat16 autocast (see README.md). Chosen for a reason, not tested by leaving it out: batches
of like length filled up to a number of tokens; every weight trained, because the encoder was made
for sentence similarity and has far to go; AdamW without decay of biases and norms.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections import deque
from contextlib import AbstractContextManager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from retrieval.errors import UsageError
from training import batches, checkpoint, squad, workplace
from training.adapter.low_rank import adapt, is_adapted
from training.adapter.unpacking import unpacked
from training.evaluate import READ_STRIDE, READ_TOKENS, module_scorer, sample, score_file
from training.features import Features, load_tokenizer
from training.model import SpanReader, default_encoder
from training.schedule import Schedule

log = logging.getLogger(__name__)

FINISHED = "finished.json"
_SETTINGS = (
    "rate",
    "batch_tokens",
    "batch_windows",
    "seed",
    "average_decay",
    "average_every",
    "frozen_layers",
    "precision",
    "tokens",
    "rank",
)


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python -m training.train --out build/reader"
    )
    parser.add_argument("--out", type=Path, default=Path("build/reader"), help="as for prepare")
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--start-from", type=Path, help="weights of an earlier run (reader.pt)")
    parser.add_argument(
        "--start-from-graph", type=Path, help="the quantised graph (reader.onnx) of an earlier run"
    )
    parser.add_argument(
        "--rank",
        type=int,
        default=0,
        help="the products stay as they are, and learn an update of this rank (0: all is trained)",
    )
    parser.add_argument("--rate", type=float, default=1.5e-4, help="peak learning rate")
    parser.add_argument("--batch-tokens", type=int, default=3072, help="padded tokens in a batch")
    parser.add_argument("--batch-windows", type=int, default=32, help="windows in a batch, at most")
    parser.add_argument("--tokens", type=int, default=0, help="end after so many (0: all rows)")
    parser.add_argument(
        "--minutes", type=float, help="end, fully decayed, after this long (0: no limit)"
    )
    parser.add_argument("--average-decay", type=float, default=0.97, help="0: last weights")
    parser.add_argument("--average-every", type=int, default=8, help="in steps")
    parser.add_argument("--save-minutes", type=float, default=5, help="what a kill may cost")
    parser.add_argument("--check-minutes", type=float, default=25, help="on a dev sample")
    parser.add_argument("--check-pairs", type=int, default=600, help="in that sample")
    parser.add_argument(
        "--frozen-layers",
        type=int,
        default=-1,
        help="the lowest layers, and the word embeddings, stay as they are (-1: all is trained)",
    )
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=13)
    return parser


def settings_of(args: argparse.Namespace) -> dict[str, Any]:
    """What a run depends on: a checkpoint or a result of other settings is another run's.

    The time is left out on purpose: whoever started with too little of it may give more.
    """
    settings = {name: getattr(args, name) for name in _SETTINGS}
    settings["rounds"] = [workplace.digest(path) for path in _round_files(args.out)]
    start = args.start_from or args.start_from_graph
    settings["start_from"] = workplace.digest(start) if start else None
    return settings


class Trainer:
    """One run: model, optimizer, averaged weights, and where it stands."""

    def __init__(self, args: argparse.Namespace, settings: dict[str, Any]) -> None:
        """Load everything, and the last checkpoint when there is one."""
        self.args = args
        self.settings = settings
        torch.set_num_threads(args.threads)
        torch.set_flush_denormal(True)  # Adam keeps ever smaller moments for rare words
        torch.manual_seed(args.seed)
        encoder = args.encoder or default_encoder()
        self.tokenizer = load_tokenizer(encoder, READ_TOKENS, READ_STRIDE)
        self.model = SpanReader(encoder).train()
        self._begin()
        self.optimizer = torch.optim.AdamW(_groups(self.model), lr=args.rate, fused=True)
        self.average = checkpoint.Average(self.model, args.average_decay)
        self.rounds = [Features.load(path) for path in _round_files(args.out)]
        self.dev = list(squad.read(args.out / "dev.json", "dev"))
        whole = sum(int(features.bounds[-1]) for features in self.rounds)
        self.schedule = Schedule(
            args.rate,
            min(whole, args.tokens or whole),
            budget_seconds=args.minutes * 60 if args.minutes else None,
        )
        self.position = checkpoint.Position()
        self.path = args.out / "last.pt"
        if self.path.exists():
            self.position = checkpoint.restore(
                self.path, self.model, self.optimizer, self.average, self.settings
            )
            log.info("going on from %s", self.position)

    def _begin(self) -> None:
        """The weights to start from, and which of them are trained."""
        args, known = self.args, {}
        if args.start_from:
            known = torch.load(args.start_from, weights_only=True)
        elif args.start_from_graph:
            known = unpacked(args.start_from_graph)
        goes_on = is_adapted(known)
        if goes_on and not args.rank:
            raise UsageError(f"{args.start_from} holds low-rank updates; give their --rank.")
        if goes_on:
            adapt(self.model, args.rank)
        if known:
            self.model.load_state_dict(known)
        if args.rank and not goes_on:
            adapt(self.model, args.rank)
        if not args.rank:
            self.model.freeze(args.frozen_layers)

    def run(self) -> None:
        """Train to the end of the work or of the time; leave ``reader.pt``."""
        for number in range(self.position.round, len(self.rounds)):
            if not self._round(number):
                self._save()
                log.info("the time, or the work, is over in round %d", number + 1)
                break
            self.position.round, self.position.batch = number + 1, 0
            self._save()
            log.info("round %d done, dev in full: %s", number + 1, self.check(0))
        checkpoint.save_atomically(self.args.out / "reader.pt", self.average.weights)
        checkpoint.save_atomically(self.args.out / "reader-raw.pt", self.model.state_dict())
        record = {"settings": self.settings, "position": asdict(self.position)}
        workplace.write_json(self.args.out / FINISHED, record)
        log.info("finished after %d steps", self.position.step)

    def _round(self, number: int) -> bool:
        """Train on the rest of a round; False when the time is over before its end."""
        features, position, args = self.rounds[number], self.position, self.args
        planned = batches.plan(
            features.lengths(),
            features.units,
            args.batch_tokens,
            args.batch_windows,
            args.seed + number,
        )
        lengths = features.lengths()
        saved = checked = reported = clock = time.monotonic()
        recent: deque[tuple[float, int, float]] = deque(maxlen=100)
        for index in range(position.batch, len(planned)):
            progress = self.schedule.progress(position.tokens, position.seconds)
            if progress >= 1:
                return False
            loss = self._step(batches.collate(features, planned[index]), progress)
            position.batch = index + 1
            position.step += 1
            position.windows += len(planned[index])
            position.tokens += int(lengths[planned[index]].sum())
            if position.step % args.average_every == 0:
                self.average.update(self.model, position.step // args.average_every)
            now = time.monotonic()
            position.seconds += now - clock
            recent.append((now - clock, len(planned[index]), loss))
            clock = now
            if now - reported > 30:
                reported = now
                self._report(number, len(planned), progress, recent)
            if now - saved > args.save_minutes * 60:
                saved = now
                self._save()
            if now - checked > args.check_minutes * 60:
                checked = now
                log.info("step %d dev sample: %s", position.step, self.check(args.check_pairs))
        return True

    def _step(self, batch: batches.Batch, progress: float) -> float:
        rate = self.schedule.rate(progress)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        with self._precision():
            loss = self.model.loss(batch)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it without types
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=False)
        return float(loss.detach())

    def _precision(self) -> AbstractContextManager[object]:
        """Products in bfloat16 where that was asked for; weights and sums stay float32."""
        return torch.autocast("cpu", torch.bfloat16, enabled=self.args.precision == "bfloat16")

    def check(self, pairs: int) -> str:
        """Figures of the averaged weights on the development split (a sample of it)."""
        held = {name: value.clone() for name, value in self.model.state_dict().items()}
        self.model.load_state_dict(self.average.weights)
        self.model.eval()
        with self._precision():
            result = score_file(module_scorer(self.model), self.tokenizer, sample(self.dev, pairs))
        self.model.load_state_dict(held)
        self.model.train()
        return json.dumps(result)

    def _save(self) -> None:
        checkpoint.save(
            self.path, self.model, self.optimizer, self.average, self.position, self.settings
        )

    def _report(
        self, number: int, total: int, progress: float, recent: deque[tuple[float, int, float]]
    ) -> None:
        position = self.position
        seconds = sum(item[0] for item in recent)
        left = position.seconds * (1 - progress) / max(progress, 1e-6) / 60
        log.info(
            "round %d batch %d/%d step %d loss %.3f rate %.1e %.1f windows/s %.0f min left",
            number + 1,
            position.batch,
            total,
            position.step,
            sum(item[2] for item in recent) / len(recent),
            self.schedule.rate(progress),
            sum(item[1] for item in recent) / seconds,
            left,
        )


def _groups(model: SpanReader) -> list[dict[str, object]]:
    trained = [value for value in model.parameters() if value.requires_grad]
    decayed = [value for value in trained if value.ndim > 1]
    plain = [value for value in trained if value.ndim <= 1]
    return [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]


def _round_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("round-*.npz"))


def train(args: argparse.Namespace) -> None:
    """Train, unless this training is finished already."""
    if not (args.out / "recipe.json").exists():
        raise UsageError(
            f"no prepared rounds are in {args.out}; run python -m training.prepare first."
        )
    settings = settings_of(args)
    finished = args.out / FINISHED
    if finished.exists():
        found = json.loads(finished.read_text("utf-8"))["settings"]
        checkpoint.refuse_other_settings(finished, found, settings)
        log.info("already trained: %s", args.out)
        return
    Trainer(args, settings).run()


def main() -> None:
    """Train, logging to the terminal and to ``train.log``."""
    args = arguments().parse_args()

    def work() -> None:
        with workplace.alone_in(args.out), workplace.logged_to(args.out / "train.log"):
            train(args)

    workplace.exit_with_a_sentence(work)


if __name__ == "__main__":
    main()
