"""The articles and questions of one year as arrays, for trying rankings on all questions at once.

The articles are those that the quiz's own search returned for any question of the year. They are
prepared, cut and tokenised by the product's own functions.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.news.questions import QuizQuestion, quiz_questions
from bot.cli.options import parse_day
from bot.evaluation.measuring.answers import judge_normalise
from retrieval.datatypes import Article, Passage
from retrieval.index.tokenization import tokenize
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.text.masking import visible_text

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """Passages in the order of article id and place; row ``i`` of every array is passage ``i``.

    ``bodies`` and ``titles`` hold term numbers, -1 nowhere: what is not in the vocabulary of the
    passages is left out. ``article`` counts articles from 0, ``published`` is an ordinal day.
    ``said`` is what the judge looks for answers in, ``headed`` the same with the title before it.
    """

    passages: tuple[Passage, ...]
    texts: tuple[str, ...] = field(repr=False)
    titles: tuple[Ints, ...] = field(repr=False)
    bodies: tuple[Ints, ...] = field(repr=False)
    article: Ints
    published: Ints
    said: tuple[str, ...] = field(repr=False)
    headed: tuple[str, ...] = field(repr=False)
    vocabulary: dict[str, int] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The questions of a year: terms known to the corpus, each once; ordinal days; padded golds."""

    questions: tuple[QuizQuestion, ...]
    terms: tuple[Ints, ...]
    days: Ints
    golds: tuple[tuple[str, ...], ...]

    def __len__(self) -> int:
        return len(self.questions)


def articles_of(articles: Path, questions: Path, year: int) -> list[Article]:
    """The prepared articles of ``year``'s questions, by id."""
    wanted = {
        id_
        for row in _rows(questions)
        if parse_day(row["date"]).year == year
        for id_ in row["retrieved"]
    }
    found = [_prepared(row) for row in _rows(articles) if row["id"] in wanted]
    return sorted(found, key=lambda article: article.id)


def corpus_of(articles: Sequence[Article], size: WindowSize) -> Corpus:
    """The articles cut into windows of ``size``, tokenised, ready to be judged."""
    vocabulary: dict[str, int] = {}

    def numbers(text: str) -> Ints:
        return np.array(
            [vocabulary.setdefault(term, len(vocabulary)) for term in tokenize(text)],
            dtype=np.int64,
        )

    passages: list[Passage] = []
    texts, titles, bodies, said, headed, places, days = [], [], [], [], [], [], []
    for place, article in enumerate(articles):
        title = numbers(article.title or "")
        head = f" {judge_normalise(article.title)}"
        for passage in passages_of(article, size):
            body = visible_text(article, passage.range)
            normal = f" {judge_normalise(body)} "
            passages.append(passage)
            texts.append(indexed_text(article, passage))
            titles.append(title)
            bodies.append(numbers(body))
            said.append(normal)
            headed.append(head + normal)
            places.append(place)
            days.append(article.published.toordinal() if article.published else 0)
    return Corpus(
        passages=tuple(passages),
        texts=tuple(texts),
        titles=tuple(titles),
        bodies=tuple(bodies),
        article=np.array(places, dtype=np.int64),
        published=np.array(days, dtype=np.int64),
        said=tuple(said),
        headed=tuple(headed),
        vocabulary=vocabulary,
    )


def asked_of(path: Path, year: int, corpus: Corpus) -> Asked:
    """The extractive questions of ``year``, put in the corpus's terms."""
    questions = tuple(quiz_questions(path, year))
    known = corpus.vocabulary
    return Asked(
        questions=questions,
        terms=tuple(
            np.array(
                [known[t] for t in dict.fromkeys(tokenize(q.question)) if t in known],
                dtype=np.int64,
            )
            for q in questions
        ),
        days=np.array([q.asked.toordinal() for q in questions], dtype=np.int64),
        golds=tuple(
            tuple(f" {gold} " for answer in q.answers if (gold := judge_normalise(answer)))
            for q in questions
        ),
    )


def _prepared(row: dict[str, Any]) -> Article:
    published: date | None = parse_day(row["published"]) if row.get("published") else None
    return prepare(
        RawArticle(
            id=row["id"],
            text=row["text"],
            root="",
            path="",
            title=row.get("title"),
            url=row.get("url"),
            published=published,
        )
    )


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as stream
    ):
        for line in stream:
            if line.strip():
                yield json.loads(line)
