"""Question sets in the JSON of SQuAD 1.1 (Rajpurkar et al. 2016) and 2.0 (2018).

``{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers":
[{"text", "answer_start"}], "is_impossible"}]}]}]}``. Places in errors are paths into that object,
since such a file is often one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from bot.evaluation.sets.fields import Record, claim_id, mend, optional_text, required_text, unique
from bot.evaluation.sets.questions import EvalQuestion, Paragraph, QuestionSet
from retrieval.errors import QuestionSetError


def parse_squad(document: Record, name: str) -> QuestionSet:
    """The set in a parsed SQuAD file; ``name`` is the file, for errors."""
    seen: dict[str, str] = {}
    questions: list[EvalQuestion] = []
    for paragraph, place, record in _paragraphs(document, name):
        for qa, qa_place in _objects(record, "qas", place):
            question = _question(qa, paragraph, qa_place)
            claim_id(seen, question.id, qa_place)
            questions.append(question)
    if not questions:
        raise QuestionSetError(f"{name}: the SQuAD file holds no question; put at least one in.")
    return QuestionSet(name, tuple(questions))


def _paragraphs(document: Record, name: str) -> Iterator[tuple[Paragraph, str, Record]]:
    per_title: Counter[str] = Counter()
    for article, article_place in _objects(document, "data", f"{name}: "):
        title = optional_text(article, "title", article_place) or "untitled"
        for record, place in _objects(article, "paragraphs", article_place):
            # One title can head several entries, so count paragraphs by title, not by entry.
            per_title[title] += 1
            text = required_text(record, "context", place)
            yield Paragraph(f"{title}/{per_title[title]}", title, text), place, record


def _question(qa: Record, paragraph: Paragraph, place: str) -> EvalQuestion:
    question_id = required_text(qa, "id", place)
    question = required_text(qa, "question", place)
    answers: tuple[str, ...] = ()
    if not qa.get("is_impossible"):
        found = [(required_text(a, "text", p)) for a, p in _objects(qa, "answers", place)]
        answers = unique(mend(text) for text in found)
        if not answers and "is_impossible" not in qa:
            raise QuestionSetError(
                f'{place} has no "answers"; list one, or set "is_impossible" to true.'
            )
    return EvalQuestion(id=question_id, question=question, answers=answers, context=paragraph)


def _objects(record: Record, key: str, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of the list ``record[key]``, each with its place."""
    value = record.get(key)
    if not isinstance(value, list):
        where = place if place.endswith(": ") else f"{place} "
        raise QuestionSetError(f'{where}has no list "{key}"; SQuAD files need one there.')
    joint = "" if place.endswith(": ") else "."
    for index, item in enumerate(value):
        item_place = f"{place}{joint}{key}[{index}]"
        if not isinstance(item, dict):
            raise QuestionSetError(f"{item_place} is not a JSON object; SQuAD files need one.")
        yield item, item_place
