"""Question sets from files, told apart by content, never by name.

JSONL with a ``question`` on each line, one JSON object with ``data`` (SQuAD), or a table whose
header has ``question`` and ``answer``; each plain or gzipped. Conversations with human rewrites are
recognised and refused: they are another task's (``rewrite_sets``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.evaluation.sets.jsonl import json_fault, parse_jsonl
from bot.evaluation.sets.questions import EvalQuestion, Paragraph, QuestionSet
from bot.evaluation.sets.rewrite import is_rewrite_set
from bot.evaluation.sets.squad import parse_squad
from bot.evaluation.sets.table import parse_table, table_delimiter
from bot.evaluation.sets.text import read_set_text
from retrieval.errors import QuestionSetError

__all__ = ["EvalQuestion", "Paragraph", "QuestionSet", "load_question_set"]

_KNOWN = (
    "use JSONL with id, question and answers, SQuAD 1.1 or 2.0 JSON, "
    "or CSV or TSV with the header question,answer"
)
_OWN_FIELDS = frozenset({"id", "question", "answers"})


def load_question_set(path: Path, *, every_row: bool = False) -> QuestionSet:
    """The questions of one file.

    ``every_row`` asks also the rows marked ``"extractive": false``, which are otherwise counted in
    ``left_out``. Raises ``QuestionSetError`` with one sentence that names the file and the line.
    """
    text, name = read_set_text(path), str(path)
    if text.lstrip()[0] not in "{[":
        delimiter = table_delimiter(text)
        if delimiter is None:
            raise QuestionSetError(f"{name}: is no question set that Pullquote knows; {_KNOWN}.")
        return parse_table(text, name, delimiter)
    if is_rewrite_set(text):
        raise QuestionSetError(
            f"{name}: holds conversations with human rewrites, no answers; measure it with "
            "`--task rewrite`."
        )
    first, *second = _first_lines(text, 2)
    if _is_own_row(first, name) or (second and _is_own_row(second[0], name)):
        return parse_jsonl(text, name, every_row=every_row)
    return parse_squad(_squad_document(text, name), name)


def _first_lines(text: str, count: int) -> list[str]:
    lines = (line for line in text.split("\n") if line.strip())
    return [line for line, _ in zip(lines, range(count), strict=False)]


def _is_own_row(line: str, name: str) -> bool:
    """Whether a line is a JSON object with a field of ours. Articles are refused right here."""
    record = _parsed(line)
    if not isinstance(record, dict):
        return False
    if "text" in record and "question" not in record:
        raise QuestionSetError(
            f"{name}: holds articles, not questions; give it to `pullquote index`, "
            "and a question set to `pullquote evaluate`."
        )
    if "turns" in record or "data" in record:  # CAsT and SQuAD may have an id too
        return False
    return not _OWN_FIELDS.isdisjoint(record)


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _squad_document(text: str, name: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        # Rows of an unknown kind, one a line, are whole JSON until the second line begins.
        if error.msg == "Extra data" and _all_objects(_first_lines(text, 2)):
            raise _unknown(name) from error
        raise QuestionSetError(
            f"{name}: line {error.lineno} is not valid JSON ({error.msg}); mend that line."
        ) from error
    except (ValueError, RecursionError) as error:
        raise QuestionSetError(
            f"{name}: line 1 or below is not valid JSON ({json_fault(error)}); mend the file."
        ) from error
    if not isinstance(document, dict) or "data" not in document:
        raise _unknown(name)
    return document


def _all_objects(lines: Iterable[str]) -> bool:
    return all(isinstance(_parsed(line), dict) for line in lines)


def _unknown(name: str) -> QuestionSetError:
    return QuestionSetError(f"{name}: is JSON, but no question set that Pullquote knows; {_KNOWN}.")
