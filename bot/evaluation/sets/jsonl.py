"""Question sets in Pullquote's own JSONL: one JSON object a line.

Fields: ``id``, ``question``, ``answers`` (empty: must be refused; null in a conversation: small
talk, which is said and not judged), and optionally ``date``, ``conversation``, ``turn``,
``disputed``, ``evidence``, ``answer_in``, ``extractive``, ``rewrite``, ``type``, ``source``.
Further fields are ignored, so that a data set can be used as it is.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from bot.evaluation.sets.fields import (
    Record,
    asked_text,
    claim_id,
    claim_turn,
    label,
    mend,
    optional_date,
    optional_number,
    optional_text,
    required_text,
    short,
    texts,
    unique,
)
from bot.evaluation.sets.questions import EvalQuestion, QuestionSet, in_turn_order, reasons
from retrieval.errors import QuestionSetError

NOT_EXTRACTIVE = 'marked "extractive": false, as no span of an article answers them'
_FOREIGN = {
    "data": "a whole SQuAD, QuAC or CoQA file",
    "paragraphs": "an article of a SQuAD file",
    "qas": "a paragraph of a SQuAD file",
    "questions": "a story of a CoQA file",
    "turns": "a conversation with human rewrites",
    "History": "a turn of CANARD",
}
"""Lists by which an object of another format is known."""
REPEATED = "the same question again under the same id"
SMALL_TALK = "small talk of a conversation, which is said and not judged"


def parse_jsonl(text: str, name: str, *, every_row: bool = False) -> QuestionSet:
    """The set in ``text``; ``name`` is the file, for errors.

    Rows marked ``"extractive": false`` are counted but not asked, unless ``every_row``; so is a row
    that repeats an earlier one in full. An id with two questions, or two lists of answers, is
    refused; so is a turn that a conversation has twice.
    """
    seen: dict[str, str] = {}
    asked: dict[str, EvalQuestion] = {}
    questions: list[EvalQuestion] = []
    left_out: Counter[str] = Counter()
    turns: dict[str, str] = {}
    small_talk: set[str] = set()
    # JSON Lines ends a line at \n alone; str.splitlines would cut at U+2028 inside a string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}: line {number}"
        record = parse_object(line, place)
        question = _question(record, place)
        if asked.get(question.id) == question:
            left_out[REPEATED] += 1
            continue
        claim_id(seen, question.id, place)
        asked[question.id] = question
        if question.conversation is not None and question.turn is not None:
            turn = f"turn {question.turn} of conversation {short(question.conversation)}"
            claim_turn(turns, turn, place)
        if _is_small_talk(record):
            small_talk.add(question.id)
            left_out[SMALL_TALK] += 1
            questions.append(question)
        elif _extractive(record, place) or every_row:
            questions.append(question)
        else:
            left_out[NOT_EXTRACTIVE] += 1
    asked_of = tuple(_with_remarks(in_turn_order(questions), small_talk))
    if not asked_of:
        raise QuestionSetError(
            f"{name}: no question is left to ask, all {left_out.total()} are {reasons(left_out)}; "
            "use a set with extractive questions."
        )
    return QuestionSet(name, asked_of, left_out.total(), reasons(left_out))


def parse_object(line: str, place: str, *, each: str = "one question") -> dict[str, Any]:
    """The JSON object that a line holds; ``each``: what a line should be, for errors."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        if not line.lstrip().startswith(("{", "[")):
            raise QuestionSetError(
                f"{place} is not JSON, as the lines around it are; mend or remove that line, and "
                "keep one format in a file."
            ) from error
        if isinstance(error, json.JSONDecodeError) and error.msg == "Extra data":
            raise QuestionSetError(
                f"{place} goes on after its JSON object; put what follows on a line of its own."
            ) from error
        raise QuestionSetError(
            f"{place} is not valid JSON ({json_fault(error)}); mend or remove that line."
        ) from error
    if not isinstance(record, dict):
        raise QuestionSetError(f"{place} is not a JSON object; each line must be {each}.")
    return record


def json_fault(error: Exception) -> str:
    """What is wrong, in a few words and without the position."""
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "nested too deeply" if isinstance(error, RecursionError) else "a number too long"


def foreign(record: Record) -> str | None:
    """What an object without a question is, where it belongs to another format."""
    if "question" in record:
        return None
    for key, what in _FOREIGN.items():
        if isinstance(record.get(key), list):
            return what
    if "text" in record and "answers" not in record:
        return "an article"
    return None


def _question(record: Record, place: str) -> EvalQuestion:
    if other := foreign(record):
        raise QuestionSetError(
            f"{place} is {other}, not a question; keep one format in a file, and put it elsewhere."
        )
    answers = texts(record, "answers", place)
    question_id = required_text(record, "id", place)
    question = asked_text(record, "question", place)
    if answers is None and not _is_small_talk(record):
        raise QuestionSetError(
            f'{place} has no "answers"; list the accepted ones, or [] if it must be refused.'
        )
    # An empty list says that nothing is known, not that no article holds the answer.
    evidence = texts(record, "evidence", place) or texts(record, "answer_in", place) or None
    return EvalQuestion(
        id=question_id,
        question=question,
        answers=answers or (),
        date=optional_date(record, "date", place),
        conversation=optional_text(record, "conversation", place),
        turn=optional_number(record, "turn", place),
        disputed=_disputed(record, place),
        evidence=evidence,
        rewrite=optional_text(record, "rewrite", place),
        type=label(record, "type"),
        source=label(record, "source"),
    )


def _is_small_talk(record: Record) -> bool:
    """Whether a turn of a conversation says by ``"answers": null`` that it asks nothing."""
    return record.get("answers", ()) is None and record.get("conversation") is not None


def _with_remarks(rows: Iterable[EvalQuestion], small_talk: set[str]) -> Iterator[EvalQuestion]:
    """The questions, each with the small talk right before it; what ends a conversation goes."""
    said: defaultdict[str | None, list[str]] = defaultdict(list)
    for row in rows:
        if row.id in small_talk:
            said[row.conversation].append(row.question)
        elif remarks := said.pop(row.conversation, None):
            yield replace(row, remarks=tuple(remarks))
        else:
            yield row


def _disputed(record: Record, place: str) -> tuple[tuple[str, ...], ...]:
    value = record.get("disputed")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(
        isinstance(side, list) and side and all(isinstance(a, str) and a.strip() for a in side)
        for side in value
    ):
        raise QuestionSetError(
            f'{place}: the "disputed" is not a list of sides; write [["one side"], ["the other"]].'
        )
    return tuple(unique(mend(answer) for answer in side) for side in value)


def _extractive(record: Record, place: str) -> bool:
    value = record.get("extractive")
    if value is not None and not isinstance(value, bool):
        raise QuestionSetError(f'{place}: the "extractive" is not true or false; write one.')
    return value is not False
