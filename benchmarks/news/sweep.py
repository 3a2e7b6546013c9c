r"""Which passages come first: windows, fusions and weights tried on a year's questions.

    python -m benchmarks.news.sweep --year 2022 --windows 80/20 120/0 120/40 200/60
    python -m benchmarks.news.sweep --year 2022 --encoder DIR --vectors runs/vectors-2022.npy

Prints a Markdown table: the share of questions with an accepted answer among the first 1, 5, 16 and
20 distinct passages, and the mean reciprocal rank; then the same when the title counts as part of
each of its article's passages. Without ``--encoder`` (an index's ``encoder`` folder) only BM25 is
tried, for every window. ``--vectors`` keeps the embeddings; each year and window needs its own.
``--intervals`` adds 95 % bootstrap intervals and the paired gain over the first row.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.news.figures import Figure, resamples
from benchmarks.news.passages import QUESTIONS
from benchmarks.news.sweep_corpus import Asked, Corpus, articles_of, asked_of, corpus_of
from benchmarks.news.sweep_recipes import LEXICAL, RECIPES, evidence_for
from benchmarks.news.sweep_scores import best, bm25_weights, counts, rarity
from retrieval.datatypes import Passage, ScoredPassage
from retrieval.index.near_duplicates import fold_near_duplicates
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.ingest.passages import WindowSize
from retrieval.protocols import Vectors

ARTICLES = QUESTIONS.with_name("articles.jsonl.gz")
CUT_OFFS = (1, 5, 16, 20)
DEPTH = 20
_READ = 100
_NEVER = 10**6
_Ranks = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The rank of the first passage with an answer, for each question; ``_NEVER`` below ``DEPTH``.

    ``headed`` counts an answer in the title of a passage's article as well.
    """

    said: _Ranks
    headed: _Ranks


def sweep(
    corpus: Corpus, asked: Asked, vectors: Vectors | None, questions: Vectors | None
) -> dict[str, Found]:
    """Every recipe on every question; those without embeddings only when there are no vectors."""
    width = len(corpus.vocabulary)
    body = counts(corpus.bodies, width)
    text = body + counts(corpus.titles, width)
    weights = {"body": bm25_weights(body).tocsc(), "text": bm25_weights(text).tocsc()}
    idf = rarity(text)
    recipes = LEXICAL if vectors is None else {**LEXICAL, **RECIPES}
    ranks: dict[str, list[tuple[int, int]]] = {name: [] for name in recipes}
    for number in range(len(asked)):
        cosines = None
        if vectors is not None and questions is not None:
            cosines = np.asarray(vectors @ questions[number], dtype=np.float64)
        evidence = evidence_for(corpus, asked, number, weights, idf, cosines)
        for name, recipe in recipes.items():
            scores = recipe(evidence)
            order = best(scores, _READ)
            shown = distinct(corpus, evidence.places[order], scores[order])
            ranks[name].append(_first(corpus, shown, asked.golds[number]))
    return {name: Found(*np.array(pairs, dtype=np.int64).T) for name, pairs in ranks.items()}


def distinct(corpus: Corpus, places: _Ranks, scores: NDArray[np.float64]) -> list[int]:
    """The first ``DEPTH`` places, near-copies folded as the product folds them."""
    place_of: dict[Passage, int] = {corpus.passages[at]: int(at) for at in places}

    def terms(passage: Passage) -> list[str]:
        at = place_of[passage]
        return [*map(str, corpus.titles[at]), *map(str, corpus.bodies[at])]

    ranking = [
        ScoredPassage(passage, float(score))
        for passage, score in zip(place_of, scores, strict=True)
    ]
    kept = fold_near_duplicates(ranking, terms, limit=DEPTH)
    return [place_of[scored.passage] for scored in kept]


def summary(ranks: _Ranks) -> list[float]:
    """Recall at every cut-off, then the mean reciprocal rank."""
    return [*(float((ranks <= k).mean()) for k in CUT_OFFS), float(_reciprocals(ranks).mean())]


def gains(found: Found, base: Found) -> list[Figure]:
    """``found`` minus ``base`` in recall at every cut-off and reciprocal rank, paired."""
    draws = resamples(len(found.said))
    differences = [
        *((found.said <= k).astype(float) - (base.said <= k).astype(float) for k in CUT_OFFS),
        _reciprocals(found.said) - _reciprocals(base.said),
    ]
    return [_figure(values, draws) for values in differences]


def table(found: Mapping[str, Found], *, intervals: bool = False) -> str:
    """Markdown, one recipe a row, in percent."""
    names = [*(f"recall@{k}" for k in CUT_OFFS), "MRR@20"]
    lines = [
        f"| ranking | {' | '.join(names)} | title counts: {' | '.join(names)} |",
        "|---|" + "---|" * (2 * len(names)),
    ]
    for name, ranks in found.items():
        cells = [f"{100 * value:.1f}" for value in (*summary(ranks.said), *summary(ranks.headed))]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    if intervals:
        base = next(iter(found))
        lines += ["", f"| ranking | {' | '.join(names)} | gain over {base}: {' | '.join(names)} |"]
        lines.append("|---|" + "---|" * (2 * len(names)))
        for name, ranks in found.items():
            draws = resamples(len(ranks.said))
            own = [_figure((ranks.said <= k).astype(float), draws) for k in CUT_OFFS]
            own.append(_figure(_reciprocals(ranks.said), draws))
            cells = [figure.as_text() for figure in (*own, *gains(ranks, found[base]))]
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _first(corpus: Corpus, places: list[int], golds: tuple[str, ...]) -> tuple[int, int]:
    return _rank_in((corpus.said[at] for at in places), golds), _rank_in(
        (corpus.headed[at] for at in places), golds
    )


def _rank_in(texts: Iterator[str], golds: tuple[str, ...]) -> int:
    holding = (rank for rank, text in enumerate(texts, 1) if any(gold in text for gold in golds))
    return next(holding, _NEVER)


def _reciprocals(ranks: _Ranks) -> NDArray[np.float64]:
    return np.where(ranks <= DEPTH, 1 / ranks, 0.0)


def _figure(values: NDArray[np.float64], draws: NDArray[np.intp]) -> Figure:
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return Figure(float(values.mean()), float(low), float(high))


def _embedded(corpus: Corpus, encoder: OnnxEncoder, kept: Path | None) -> Vectors:
    if kept is not None and kept.exists():
        vectors: Vectors = np.load(kept).astype(np.float32)
        if vectors.shape != (len(corpus.passages), encoder.dimension):
            raise SystemExit(f"{kept} is of another year or window; name another file.")
        return vectors
    vectors = encoder.encode(corpus.texts)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, vectors.astype(np.float16))
    return vectors


def _window(value: str) -> WindowSize:
    words, _, overlap = value.partition("/")
    try:
        return WindowSize(int(words), int(overlap or 0))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f'"{value}" is not WORDS/OVERLAP') from error


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, default=ARTICLES)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--year", type=int, default=2022)
    parser.add_argument("--windows", type=_window, nargs="+", default=[WindowSize()])
    parser.add_argument("--encoder", type=Path, help="an index's encoder folder")
    parser.add_argument("--vectors", type=Path, help="where embeddings are kept (.npy)")
    parser.add_argument("--intervals", action="store_true")
    args = parser.parse_args()
    if args.vectors and len(args.windows) > 1:
        parser.error("--vectors goes with one window")
    return args


def main() -> None:
    """Try everything, print the tables."""
    args = _arguments()
    articles = articles_of(args.articles, args.questions, args.year)
    for size in args.windows:
        corpus = corpus_of(articles, size)
        asked = asked_of(args.questions, args.year, corpus)
        vectors = questions = None
        if args.encoder:
            encoder = OnnxEncoder(args.encoder)
            questions = encoder.encode([q.question for q in asked.questions], "question")
            vectors = _embedded(corpus, encoder, args.vectors)
        print(
            f"{args.year}, windows of {size.words} words sharing {size.overlap}: "
            f"{len(asked)} questions, {len(articles)} articles, {len(corpus.passages)} passages\n"
        )
        found = sweep(corpus, asked, vectors, questions)
        print(table(found, intervals=args.intervals), flush=True)


if __name__ == "__main__":
    main()
