"""More conversations, made of questions that people asked of one text.

Two questions on the same paragraph are two turns. Where the second speaks of what the turns before
hold, it is shortened as a follow-up would be (``shortening``): the question as it was is then its
rewrite. Where it does not, it must be left alone.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.rewriter.canard import Exchange
from training.rewriter.shortening import PRONOUN, Said, shortened

_MOST_HISTORY = 3
_WITH_SENTENCE = 0.7
"""Share of answers that come with their sentence, as the product's do."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question after some turns (oldest first) and its rewrite."""

    history: tuple[Exchange, ...]
    question: str
    rewrite: str


def load(paths: list[Path], seed: int) -> list[Pair]:
    """The pairs of SQuAD-format files, one for each question that has another before it."""
    rng = random.Random(seed)
    return [pair for path in paths for pair in _of_file(path, rng)]


def _of_file(path: Path, rng: random.Random) -> Iterator[Pair]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        document = json.load(file)
    for article in document["data"]:
        for paragraph in article["paragraphs"]:
            yield from _of_paragraph(paragraph["context"], paragraph["qas"], rng)


def _of_paragraph(
    text: str, questions: list[dict[str, object]], rng: random.Random
) -> Iterator[Pair]:
    turns = [
        Exchange(asked, asked, *_answer(question, text, rng))
        for question in questions
        if (asked := str(question["question"]).strip())
    ]
    rng.shuffle(turns)
    for number, turn in enumerate(turns[1:], start=1):
        history = tuple(turns[max(0, number - rng.randint(1, _MOST_HISTORY)) : number])
        said = " ".join(f"{h.standalone} {h.answer} {h.sentence}" for h in history)
        follow_up = shortened(turn.question, Said(said, text), rng)
        if follow_up is not None:
            yield Pair(history, follow_up, turn.question)
        elif not PRONOUN.search(turn.question):
            yield Pair(history, turn.question, turn.question)


def _answer(question: dict[str, object], text: str, rng: random.Random) -> tuple[str, str]:
    """The answer, and mostly the sentence around it: a citation shows both."""
    answers = question["answers"]
    assert isinstance(answers, list)
    if not answers:
        return "", ""
    answer, at = str(answers[0]["text"]), int(answers[0]["answer_start"])
    if rng.random() >= _WITH_SENTENCE:
        return answer, ""
    start = max(text.rfind(". ", 0, at) + 2, 0) if ". " in text[:at] else 0
    end = text.find(". ", at + len(answer))
    return answer, text[start : end + 1 if end >= 0 else len(text)]
