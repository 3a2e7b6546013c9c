"""Trees to text, block by block, and rows of tables to lines."""

from __future__ import annotations

import pytest
from lxml import html

from retrieval.ingest.formats.markup import text_of
from retrieval.ingest.formats.rows import guessed_headers, rows_as_lines


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<p>One <b>bo</b>ld\n word.</p><p>Two</p>", ["One bold word.", "Two"]),
        ("<p>soft&shy;ly&#8203; so</p>", ["softly so"]),
        ("<div>a<br>b<br> <br>c</div>", ["a\nb", "c"]),
        ("text <div>inner</div> tail", ["text", "inner", "tail"]),
        ("<ol start=3><li>a<li>b<ul><li>c</ul></ol>", ["3. a", "4. b", "c"]),
        ("<ol start=x><li>a</ol>", ["a"]),
        ("<pre>one\n  two\n\nthree</pre>", ["one\ntwo", "three"]),
        ("<p>a<script>b</script>c<!-- d -->e</p>", ["ace"]),
        ("<p>a<style>b</style></p><template><p>c</p></template>", ["a"]),
        ("<dl><dt>Term<dd>What it means</dl>", ["Term", "What it means"]),
        (
            "<table><caption>Cap</caption><tr><th>Year<th>Rain<tr><td>2009<td>12 mm</table>",
            ["Cap", "Year: 2009 | Rain: 12 mm"],
        ),
        (
            "<table><tr><td rowspan=2>North<td>a<tr><td>b<tr><td>South<td>c</table>",
            ["North | a", "North | b", "South | c"],
        ),
        (
            "<table><tr><td>nav<td>" + "long " * 100 + "<tr><td>foot<td></table>",
            ["nav", ("long " * 100).strip(), "foot"],
        ),
        ("<table><tr><td>a<td>b</table>", ["a", "b"]),
        (
            "<table><tr><td><table><tr><td>1<td>2<tr><td>3<td>4</table></table>",
            ["1 | 2", "3 | 4"],
        ),
    ],
)
def test_blocks(markup: str, blocks: list[str]) -> None:
    assert text_of(html.fromstring(f"<body>{markup}</body>")).split("\n\n") == blocks


def test_what_is_named_is_left_out() -> None:
    root = html.fromstring("<body><nav>menu</nav><p>text</p></body>")
    assert text_of(root, frozenset({"nav"})) == "text"


@pytest.mark.parametrize(
    ("rows", "headers", "lines"),
    [
        ([["A", "B"], ["1", ""], ["", ""]], 1, ["1"]),
        ([["A", "B"], ["1", "2"]], 0, ["A | B", "1 | 2"]),
        ([["", "Home"], ["A", "W"], ["x", "3"]], 2, ["A: x | Home W: 3"]),
        ([["A", "long " * 20], ["1", "2"]], 1, ["A | " + "long " * 20, "1 | 2"]),
        ([["A"], ["1", "2"]], 1, ["A: 1 | 2"]),
    ],
)
def test_rows(rows: list[list[str]], headers: int, lines: list[str]) -> None:
    assert rows_as_lines(rows, headers) == lines


@pytest.mark.parametrize(
    ("rows", "count"),
    [
        ([["Team", "Points"], ["Rovers", "27"], ["City", "25"]], 1),
        ([["Team", "Points"], ["Rovers", "27"]], 0),
        ([["Rovers", "27"], ["City", "25"], ["Town", "1"]], 0),
        ([["Name", "Office"], ["Ada", "mayor"], ["Tom", "miller"]], 0),
        ([["", "Points"], ["Rovers", "27"], ["City", "25"]], 0),
    ],
)
def test_headers_are_guessed_where_figures_stand_below_words(
    rows: list[list[str]], count: int
) -> None:
    assert guessed_headers(rows) == count
