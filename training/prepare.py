"""Question sets -> ``dev.json`` and the token ids that a training sees, ``round-1.npz``.

Development is whole new-wiki articles, held out by title. Each of its questions appears twice:
with its paragraph, and with a hard paragraph that lacks the answer (``is_impossible``), so that
the "no answer" threshold can be chosen on text that training never saw.

``--losses`` (see ``losses``) makes the second training's diet: the rows that a reader gets wrong or
is unsure of, and a quarter of the others.

``--mistakes-of`` (an exported graph) makes the training of a second reader, which reads single
sentences with their neighbours: groups hold the negatives that this first reader answers surest
(see ``mistakes``), and the development split is cut to sentences too.

``recipe.json`` is written last and says what everything else was made from; where it says the same
already, nothing is done again.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import UsageError
from retrieval.index.encoder import DEFAULT_MODEL, export_encoder
from training import losses, mistakes, mixture, sets, squad, workplace
from training.evaluate import onnx_scorer
from training.features import Features, featurise, load_tokenizer
from training.model import default_encoder
from training.negatives import NegativeMaker

log = logging.getLogger(__name__)

RECIPE = "recipe.json"
_TWIN_KINDS = {"article": 0.4, "bm25": 0.3, "cut": 0.3}


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python -m training.prepare --out build/reader"
    )
    parser.add_argument(
        "--data",
        type=Path,
        default=Path("../shared/data"),
        help="the folder that holds reader-train and reader-train-2 (default: %(default)s)",
    )
    parser.add_argument("--out", type=Path, default=Path("build/reader"))
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--dev-share", type=float, default=0.1, help="share of new-wiki articles")
    parser.add_argument("--max-tokens", type=int, default=320, help="longest training window")
    parser.add_argument("--stride", type=int, default=96, help="tokens that windows share")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--draw", type=int, default=0, help="another draw of rows, the same dev")
    parser.add_argument("--losses", type=Path, help="losses.jsonl: prepare the hard rows instead")
    parser.add_argument("--mistakes-of", type=Path, help="reader.onnx: prepare a second reader's")
    parser.add_argument("--threads", type=int, default=2)
    return parser


def prepare(args: argparse.Namespace) -> None:
    """Prepare everything that training reads, unless it is there already."""
    missing = [path for path in _inputs(args) if not path.is_file()]
    if missing:
        raise UsageError(f"{missing[0]} is missing; name the folder that holds it with --data.")
    recipe = _recipe(args)
    if _is_prepared(args.out, recipe):
        log.info("already prepared: %s", args.out)
        return
    if (args.out / "last.pt").exists():
        raise UsageError(
            f"{args.out} holds a training on other data or by another recipe; move it away, or "
            "name another folder with --out."
        )
    (args.out / RECIPE).unlink(missing_ok=True)
    for old in args.out.glob("round-*.npz"):
        old.unlink()
    rows, held, titles = sets.training_rows(args.data, args.dev_share, args.seed)
    dev = held + _twins(held, args.seed)
    drawn = 1000 * args.seed + 10 * args.draw + bool(args.losses)
    with tempfile.TemporaryDirectory() as folder:
        # Only a second reader is asked about what is near.
        embed = export_encoder(DEFAULT_MODEL, Path(folder)).encode if args.mistakes_of else None
        units = mixture.build(rows, _diet(args), drawn, _form(args), embed)
    if args.mistakes_of:
        dev = [mixture.SECOND_LOOK.cut(example, random.Random(0)) for example in dev]
        units = _with_mistakes(units, args)
    squad.write(args.out / "dev.json", dev)
    workplace.write_json(args.out / "dev-titles.json", titles)
    tokenizer = load_tokenizer(args.encoder or default_encoder(), args.max_tokens, args.stride)
    features = featurise(units, tokenizer, args.seed)
    features.save(args.out / "round-1.npz")
    _describe(features)
    workplace.write_json(args.out / RECIPE, recipe)


def _diet(args: argparse.Namespace) -> mixture.Diet:
    if args.losses is None:
        return mixture.first_diet()
    return mixture.hard_diet(losses.read(args.losses))


def _form(args: argparse.Namespace) -> mixture.Form:
    return mixture.Sentences() if args.mistakes_of else mixture.Passages()


def _with_mistakes(units: list[mixture.Unit], args: argparse.Namespace) -> list[mixture.Unit]:
    """The units with the negatives that the first reader takes for answers."""
    tokenizer = load_tokenizer(args.mistakes_of.parent, args.max_tokens, args.stride)
    scorer = onnx_scorer(args.mistakes_of, args.threads)
    return mistakes.hardest(units, scorer, tokenizer, random.Random(args.seed))


def _inputs(args: argparse.Namespace) -> list[Path]:
    named = [path for path in (args.losses, args.mistakes_of) if path]
    return [args.data / s.file for s in sets.SETS] + named


def _recipe(args: argparse.Namespace) -> dict[str, Any]:
    """Everything that decides what is prepared: where files lie does not, what they hold does."""
    names = ["dev_share", "max_tokens", "stride", "seed", *(["draw"] if args.draw else [])]
    tokenizer = (args.encoder or default_encoder()) / "tokenizer.json"
    return {
        "arguments": {name: getattr(args, name) for name in names},
        "inputs": {path.name: workplace.digest(path) for path in [*_inputs(args), tokenizer]},
        "mixture": mixture.record(_form(args)),
    }


def _is_prepared(out: Path, recipe: dict[str, Any]) -> bool:
    path = out / RECIPE
    return path.exists() and json.loads(path.read_text("utf-8")) == recipe


def _twins(held: Sequence[squad.Example], seed: int) -> list[squad.Example]:
    maker = NegativeMaker(held, _TWIN_KINDS)
    rng = random.Random(seed)
    return [twin for example in held if (twin := maker.make(example, rng)) is not None]


def _describe(features: Features) -> None:
    lengths = features.lengths()
    log.info(
        "%d windows, %d groups, %d tokens, median %d, 95%% %d, windows without answer %.1f%%",
        len(features),
        features.groups.max() + 1,
        lengths.sum(),
        np.median(lengths),
        np.quantile(lengths, 0.95),
        100 * float((features.starts[:, 0] == 0).mean()),
    )


def main() -> None:
    """Prepare, logging to the terminal and to ``prepare.log``."""
    args = arguments().parse_args()

    def work() -> None:
        with workplace.alone_in(args.out), workplace.logged_to(args.out / "prepare.log"):
            prepare(args)

    workplace.exit_with_a_sentence(work)


if __name__ == "__main__":
    main()
