"""Question sets in the JSON of QuAC (Choi et al. 2018): conversations, each about one paragraph.

As SQuAD's, with ``id`` in each paragraph and ``followup``, ``yesno`` and ``orig_answer`` in each
question. A reference that finds no answer says ``CANNOTANSWER``; the paragraph ends with that word
so that it can be pointed at, and is shown here without it.

Which references count is what QuAC's scorer does: where at least half of them find no answer, the
question has none; else those are dropped. (The scorer also leaves out questions on which its
people agree too little, F1 below 0.4; they are asked here.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from bot.evaluation.sets.documents import objects
from bot.evaluation.sets.fields import (
    Record,
    asked_text,
    claim_id,
    optional_text,
    required_text,
    unique,
)
from bot.evaluation.sets.questions import EvalQuestion, Paragraph, QuestionSet
from bot.evaluation.sets.squad import must_hold
from retrieval.errors import QuestionSetError

NO_ANSWER = "CANNOTANSWER"
_OWN_FIELDS = frozenset({"followup", "yesno", "orig_answer"})
_OWN_ID = re.compile(r"_q#\d+\Z", re.ASCII)


def is_quac(document: Record) -> bool:
    """Whether the first question of a document in SQuAD's shape has what only QuAC's have."""
    for article in _list(document, "data"):
        for paragraph in _list(article, "paragraphs"):
            for qa in _list(paragraph, "qas"):
                own_id = isinstance(qa.get("id"), str) and _OWN_ID.search(qa["id"])
                return bool(own_id) or not _OWN_FIELDS.isdisjoint(qa)
    return False


def parse_quac(document: Record, name: str) -> QuestionSet:
    """The set in a parsed QuAC file; ``name`` is the file, for errors."""
    seen: dict[str, str] = {}
    paragraphs: dict[str, str] = {}
    questions: list[EvalQuestion] = []
    for article, article_place in objects(document, "data", f"{name}: ", "QuAC"):
        title = optional_text(article, "title", article_place) or "untitled"
        for record, place in objects(article, "paragraphs", article_place, "QuAC"):
            paragraph = _paragraph(record, title, place)
            claim_id(paragraphs, paragraph.id, place)
            turns = objects(record, "qas", place, "QuAC")
            for turn, (qa, qa_place) in enumerate(turns, start=1):
                question = _question(qa, paragraph, turn, qa_place)
                claim_id(seen, question.id, qa_place)
                questions.append(question)
    if not questions:
        raise QuestionSetError(f"{name}: the QuAC file holds no question; put at least one in.")
    return QuestionSet(name, tuple(questions))


def _paragraph(record: Record, title: str, place: str) -> Paragraph:
    text = required_text(record, "context", place)
    shown = text.rstrip().removesuffix(NO_ANSWER).rstrip() if _marked(text) else text
    if not shown:
        raise QuestionSetError(f'{place}: the "context" is empty; fill it or remove the paragraph.')
    return Paragraph(required_text(record, "id", place), title, shown)


def _marked(text: str) -> bool:
    return text.rstrip().endswith(NO_ANSWER)


def _question(qa: Record, paragraph: Paragraph, turn: int, place: str) -> EvalQuestion:
    question_id = required_text(qa, "id", place)
    references = [required_text(a, "text", p) for a, p in objects(qa, "answers", place, "QuAC")]
    if not references:
        raise QuestionSetError(
            f'{place} has no "answers"; list one, or {NO_ANSWER} where there is none.'
        )
    answers = scored(references)
    for answer in answers:
        must_hold(paragraph, answer, question_id, place)
    return EvalQuestion(
        id=question_id,
        question=asked_text(qa, "question", place),
        answers=answers,
        conversation=paragraph.id,
        turn=turn,
        context=paragraph,
    )


def scored(references: Sequence[str]) -> tuple[str, ...]:
    """The answers that count, each once; none where at least half of the references find none."""
    found = [reference for reference in references if reference.strip() != NO_ANSWER]
    return unique(found) if 2 * len(found) > len(references) else ()


def _list(record: Record, key: str) -> Iterator[dict[str, Any]]:
    value = record.get(key)
    return (item for item in (value if isinstance(value, list) else ()) if isinstance(item, dict))
