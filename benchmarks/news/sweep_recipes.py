"""The rankings that are tried, each a formula over the same evidence. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.news.sweep_corpus import Asked, Corpus
from benchmarks.news.sweep_scores import (
    Floats,
    Ints,
    Sparse,
    best,
    bm25_scores,
    coverage,
    nearness,
    reciprocal_ranks,
)

CANDIDATES = 100
"""How many passages each score of its own gives to the fusion."""

REACH = 20
"""Index terms within which question terms count as standing together."""

CLOSENESS = 0.25
"""What the closest stretch counts beside BM25."""

COSINE = 0.5
"""What the cosine counts beside the words, whose best passage has 1."""

DAY = 0.3
"""Share by which a passage of the question's own day is raised."""

HALF_LIFE = 14.0
"""Days after which half of that is left."""


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What is known of the candidates of one question; one place for each passage in ``places``.

    ``near`` is 1 for the question's own day and falls on both sides; ``later`` marks articles
    published after it. ``cosine`` is zero everywhere when there are no embeddings.
    """

    places: Ints
    body: Floats
    text: Floats
    stretch: Floats
    cosine: Floats
    near: Floats
    later: Floats


Recipe = Callable[[Evidence], Floats]


def evidence_for(
    corpus: Corpus,
    asked: Asked,
    number: int,
    weights: Mapping[str, Sparse],
    idf: Floats,
    cosines: Floats | None,
) -> Evidence:
    """The candidates are the best by each score, with and without the day."""
    terms = asked.terms[number]
    day = int(asked.days[number])
    text = bm25_scores(weights["text"], terms)
    body = bm25_scores(weights["body"], terms)
    near = nearness(corpus.published, day, HALF_LIFE)
    raised = 1 + DAY * near
    lists = [text, text * raised, body]
    if cosines is not None:
        lists += [cosines, cosines * raised]
    places = np.unique(np.concatenate([best(scores, CANDIDATES) for scores in lists]))
    return Evidence(
        places=places,
        body=body[places],
        text=text[places],
        stretch=coverage([corpus.bodies[at] for at in places], terms, idf, REACH),
        cosine=np.zeros(len(places)) if cosines is None else cosines[places],
        near=near[places],
        later=(corpus.published[places] > day).astype(np.float64),
    )


def words(e: Evidence, closeness: float = CLOSENESS) -> Floats:
    """BM25 with the closest stretch; the best candidate has 1."""
    scores = e.text + closeness * e.stretch
    return np.asarray(scores / max(float(scores.max(initial=0.0)), 1e-9), dtype=np.float64)


def day(e: Evidence, weight: float = DAY) -> Floats:
    """The factor for the day of the question."""
    return np.asarray(1 + weight * e.near, dtype=np.float64)


def mixed(e: Evidence, cosine: float = COSINE) -> Floats:
    """Words and meaning: a convex combination of the two scores, up to a constant factor."""
    return np.asarray(words(e) + cosine * e.cosine, dtype=np.float64)


def _rrf(e: Evidence, meaning: float = 1.0, k: int = 60, closeness: float = 0.0) -> Floats:
    return reciprocal_ranks([words(e, closeness), e.cosine], [1.0, meaning], k)


LEXICAL: dict[str, Recipe] = {
    "BM25, body": lambda e: e.body,
    "BM25, title and body": lambda e: e.text,
    "... and closest stretch": words,
    "BM25, title and body, day": lambda e: e.text * day(e),
    "... and closest stretch, day": lambda e: words(e) * day(e),
    "... and closest stretch, day, later left out": lambda e: words(e) * day(e) * (1 - e.later),
}

RECIPES: dict[str, Recipe] = {
    "embeddings": lambda e: e.cosine,
    "embeddings, day": lambda e: e.cosine * day(e),
    "RRF 60": _rrf,
    "RRF 10": lambda e: _rrf(e, k=10),
    "RRF 10, embeddings 0.3, closest stretch": lambda e: _rrf(e, 0.3, 10, CLOSENESS),
    "RRF 60, day": lambda e: _rrf(e) * day(e),
    "mix 0.25": lambda e: mixed(e, 0.25),
    "mix 0.5": mixed,
    "mix 1.0": lambda e: mixed(e, 1.0),
    "mix 0.25, day": lambda e: mixed(e, 0.25) * day(e),
    "mix 0.5, day": lambda e: mixed(e) * day(e),
    "mix 1.0, day": lambda e: mixed(e, 1.0) * day(e),
    "mix 0.5, day, later left out": lambda e: mixed(e) * day(e) * (1 - e.later),
}
