"""Labels: what a person found to be the right answer of a question, as values and as JSON lines.

A line is a row of Pullquote's own question sets (``id``, ``question``, ``answers``, and where known
``date``, ``conversation``, ``turn``, ``evidence``) with fields that evaluation passes over:
``spans`` (where each answer stands, in the answers' order), ``by``, ``labelled_at`` and
``probability``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.evaluation.sets.fields import (
    Record,
    claim_id,
    optional_date,
    optional_number,
    optional_text,
    required_text,
)
from bot.evaluation.sets.jsonl import parse_object
from bot.evaluation.sets.questions import EvalQuestion
from retrieval.datatypes import Article, TextRange
from retrieval.errors import QuestionSetError

_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""What other programs may take for the end of a line, or no file can hold."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an answer stands: half-open code points of an article's text."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article: ``article.text[place.start:place.end] == text``, always."""

    place: Place
    text: str

    @classmethod
    def cut(cls, article: Article, range_: TextRange) -> Quote:
        """The only way in which labelling makes a quote."""
        place = Place(article.id, range_.start, range_.end)
        return cls(place, article.text[range_.start : range_.end])


@dataclass(frozen=True, slots=True)
class Label:
    """One question as a person labelled it.

    No ``answers``: the articles do not say. ``spans`` are where the answers stand, in their order;
    there are none in a question set that was not made by labelling. ``probability`` in 0..1 is what
    Pullquote gave its own best answer then, right or wrong.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    spans: tuple[Place, ...] = ()
    date: date | None = None
    conversation: str | None = None
    turn: int | None = None
    evidence: tuple[str, ...] = ()
    by: str | None = None
    labelled_at: datetime | None = None
    probability: float | None = None

    @classmethod
    def of(
        cls,
        question: EvalQuestion,
        quotes: Sequence[Quote],
        *,
        by: str | None = None,
        labelled_at: datetime | None = None,
        probability: float | None = None,
    ) -> Label:
        """The label of ``question`` that accepts ``quotes``, or none of any article."""
        return cls(
            id=question.id,
            question=question.question,
            answers=tuple(quote.text for quote in quotes),
            spans=tuple(quote.place for quote in quotes),
            date=question.date,
            conversation=question.conversation,
            turn=question.turn,
            # Other articles may say the same: only the set knows all that do.
            evidence=question.evidence or (),
            by=by,
            labelled_at=labelled_at,
            probability=probability,
        )

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True, slots=True)
class LabelSet:
    """The labels of one file in the order in which they were made; every id stands there once."""

    name: str
    labels: tuple[Label, ...]


def to_line(label: Label) -> str:
    """The label as one JSON object, without the line's end. Nothing in it can end a line."""
    record = {
        "id": label.id,
        "question": label.question,
        "answers": list(label.answers),
        "date": label.date.isoformat() if label.date else None,
        "conversation": label.conversation,
        "turn": label.turn,
        "evidence": list(label.evidence) or None,
        "spans": [
            {"article_id": place.article_id, "start": place.start, "end": place.end}
            for place in label.spans
        ],
        "by": label.by,
        "labelled_at": label.labelled_at.isoformat() if label.labelled_at else None,
        "probability": None if label.probability is None else round(label.probability, 4),
    }
    known = {name: value for name, value in record.items() if value is not None}
    line = json.dumps(known, ensure_ascii=False, allow_nan=False)
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


def parse_labels(text: str, name: str, *, placed: bool = False) -> LabelSet:
    """The labels in ``text``; ``name`` is the file, for errors.

    ``placed``: every line must say where its answers stand, as those of ``pullquote label`` do.
    Raises ``QuestionSetError`` naming the line.
    """
    seen: dict[str, str] = {}
    labels = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}: line {number}"
        label = _label(parse_object(line, place, each="one label"), place, placed)
        claim_id(seen, label.id, place)
        labels.append(label)
    return LabelSet(name, tuple(labels))


def _label(record: Record, place: str, placed: bool) -> Label:
    answers = _answers(record, place)
    if placed and not isinstance(record.get("spans"), list):
        raise QuestionSetError(
            f"{place} was not written by `pullquote label`; name another file with --out."
        )
    return Label(
        id=required_text(record, "id", place),
        question=required_text(record, "question", place),
        answers=answers,
        spans=_spans(record, answers, place),
        date=optional_date(record, "date", place),
        conversation=optional_text(record, "conversation", place),
        turn=optional_number(record, "turn", place),
        evidence=_evidence(record, place),
        by=optional_text(record, "by", place),
        labelled_at=_time(record, place),
        probability=_probability(record, place),
    )


def _answers(record: Record, place: str) -> tuple[str, ...]:
    """As they stand, repeats too: each has its own place."""
    answers = _texts(record.get("answers"))
    if answers is None or not all(answer.strip() for answer in answers):
        raise QuestionSetError(
            f'{place}: the "answers" are not a list of texts; write ["…"], or [] where the '
            "articles do not say."
        )
    return answers


def _spans(record: Record, answers: Sequence[str], place: str) -> tuple[Place, ...]:
    value = record.get("spans")
    if value is None:
        return ()
    fitting = isinstance(value, list) and len(value) == len(answers)
    if not fitting or not all(map(_is_span, value, answers)):
        raise QuestionSetError(
            f'{place}: the "spans" do not fit the answers; give each answer an article_id, a start '
            "and an end that is as much later as the answer is long."
        )
    return tuple(Place(item["article_id"], item["start"], item["end"]) for item in value)


def _is_span(item: Any, answer: str) -> bool:
    if not isinstance(item, dict) or not isinstance(item.get("article_id"), str):
        return False
    start, end = item.get("start"), item.get("end")
    if type(start) is not int or type(end) is not int:
        return False
    return start >= 0 and end - start == len(answer)


def _evidence(record: Record, place: str) -> tuple[str, ...]:
    value = record.get("evidence")
    evidence = () if value is None else _texts(value)
    if evidence is None:
        raise QuestionSetError(
            f'{place}: the "evidence" is not a list of articles\' ids; write ["…"].'
        )
    return evidence


def _texts(value: Any) -> tuple[str, ...] | None:
    """The texts of a list; None for anything else."""
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        return None
    return tuple(value)


def _time(record: Record, place: str) -> datetime | None:
    text = optional_text(record, "labelled_at", place)
    try:
        return None if text is None else datetime.fromisoformat(text)
    except ValueError as error:
        raise QuestionSetError(
            f'{place}: the "labelled_at" is not a time; write it as 2026-01-31T12:00:00+00:00.'
        ) from error


def _probability(record: Record, place: str) -> float | None:
    value = record.get("probability")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise QuestionSetError(f'{place}: the "probability" is not a number from 0 to 1.')
    return float(value)
