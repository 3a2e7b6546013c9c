"""Typed fields out of a question set's records.

Each function raises ``QuestionSetError`` naming ``place``, which reads like "sets/a.jsonl: line 7".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from retrieval.errors import QuestionSetError
from retrieval.pipeline import LONGEST_QUESTION

Record = Mapping[str, Any]
_DATE = re.compile(r"(\d{4})([-/])(\d{2})\2(\d{2})", re.ASCII)


def required_text(record: Record, key: str, place: str) -> str:
    """A text that is there and not blank."""
    value = record.get(key)
    if value is None:
        raise QuestionSetError(f'{place} has no "{key}"; every question needs one.')
    if not isinstance(value, str):
        raise QuestionSetError(f'{place}: the "{key}" is not text; put it between double quotes.')
    if not value.strip():
        raise QuestionSetError(f'{place}: the "{key}" is empty; fill it or remove the question.')
    return mend(value)


def asked_text(record: Record, key: str, place: str) -> str:
    """A question: a text as ``required_text``, short enough to be asked."""
    text = required_text(record, key, place)
    if len(text.strip()) > LONGEST_QUESTION:
        raise QuestionSetError(
            f"{place}: the question has {len(text.strip()):,} characters, the most is "
            f"{LONGEST_QUESTION:,}; shorten or remove it."
        )
    return text


def optional_text(record: Record, key: str, place: str) -> str | None:
    """A text, or None when the key is missing, null or blank."""
    value = record.get(key)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if not isinstance(value, str):
        raise QuestionSetError(f'{place}: the "{key}" is not text; put it between double quotes.')
    return mend(value)


def optional_number(record: Record, key: str, place: str) -> int | None:
    """A whole number, or None when the key is missing or null."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise QuestionSetError(f'{place}: the "{key}" is not a whole number; write 1, 2, 3.')
    return value


def optional_date(record: Record, key: str, place: str) -> date | None:
    """A date written YYYY-MM-DD or YYYY/MM/DD, or None when the key is missing, null or blank."""
    text = optional_text(record, key, place)
    return None if text is None else parse_date(text.strip(), f'{place}: the "{key}"')


def label(record: Record, key: str) -> str | None:
    """A text to sort questions by; None for anything else, as data sets use such names freely."""
    value = record.get(key)
    return mend(value.strip()) or None if isinstance(value, str) else None


def parse_date(text: str, what: str) -> date:
    """The day that ``text`` writes as YYYY-MM-DD or YYYY/MM/DD."""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        return date(int(match[1]), int(match[3]), int(match[4]))
    except ValueError as error:
        raise QuestionSetError(
            f"{what} is not a date ({short(text)}); write it as YYYY-MM-DD."
        ) from error


def texts(record: Record, key: str, place: str) -> tuple[str, ...] | None:
    """A list of texts that are not blank, repeats dropped; None when missing or null."""
    value = record.get(key)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise QuestionSetError(f'{place}: the "{key}" is not a list of texts; write ["…", "…"].')
    if not all(item.strip() for item in value):
        raise QuestionSetError(
            f'{place}: the "{key}" holds an empty text; remove it '
            "(an empty list of answers means that the question must be refused)."
        )
    return unique(mend(item) for item in value)


def unique(items: Any) -> tuple[str, ...]:
    """The items in order, each once."""
    return tuple(dict.fromkeys(items))


def claim_id(seen: dict[str, str], question_id: str, place: str) -> None:
    """Remembers that ``place`` uses the id; raises when another place already does."""
    if question_id in seen:
        raise QuestionSetError(
            f"{place} has the same id {short(question_id)} as {seen[question_id]}; "
            "give every question an id of its own."
        )
    seen[question_id] = place.rpartition(": ")[2]


def claim_turn(seen: dict[str, str], turn: str, place: str) -> None:
    """Remembers that ``place`` holds the turn; raises when another place already does."""
    if turn in seen:
        raise QuestionSetError(
            f"{place} is {turn}, as {seen[turn]} is; number the turns of a conversation 1, 2, 3."
        )
    seen[turn] = place.rpartition(": ")[2]


def mend(text: str) -> str:
    """``text`` with lone surrogates (broken emoji escapes), which no file can hold, replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def short(text: str) -> str:
    """``text`` between quotes, cut where it is long, for errors: one line, whatever it holds."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text[:200]).split())
    return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
