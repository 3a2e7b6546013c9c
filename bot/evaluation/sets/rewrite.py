"""Conversations with human rewrites of their follow-ups, from files told apart by content.

CANARD (Elgohary, Peskov and Boyd-Graber 2019): one JSON list of objects with ``History`` (title,
section, then questions and answers in turn), ``QuAC_dialog_id``, ``Question_no``, ``Question`` and
``Rewrite``. As in TREC CAsT (Dalton et al. 2022): JSONL, one conversation a line, with ``id`` and
``turns`` of ``utterance``, ``rewrite`` and ``response``. Each plain or gzipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.evaluation.sets.documents import parse_document, with_line
from bot.evaluation.sets.fields import Record, claim_id, mend, optional_text, required_text
from bot.evaluation.sets.jsonl import parse_object
from bot.evaluation.sets.text import read_set_text
from retrieval.errors import QuestionSetError

NO_REWRITE = "turns without a human rewrite"
_NO_ANSWER = frozenset({"cannotanswer", "i don't know", "i don’t know"})
_CANARD_FIELDS = frozenset({"History", "QuAC_dialog_id", "Rewrite"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question as typed and what it was answered; None: the articles did not say."""

    question: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class RewriteExample:
    """One turn of a conversation: the question as typed and ``gold``, a human's standalone one.

    ``turn`` counts from 1; ``before`` are the turns that precede it, oldest first. ``response`` is
    what it was answered, None where that is not known or was no answer. ``topic`` and ``subtopic``
    say what the conversation is about, where the set says so.
    """

    id: str
    conversation: str
    turn: int
    question: str
    gold: str
    before: tuple[Exchange, ...] = field(default=(), repr=False)
    response: str | None = None
    topic: str | None = None
    subtopic: str | None = None


@dataclass(frozen=True, slots=True)
class RewriteSet:
    """The examples of one file, those of a conversation together and in turn order.

    ``left_out`` counts turns of the file that are no examples; ``left_out_reason`` says why.
    """

    name: str
    examples: tuple[RewriteExample, ...]
    left_out: int = 0
    left_out_reason: str | None = None


def load_rewrite_set(path: Path) -> RewriteSet:
    """The examples of one file. Raises ``QuestionSetError`` that names the file and the place."""
    text, name = read_set_text(path), str(path)
    if text.lstrip().startswith("["):
        entries = _list(text, name)
        try:
            rows, left_out = _canard_rows(entries, name)
        except QuestionSetError as error:
            raise with_line(error, text, name) from error
    elif _first_with_turns(text):
        rows, left_out = _conversations(text, name)
    else:
        raise _other_set(name)
    if not rows:
        raise QuestionSetError(
            f"{name}: no turn has a human rewrite to compare with; fill at least one."
        )
    return RewriteSet(name, tuple(rows), left_out, NO_REWRITE if left_out else None)


def is_rewrite_set(text: str) -> bool:
    """Whether a file's text is of one of the two kinds, faulty or not."""
    if text.lstrip().startswith("["):
        try:
            return _is_canard(json.loads(text))
        except (ValueError, RecursionError):
            return False
    return _first_with_turns(text)


def _other_set(name: str) -> QuestionSetError:
    return QuestionSetError(
        f"{name}: holds no conversations with human rewrites, which --task rewrite needs; use "
        "CANARD JSON or JSONL with turns of utterance, rewrite and response, or another --task."
    )


def _first_with_turns(text: str) -> bool:
    lines = (line for line in text.split("\n") if line.strip())
    # Two lines are looked at, so that a broken first one is named as such.
    return any(_has_turns(line) for line, _ in zip(lines, range(2), strict=False))


def _has_turns(line: str) -> bool:
    if '"turns"' not in line:  # a SQuAD file is one line of many megabytes: not parsed for this
        return False
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "turns" in record


def _is_canard(document: Any) -> bool:
    return (
        isinstance(document, list)
        and bool(document)
        and isinstance(document[0], dict)
        and not _CANARD_FIELDS.isdisjoint(document[0])
    )


def _list(text: str, name: str) -> list[Any]:
    document = parse_document(text, name)
    if not _is_canard(document):
        raise _other_set(name)
    entries: list[Any] = document
    return entries


def _canard_rows(entries: Iterable[Any], name: str) -> tuple[list[RewriteExample], int]:
    seen: dict[str, str] = {}
    examples: list[RewriteExample] = []
    left_out = 0
    longest: dict[str, tuple[Exchange, ...]] = {}
    for number, entry in enumerate(entries, start=1):
        place = f"{name}: entry {number}"
        if not isinstance(entry, dict):
            raise QuestionSetError(f"{place} is not a JSON object; each entry must be one turn.")
        example = _canard_example(entry, place)
        claim_id(seen, example.id, place)
        if len(example.before) > len(longest.get(example.conversation, ())):
            longest[example.conversation] = example.before
        if example.gold:
            examples.append(example)
        else:
            left_out += 1
    return [
        _with_response(e, longest.get(e.conversation, ())) for e in _in_order(examples)
    ], left_out


def _canard_example(entry: Record, place: str) -> RewriteExample:
    dialogue = required_text(entry, "QuAC_dialog_id", place).strip()
    number = entry.get("Question_no")
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise QuestionSetError(
            f'{place}: the "Question_no" is not a whole number from 1 on; write 1, 2, 3.'
        )
    title, section, *said = _history(entry, place)
    if len(said) != 2 * (number - 1):
        raise QuestionSetError(
            f'{place}: the "History" does not hold title, section, and a question and an answer '
            f"for each turn before turn {number}; write them in that order."
        )
    return RewriteExample(
        id=f"{dialogue}/{number}",
        conversation=dialogue,
        turn=number,
        question=required_text(entry, "Question", place).strip(),
        gold=_gold(entry, "Rewrite", place),
        before=tuple(
            Exchange(question.strip(), _answer(answer))
            for question, answer in zip(said[::2], said[1::2], strict=True)
        ),
        topic=title.strip() or None,
        subtopic=section.strip() or None,
    )


def _history(entry: Record, place: str) -> list[str]:
    value = entry.get("History")
    if (
        not isinstance(value, list)
        or len(value) < 2
        or not all(isinstance(item, str) for item in value)
    ):
        raise QuestionSetError(
            f'{place}: the "History" is not a list of texts that begins with title and section; '
            'write ["title", "section", …].'
        )
    return [mend(item) for item in value]


def _with_response(example: RewriteExample, history: tuple[Exchange, ...]) -> RewriteExample:
    """With the answer that the history of a later turn has for it; None for the last turn."""
    if example.turn > len(history):
        return example
    return replace(example, response=history[example.turn - 1].answer)


def _in_order(examples: Iterable[RewriteExample]) -> Iterator[RewriteExample]:
    """Each conversation at the place of its first turn, its turns rising."""
    blocks: dict[str, list[RewriteExample]] = {}
    for example in examples:
        blocks.setdefault(example.conversation, []).append(example)
    for block in blocks.values():
        yield from sorted(block, key=lambda example: example.turn)


def _conversations(text: str, name: str) -> tuple[list[RewriteExample], int]:
    seen: dict[str, str] = {}
    examples: list[RewriteExample] = []
    left_out = 0
    # JSON Lines ends a line at \n alone; str.splitlines would cut at U+2028 inside a string.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{name}: line {number}"
        record = parse_object(line, place, each="one conversation")
        conversation = required_text(record, "id", place).strip()
        claim_id(seen, conversation, place)
        for example in _turns(record, conversation, place):
            if example.gold:
                examples.append(example)
            else:
                left_out += 1
    return examples, left_out


def _turns(record: Record, conversation: str, place: str) -> Iterator[RewriteExample]:
    turns = record.get("turns")
    if not isinstance(turns, list) or not turns:
        raise QuestionSetError(
            f'{place} has no list "turns" with at least one turn in it; every conversation needs '
            "one."
        )
    before: tuple[Exchange, ...] = ()
    for number, turn in enumerate(turns, start=1):
        turn_place = f"{place}, turn {number}"
        if not isinstance(turn, dict):
            raise QuestionSetError(
                f"{turn_place} is not a JSON object; write utterance, rewrite and response."
            )
        question = required_text(turn, "utterance", turn_place).strip()
        response = _answer(optional_text(turn, "response", turn_place))
        gold = _gold(turn, "rewrite", turn_place)
        yield RewriteExample(
            id=f"{conversation}/{number}",
            conversation=conversation,
            turn=number,
            question=question,
            gold=gold,
            before=before,
            response=response,
        )
        before = (*before, Exchange(question, response))


def _gold(record: Record, key: str, place: str) -> str:
    """The human rewrite; empty where the field is null or blank: that turn is no example."""
    if key not in record:
        raise QuestionSetError(
            f'{place} has no "{key}"; every turn needs the human rewrite, or null where none is '
            "known."
        )
    return (optional_text(record, key, place) or "").strip()


def _answer(text: str | None) -> str | None:
    """None for the wordings with which both collections say that there is no answer."""
    stripped = (text or "").strip()
    if not stripped or stripped.lower().rstrip(".!") in _NO_ANSWER:
        return None
    return stripped
