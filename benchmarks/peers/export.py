"""Writes what all systems are given, from an index that Pullquote has made.

    python -m benchmarks.peers.export --index .pullquote --questions seeds/questions.jsonl \
        --out runs/peers/seeds

Passages are as Pullquote cuts and indexes them. With ``--passages N`` only whole articles, drawn
at random but always the same, until there are so many. The vectors are those of the index
(``--vectors index``: model and numbers in int8, as Pullquote uses them), or computed by
sentence-transformers in float32 (``--vectors model``, as the peers would), or left out (``none``).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.news.questions import quiz_questions
from benchmarks.peers.child import model_folder
from benchmarks.peers.exchange import (
    ARTICLES,
    PASSAGES,
    QUESTION_VECTORS,
    QUESTIONS,
    VECTORS,
    Passage,
    Question,
    write_lines,
)
from benchmarks.peers.vectors import Vectors
from bot.assembly.application import Application, open_application
from bot.config import Config
from bot.evaluation.sets.question_sets import load_question_set
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import OpenIndex
from retrieval.indexing.changes import raw_of


def exported_passages(application: Application) -> Iterator[Passage]:
    """Every passage in index order."""
    for docno, article_id, body in application.searchable_passages():
        article = application.index.articles.article(article_id)
        yield Passage(
            docno=docno,
            article_id=article_id,
            text=f"{article.title}\n{body}" if article.title else body,
            body=len(article.title) + 1 if article.title else 0,
            published=article.published.isoformat() if article.published else None,
        )


def chosen_places(article_ids: Sequence[str], wanted: int | None) -> list[int]:
    """Places of the passages of whole articles, in index order, given each passage's article."""
    if wanted is None or wanted >= len(article_ids):
        return list(range(len(article_ids)))
    places: dict[str, list[int]] = {}
    for place, article_id in enumerate(article_ids):
        places.setdefault(article_id, []).append(place)
    drawn = list(places)
    random.Random(0).shuffle(drawn)
    found: list[int] = []
    for article_id in drawn:
        if len(found) >= wanted:
            break
        found.extend(places[article_id])
    return sorted(found)


def articles(index: OpenIndex, ids: set[str]) -> Iterator[dict[str, Any]]:
    """The articles as their sources gave them, so that indexing them cuts the same passages."""
    for stored in index.articles.stored_articles():
        raw = raw_of(stored)
        if raw.id in ids:
            published = raw.published.isoformat() if raw.published else None
            fields = {"title": raw.title, "url": raw.url, "publisher": raw.publisher}
            given = {**fields, "published": published}
            known = {name: value for name, value in given.items() if value is not None}
            yield {"id": raw.id, "text": raw.text, **known}


def questions_of(path: Path, year: int | None) -> list[Question]:
    """The quiz questions of a year, or every answerable question of any other set."""
    if year is not None:
        quiz = quiz_questions(path, year)
        return [Question(q.id, q.question, q.answers, q.asked.isoformat()) for q in quiz]
    return [
        Question(q.id, q.question, q.answers, q.date.isoformat() if q.date else None)
        for q in load_question_set(path).questions
        if q.answerable and (q.turn is None or q.turn == 1)
    ]


def _vectors(
    index: OpenIndex, passages: Sequence[Passage], places: list[int], asked: list[str], how: str
) -> tuple[Vectors, Vectors]:
    if how == "index":
        encoder = OnnxEncoder(index.encoder_folder)
        of_passages = index.vectors.take(places).floats()
        return _unit(of_passages), _unit(encoder.encode(asked, "question"))
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(model_folder()), device="cpu")
    texts = [passage.text for passage in passages]
    return (
        _unit(model.encode(texts, show_progress_bar=True)),
        _unit(model.encode(asked)),
    )


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--year", type=int, help="the questions are the quiz's, of this year")
    parser.add_argument("--passages", type=int, help="about so many (default: all)")
    parser.add_argument("--vectors", choices=("index", "model", "none"), default="index")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    application = open_application(Config(), args.index)
    index = application.index
    passages = list(exported_passages(application))
    places = chosen_places([passage.article_id for passage in passages], args.passages)
    passages = [passages[place] for place in places]
    args.out.mkdir(parents=True, exist_ok=True)
    questions = questions_of(args.questions, args.year)
    write_lines(args.out / PASSAGES, passages)
    write_lines(args.out / QUESTIONS, questions)
    count = write_lines(args.out / ARTICLES, articles(index, {p.article_id for p in passages}))
    if args.vectors != "none":
        asked = [question.question for question in questions]
        of_passages, of_questions = _vectors(index, passages, places, asked, args.vectors)
        np.save(args.out / VECTORS, of_passages)
        np.save(args.out / QUESTION_VECTORS, of_questions)
    print(f"{len(passages)} passages of {count} articles, {len(questions)} questions: {args.out}")


if __name__ == "__main__":
    main()
