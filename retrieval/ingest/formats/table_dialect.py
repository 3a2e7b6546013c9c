"""How a file of values is written: what stands between its cells, and whether they are quoted."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

_DELIMITERS = ",;\t|"
_ROWS = 50
"""Rows by which delimiters are compared."""
_ONE_COLUMN = "\x1f"
"""Stands in no text: each line is one cell."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """``is_quoted``: cells may stand in double quotes, and then hold delimiters and line ends."""

    delimiter: str
    is_quoted: bool = True

    def cells(self, lines: Sequence[str]) -> list[str]:
        """The cells of one row, which may run over several lines. Raises ``csv.Error``."""
        # Of several lines no half is left open: a cell that ends in the middle of another is none.
        strict = len(lines) > 1
        return next(self.rows(lines, strict=strict), [])

    def rows(self, lines: Sequence[str], *, strict: bool = False) -> Iterator[list[str]]:
        """The rows of lines that are whole. Raises ``csv.Error``."""
        mark = self.delimiter
        if self.is_quoted:
            return csv.reader(lines, delimiter=mark, strict=strict)
        return csv.reader(lines, delimiter=mark, strict=strict, quoting=csv.QUOTE_NONE)

    def is_open(self, line: str, *, was_open: bool) -> bool:
        """Whether a quoted cell runs on after ``line``, given whether one ran on before it."""
        if not self.is_quoted or ('"' not in line):
            return was_open
        # Quotes inside an unquoted cell are plain characters.
        at, open_ = 0, was_open
        while at < len(line):
            if open_:
                at = line.find('"', at)
                if at < 0:
                    return True
                if line[at + 1 : at + 2] == '"':
                    at += 2
                    continue
                open_, at = False, at + 1
            elif line[at] == '"':
                open_, at = True, at + 1
                continue
            after = line.find(self.delimiter, at)
            if after < 0:
                return False
            at = after + 1
        return open_


def dialect_of(lines: Sequence[str]) -> Dialect:
    """The dialect in which most of the first rows have as many cells as the header: two or more;
    the one of most cells among equals. A file of one column has none of the delimiters.
    """
    best, best_score = Dialect(_ONE_COLUMN), (0.0, 1)
    for delimiter in _DELIMITERS:
        dialect = Dialect(delimiter, delimiter != "\t" or _has_quoted_cells(lines, delimiter))
        score = _evenness(lines, dialect)
        if score > best_score:
            best, best_score = dialect, score
    return best


def _has_quoted_cells(lines: Sequence[str], delimiter: str) -> bool:
    """Between tabs a quotation mark is mostly one of the text. Cells are quoted where rows come out
    more even so, or all that begin with a mark also end with one.
    """
    quoted, unquoted = (
        _evenness(lines, Dialect(delimiter, is_quoted)) for is_quoted in (True, False)
    )
    if quoted != unquoted:
        return quoted > unquoted
    cells = [cell for line in lines for cell in line.rstrip("\r\n").split(delimiter)]
    opened = [cell for cell in cells if cell.startswith('"')]
    return bool(opened) and all(
        len(cell) > 1 and cell.endswith('"') and '"' not in cell[1:-1].replace('""', "")
        for cell in opened
    )


def _evenness(lines: Sequence[str], dialect: Dialect) -> tuple[float, int]:
    """The share of rows that have as many cells as the first, and how many those are."""
    try:
        rows = [row for row in islice(dialect.rows(lines), _ROWS) if row]
    except csv.Error:
        return 0.0, 0
    width = len(rows[0]) if rows else 0
    if width < 2:
        return 0.0, 0
    # The last row may be cut off.
    whole = rows[:-1] if len(rows) > 2 else rows
    return sum(len(row) == width for row in whole) / len(whole), width
