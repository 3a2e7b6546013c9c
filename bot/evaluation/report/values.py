"""What a report shows, as plain values: figures, charts, bars, tables. Knows no HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What the cells of a column hold, and with it how they are drawn, sorted and searched."""

    BADGE = "badge"  # a verdict: a ``Text`` or a string, coloured by its first words
    TEXT = "text"  # a ``Text``, a string or None
    LIST = "list"  # a sequence of strings
    NUMBER = "number"  # a number or None, right-aligned


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95 % interval as words and, for what has a scale, its place on it, 0..1."""

    words: str
    low: float | None = None
    at: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure: ``value`` as shown, ``note`` says out of what or which way is good."""

    label: str
    value: str
    note: str = ""
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a list: ``address`` is the filter of the question table it leads to."""

    label: str
    count: int
    note: str = ""
    address: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence cut in three so that the quote can be marked, and what it is from."""

    before: str
    quote: str
    after: str
    source: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A cell of words: ``notes`` are lines under it; ``soft``: no answer, but about one."""

    text: str
    notes: tuple[str, ...] = ()
    soft: bool = False
    strong: bool = False
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``empty`` stands where a cell has nothing; hidden ones are sorted by and shown in
    the details of a row.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    digits: int = 0
    unit: str = ""
    empty: str = "–"
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that stands in the page as it is; cells are strings or ``Text``."""

    title: str
    note: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, what it says for those who do not see it, and the numbers it is drawn from."""

    title: str
    svg: str
    description: str
    note: str
    table: Table


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the table; the values of a row are in ``Row.values`` under ``key``."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the interactive table: one cell for each column, hidden ones too.

    ``details`` holds ``groups`` and ``passages`` as in a prediction, or is None.
    """

    id: str
    cells: Sequence[Any]
    values: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class QuestionTable:
    """The table that is searched, filtered and sorted; ``noun``: what its rows are, in plural."""

    caption: str
    columns: Sequence[Column]
    filters: Sequence[Filter]
    rows: Sequence[Row]
    noun: str = "questions"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page under a heading; ``anchor`` is its address in the page."""

    anchor: str
    title: str
    note: str = ""
    figures: Sequence[Figure] = ()
    bars: Sequence[Bar] = ()
    charts: Sequence[Chart] = ()
    tables: Sequence[Table] = ()
    questions: QuestionTable | None = None
    folded: Sequence[Table] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show under the heading."""
        parts = (self.figures, self.bars, self.charts, self.tables, self.folded)
        return not any(parts) and self.questions is None


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report. ``facts`` say how it came about: pairs of a name and a value."""

    title: str
    subtitle: str
    sections: Sequence[Section]
    facts: Sequence[tuple[str, str]] = ()
