"""The training diet: which examples each round sees, and how they are varied."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from training.negatives import NegativeMaker, holds_an_answer
from training.squad import Example, Gold
from training.text import add_noise, crop, detokenise, plainer_question

# Which hard negatives suit which source (see NegativeMaker).
NEGATIVE_KINDS = {
    "new_wiki": {"article": 0.4, "bm25": 0.3, "cut": 0.3},
    "reddit": {"cut": 0.75, "bm25": 0.25},
    "amazon": {"cut": 0.75, "bm25": 0.25},
    "qamr": {"bm25": 1.0},
}


@dataclass(frozen=True, slots=True)
class Round:
    """One pass over (a share of) each source.

    ``negatives`` are unanswerable twins for each answerable example of a source; ``crop_share`` of
    the texts are cropped to a number of words drawn from ``crop_words``.
    """

    shares: dict[str, float]
    negatives: dict[str, float]
    crop_share: float
    crop_words: tuple[int, int]


# Three passes over the paragraphs. QAMR's sentence questions are plentiful, cheap and simple: they
# teach early what a span is, and then make room, because their terse one-annotator answers ("many",
# "the marker") are not what people ask of articles. Text is cropped to whole sentences around the
# answer often at first (half the price, and the length of the passages that retrieval hands over)
# and less later, so that the last updates see paragraphs as they are.
ROUNDS = (
    Round(
        shares={"new_wiki": 1.0, "reddit": 1.0, "amazon": 1.0, "qamr": 0.8},
        negatives={"new_wiki": 0.4, "reddit": 0.27, "amazon": 0.27, "qamr": 0.1},
        crop_share=0.8,
        crop_words=(40, 100),
    ),
    Round(
        shares={"new_wiki": 1.0, "reddit": 0.55, "amazon": 0.5, "qamr": 0.1},
        negatives={"new_wiki": 0.4, "reddit": 0.27, "amazon": 0.27, "qamr": 0.1},
        crop_share=0.7,
        crop_words=(40, 120),
    ),
    Round(
        shares={"new_wiki": 1.0, "reddit": 0.55, "amazon": 0.5, "qamr": 0.05},
        negatives={"new_wiki": 0.4, "reddit": 0.27, "amazon": 0.27, "qamr": 0.1},
        crop_share=0.5,
        crop_words=(50, 140),
    ),
)
# After the three rounds, a fresh short run at a lower rate: paragraphs as they are, and the news
# examples in several variations, which are few but are what people will ask about.
NEWS_ROUND = Round(
    shares={"new_wiki": 1.0, "reddit": 0.2, "amazon": 0.2, "qamr": 0.04},
    negatives={"new_wiki": 0.35, "reddit": 0.27, "amazon": 0.27, "qamr": 0.1},
    crop_share=0.3,
    crop_words=(50, 140),
)
NEWS_COPIES = 3
NOISE_SHARE = 0.06
PLAIN_QUESTION_SHARE = 0.25
DETOKENISED_SHARE = 0.8  # of QAMR; the rest stays spaced out, as scraped text sometimes is
JOIN_SHARE = {"news": 0.0, "new_wiki": 0.04, "reddit": 0.02, "amazon": 0.02, "qamr": 0.3}
_JOINED_WORDS = 100


def shares() -> dict[str, Any]:
    """The shares that all rounds have in common, for the record of what a run was made from."""
    return {
        "negative_kinds": NEGATIVE_KINDS,
        "noise": NOISE_SHARE,
        "plain_question": PLAIN_QUESTION_SHARE,
        "detokenised": DETOKENISED_SHARE,
        "join": JOIN_SHARE,
        "news_copies": NEWS_COPIES,
    }


def build(examples: Sequence[Example], plan: Round, seed: int) -> list[Example]:
    """The examples of one round, in training order before batching; the same for the same seed."""
    rng = random.Random(seed)
    by_source: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        by_source[example.source].append(example)
    result: list[Example] = []
    for source in sorted(by_source):
        pool = by_source[source]
        maker = NegativeMaker(pool, NEGATIVE_KINDS[source])
        for example in rng.sample(pool, round(plan.shares[source] * len(pool))):
            result.append(_varied(example, plan, pool, rng))
            if rng.random() < plan.negatives[source]:
                twin = maker.make(example, rng)
                if twin is not None:
                    result.append(_still_without(example, twin, _varied(twin, plan, pool, rng)))
    rng.shuffle(result)
    return result


def with_news(
    built: Sequence[Example], news: Sequence[Example], plan: Round, copies: int, seed: int
) -> list[Example]:
    """A round with each news example mixed in ``copies`` times, varied anew each time."""
    rng = random.Random(seed)
    varied = [_varied(example, plan, news, rng) for example in news for _ in range(copies)]
    result = [*built, *varied]
    rng.shuffle(result)
    return result


def _still_without(example: Example, twin: Example, varied: Example) -> Example:
    """The varied twin; with its first text when what was joined on happens to hold the answer."""
    if holds_an_answer(varied.context, example.answers()):
        return replace(varied, context=twin.context)
    return varied


def _varied(example: Example, plan: Round, pool: Sequence[Example], rng: random.Random) -> Example:
    if example.source == "qamr" and rng.random() < DETOKENISED_SHARE:
        example = detokenise(example)
    elif rng.random() < plan.crop_share:
        example = crop(example, rng.randint(*plan.crop_words), rng)
    if rng.random() < JOIN_SHARE[example.source]:
        example = _joined(example, rng.choice(pool), rng)
    if rng.random() < NOISE_SHARE:
        example = add_noise(example, rng)
    return plainer_question(example, rng, PLAIN_QUESTION_SHARE)


def _joined(example: Example, other: Example, rng: random.Random) -> Example:
    """The example with another text of its source before or after it, as a window may hold two."""
    if other.context == example.context:
        return example
    addition = detokenise(other).context if other.source == "qamr" else other.context
    addition = " ".join(addition.split()[:_JOINED_WORDS])
    if rng.random() < 0.5:
        return replace(example, context=f"{example.context} {addition}")
    shift = len(addition) + 1
    golds = tuple(Gold(gold.start + shift, gold.end + shift) for gold in example.golds)
    return replace(example, context=f"{addition} {example.context}", golds=golds)
