"""Rows of a table as lines that can be read, found and quoted alone: each cell with its column."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DIGIT = re.compile(r"\d")
_LONGEST_NAME = 60
"""Code points of a column's name."""
_LEAST_ROWS = 2
MOST_COLUMNS = 200


def rows_as_lines(rows: Sequence[Sequence[str]], headers: int) -> list[str]:
    """One line a row: ``Team: Rovers | Points: 41`` where the first ``headers`` rows name the
    columns, else ``Rovers | 41``. Empty cells and rows are left out.
    """
    names = _names(rows[:headers])
    if any(len(name) > _LONGEST_NAME for name in names):
        headers, names = 0, []
    lines = (_line(row, names) for row in rows[headers:])
    return [line for line in lines if line]


def guessed_headers(rows: Sequence[Sequence[str]]) -> int:
    """How many rows name the columns where nothing marks them: one, when it is full of short words
    without figures, each another one, and there are figures below; else none.
    """
    if len(rows) <= _LEAST_ROWS:
        return 0
    first = rows[0]
    named = all(name and len(name) <= _LONGEST_NAME and not _DIGIT.search(name) for name in first)
    below = sum(any(_DIGIT.search(cell) for cell in row) for row in rows[1:])
    return int(named and len(set(first)) == len(first) and below > len(rows[1:]) / 2)


def _names(headers: Sequence[Sequence[str]]) -> list[str]:
    """By column, what stands over it in one row or several."""
    width = max(map(len, headers), default=0)
    columns = ([row[i] for row in headers if i < len(row) and row[i]] for i in range(width))
    return [" ".join(dict.fromkeys(column)).rstrip(": ") for column in columns]


def _line(row: Sequence[str], names: Sequence[str]) -> str:
    if sum(map(bool, row)) == 1:  # a heading within the table
        return "".join(row)
    cells = []
    for at, cell in enumerate(row):
        name = names[at] if at < len(names) else ""
        if cell:
            cells.append(f"{name}: {cell}" if name and name != cell else cell)
    return " | ".join(cells)
