"""The rows of a file of values, one after the other: a broken one costs itself alone."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.table_dialect import Dialect, dialect_of
from retrieval.ingest.text_lines import TextLine, TextLines

_SAMPLE = 60
"""Lines by which the dialect is told."""
_SEPARATOR_LINE = "sep="
"""Above the header, for a spreadsheet program: "sep=;"."""
_MOST_AGAIN = 3
"""Times the bound of a text that is read again in all, for quotation marks without another half."""


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` counts as spreadsheets do: the header is row 1. ``fault`` says why it cannot be
    used, in words that follow "row 3"; empty where it can.
    """

    number: int
    cells: list[str]
    fault: str = ""


class TableRows:
    """Iterated once. ``header`` is its first row that is not blank; the other rows follow."""

    def __init__(self, document: Document, settings: ReadSettings) -> None:
        """Raises ``ArticleFileError`` where the file cannot be read."""
        self.lines = TextLines(document, settings.bounds, newline="")
        self._most = settings.bounds.text
        csv.field_size_limit(self._most)
        lines = iter(self.lines)
        sample = list(islice(lines, _SAMPLE))
        named = sample and sample[0].text.casefold().strip('"\r\n ')
        if named and named.startswith(_SEPARATOR_LINE) and len(named) == len(_SEPARATOR_LINE) + 1:
            self.dialect = Dialect(named[-1])
            sample = sample[1:]
        else:
            self.dialect = dialect_of([line.text for line in sample if not line.fault])
        self._again = 0
        self._rows = self._all(deque(), chain(sample, lines))
        self.header = next((row for row in self._rows if not row.fault), Row(1, []))
        self._width = len(self.header.cells)

    def __iter__(self) -> Iterator[Row]:
        """Rows with as many cells as the header, or with their faults; blank ones are left out."""
        return self._rows

    def _all(self, back: deque[TextLine], lines: Iterator[TextLine]) -> Iterator[Row]:
        """``back`` holds lines that were taken for part of a row, and were not."""
        number = 0
        self._width = 0
        while taken := self._taken(back, lines):
            row = self._row(number + 1, [line for line, _ in taken], is_open=taken[-1][1])
            if row is None:
                continue
            number += 1
            again = sum(len(line.text) for line, _ in taken[1:])
            if row.fault and self._again + again <= _MOST_AGAIN * self._most:
                # A quotation mark without its other half: the row ends where its line does.
                self._again += again
                back.extendleft(line for line, _ in reversed(taken[1:]))
            yield row

    def _taken(
        self, back: deque[TextLine], lines: Iterator[TextLine]
    ) -> list[tuple[TextLine, bool]]:
        """The lines of the next row, and for each whether a quoted cell runs on behind it."""
        taken: list[tuple[TextLine, bool]] = []
        is_open, length = False, 0
        while line := back.popleft() if back else next(lines, None):
            length += len(line.text)
            is_open = not line.fault and self.dialect.is_open(line.text, was_open=is_open)
            taken.append((line, is_open))
            if not is_open or length > self._most:
                break
        return taken

    def _row(self, number: int, taken: list[TextLine], *, is_open: bool) -> Row | None:
        fault = next((line.fault for line in taken if line.fault), "")
        if is_open:
            fault = fault or "has a quotation mark that is not closed; mend or remove it"
        if fault:
            return Row(number, [], fault)
        try:
            cells = self.dialect.cells([line.text for line in taken])
        except csv.Error as error:
            return Row(number, [], f"cannot be read ({error}); mend or remove it")
        if not any(cell.strip() for cell in cells):
            return None
        width = self._width
        if width and len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            cells = cells[:width]
        if width and len(cells) != width:
            fault = f"has {len(cells)} cells and the header {width}; mend or remove it"
        return Row(number, cells, fault)
