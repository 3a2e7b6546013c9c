"""News-quiz questions as distant supervision: their answers are known, their places are not.

Every question comes with its answer, the answers it must not be mistaken for (``choices``) and the
articles that a search returned for it. A passage of those articles that holds the answer in a
sentence close to the question becomes an example; one that ranks high and does not hold it, best of
all one that holds a wrong choice, becomes an unanswerable pair (Mintz et al. 2009 for the idea,
Chen et al. 2017 for its use in open-domain question answering).

Passages are cut and cleaned by the product's own ingestion, so that the reader is taught on what it
will read.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rank_bm25 import BM25Okapi

from retrieval.datatypes import Article
from retrieval.ingest.passages import WindowSize, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.text.masking import visible_text
from training.negatives import words
from training.squad import Example, Gold
from training.text import sentences

SOURCE = "news"
FILES = ("questions.jsonl", "articles.jsonl.gz")
_PASSAGES = 25  # best for a question by BM25, that are looked at
_POSITIVES = 5  # kept for a question, the best ranked
_NEGATIVES = 4  # kept for a question, and never more than it has positives
_SPARE_NEGATIVES = 2  # more to draw from, so that it is not always the very best ranked
_LONG_WORD = 4  # letters; "of" or "12" in a passage does not make it hold "12 of them"
_LEAST_WEIGHT = 0.1  # weight of a word that is everywhere, or unknown
_BESIDE = 0.6  # worth of a question's word in a neighbouring sentence
_QUOTES = "\"'“”‘’ "  # a quiz puts titles in quotation marks, an article may not
_CLOSE = 0.3
"""Share of the question's words (each by its rarity) that must stand in the answer's sentence or a
neighbour. An answer further from the question is there by chance more often than not."""


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question with its accepted answers, its wrong choices, and where to look; ``evidence`` are
    the articles that hold an answer as a word.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    wrong: tuple[str, ...]
    date: str
    articles: tuple[str, ...]
    evidence: frozenset[str] = frozenset()


def read_questions(path: Path, first: str, last: str) -> list[QuizQuestion]:
    """The questions dated ``first`` to ``last`` (ISO, both included) that a span can answer."""
    questions: dict[str, QuizQuestion] = {}
    with path.open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            date = record["date"].replace("/", "-")
            if not record["extractive"] or not first <= date <= last:
                continue
            answers = tuple(answer.strip(_QUOTES) for answer in record["answers"])
            choices = (choice.strip(_QUOTES) for choice in record.get("choices", ()))
            wrong = tuple(choice for choice in choices if choice not in answers)
            questions[record["id"]] = QuizQuestion(
                record["id"],
                record["question"],
                answers,
                wrong,
                date,
                tuple(record["retrieved"]),
                frozenset(record.get("answer_in", ())),
            )
    return list(questions.values())


def read_articles(path: Path, wanted: set[str]) -> dict[str, Article]:
    """The wanted articles, prepared as the product prepares them."""
    found: dict[str, Article] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record: dict[str, Any] = json.loads(line)
            if record["id"] in wanted:
                raw = RawArticle(
                    record["id"], record["text"], root="", path="", title=record.get("title")
                )
                found[record["id"]] = prepare(raw)
    return found


def passage_texts(article: Article, size: WindowSize) -> Iterator[str]:
    """What the reader sees of each passage."""
    for passage in passages_of(article, size):
        yield visible_text(article, passage.range)


def examples(
    questions: Sequence[QuizQuestion], articles: dict[str, Article], size: WindowSize, seed: int
) -> list[Example]:
    """Positives and negatives for each question, the closest passages first."""
    rng = random.Random(seed)
    result: list[Example] = []
    for question in questions:
        texts = sorted(
            {
                text
                for identifier in question.articles
                if identifier in articles
                for text in passage_texts(articles[identifier], size)
                if words(text)
            }
        )
        if texts:
            result += of_question(question, texts, rng)
    return result


def of_question(question: QuizQuestion, texts: list[str], rng: random.Random) -> list[Example]:
    """The examples of one question, from the passages of its articles."""
    bm25 = BM25Okapi([words(text) for text in texts], k1=1.5, b=0.75)
    scores = bm25.get_scores(words(question.question))
    weights = weights_of(question.question, bm25.idf)
    positives: list[Example] = []
    negatives: list[tuple[bool, Example]] = []
    for place in np.argsort(-scores, kind="stable")[:_PASSAGES]:
        text = texts[int(place)]
        golds = closest_golds(text, question, weights)
        identifier = f"{question.id}-{place}"
        example = Example(identifier, SOURCE, question.id, question.question, text, golds)
        if golds:
            positives.append(example)
        elif not mentions(text, question.answers):
            tempting = any(find(text, wrong) for wrong in question.wrong)
            negatives.append((tempting, example))
    # Tempting passages first; among equals the order of the ranking stays.
    chosen = [example for _, example in sorted(negatives, key=lambda pair: not pair[0])]
    count = min(_NEGATIVES, max(1, len(positives[:_POSITIVES])))
    drawn = rng.sample(chosen[: count + _SPARE_NEGATIVES], min(count, len(chosen)))
    return positives[:_POSITIVES] + drawn


def weights_of(question: str, rarity: Mapping[str, float]) -> dict[str, float]:
    """The question's words with their rarity, in the order of the question.

    In an order, because sums of floats depend on it, and a set's differs from process to process.
    """
    return {word: max(_LEAST_WEIGHT, rarity.get(word, 0.0)) for word in words(question)}


def find(text: str, answer: str) -> list[tuple[int, int]]:
    """Where an answer stands as whole words and whole numbers, whatever its case."""
    if not answer:
        return []
    # "5" is in neither "5,000" nor "1.5".
    before = r"(?<!\w)(?<!\d[.,:])" if answer[0].isdigit() else r"(?<!\w)"
    after = r"(?!\w)(?![.,:]\d)" if answer[-1].isdigit() else r"(?!\w)"
    pattern = re.compile(before + re.escape(answer) + after, re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text)]


def mentions(text: str, answers: Sequence[str]) -> bool:
    """Whether any answer, or a long word of one, is in the text: then it is no safe negative."""
    inside = set(words(text))
    parts = {word for answer in answers for word in words(answer) if len(word) >= _LONG_WORD}
    return bool(parts & inside) or any(find(text, answer) for answer in answers)


def closest_golds(
    text: str, question: QuizQuestion, weights: Mapping[str, float]
) -> tuple[Gold, ...]:
    """The answer's places in the sentence closest to the question; none when none is close."""
    if not weights:
        return ()
    spans = sentences(text)
    places = [place for answer in question.answers for place in find(text, answer)]
    total = sum(weights.values())
    best, chosen = _CLOSE, None
    for index, (start, end) in enumerate(spans):
        if not any(start <= low and high <= end for low, high in places):
            continue
        own = set(words(text[start:end]))
        beside = {
            word
            for near in spans[max(0, index - 1) : index + 2]
            for word in words(text[near[0] : near[1]])
        }
        share = sum(w * (1.0 if k in own else _BESIDE) for k, w in weights.items() if k in beside)
        if share / total >= best:
            best, chosen = share / total, (start, end)
    if chosen is None:
        return ()
    start, end = chosen
    return tuple(Gold(low, high) for low, high in places if start <= low and high <= end)
