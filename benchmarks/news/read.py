r"""Lets a reader answer from the cached passages, and judges its answers.

    python -m benchmarks.news.read model-free --passages runs/news/passages.jsonl \
        --index DIR --out runs/news/model-free

The whole decision of the product (reading, grouping, calibration) on passages that were retrieved
beforehand, so that every reader is given the same ones. The threshold is 0: a question is refused
only when the reader finds no span at all. Writes ``predictions.jsonl`` and ``metrics.json``.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.news.readers import reader_named
from benchmarks.news.records import (
    CachedPassage,
    CachedQuestion,
    PredictedGroup,
    PredictedSpan,
    Prediction,
    read_cache,
    write_records,
)
from benchmarks.news.score import report
from bot.assembly.readers import ReadyReader
from retrieval.datatypes import Answer, AnswerGroup, Passage, Query, ScoredPassage
from retrieval.doubles import ScriptedRetriever
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.sentence_similarity import SentenceSimilarity
from retrieval.index.store import IndexStore
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.pipeline import AnswerSettings, QuestionAnswerer
from retrieval.protocols import ArticleSource, Similarity
from retrieval.text.headline import home_of, with_headlines

GROUPS = 8
"""How many answers are kept: all that the product makes. Five are judged."""


def predict(
    asked: CachedQuestion, ready: ReadyReader, articles: ArticleSource, similarity: Similarity
) -> Prediction:
    """The product's decision on one question, given its cached passages."""
    script = {asked.question: [_scored(passage) for passage in asked.passages]}
    answerer = QuestionAnswerer(
        articles,
        ScriptedRetriever(script),
        ready.reader,
        tokenize_with_offsets,
        ready.calibration,
        similarity,
        settings=AnswerSettings(passages=max(1, len(asked.passages)), threshold=0.0),
    )
    answer = answerer.answer(Query(asked.question))
    return Prediction(
        id=asked.id,
        answer=answer.chosen.answer if answer.chosen else None,
        probability=answer.probability,
        groups=tuple(_predicted(group) for group in answer.groups[:GROUPS]),
        passages=tuple(passage.article_id for passage in asked.passages),
        spans=_spans(answer, articles),
    )


def _scored(passage: CachedPassage) -> ScoredPassage:
    return ScoredPassage(Passage(passage.article_id, passage.start, passage.end), passage.score)


def _predicted(group: AnswerGroup) -> PredictedGroup:
    first = group.citations[0]
    return PredictedGroup(group.answer, group.probability, first.article_id, first.sentence)


def _spans(answer: Answer, articles: ArticleSource) -> tuple[PredictedSpan, ...]:
    article = with_headlines(articles.article)
    return tuple(
        PredictedSpan(
            article(span.article_id).text[span.start : span.end],
            home_of(span.article_id),
            round(span.margin, 4),
        )
        for span in answer.trace.spans
    )


def main() -> None:
    """Read, write the predictions, judge them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "reader", help="model-free, or as the config's reader.model: pullquote, a folder"
    )
    parser.add_argument("--passages", type=Path, required=True, help="the cache to read")
    parser.add_argument("--index", type=Path, required=True, help="where its articles stand")
    parser.add_argument("--out", type=Path, required=True, help="a folder")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    index = IndexStore(args.index).open()
    ready = reader_named(args.reader, args.index, index, threads=args.threads)
    similarity = SentenceSimilarity(OnnxEncoder(index.encoder_folder, threads=args.threads))
    cache = read_cache(args.passages)
    predictions = []
    for done, asked in enumerate(cache, start=1):
        predictions.append(predict(asked, ready, index.articles, similarity))
        if done % 50 == 0:
            print(f"{done} of {len(cache)}", file=sys.stderr)
    write_records(args.out / "predictions.jsonl", predictions)
    print(report(cache, {p.id: p for p in predictions}, args.out / "metrics.json"))


if __name__ == "__main__":
    main()
