"""How wrong an exported reader is on every row that trainings may use: ``losses.jsonl``.

The second training reads the rows with large losses (see ``mixture.Diet``): a reader's own mistakes
teach it most, and rows that it knows cost as much time as those that it does not (Shrivastava et
al. 2016, online hard example mining; here once, between two trainings).

Rows are cropped and titled as in a training. Stop it at any moment: the same command goes on with
the rows that are not there yet. ``losses-recipe.json`` beside the result says which reader and
which rows it is of, and, at the end, that it is whole; losses of another reader are refused.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from retrieval.errors import UsageError
from training import mixture, sets, workplace
from training.evaluate import onnx_scorer
from training.features import Features, featurise, load_tokenizer
from training.model import default_encoder
from training.predict import Logits, Scorer
from training.squad import Example

log = logging.getLogger(__name__)

_AT_ONCE = 512
_SETTINGS = ("dev_share", "max_tokens", "seed")


def read(path: Path) -> dict[str, float]:
    """Losses by row id; a line that a stop cut off is left out."""
    result: dict[str, float] = {}
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            try:
                identifier, loss = json.loads(line)
            except ValueError:
                continue
            result[identifier] = loss
    return result


def losses(scorer: Scorer, features: Features, chosen: Sequence[int]) -> Iterator[float]:
    """Loss of windows that are groups of their own, as ``SpanReader.loss`` reckons it, above that
    of a reader which gives the annotators' shares (Kullback-Leibler divergence).
    """
    width = int(features.lengths()[list(chosen)].max())
    ids, mask, types = (np.zeros((len(chosen), width), dtype=np.int64) for _ in range(3))
    for row, at in enumerate(chosen):
        window = features.ids[features.bounds[at] : features.bounds[at + 1]]
        ids[row, : len(window)] = window
        mask[row, : len(window)] = 1
        types[row, features.question_lengths[at] : len(window)] = 1
    starts, ends = scorer(ids, mask, types)
    for row, at in enumerate(chosen):
        own = types[row] == 1
        own[mask[row].sum() - 1] = False  # the [SEP]
        sides = (
            _side(starts[row], own, features.starts[at], features.start_weights[at]),
            _side(ends[row], own, features.ends[at], features.end_weights[at]),
        )
        yield 0.5 * sum(sides)


def _side(
    logits: Logits, own: NDArray[np.bool_], positions: NDArray[np.int32], weights: Logits
) -> float:
    relative = logits - logits[0]
    whole = np.logaddexp.reduce([0.0, *relative[own]])
    shares = weights[weights > 0]
    # Where annotators disagree, a reader that says so is not wrong.
    disagreement = -(shares * np.log(shares)).sum()
    return float(whole - (relative[positions] * weights).sum() - disagreement)


def measure(args: argparse.Namespace) -> None:
    """Score all rows that are not scored yet; raises ``UsageError`` for losses of another reader
    or of other rows.
    """
    settings = _settings(args)
    recipe = args.out.with_name("losses-recipe.json")
    found = json.loads(recipe.read_text("utf-8")) if recipe.exists() else {}
    if args.out.exists() and found.get("settings") != settings:
        raise UsageError(
            f"{args.out} holds the losses of another reader or of other rows; move it away, or "
            "name another file with --out."
        )
    if args.out.exists() and found["whole"]:
        log.info("already scored: %s", args.out)
        return
    workplace.write_json(recipe, {"settings": settings, "whole": False})
    _score_the_rest(args)
    workplace.write_json(recipe, {"settings": settings, "whole": True})


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    """What the losses depend on: what files hold, not where they lie."""
    paths = [args.reader, *(args.data / chosen.file for chosen in sets.SETS)]
    missing = [path for path in paths if not path.is_file()]
    if missing == [args.reader]:
        raise UsageError(f"{args.reader} is missing; export a reader first (training.export).")
    if missing:
        raise UsageError(f"{missing[-1]} is missing; name the folder that holds it with --data.")
    digests = {path.name: workplace.digest(path) for path in paths}
    named = {name: getattr(args, name) for name in _SETTINGS}
    return {"arguments": named, "inputs": digests, "mixture": mixture.record()}


def _score_the_rest(args: argparse.Namespace) -> None:
    rows, _, _ = sets.training_rows(args.data, args.dev_share, args.seed)
    done = read(args.out)
    todo = [e for own in rows.values() for e in own if e.id not in done]
    log.info("%d rows are scored, %d are not", len(done), len(todo))
    # Shuffled, so that a run that is stopped has seen some rows of every set.
    random.Random(args.seed).shuffle(todo)
    encoder = args.encoder or default_encoder()
    tokenizer = load_tokenizer(encoder, args.max_tokens, args.max_tokens // 4)
    scorer = onnx_scorer(args.reader, args.threads)
    with args.out.open("a", encoding="utf-8") as file:
        if file.tell():
            file.write("\n")  # what a stop cut off stays a line of its own
        for begin in range(0, len(todo), _AT_ONCE):
            part = todo[begin : begin + _AT_ONCE]
            for identifier, loss in _scored(part, tokenizer, scorer, args.seed):
                file.write(json.dumps([identifier, round(loss, 3)]) + "\n")
            file.flush()
            log.info("%d of %d", min(begin + _AT_ONCE, len(todo)), len(todo))


def _scored(
    part: Sequence[Example], tokenizer: Tokenizer, scorer: Scorer, seed: int
) -> Iterator[tuple[str, float]]:
    kept: list[Example] = []
    for example in part:
        read_as = mixture.varied(example, random.Random(f"{seed} {example.id}"))
        kept.append(read_as)
    units = [((example,),) for example in kept]
    features = featurise(units, tokenizer, seed)
    # Rows without a window that holds their answer are missing: their units are.
    for begin in range(0, len(features), 32):
        chosen = list(range(begin, min(begin + 32, len(features))))
        for at, loss in zip(chosen, losses(scorer, features, chosen), strict=True):
            yield kept[int(features.units[at])].id, loss


def main() -> None:
    """Score, logging to the terminal and to ``losses.log`` beside the result."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="example: python -m training.losses build/reader/export/reader.onnx",
    )
    parser.add_argument("reader", type=Path, help="an exported graph")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("build/reader/losses.jsonl"))
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--dev-share", type=float, default=0.1, help="as for prepare")
    parser.add_argument("--max-tokens", type=int, default=320, help="as for prepare")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()

    def work() -> None:
        with (
            workplace.alone_in(args.out.parent),
            workplace.logged_to(args.out.parent / "losses.log"),
        ):
            measure(args)

    workplace.exit_with_a_sentence(work)


if __name__ == "__main__":
    main()
