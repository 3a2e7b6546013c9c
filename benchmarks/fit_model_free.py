"""Fits the weights of the model-free reader, and how sure its answers are.

    python -m benchmarks.fit_model_free --data ../shared/data --index .pullquote

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
from sklearn.linear_model import LogisticRegression

from bot.evaluation.measures import judge_f1, judge_sentence_right
from retrieval.answer.consensus import count_origins
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
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.masking import visible_text
from retrieval.reader.model_free import WEIGHT_NAMES, ModelFreeReader, Weights

_SPAN_FEATURES = [name for name in WEIGHT_NAMES if name != "bias"]
_PASSAGES = 12


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
    collection = Collection(passages, tuple(None for _ in passages))
    bm25 = BM25Retriever(collection, list(terms.values()), tokenize)
    # The embeddings of a whole collection cost far more than they change here: BM25 picks what is
    # embedded.
    first = bm25.retrieve(Query(question), 15)
    if not first:
        return ()
    few = Collection(tuple(s.passage for s in first), tuple(None for _ in first))
    vectors = encoder.encode([" ".join(terms[p]) for p in few.passages])
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


def fit_weights(cases: Sequence[Case], reader: ModelFreeReader) -> Weights:
    """Logistic regression over proposed spans; each question counts the same."""
    rows, labels, shares = [], [], []
    for case in cases:
        spans = reader.read(case.question, case.contexts)
        for span in spans:
            values = {feature.name: feature.value for feature in span.features}
            rows.append([values[name] for name in _SPAN_FEATURES])
            labels.append(judge_f1(text_of(span, case), case.golds) >= 0.6)
            shares.append(1 / len(spans))
    model = LogisticRegression(C=10.0, max_iter=2000)
    model.fit(
        np.array(rows), np.array(labels), sample_weight=np.array(shares) * len(rows) / len(cases)
    )
    weights = dict(zip(_SPAN_FEATURES, model.coef_[0].round(3).tolist(), strict=True))
    return Weights(**weights, bias=round(float(model.intercept_[0]), 3))


def score(cases: Sequence[Case], reader: ModelFreeReader) -> None:
    """Prints how often the best span is right, by source, and fits the calibration."""
    right: dict[str, list[float]] = {}
    rows, labels = [], []
    for case in cases:
        spans = reader.read(case.question, case.contexts)
        groups = group_spans(spans, lambda s, c=case: text_of(s, c))  # type: ignore[misc]  # default argument
        if not groups:
            continue
        by_id = {c.article.id: c.article for c in case.contexts}
        group = groups[0]
        origins = count_origins(
            [(s.article_id, words_of(by_id[s.article_id], s)) for s in group.spans]
        )
        f1 = judge_f1(text_of(group.best, case), case.golds) if case.golds else 0.0
        sentence = visible_text(by_id[group.best.article_id], group.best.sentence)
        in_sentence = judge_sentence_right(sentence, case.golds)
        if case.golds:
            right.setdefault(f"{case.source} span", []).append(f1 >= 0.6)
            right.setdefault(f"{case.source} sentence", []).append(in_sentence)
        rows.append([group.best.margin, np.log(max(1, origins))])
        labels.append(in_sentence)
    for name, values in sorted(right.items()):
        print(f"{name}: {100 * np.mean(values):.1f} % of {len(values)}")
    model = LogisticRegression(C=10.0).fit(np.array(rows), np.array(labels))
    (slope, agreement), bias = model.coef_[0], model.intercept_[0]
    print(f"Calibration(slope={slope:.3f}, agreement={agreement:.3f}, bias={bias:.3f})")
    probabilities = model.predict_proba(np.array(rows))[:, 1]
    for low in np.arange(0, 1, 0.1):
        inside = (probabilities >= low) & (probabilities < low + 0.1)
        if inside.any():
            share = np.array(labels)[inside].mean()
            print(f"  said {low:.1f}-{low + 0.1:.1f}: right {share:.2f} of {inside.sum()}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--index", type=Path, default=Path(".pullquote"))
    parser.add_argument("--wiki", type=int, default=600)
    parser.add_argument("--news", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=2)
    args = parser.parse_args()
    random.seed(2022)
    encoder = OnnxEncoder(IndexStore(args.index).open().encoder_folder)
    wiki = args.data / "reader-train" / "squadshifts-new_wiki.json.gz"
    cases = [
        *wiki_cases(wiki, args.wiki, encoder),
        *news_cases(args.data / "news-dev", args.news, encoder),
    ]
    random.shuffle(cases)
    held = cases[: len(cases) // 4]
    train = cases[len(held) :]
    weights = Weights()
    score(held, ModelFreeReader(encoder, tokenize_with_offsets, weights))
    for _ in range(args.rounds):
        weights = fit_weights(train, ModelFreeReader(encoder, tokenize_with_offsets, weights))
        print(weights)
        score(held, ModelFreeReader(encoder, tokenize_with_offsets, weights))
    score(cases, ModelFreeReader(encoder, tokenize_with_offsets, weights))


if __name__ == "__main__":
    main()
