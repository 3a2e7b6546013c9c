"""Question sets in the JSON of SQuAD 1.1 (Rajpurkar et al. 2016) and 2.0 (2018).

``{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers":
[{"text", "answer_start"}], "is_impossible"}]}]}]}``.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from bot.evaluation.sets.documents import objects
from bot.evaluation.sets.fields import (
    Record,
    asked_text,
    claim_id,
    optional_text,
    required_text,
    short,
    unique,
)
from bot.evaluation.sets.questions import EvalQuestion, Paragraph, QuestionSet
from retrieval.errors import QuestionSetError


def parse_squad(document: Record, name: str) -> QuestionSet:
    """The set in a parsed SQuAD file; ``name`` is the file, for errors."""
    seen: dict[str, str] = {}
    questions: list[EvalQuestion] = []
    for paragraph, place, record in _paragraphs(document, name):
        for qa, qa_place in objects(record, "qas", place):
            question = _question(qa, paragraph, qa_place)
            claim_id(seen, question.id, qa_place)
            questions.append(question)
    if not questions:
        raise QuestionSetError(f"{name}: the SQuAD file holds no question; put at least one in.")
    return QuestionSet(name, tuple(questions))


def must_hold(paragraph: Paragraph, answer: str, question_id: str, place: str) -> None:
    """Raises where the paragraph does not have the answer's words, whatever their case and blanks.

    Offsets are not compared: tools that count bytes or UTF-16 units get them wrong, and nothing
    here needs them.
    """
    if answer in paragraph.text or _plain(answer) in _plain(paragraph.text):
        return
    raise QuestionSetError(
        f"{place}: the answer {short(answer)} of question {short(question_id)} is not in its "
        "paragraph; correct the answer or the paragraph."
    )


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _paragraphs(document: Record, name: str) -> Iterator[tuple[Paragraph, str, Record]]:
    per_title: Counter[str] = Counter()
    for article, article_place in objects(document, "data", f"{name}: "):
        title = optional_text(article, "title", article_place) or "untitled"
        for record, place in objects(article, "paragraphs", article_place):
            # One title can head several entries, so count paragraphs by title, not by entry.
            per_title[title] += 1
            text = required_text(record, "context", place)
            yield Paragraph(f"{title}/{per_title[title]}", title, text), place, record


def _question(qa: Record, paragraph: Paragraph, place: str) -> EvalQuestion:
    question_id = required_text(qa, "id", place)
    question = asked_text(qa, "question", place)
    answers: tuple[str, ...] = ()
    impossible = qa.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise QuestionSetError(f'{place}: the "is_impossible" is not true or false; write one.')
    if impossible and qa.get("answers"):
        raise QuestionSetError(
            f'{place} has "answers" though "is_impossible" is true; remove one of them.'
        )
    if not impossible:
        answers = unique(required_text(a, "text", p) for a, p in objects(qa, "answers", place))
        if not answers:
            raise QuestionSetError(
                f'{place} has no "answers"; list one, or set "is_impossible" to true.'
            )
        for answer in answers:
            must_hold(paragraph, answer, question_id, place)
    return EvalQuestion(id=question_id, question=question, answers=answers, context=paragraph)
