"""Follow-ups on one event (QA-SRL, Wikinews): their pronouns put back.

The set keeps each follow-up with the question before it, not with its rewrite. A pronoun stands for
the name of the first question or else for its answer, never for what the follow-up asks.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

from training.rewriter.canard import Exchange
from training.rewriter.shortening import NAME
from training.rewriter.synthetic import Pair

_PROGRESSIVE = re.compile(r"\bbeing\b")
"""Questions that the set made in every tense, as nobody asks them."""
_PRONOUN = re.compile(r"\b(?:he|she|it|they|him|them)\b")


def load(path: Path) -> list[Pair]:
    """The pairs of a file, in its order: those with one pronoun whose meaning is plain."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        document = json.load(file)
    rows = [
        (paragraph["context"], question)
        for article in document["data"]
        for paragraph in article["paragraphs"]
        for question in paragraph["qas"]
    ]
    return [pair for context, question in rows for pair in _pair(context, question)]


def _pair(context: str, row: dict[str, object]) -> Iterator[Pair]:
    asked, history, answers = str(row["question"]), row["history"], row["answers"]
    assert isinstance(history, list)
    assert isinstance(answers, list)
    pronouns = list(_PRONOUN.finditer(asked))
    if not answers or len(history) != 1 or len(pronouns) != 1:
        return
    if _PROGRESSIVE.search(asked):
        return
    before, said = str(history[0]["question"]), str(history[0]["answer"])
    meant = _meant(before, said, asked, str(answers[0]["text"]))
    if meant:
        place = pronouns[0]
        exchange = Exchange(before, before, said, _sentence_of(context, said))
        rewrite = f"{asked[: place.start()]}{meant}{asked[place.end() :]}"
        yield Pair((exchange,), asked, rewrite)


def _meant(before: str, said: str, asked: str, answer: str) -> str:
    """What the pronoun stands for; empty where nothing can be."""
    first_word = before.split(" ", 1)[0]
    names = [m.group() for m in NAME.finditer(before, len(first_word))]
    for meant in (*names, said):
        known = meant.casefold()
        if known and known not in answer.casefold() and known not in asked.casefold():
            return meant
    return ""


def _sentence_of(context: str, said: str) -> str:
    at = context.find(said)
    if at < 0:
        return ""
    start = context.rfind(". ", 0, at)
    end = context.find(". ", at + len(said))
    return context[start + 2 if start >= 0 else 0 : end + 1 if end >= 0 else len(context)]
