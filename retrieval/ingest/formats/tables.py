"""Files of values (``.csv``, ``.tsv``): one article a row, where a column holds texts; else the
table is one article, each row a readable line that names its columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from retrieval.datatypes import Place
from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.file_names import title_in
from retrieval.ingest.formats.faults import few_faults
from retrieval.ingest.formats.jsonlines import questions_named
from retrieval.ingest.formats.records import NAMES, Records, article_of, is_question, normalised
from retrieval.ingest.formats.table_rows import Row, TableRows
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

_SAMPLE = 50
_PLAINLY_TEXT = frozenset(
    {"text", "fulltext", "maintext", "bodytext", "articlebody", "articletext"}
)
"""Columns called so hold articles, however short; others must look it."""
_TEXT_WORDS, _DESCRIPTION_WORDS = 8, 30
"""Words that the longest cell of such a column has at least."""
_NUMBER = re.compile(r"\s*[-+]?[\d.,%€$£ ]*\d[\d.,%€$£ ]*\s*")
_STOP = (".", "!", "?", "…")


@few_faults
def read_table(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The articles of one file; a row that cannot be used is left out alone. Raises
    ``ArticleFileError`` for a file that is empty, has no header, or holds no row.
    """
    table = TableRows(document, settings)
    header = [cell.strip().removeprefix("\ufeff") for cell in table.header.cells]
    if not header:
        raise ArticleFileError(f"{document.label}: the file is empty; fill it or leave it out.")
    if all(not cell or _NUMBER.fullmatch(cell) for cell in header):
        raise ArticleFileError(
            f"{document.label}: its first row names no columns; put a header above it."
        )
    records = Records.of(document, settings, has_markup=True)
    rows = iter(table)
    sample = list(islice(rows, _SAMPLE))
    if not sample:
        raise ArticleFileError(f"{document.label}: has a header and no rows; fill it.")
    if is_question(dict.fromkeys(map(str.casefold, header))):
        raise questions_named(document)
    if _has_texts(header, sample, records):
        yield from _articles(header, chain(sample, rows), records)
    else:
        yield from _table(header, chain(sample, rows), records)
        if _longest(sample) >= _DESCRIPTION_WORDS:
            yield Note(
                f"{document.label}: is read as one table; where a column holds articles, name it "
                "in [ingest] fields of the config"
            )
    yield from table.lines.notes


def _has_texts(header: Sequence[str], sample: Sequence[Row], records: Records) -> bool:
    mapped = {key for key, ours in records.mapped.items() if ours == "text"}
    for column, cell in enumerate(header):
        key = normalised(cell)
        if key in mapped or (key in _PLAINLY_TEXT and key not in records.mapped):
            return True
        if key in NAMES["text"] and key not in records.mapped:
            least = _DESCRIPTION_WORDS if key == "description" else _TEXT_WORDS
            if _longest([row for row in sample if not row.fault], column) >= least:
                return True
    return False


def _longest(rows: Sequence[Row], column: int | None = None) -> int:
    """Words of the longest cell, in one column or all."""
    cells = (row.cells if column is None else row.cells[column : column + 1] for row in rows)
    return max((len(cell.split()) for cell in chain.from_iterable(cells)), default=0)


def _articles(header: Sequence[str], rows: Iterable[Row], records: Records) -> Iterator[Found]:
    for row in rows:
        part = f"row {row.number}"
        if row.fault:
            yield records.skipped(row.fault, part)
        else:
            record = dict(zip(header, row.cells, strict=False))
            yield from article_of(record, records, row.number, part)


def _table(header: Sequence[str], rows: Iterable[Row], records: Records) -> Iterator[Found]:
    """The whole table as one article."""
    document, most = records.document, records.settings.bounds.text
    lines: list[str] = []
    places: list[Place] = []
    start, skipped = 0, list[Skipped]()
    for row in rows:
        part = f"row {row.number}"
        if row.fault:
            skipped.append(records.skipped(row.fault, part))
            continue
        line = _sentence(header, row.cells)
        if start + len(line) > most:
            reason = f"the table is longer than {most // 2**20} MB of text; split it"
            skipped.append(records.skipped(reason, f"{part} and all below"))
            break
        places.append(Place(start, part))
        lines.append(line)
        start += len(line) + 1
    yield from skipped
    if not lines:
        raise ArticleFileError(f"{document.label}: has no row that can be read; mend it.")
    name = document.name.rpartition("/")[2]
    yield RawArticle(
        document.name,
        "\n".join(lines),
        document.root,
        document.path,
        title=title_in(name) or name.rpartition(".")[0],
        places=tuple(places),
    )


def _sentence(header: Sequence[str], cells: Sequence[str]) -> str:
    """A row as people read it: ``Town: Holm; Inhabitants: 1,200.`` Empty cells are left out."""
    pairs = zip(header, (" ".join(cell.split()) for cell in cells), strict=False)
    said = "; ".join(f"{name}: {value}" if name else value for name, value in pairs if value)
    return said if said.endswith(_STOP) else f"{said}."
