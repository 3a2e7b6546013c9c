"""What the rewriter learns from, split so that the figures are honest.

Dialogues of CANARD are split as wholes: ``test`` is looked at once, at the end; ``dev`` sets the
thresholds, and is then trained on like the rest; so are questions made of SQuAD-format sets (see
``synthetic`` and ``qasrl``), other ones in every epoch.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tokenizers import Tokenizer

from retrieval.errors import UsageError
from training.rewriter import qasrl, synthetic
from training.rewriter.canard import Example, Exchange, load
from training.rewriter.features import Features, featurise
from training.rewriter.synthetic import Pair

CANARD = Path("rewrite/canard-a.json")
MADE_OF = {
    # file: pairs with something to complete, pairs to leave alone
    "reader-train/squadshifts-new_wiki.json.gz": (1400, 480),
    "reader-train/qamr.json.gz": (470, 210),
    "reader-train/squadshifts-reddit.json.gz": (100, 100),
    "reader-train-2/squad-train-part.json.gz": (3200, 900),
}
FOLLOWED_IN = "reader-train-2/qasrl-followups.json.gz"
_FOLLOWED = 500
"""Pairs of that file."""
HELD_OUT = 44
"""Dialogues in test, and as many in dev."""
_SPLIT_SEED = 7
_NO_TOPIC = 0.3
_ALONE = 0.3
_OWN_HISTORY = 0.7
_MADE_SHARE = 0.22


@dataclass(frozen=True, slots=True)
class Corpus:
    """The three parts of CANARD and the pairs made of other sets."""

    train: tuple[Example, ...]
    dev: tuple[Example, ...]
    test: tuple[Example, ...]
    made: tuple[Pair, ...] = ()


def split(examples: Sequence[Example]) -> Corpus:
    """The same split for the same dialogues, in whatever order they come."""
    dialogues = sorted({example.dialogue for example in examples})
    random.Random(_SPLIT_SEED).shuffle(dialogues)
    test, dev = set(dialogues[:HELD_OUT]), set(dialogues[HELD_OUT : 2 * HELD_OUT])
    return Corpus(
        tuple(x for x in examples if x.dialogue not in test | dev),
        tuple(x for x in examples if x.dialogue in dev),
        tuple(x for x in examples if x.dialogue in test),
    )


def check_data(data: Path) -> None:
    """Raise ``UsageError`` when a file that ``gather`` reads is not there."""
    missing = [
        path
        for path in (data / CANARD, *(data / name for name in MADE_OF), data / FOLLOWED_IN)
        if not path.is_file()
    ]
    if missing:
        raise UsageError(
            f"{missing[0]} is missing; name the folder that holds rewrite and reader-train: "
            "make rewriter DATA=/path/to/it."
        )


def gather(data: Path, seed: int, *, with_dev: bool = False) -> Corpus:
    """Everything, read from the data folder; ``with_dev`` trains on the dev dialogues too."""
    parts = split(load(data / CANARD))
    train = (*parts.train, *parts.dev) if with_dev else parts.train
    rng = random.Random(seed)
    made: list[Pair] = []
    for name, (changed, alone) in MADE_OF.items():
        pairs = synthetic.load([data / name], seed)
        follow_ups = [pair for pair in pairs if pair.question != pair.rewrite]
        rest = [pair for pair in pairs if pair.question == pair.rewrite]
        made += rng.sample(follow_ups, min(changed, len(follow_ups)))
        made += rng.sample(rest, min(alone, len(rest)))
    followed = qasrl.load(data / FOLLOWED_IN)
    made += rng.sample(followed, min(_FOLLOWED, len(followed)))
    return Corpus(train, parts.dev, parts.test, tuple(made))


def epoch(corpus: Corpus, tokenizer: Tokenizer, rng: random.Random) -> list[Features]:
    """All dialogues and a share of what was made, in random order. Each time otherwise: the topic
    is left out of some, some have their history as typed instead of rewritten, and some are asked
    as their own rewrite, which is to be left alone.
    """
    features = [_of_dialogue(example, tokenizer, rng) for example in corpus.train]
    features += [
        featurise(tokenizer, pair.question, texts_of(pair.history), pair.rewrite)
        for pair in rng.sample(corpus.made, round(len(corpus.made) * _MADE_SHARE))
    ]
    rng.shuffle(features)
    return features


def texts_of(history: Sequence[Exchange], *about: str) -> list[str]:
    """The texts around a question as the product orders them: newest first."""
    texts = [text for text in about if text]
    for exchange in reversed(history):
        said = (exchange.answer, exchange.sentence, exchange.standalone)
        texts += [text for text in dict.fromkeys(said) if text]
    return texts


def _of_dialogue(example: Example, tokenizer: Tokenizer, rng: random.Random) -> Features:
    has_topic = rng.random() > _NO_TOPIC or not example.history
    about = (example.topic, example.subtopic) if has_topic else ()
    history = [
        exchange if rng.random() < _OWN_HISTORY else replace(exchange, standalone=exchange.question)
        for exchange in example.history
    ]
    asked = example.rewrite if rng.random() < _ALONE else example.question
    return featurise(tokenizer, asked, texts_of(history, *about), example.rewrite)
