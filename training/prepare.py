"""Question sets -> ``dev.json`` and one file of token ids for each training round.

Development is whole new-wiki articles, held out by title. Each of its questions appears twice:
with its paragraph, and with a hard paragraph that lacks the answer (``is_impossible``), so that
the "no answer" threshold can be chosen on text that training never saw.

``recipe.json`` is written last and says what everything else was made from; where it says the same
already, nothing is done again.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import UsageError
from retrieval.ingest.passages import WindowSize
from training import news, rounds, squad, workplace
from training.features import Features, featurise, load_tokenizer
from training.model import default_encoder
from training.negatives import NegativeMaker

log = logging.getLogger(__name__)

RECIPE = "recipe.json"


def arguments() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python -m training.prepare --out build/reader"
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data/reader-train"))
    parser.add_argument("--out", type=Path, default=Path("build/reader"))
    parser.add_argument("--encoder", type=Path, help="encoder folder (default: all-MiniLM-L6-v2)")
    parser.add_argument("--dev-share", type=float, default=0.1, help="share of new-wiki articles")
    parser.add_argument("--max-tokens", type=int, default=320, help="longest training window")
    parser.add_argument("--stride", type=int, default=96, help="tokens that windows share")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument(
        "--news", type=Path, help="news-quiz folder: prepare the one round that mixes it in instead"
    )
    parser.add_argument(
        "--news-until", default="2022-10-31", help="last day of the quizzes that are trained on"
    )
    return parser


def prepare(args: argparse.Namespace) -> None:
    """Prepare everything that training reads, unless it is there already."""
    missing = [path for path in _inputs(args) if not path.is_file()]
    if missing:
        raise UsageError(
            f"{missing[0]} is missing; name the folder that holds it with --data or --news."
        )
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
    train = _training_questions(args)
    tokenizer = load_tokenizer(args.encoder or default_encoder(), args.max_tokens, args.stride)
    quiz = _quiz_examples(args.news, args.news_until, args.seed) if args.news else []
    for number, plan in enumerate(_plans(args), start=1):
        seed = args.seed * 1000 + number
        built = rounds.build(train, plan, seed)
        if args.news:
            built = rounds.with_news(built, quiz, plan, rounds.NEWS_COPIES, args.seed)
        features = featurise(built, tokenizer, seed)
        features.save(args.out / f"round-{number}.npz")
        _describe(number, features)
    workplace.write_json(args.out / RECIPE, recipe)


def _plans(args: argparse.Namespace) -> tuple[rounds.Round, ...]:
    return (rounds.NEWS_ROUND,) if args.news else rounds.ROUNDS


def _inputs(args: argparse.Namespace) -> list[Path]:
    sets = [args.data / name for name in squad.SOURCES.values()]
    return sets + ([args.news / name for name in news.FILES] if args.news else [])


def _recipe(args: argparse.Namespace) -> dict[str, Any]:
    """Everything that decides what is prepared: where files lie does not, what they hold does."""
    names = ["dev_share", "max_tokens", "stride", "seed", *(["news_until"] if args.news else [])]
    tokenizer = (args.encoder or default_encoder()) / "tokenizer.json"
    recipe = {
        "arguments": {name: getattr(args, name) for name in names},
        "inputs": {path.name: workplace.digest(path) for path in [*_inputs(args), tokenizer]},
        "rounds": [asdict(plan) for plan in _plans(args)],
        "shares": rounds.shares(),
    }
    return dict(json.loads(json.dumps(recipe)))  # as it will be read back: tuples become lists


def _is_prepared(out: Path, recipe: dict[str, Any]) -> bool:
    path = out / RECIPE
    return path.exists() and json.loads(path.read_text("utf-8")) == recipe


def _training_questions(args: argparse.Namespace) -> list[squad.Example]:
    """All questions but those of the held-out articles, which are written to ``dev.json``."""
    train: list[squad.Example] = []
    for source, name in squad.SOURCES.items():
        examples = list(squad.read(args.data / name, source))
        if source == squad.HELD_OUT_SOURCE:
            examples, held, titles = squad.split_by_title(examples, args.dev_share, args.seed)
            dev = held + _twins(held, args.seed)
            squad.write(args.out / "dev.json", dev)
            workplace.write_json(args.out / "dev-titles.json", titles)
            log.info("dev: %d articles, %d questions, %d pairs", len(titles), len(held), len(dev))
        log.info("%s: %d training questions", source, len(examples))
        train.extend(examples)
    return train


def _twins(held: Sequence[squad.Example], seed: int) -> list[squad.Example]:
    maker = NegativeMaker(held, rounds.NEGATIVE_KINDS[squad.HELD_OUT_SOURCE])
    rng = random.Random(seed)
    return [twin for example in held if (twin := maker.make(example, rng)) is not None]


def _quiz_examples(folder: Path, until: str, seed: int) -> list[squad.Example]:
    questions_file, articles_file = (folder / name for name in news.FILES)
    questions = news.read_questions(questions_file, "2000-01-01", until)
    wanted = {identifier for question in questions for identifier in question.articles}
    articles = news.read_articles(articles_file, wanted)
    examples = news.examples(questions, articles, WindowSize(), seed)
    log.info(
        "news: %d questions, %d passages, %d with the answer",
        len(questions),
        len(examples),
        sum(bool(example.golds) for example in examples),
    )
    return examples


def _describe(number: int, features: Features) -> None:
    lengths = features.lengths()
    log.info(
        "round %d: %d windows, %d tokens, median %d, 95%% %d, unanswerable %.1f%%",
        number,
        len(features),
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
