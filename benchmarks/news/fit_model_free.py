"""Fits the weights of the model-free reader, and how sure its answers are.

    python -m benchmarks.news.fit_model_free --data ../shared/data --index .pullquote

Two kinds of questions: SQuADShifts new-wiki, each asked of the passages of its own article and (as
unanswerable) of another article's; and the news quiz of 2022, each asked of the articles its search
returned. For every question the reader proposes spans; a span is right when its token F1 with an
accepted answer is at least 0.6. A logistic regression on the spans' features gives the weights, a
second one on the best group of each question the calibration. Nothing of 2023 is looked at.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import cross_val_predict

from benchmarks.news.model_free import WEIGHT_NAMES, ModelFreeReader, Weights
from bot.evaluation.measuring.answers import judge_f1, judge_sentence_right
from retrieval.answer.facts.origins import Source, origins_of
from retrieval.answer.grouping import group_spans
from retrieval.answer.normalisation import plain_words
from retrieval.datatypes import Article, Context, Query, Span
from retrieval.doubles import ArticlesInMemory
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.collection import Collection
from retrieval.index.dense import DenseRetriever
from retrieval.index.hybrid import HybridRetriever
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore
from retrieval.index.tokenization import tokenize, tokenize_with_offsets
from retrieval.index.vectors import QuantizedVectors
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.text.masking import visible_text

_SPAN_FEATURES = [name for name in WEIGHT_NAMES if name != "bias"]
_PASSAGES = 12
_CALIBRATED = ("missing", "coverage", "closeness", "fit", "proximity")


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the passages it is asked of; ``golds`` is empty when they hold no answer."""

    question: str
    golds: tuple[str, ...]
    contexts: tuple[Context, ...]
    source: str


def contexts_for(
    question: str, articles: Sequence[Article], encoder: OnnxEncoder
) -> tuple[Context, ...]:
    """The best passages of a small collection, as the product would find them."""
    source = ArticlesInMemory({article.id: article for article in articles})
    passages = tuple(p for article in articles for p in passages_of(article, WindowSize()))
    texts = [indexed_text(source.article(p.article_id), p) for p in passages]
    terms = {p: tokenize(text) for p, text in zip(passages, texts, strict=True)}
    collection = Collection.of(passages, tuple(None for _ in passages))
    bm25 = BM25Retriever(collection, list(terms.values()), tokenize)
    # The embeddings of a whole collection cost far more than they change here: BM25 picks what is
    # embedded.
    first = bm25.retrieve(Query(question), 15)
    if not first:
        return ()
    few = Collection.of(sorted(s.passage for s in first), tuple(None for _ in first))
    vectors = QuantizedVectors.of(encoder.encode([" ".join(terms[p]) for p in few]))
    dense = DenseRetriever(few, vectors, encoder)
    hybrid = HybridRetriever([bm25, dense], lambda p: terms[p])
    found = hybrid.retrieve(Query(question), _PASSAGES)
    return tuple(Context(source.article(s.passage.article_id), s) for s in found)


def wiki_cases(path: Path, count: int, encoder: OnnxEncoder) -> Iterator[Case]:
    """Questions of new-wiki asked of their article; every fourth one of another article."""
    data = json.loads(gzip.decompress(path.read_bytes()))["data"]
    articles = [
        [
            prepare(RawArticle(f"{n}-{i}", p["context"], "", "", title=f"Paragraph {i}"))
            for i, p in enumerate(entry["paragraphs"])
        ]
        for n, entry in enumerate(data)
    ]
    asked = [
        (n, qa) for n, entry in enumerate(data) for p in entry["paragraphs"] for qa in p["qas"]
    ]
    for number, (n, qa) in enumerate(random.sample(asked, count)):
        golds = tuple(dict.fromkeys(a["text"] for a in qa["answers"]))
        if number % 4 == 3:
            other = (n + 1 + random.randrange(len(articles) - 1)) % len(articles)
            yield Case(
                qa["question"], (), contexts_for(qa["question"], articles[other], encoder), "wiki"
            )
        else:
            yield Case(
                qa["question"], golds, contexts_for(qa["question"], articles[n], encoder), "wiki"
            )


def news_cases(folder: Path, count: int, encoder: OnnxEncoder) -> Iterator[Case]:
    """Extractive quiz questions of 2022 asked of the articles that their search returned."""
    rows = [json.loads(line) for line in (folder / "questions.jsonl").open(encoding="utf-8")]
    rows = [row for row in rows if row["extractive"] and row["id"].startswith("2022")]
    rows = random.sample(rows, min(count, len(rows)))
    wanted = {id_ for row in rows for id_ in row["retrieved"]}
    stored: dict[str, Article] = {}
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as stream:
        for line in stream:
            record = json.loads(line)
            if record["id"] in wanted:
                raw = RawArticle(record["id"], record["text"], "", "", title=record["title"])
                stored[record["id"]] = prepare(raw)
    for row in rows:
        articles = [stored[id_] for id_ in row["retrieved"] if id_ in stored]
        yield Case(
            row["question"],
            tuple(row["answers"]),
            contexts_for(row["question"], articles, encoder),
            "news",
        )


def text_of(span: Span, case: Case) -> str:
    article = next(c.article for c in case.contexts if c.article.id == span.article_id)
    return article.text[span.start : span.end]


def words_of(article: Article, span: Span) -> list[str]:
    return plain_words(visible_text(article, span.sentence))


@dataclass(frozen=True, slots=True)
class Proposed:
    """A case with all its candidate spans: their features, gains and sentences."""

    case: Case
    spans: tuple[Span, ...]
    features: NDArray[np.float64]
    gains: NDArray[np.float64]
    in_sentence: NDArray[np.bool_]


def propose(case: Case, reader: ModelFreeReader) -> Proposed | None:
    """Gain of a span: 1 for a right one (token F1 of 0.6), 0.4 in a right sentence, else 0."""
    spans = tuple(reader.all_spans(case.question, case.contexts))
    if not spans:
        return None
    by_id = {c.article.id: c.article for c in case.contexts}
    features = np.array([[f.value for f in span.features] for span in spans])
    held = {
        (s.article_id, s.sentence): judge_sentence_right(
            visible_text(by_id[s.article_id], s.sentence), case.golds
        )
        for s in spans
    }
    in_sentence = np.array([held[s.article_id, s.sentence] for s in spans])
    right = np.array(
        [bool(case.golds) and judge_f1(text_of(s, case), case.golds) >= 0.6 for s in spans]
    )
    return Proposed(case, spans, features, np.maximum(right, 0.4 * in_sentence), in_sentence)


def fit_weights(proposed: Sequence[Proposed], start: Weights) -> Weights:
    """Conditional logit: the softmax of the scores of one question's spans should sit on the gains.

    McFadden (1974). A pull towards ``start`` stands in for what so few questions cannot tell.
    """
    usable = [p for p in proposed if p.gains.max() > 0]
    first = np.array([getattr(start, name) for name in _SPAN_FEATURES])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, gradient = 0.0, np.zeros_like(weights)
        for p in usable:
            scores = p.features @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            hit = share @ p.gains
            total -= np.log(hit + 1e-9)
            gradient -= p.features.T @ (share * (p.gains - hit)) / (hit + 1e-9)
        pull = weights - first
        return total + 0.5 * pull @ pull, gradient + pull

    result = minimize(loss, first, jac=True, method="L-BFGS-B")
    weights = dict(zip(_SPAN_FEATURES, result.x.round(2).tolist(), strict=True))
    return Weights(**weights, bias=start.bias)


def score(proposed: Sequence[Proposed], weights: Weights) -> None:
    """Prints how often the best span is right, by source."""
    values = np.array([getattr(weights, name) for name in _SPAN_FEATURES])
    right: dict[str, list[float]] = {}
    for p in proposed:
        if p.case.golds:
            best = int(np.argmax(p.features @ values))
            right.setdefault(f"{p.case.source} span", []).append(float(p.gains[best] >= 1))
            right.setdefault(f"{p.case.source} sentence", []).append(float(p.in_sentence[best]))
            right.setdefault(f"{p.case.source} sentence possible", []).append(
                float(p.in_sentence.any())
            )
    print(
        "; ".join(
            f"{name} {100 * np.mean(v):.1f} % of {len(v)}" for name, v in sorted(right.items())
        )
    )


def calibrate(cases: Sequence[Case], reader: ModelFreeReader) -> None:
    """Fits how sure an answer is: whether its sentence holds an accepted answer.

    Several sets of features are compared by cross-validation; the second is the one taken (see
    benchmarks/README.md for why).
    """
    rows, labels = [], []
    for case in cases:
        spans = reader.read(case.question, case.contexts)
        groups = group_spans(spans, lambda s, c=case: text_of(s, c))  # type: ignore[misc]  # default argument
        if not groups:
            continue
        by_id = {c.article.id: c.article for c in case.contexts}
        best = groups[0].best
        said = [
            Source(s.article_id, tuple(words_of(by_id[s.article_id], s))) for s in groups[0].spans
        ]
        origins = origins_of(said).independent
        values = {f.name: f.value for f in best.features}
        gap = best.margin - groups[1].best.margin if len(groups) > 1 else 3.0
        rows.append(
            [
                best.margin,
                np.log(max(1, origins)),
                *(values[name] for name in _CALIBRATED),
                min(gap, 3.0),
            ]
        )
        labels.append(
            judge_sentence_right(visible_text(by_id[best.article_id], best.sentence), case.golds)
        )
    for columns in ([0, 1], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5, 6, 7]):
        x, y = np.array(rows)[:, columns], np.array(labels)
        model = LogisticRegression(C=10.0)
        p = cross_val_predict(model, x, y, cv=5, method="predict_proba")[:, 1]
        model.fit(x, y)
        print(
            columns,
            "AUC",
            round(roc_auc_score(y, p), 3),
            "Brier",
            round(brier_score_loss(y, p), 3),
            "coefficients",
            model.coef_[0].round(3),
            "intercept",
            model.intercept_.round(3),
        )
        for low in np.arange(0, 1, 0.2):
            inside = (p >= low) & (p < low + 0.2)
            if inside.any():
                share = y[inside].mean()
                print(f"  said {low:.1f}-{low + 0.2:.1f}: right {share:.2f} of {inside.sum()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--index", type=Path, default=Path(".pullquote"))
    parser.add_argument("--wiki", type=int, default=360)
    parser.add_argument("--news", type=int, default=180)
    args = parser.parse_args()
    random.seed(2022)
    encoder = OnnxEncoder(IndexStore(args.index).open().encoder_folder)
    wiki = args.data / "reader-train" / "squadshifts-new_wiki.json.gz"
    cases = [
        *wiki_cases(wiki, args.wiki, encoder),
        *news_cases(args.data / "news-dev", args.news, encoder),
    ]
    random.shuffle(cases)
    weights = Weights()
    reader = ModelFreeReader(encoder, tokenize_with_offsets, weights)
    proposed = [p for case in cases if (p := propose(case, reader))]
    held, train = proposed[: len(proposed) // 4], proposed[len(proposed) // 4 :]
    score(held, weights)
    fitted = fit_weights(train, weights)
    print(fitted)
    score(train, fitted)
    score(held, fitted)
    for label, some in (("as they are", weights), ("fitted", fitted)):
        print("calibration with weights", label)
        calibrate(cases, ModelFreeReader(encoder, tokenize_with_offsets, some))


if __name__ == "__main__":
    main()
