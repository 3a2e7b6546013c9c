"""Questions that training never saw, each with the passages that a search would hand to the reader.

Four kinds, because a probability must hold for all of them:

``wiki``        questions on the held-out new-wiki articles, searched among all their paragraphs
``wiki-none``   the same, with every passage taken away that mentions an accepted answer
``news``        quiz questions of the days after those trained on, searched among their articles
``news-none``   the same quiz questions, asked of articles of earlier years

Passages are ranked by BM25 alone, cut and cleaned by the product's own ingestion. Knows nothing
about readers.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from retrieval.datatypes import Article, Context, Query
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.collection import Collection
from retrieval.index.terms import PassageTerms
from retrieval.index.tokenization import tokenize
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.text.masking import visible_text
from training import squad
from training.news import QuizQuestion, mentions, read_questions

PASSAGES = 12
_SPARE = 40  # passages ranked, so that enough are left when those with an answer are taken away


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what the reader is handed. No answers: the contexts do not hold one."""

    id: str
    kind: str
    question: str
    answers: tuple[str, ...]
    contexts: tuple[Context, ...]


class Shelf:
    """Articles that can be searched."""

    def __init__(self, articles: Iterable[Article]) -> None:
        """Cut and index the articles."""
        self._articles = {article.id: article for article in articles}
        passages = tuple(
            passage
            for identifier in sorted(self._articles)
            for passage in passages_of(self._articles[identifier], WindowSize())
        )
        dates = tuple(self._articles[passage.article_id].published for passage in passages)
        texts = (indexed_text(self._articles[p.article_id], p) for p in passages)
        terms = PassageTerms.of(tokenize(text) for text in texts)
        self._retriever = BM25Retriever(Collection.of(passages, dates), terms, tokenize)

    def contexts(
        self, question: str, keep: Callable[[str], bool] = lambda text: True
    ) -> tuple[Context, ...]:
        """The best passages whose text may be kept, best first."""
        found = [
            Context(self._articles[scored.passage.article_id], scored)
            for scored in self._retriever.retrieve(Query(question), _SPARE)
        ]
        kept = [c for c in found if keep(visible_text(c.article, c.passage.range))]
        return tuple(kept[:PASSAGES])


def wiki(dev: Path, count: int, seed: int) -> Iterator[Asked]:
    """``count`` answerable questions of the held-out articles, and as many without an answer."""
    examples = [e for e in squad.read(dev, "dev") if e.golds]
    paragraphs = sorted({(e.title, e.context) for e in examples})
    shelf = Shelf(
        prepare(RawArticle(f"{title}-{at}", text, root="", path="", title=title))
        for at, (title, text) in enumerate(paragraphs)
    )
    chosen = random.Random(seed).sample(examples, min(2 * count, len(examples)))
    for example in chosen[:count]:
        answers = tuple(example.answers())
        yield Asked(example.id, "wiki", example.question, answers, shelf.contexts(example.question))
    for example in chosen[count:]:
        without = shelf.contexts(example.question, _lacking(tuple(example.answers())))
        yield Asked(f"{example.id}-none", "wiki-none", example.question, (), without)


def news(folder: Path, after: str, until: str, others: int, seed: int) -> Iterator[Asked]:
    """The quiz questions of those days, asked of their time's articles and of earlier years'."""
    questions = read_questions(folder / "questions.jsonl", after, until)
    wanted = {identifier for question in questions for identifier in question.articles}
    near, far = _articles(folder / "articles.jsonl.gz", wanted, after, until, others, seed)
    for kind, articles in (("news", near), ("news-none", far)):
        shelf = Shelf(articles)
        for question in questions:
            yield _quiz(question, kind, shelf)


def _lacking(answers: Sequence[str]) -> Callable[[str], bool]:
    return lambda text: not mentions(text, answers)


def _quiz(question: QuizQuestion, kind: str, shelf: Shelf) -> Asked:
    if kind == "news":
        return Asked(
            question.id,
            kind,
            question.question,
            question.answers,
            shelf.contexts(question.question),
        )
    # An earlier year's article that names the answer may well answer the question.
    found = shelf.contexts(question.question, _lacking(question.answers))
    return Asked(f"{question.id}-none", kind, question.question, (), found)


def _articles(
    path: Path, wanted: set[str], after: str, until: str, others: int, seed: int
) -> tuple[list[Article], list[Article]]:
    """The wanted articles and those of their days; and ``others`` of earlier years."""
    near: list[Article] = []
    far: list[Article] = []
    rng = random.Random(seed)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            published = str(record.get("published") or "")[:10].replace("/", "-")
            if record["id"] in wanted or after <= published <= until:
                near.append(_prepared(record, published))
            elif "" < published < f"{after[:4]}-01-01" and rng.random() < 0.4 and len(far) < others:
                far.append(_prepared(record, published))
    return near, far


def _prepared(record: dict[str, str], published: str) -> Article:
    day = date.fromisoformat(published) if len(published) == 10 else None
    return prepare(
        RawArticle(record["id"], record["text"], "", "", title=record.get("title"), published=day)
    )


def all_kinds(dev: Path, folder: Path, days: Sequence[str], count: int, seed: int) -> list[Asked]:
    """Everything that the calibration is fitted on; ``days``: first and last of the quizzes."""
    return [
        *wiki(dev, count, seed),
        *news(folder, days[0], days[1], others=1500, seed=seed),
    ]
