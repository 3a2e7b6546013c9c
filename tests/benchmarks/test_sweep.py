from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.news.sweep import distinct, summary, sweep, table
from benchmarks.news.sweep_corpus import Asked, Corpus, articles_of, asked_of, corpus_of
from benchmarks.news.sweep_scores import (
    best,
    bm25_scores,
    bm25_weights,
    counts,
    coverage,
    nearness,
    reciprocal_ranks,
)
from retrieval.ingest.passages import WindowSize

ARTICLES = [
    {
        "id": "a",
        "title": "Harbour reopens",
        "published": "2022/07/01",
        "text": "The harbour of Vik reopened on Friday. Ships had waited for nine days.",
    },
    {
        "id": "b",
        "title": "Ferry prices",
        "published": "2022/03/01",
        "text": "A ferry ticket to the harbour costs twelve crowns. Children travel for nothing.",
    },
    {"id": "c", "title": "Elsewhere", "published": "2022/07/01", "text": "Nothing was asked here."},
]
QUESTIONS = [
    {
        "id": "20220701_0",
        "question": "How long had ships waited for the harbour?",
        "answers": ["Nine days"],
        "date": "2022/07/01",
        "retrieved": ["a", "b"],
        "answer_in": ["a"],
        "extractive": True,
    }
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    articles, questions = tmp_path / "articles.jsonl.gz", tmp_path / "questions.jsonl"
    with gzip.open(articles, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in ARTICLES)
    questions.write_text("".join(json.dumps(row) + "\n" for row in QUESTIONS), encoding="utf-8")
    return articles, questions


@pytest.fixture
def year(files: tuple[Path, Path]) -> tuple[Corpus, Asked]:
    articles, questions = files
    corpus = corpus_of(articles_of(articles, questions, 2022), WindowSize(120, 40))
    return corpus, asked_of(questions, 2022, corpus)


def test_only_the_articles_that_the_quiz_found_are_searched(year: tuple[Corpus, Asked]) -> None:
    corpus, asked = year
    assert [passage.article_id for passage in corpus.passages] == ["a", "b"]
    assert len(asked) == 1


def test_bm25_is_lucenes() -> None:
    rows = [np.array([0, 1]), np.array([0, 0, 2]), np.array([3])]
    scores = bm25_scores(bm25_weights(counts(rows, 4), k1=1.2, b=0.0).tocsc(), np.array([0]))
    idf = np.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    assert scores == pytest.approx([idf / 2.2, idf * 2 / 3.2, 0.0])


def test_coverage_counts_each_question_term_once_where_they_stand_together() -> None:
    idf = np.array([1.0, 2.0, 4.0, 8.0])
    bodies = [np.array([0, 1, 3, 3, 3, 2, 1]), np.array([3]), np.array([], dtype=np.int64)]
    asked = np.array([2, 0, 1])
    assert coverage(bodies, asked, idf).tolist() == [7.0, 0.0, 0.0]
    assert coverage(bodies, asked, idf, reach=2).tolist() == [6.0, 0.0, 0.0]
    assert coverage(bodies, asked, idf, reach=5).tolist() == [6.0, 0.0, 0.0]
    assert coverage(bodies, asked, idf, reach=6).tolist() == [7.0, 0.0, 0.0]


def test_coverage_does_not_reach_from_one_body_into_the_next() -> None:
    idf = np.array([1.0, 2.0])
    assert coverage([np.array([0]), np.array([1])], np.array([0, 1]), idf, 50).tolist() == [1, 2]


def test_the_day_counts_on_both_sides() -> None:
    assert nearness(np.array([10, 24, -4]), 10, 14.0).tolist() == [1.0, 0.5, 0.5]


def test_rank_fusion_adds_weighted_reciprocal_ranks() -> None:
    fused = reciprocal_ranks([np.array([3.0, 1.0]), np.array([0.0, 1.0])], [1.0, 0.5], 10)
    assert fused == pytest.approx([1 / 11 + 0.5 / 12, 1 / 12 + 0.5 / 11])


def test_best_is_ordered_and_breaks_ties_by_place() -> None:
    assert best(np.array([1.0, 3.0, 3.0, 0.0]), 3).tolist() == [1, 2, 0]
    assert best(np.array([1.0]), 3).tolist() == [0]


def test_copies_take_one_place(year: tuple[Corpus, Asked]) -> None:
    corpus, _ = year
    twice = corpus_of_copies(corpus)
    assert distinct(twice, np.array([0, 1, 2]), np.array([3.0, 2.0, 1.0])) == [0, 2]


def corpus_of_copies(corpus: Corpus) -> Corpus:
    from dataclasses import replace

    from retrieval.datatypes import Passage

    copy = Passage("copy", corpus.passages[0].start, corpus.passages[0].end)
    return replace(
        corpus,
        passages=(corpus.passages[0], copy, corpus.passages[1]),
        titles=(corpus.titles[0], corpus.titles[0], corpus.titles[1]),
        bodies=(corpus.bodies[0], corpus.bodies[0], corpus.bodies[1]),
    )


def test_every_ranking_finds_the_answer_of_a_clear_question(year: tuple[Corpus, Asked]) -> None:
    corpus, asked = year
    vectors = np.eye(2, dtype=np.float32)
    found = sweep(corpus, asked, vectors, vectors[:1])
    assert {name for name, ranks in found.items() if summary(ranks.said)[0] < 1} == set()
    lines = table(found, intervals=True).splitlines()
    assert lines[0].startswith("| ranking | recall@1 |")
    assert sum("100.0 (100.0–100.0)" in line for line in lines) == len(found)


def test_without_embeddings_only_words_are_tried(year: tuple[Corpus, Asked]) -> None:
    corpus, asked = year
    assert not any("mix" in name for name in sweep(corpus, asked, None, None))
