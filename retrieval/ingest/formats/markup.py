"""A tree of HTML, XHTML or trafilatura's own elements to text: what a person reads, by blocks.

Paragraphs, items of lists and rows of tables stand on lines of their own with a blank line between,
so that nothing downstream takes rows for the wrapped lines of one paragraph. White space is as a
browser shows it; characters that are never shown (soft hyphens, zero-width blanks) are dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from retrieval.ingest.formats.rows import MOST_COLUMNS, guessed_headers, rows_as_lines

Element = Any
"""An element of lxml, which ships no types."""

_BLOCK_TAGS = frozenset(
    "address article aside blockquote body caption cell center dd details dialog div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr item li list "
    "main menu nav ol p pre quote row section summary table tbody td tfoot th thead tr ul".split()
)
_BREAK_TAGS = frozenset({"br", "lb"})
_LIST_TAGS = frozenset({"ol", "ul", "menu", "list"})
_ITEM_TAGS = frozenset({"li", "item"})
_UNSEEN_TAGS = frozenset(
    "script style noscript template svg math iframe object embed audio video canvas select option "
    "button input textarea datalist map graphic title".split()
)
_UNSHOWN = re.compile(
    "[\u00ad\u200b\u2060\ufeff\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f]"
)
_SPACE = re.compile(r"\s+")
_SPACES = re.compile(r"  +")
_AROUND_BREAK = re.compile(r" *\n *")
_BLANK_LINES = re.compile(r"\n{2,}")
_ROWS = "./tr|./thead/tr|./tbody/tr|./tfoot/tr|./row"
_LONGEST_CELL = 400
"""Code points; longer ones are paragraphs of a page that is laid out as a table."""
_LABEL_COLUMNS, _LONGEST_LABEL = 3, 80
"""Where labels stand that are said again in each row they span, and their code points: what repeats
longer ones elsewhere is made to fill the memory.
"""


def tag_of(element: Element) -> str:
    """The name of an element without its namespace, in lower case; empty for comments."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def shown(text: str) -> str:
    """Text on one line as a browser shows it."""
    return _SPACE.sub(" ", _UNSHOWN.sub("", text)).strip()


def text_of(root: Element, unseen: frozenset[str] = frozenset()) -> str:
    """The text of ``root``; elements named in ``unseen`` are left out, as those are that no browser
    shows.
    """
    return "\n\n".join(blocks_of(root, unseen))


def blocks_of(root: Element, unseen: frozenset[str] = frozenset()) -> Iterator[str]:
    """Its blocks in order, none of them empty or with a blank line."""
    from lxml import etree

    writer = _Writer()
    hidden = _UNSEEN_TAGS | unseen
    walker = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walker:
        tag = tag_of(element)
        if event == "start":
            if tag in hidden:
                walker.skip_subtree()
            elif tag == "table" and (lines := _table(element)):
                writer.flush()
                writer.blocks += lines
                walker.skip_subtree()
            else:
                writer.start(tag, element)
        elif event == "end" and tag not in hidden:
            writer.end(tag)
        if event != "start" and element is not root:
            writer.add(element.tail)
        yield from writer.taken()
    writer.flush()
    yield from writer.taken()


@dataclass(slots=True)
class _Writer:
    """Gathers the pieces of a block until the next one begins."""

    pieces: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    counts: list[int | None] = field(default_factory=list)
    """Of the lists around, the number of the last item; None where items are not numbered."""
    preformatted: int = 0

    def add(self, text: str | None) -> None:
        if text and self.preformatted:
            self.pieces.append(text.replace("\r\n", "\n").expandtabs())
        elif text:
            self.pieces.append(_SPACE.sub(" ", text))

    def start(self, tag: str, element: Element) -> None:
        if tag in _BLOCK_TAGS:
            self.flush()
        if tag in _BREAK_TAGS:
            self.pieces.append("\n")
        elif tag in _LIST_TAGS:
            first = element.get("start") or "1"
            numbered = tag == "ol" or element.get("rend") == "ol"
            self.counts.append(int(first[:6]) - 1 if numbered and first.isdecimal() else None)
        elif tag in _ITEM_TAGS and self.counts and (count := self.counts[-1]) is not None:
            self.counts[-1] = count + 1
            self.pieces.append(f"{count + 1}. ")
        self.preformatted += tag == "pre"
        self.add(element.text)

    def end(self, tag: str) -> None:
        if tag in _BLOCK_TAGS:
            self.flush()
        if tag in _LIST_TAGS and self.counts:
            self.counts.pop()
        self.preformatted -= tag == "pre"

    def flush(self) -> None:
        if not self.pieces:
            return
        text = _UNSHOWN.sub("", "".join(self.pieces))
        self.pieces = []
        text = _AROUND_BREAK.sub("\n", _SPACES.sub(" ", text))
        self.blocks += [part for part in _BLANK_LINES.split(text.strip()) if part]

    def taken(self) -> list[str]:
        taken, self.blocks = self.blocks, []
        return taken


def _table(table: Element) -> list[str]:
    """The rows of a table of data as lines; none for a page's layout, or a single row or column."""
    if next(table.iterdescendants("table"), None) is not None:
        return []
    elements = table.xpath(_ROWS)
    rows = [_cells(row) for row in elements]
    if len(rows) < 2 or max(map(len, rows)) < 2 or any(_is_layout(row) for row in rows):
        return []
    caption = [shown(" ".join(found.itertext())) for found in table.findall("caption")]
    texts = _spanned(rows)
    marked = len(list(takewhile(_is_header, elements)))
    headers = marked if marked < len(rows) else 0
    return [text for text in caption if text] + rows_as_lines(
        texts, headers or guessed_headers(texts)
    )


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    columns: int = 1
    rows: int = 1
    is_layout: bool = False


def _cells(row: Element) -> list[_Cell]:
    cells = []
    for element in row:
        if tag_of(element) in ("td", "th", "cell"):
            blocks = list(blocks_of(element))
            text = " ".join(blocks).replace("\n", " ")
            layout = len(text) > _LONGEST_CELL
            columns, rows = (_number(element.get(name)) for name in ("colspan", "rowspan"))
            cells.append(_Cell(text, columns, rows, layout))
    return cells[:MOST_COLUMNS]


def _is_layout(row: list[_Cell]) -> bool:
    return any(cell.is_layout for cell in row)


def _number(value: str | None) -> int:
    return min(int(value[:6]), MOST_COLUMNS) or 1 if value and value.isdecimal() else 1


def _is_header(row: Element) -> bool:
    """Whether a row names the columns: all its cells do, or it stands in the table's head."""
    parent = row.getparent()
    cells = [cell for cell in row if tag_of(cell) in ("td", "th", "cell")]
    heads = [cell for cell in cells if tag_of(cell) == "th" or cell.get("role") == "head"]
    blank = [cell for cell in cells if cell not in heads and not "".join(cell.itertext()).strip()]
    return bool(cells) and (
        (parent is not None and tag_of(parent) == "thead")
        or (len(heads) > 0 and len(heads) + len(blank) == len(cells) > 1)
    )


def _spanned(rows: list[list[_Cell]]) -> list[list[str]]:
    """The texts by row and column: a label that spans rows is said in each, a cell that spans
    columns stands in the first.
    """
    open_spans: dict[int, tuple[str, int]] = {}
    grid = []
    for row in rows:
        line: list[str] = []
        for cell in row:
            _fill(line, open_spans)
            if cell.rows > 1 and len(line) < _LABEL_COLUMNS and len(cell.text) < _LONGEST_LABEL:
                open_spans[len(line)] = (cell.text, cell.rows - 1)
            line += [cell.text, *[""] * (cell.columns - 1)]
        _fill(line, open_spans)
        grid.append(line[:MOST_COLUMNS])
    return grid


def _fill(line: list[str], open_spans: dict[int, tuple[str, int]]) -> None:
    """Adds what rows above span into the next columns of ``line``."""
    while (found := open_spans.get(len(line))) and len(line) < MOST_COLUMNS:
        text, left = found
        if left > 1:
            open_spans[len(line)] = (text, left - 1)
        else:
            del open_spans[len(line)]
        line.append(text)
