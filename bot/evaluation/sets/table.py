"""Question sets as CSV or TSV with a header: ``question,answer`` and optionally ``id``, ``date``.

Several accepted answers stand on several rows of one question, or in one cell separated by ``|``.
An empty answer: the question must be refused.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from bot.evaluation.sets.fields import asked_text, mend, optional_date, required_text, short, unique
from bot.evaluation.sets.questions import EvalQuestion, QuestionSet
from retrieval.errors import QuestionSetError

_JSON_STARTS = ('{"', "[{", "[[", '["')
_ANSWER_COLUMNS = ("answer", "answers")


def table_delimiter(text: str) -> str | None:
    """What separates the header's cells; None when the text has no header of a question table."""
    for delimiter in "\t,;":
        columns = _header(text, delimiter)
        if "question" in columns and any(name in columns for name in _ANSWER_COLUMNS):
            return delimiter
    return None


def parse_table(text: str, name: str, delimiter: str) -> QuestionSet:
    """The set in ``text``; ``name`` is the file, for errors.

    Without an ``id`` column, questions are named row-1, row-2, … in the order they first appear.
    """
    merged: dict[tuple[str, date | None], EvalQuestion] = {}
    owners: dict[str, tuple[str, date | None]] = {}
    for row, place in _rows(text, name, delimiter):
        question = asked_text(row, "question", place).strip()
        asked = optional_date(row, "date", place)
        key = (question, asked)
        answers = _answers(row)
        earlier = merged.get(key)
        default = earlier.id if earlier else f"row-{len(merged) + 1}"
        question_id = required_text(row, "id", place).strip() if "id" in row else default
        if owners.setdefault(question_id, key) != key:
            raise QuestionSetError(
                f"{place} gives the id {short(question_id)} to a second question; "
                "give every question an id of its own."
            )
        if earlier is not None:
            _must_continue(earlier, question_id, answers, place)
            answers = unique((*earlier.answers, *answers))
        merged[key] = EvalQuestion(question_id, question, answers, date=asked)
    if not merged:
        raise QuestionSetError(f"{name}: there is no question below the header; add some rows.")
    return QuestionSet(name, tuple(merged.values()))


def _must_continue(
    earlier: EvalQuestion, question_id: str, answers: tuple[str, ...], place: str
) -> None:
    if earlier.id != question_id:
        raise QuestionSetError(
            f"{place} asks the question of {short(earlier.id)} again under the id "
            f"{short(question_id)}; "
            "use one id for all answers of a question, or remove one row."
        )
    if bool(answers) != earlier.answerable:
        raise QuestionSetError(
            f"{place}: the same question has an answer on one row and none on another; "
            "fill the empty answer or remove its row."
        )


def _answers(row: dict[str, str]) -> tuple[str, ...]:
    cell = next(row[name] for name in _ANSWER_COLUMNS if name in row)
    return unique(mend(part.strip()) for part in cell.split("|") if part.strip())


def _header(text: str, delimiter: str) -> list[str]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    try:
        cells = next(csv.reader([first], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return []
    return [cell.strip().lower() for cell in cells]


def _rows(text: str, name: str, delimiter: str) -> Iterator[tuple[dict[str, str], str]]:
    """Rows by column name, each with its place, which is the line on which the row begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: list[str] = []
    line = 1
    try:
        for cells in reader:
            place, line = f"{name}: line {line}", reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = [cell.strip().lower() for cell in cells]
                _must_differ(columns, place)
            elif cells[0].lstrip().startswith(_JSON_STARTS):
                raise QuestionSetError(
                    f"{place} is JSON, not a row of the table; keep one format in a file."
                )
            elif len(cells) != len(columns):
                raise QuestionSetError(
                    f"{place} has {len(cells)} cells, the header {len(columns)}; "
                    "put cells that hold the separator between double quotes."
                )
            else:
                yield dict(zip(columns, cells, strict=True)), place
    except csv.Error as error:
        cure = "put the cell between double quotes and double the quotes inside it"
        if "field limit" in str(error):
            cure = "shorten the cell"
        raise QuestionSetError(
            f"{name}: line {line} is not a table row ({error}); {cure}."
        ) from error


def _must_differ(columns: list[str], place: str) -> None:
    repeated = next((c for c in columns if c and columns.count(c) > 1), None)
    if repeated:
        raise QuestionSetError(
            f"{place}: the header names the column {short(repeated)} twice; rename or remove one."
        )
