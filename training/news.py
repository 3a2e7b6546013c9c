"""News-quiz questions, and where an answer stands in a text.

Nothing is trained on them: calibrations and trials ask them (see ``held_out``). Every question
comes with its answers, the articles that a search returned for it and those that hold an answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.negatives import words

FILES = ("questions.jsonl", "articles.jsonl.gz")
_LONG_WORD = 4  # letters; "of" or "12" in a passage does not make it hold "12 of them"
_QUOTES = "\"'“”‘’ "  # a quiz puts titles in quotation marks, an article may not


@dataclass(frozen=True, slots=True)
class QuizQuestion:
    """A question with its accepted answers and where to look; ``evidence`` are the articles that
    hold an answer as a word.
    """

    id: str
    question: str
    answers: tuple[str, ...]
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
            questions[record["id"]] = QuizQuestion(
                record["id"],
                record["question"],
                tuple(answer.strip(_QUOTES) for answer in record["answers"]),
                date,
                tuple(record["retrieved"]),
                frozenset(record.get("answer_in", ())),
            )
    return list(questions.values())


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
