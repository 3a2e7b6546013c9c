"""What a file holds, told by its first lines."""

from __future__ import annotations

import json
from enum import Enum, auto
from typing import Any

from bot.evaluation.sets.jsonl import foreign
from bot.evaluation.sets.rewrite import is_rewrite_set
from bot.evaluation.sets.table import table_delimiter
from bot.evaluation.sets.trec import is_judgement, is_markup, is_run_row, is_topic_row

_OWN_FIELDS = frozenset({"id", "question", "answers"})
_ARTICLE = "an article"


class Kind(Enum):
    """A format, or what is recognised only to be refused with the right words."""

    ROWS = auto()
    """JSONL with a question on each line."""
    DOCUMENT = auto()
    """JSON of another shape: SQuAD, QuAC, CoQA, or none that is known."""
    TABLE = auto()
    TOPICS = auto()
    QRELS = auto()
    REWRITES = auto()
    """CANARD or CAsT: conversations with human rewrites."""
    ARTICLES = auto()
    RUN = auto()
    """A TREC run: what some search found."""
    UNKNOWN = auto()


def kind_of(text: str) -> Kind:
    """What a text, which is not blank, holds or is most like.

    Two lines are looked at, so that a first one that is broken is named as such.
    """
    first, second = first_lines(text)
    if not first.lstrip().startswith(("{", "[")):
        return _plain_kind(text, first, second)
    row = parsed(first)
    if _is_question(row):
        return Kind.ROWS
    if isinstance(row, dict) and foreign(row) == _ARTICLE:
        return Kind.ARTICLES
    if is_rewrite_set(text):
        return Kind.REWRITES
    return Kind.ROWS if _is_question(parsed(second)) else Kind.DOCUMENT


def _plain_kind(text: str, first: str, second: str) -> Kind:
    if first.lstrip().startswith("<"):
        return Kind.TOPICS if is_markup(text) else Kind.UNKNOWN
    if table_delimiter(text) is not None:
        return Kind.TABLE
    for line in (first, second):
        if is_topic_row(line):
            return Kind.TOPICS
        if is_judgement(line):
            return Kind.QRELS
        if is_run_row(line):
            return Kind.RUN
        if _is_question(parsed(line)):
            return Kind.ROWS
    return Kind.UNKNOWN


def first_lines(text: str) -> tuple[str, str]:
    """The first two lines that are not blank; the second is empty where there is only one."""
    found: list[str] = []
    start = 0
    while len(found) < 2 and start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if line := text[start:end].strip():
            found.append(line)
        start = end + 1
    return found[0], found[1] if len(found) > 1 else ""


def parsed(line: str) -> Any:
    """The JSON value that a line holds; None where it holds none."""
    if not line.lstrip().startswith("{"):
        return None
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _is_question(row: Any) -> bool:
    """Whether a line is a JSON object with a field of ours, and of no other format."""
    return isinstance(row, dict) and not _OWN_FIELDS.isdisjoint(row) and foreign(row) is None
