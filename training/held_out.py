"""Questions that training never saw, each with the passages that a search would hand to the reader.

Several kinds, because a probability must hold for all of them:

``wiki``        questions on the held-out new-wiki articles, searched among all their paragraphs
``wiki-none``   the same, with every passage taken away that mentions an accepted answer, or whose
                title does
``news``        quiz questions, searched among the articles of their days
``news-left``   the same, with the articles left out that hold an answer: what remains is of the
                same days and events, and does not say it
``news-none``   the same quiz questions, asked of articles of earlier years

``yes-no``      of these but the quizzes, what can be turned into a question for yes or no
``yes-no-left`` the same, asked of what was left when the question's document was taken away

Rows of the training sets whose documents are held out: see ``held_out_rows``.

Passages are ranked by BM25 alone, cut and cleaned by the product's own ingestion. Knows nothing
about readers.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from retrieval.datatypes import Article
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from training import question_forms, squad
from training.held_out_rows import asked_rows
from training.news import QuizQuestion, mentions, read_questions
from training.shelf import Asked, Shelf

ROWS = 90
"""Questions of each training set."""


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
            if kind == "news":
                yield _left(question, shelf)


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


def _left(question: QuizQuestion, shelf: Shelf) -> Asked:
    """The question without its evidence: no article that holds an answer, nor a passage that, or
    whose title, has a long word of one.
    """
    found = shelf.contexts(question.question, _lacking(question.answers), question.evidence)
    return Asked(f"{question.id}-left", "news-left", question.question, (), found)


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


def yes_no(asked: Sequence[Asked]) -> Iterator[Asked]:
    """The questions with an answer once more, asked for yes or no, of the same passages."""
    left = {item.id: item for item in asked}
    for item in asked:
        said = item.answers[0] if item.answers else None
        turned = question_forms.for_yes_or_no(item.question, said) if said else None
        if turned is None:
            continue
        number = f"{item.id}-yes"
        yield Asked(number, "yes-no", turned, item.answers, item.contexts)
        if without := left.get(f"{item.id}-left"):
            yield Asked(f"{number}-left", "yes-no-left", turned, (), without.contexts)


def all_kinds(dev: Path, data: Path, days: Sequence[str], count: int, seed: int) -> list[Asked]:
    """Everything that the calibration is fitted on; ``days``: first and last of the quizzes."""
    texts = [*wiki(dev, count, seed), *asked_rows(data, ROWS, seed)]
    quizzes = news(data / "news-dev", days[0], days[1], others=1500, seed=seed)
    return [*texts, *yes_no(texts), *quizzes]
