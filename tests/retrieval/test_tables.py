"""Files of values: rows that are articles, tables that are one, and what is broken in them."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.formats.tables import read_table
from retrieval.ingest.preparing import prepare

from .reading import Finds, finds, refusal


def read(contents: str, name: str = "a.csv", *, text_bound: int = 10**6) -> Finds:
    return finds(read_table, contents, name, text_bound=text_bound)


def written(*rows: list[str], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


HEADER = ["Headline", "Body", "Date", "Link", "Byline"]
FIRST = [
    "Ferries; stand still",
    'The ferries, "all" of them,\nstand still since Monday morning.',
    "2024-10-07",
    "https://northwire.example/1",
    "['Ann Berg', 'Bo Lind']",
]
SECOND = ["Two", "Schools | are\tclosed too, a spokesman said on Tuesday.", "", "", ""]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_each_row_is_an_article_where_a_column_holds_texts(delimiter: str) -> None:
    name = "a.tsv" if delimiter == "\t" else "a.csv"
    found = read(written(HEADER, FIRST, SECOND, delimiter=delimiter), name)
    first, second = found.articles
    assert (first.title, first.text) == (FIRST[0], FIRST[1])
    assert (first.url, first.author) == (FIRST[3], "Ann Berg, Bo Lind")
    assert first.published == date(2024, 10, 7)
    assert (second.id, second.text) == (f"{name}#3", SECOND[1])


def test_html_in_a_cell_is_read() -> None:
    row = ["1", "<p>The ferries stand <b>still</b>.</p><p>All do.</p>"]
    assert read(written(["id", "text"], row)).texts == ["The ferries stand still.\n\nAll do."]


def test_a_table_of_values_is_one_article_with_a_place_for_each_row() -> None:
    rows = [["Holm", "1,200", "Ann Berg"], ["Tolm", "", "Bo Lind"], ["Ulm", "7", "Jr."]]
    raw = read(written(["Town", "Inhabitants", "Mayor"], *rows), "towns-of-the-north.csv").one
    assert raw.text == (
        "Town: Holm; Inhabitants: 1,200; Mayor: Ann Berg.\n"
        "Town: Tolm; Mayor: Bo Lind.\n"
        "Town: Ulm; Inhabitants: 7; Mayor: Jr."
    )
    assert (raw.id, raw.within, raw.title) == ("towns-of-the-north.csv", "", "Towns of the north")
    assert [(p.label, raw.text[p.start :].partition(":")[0]) for p in raw.places] == [
        ("row 2", "Town"),
        ("row 3", "Town"),
        ("row 4", "Town"),
    ]
    article = prepare(raw)
    assert [article.place_at(s.start) for s in article.sentences] == ["row 2", "row 3", "row 4"]


def test_a_column_that_is_called_so_and_holds_values_makes_no_articles() -> None:
    assert len(read(written(["Drink", "Content"], ["Ale", "5 %"], ["Wine", "12 %"])).articles) == 1
    assert len(read(written(["id", "text"], ["1", "Short."], ["2", "Words."])).articles) == 2


def test_a_column_of_prose_of_another_name_is_pointed_out() -> None:
    contents = written(["Nr", "Abstract"], ["1", "word " * 40])
    assert "[ingest] fields" in read(contents).notes[0]
    found = finds(read_table, contents, "a.csv", fields={"abstract": "text"})
    assert (found.ids, found.notes) == (["a.csv#2"], [])


def test_ragged_rows_cost_themselves_alone() -> None:
    found = read("id,text\n1,one\n2\n3,three,more\n4,four,,\n\n5,five\n")
    assert found.texts == ["one", "four", "five"]
    assert found.skipped == {
        "row 3": "has 1 cells and the header 2; mend or remove it",
        "row 4": "has 3 cells and the header 2; mend or remove it",
    }


@pytest.mark.parametrize(
    "rows",
    ['2,"open\n3,three\n4,four\n', '2,"open\n3,"three"\n4,"four"\n', '2,"a"b"\n3,three\n4,four\n'],
)
def test_a_quotation_mark_without_another_costs_its_row_alone(rows: str) -> None:
    found = read(f"id,text\n1,one\n{rows}")
    assert [text for text in found.texts if text in ("one", "three", "four")] == [
        "one",
        "three",
        "four",
    ]


def test_a_nul_byte_costs_its_row_and_binary_data_the_file() -> None:
    found = read("id,text\n1,one\n2,t\0wo\n3,three\n")
    assert (found.texts, list(found.skipped)) == (["one", "three"], ["row 3"])
    assert "binary" in refusal(read_table, b"PK\3\4\0\0\0\0\0\0", "a.csv")


def test_quotation_marks_in_tables_between_tabs_are_the_texts_own() -> None:
    found = read('id\ttext\n1\t"Hi" he said\n2\ta "word" here\n', "a.tsv")
    assert found.texts == ['"Hi" he said', 'a "word" here']


def test_one_column_and_the_line_that_names_the_delimiter() -> None:
    assert read("text\nOne, two; three\nFour\n").texts == ["One, two; three", "Four"]
    assert read("sep=;\ntext;id\na,b;1\n").texts == ["a,b"]


def test_a_cell_beyond_the_bound_costs_its_row_alone() -> None:
    found = read(written(["text", "id"], ["x" * 5000, "1"], ["short", "2"]), text_bound=2000)
    assert (found.texts, list(found.skipped)) == (["short"], ["row 2"])


def test_a_table_beyond_the_bound_ends_there() -> None:
    contents = written(["Town", "Number"], *([f"Town {n}", str(n)] for n in range(100)))
    found = read(contents, text_bound=1000)
    assert len(found.one.text) <= 1000
    (part,) = found.skipped
    assert part.endswith("and all below")


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("a,b\n", "has a header and no rows"),
        ("1,2\n3,4\n", "its first row names no columns"),
        ("question,answers\nWho?,he\n", "is a question set"),
    ],
)
def test_a_file_without_rows_is_refused_in_one_sentence(contents: str, told: str) -> None:
    assert refusal(read_table, contents, "a.csv").startswith(told)


def test_another_encoding_is_read_and_said() -> None:
    found = finds(read_table, "id,text\n1,The café closed\n".encode("cp1252"), "a.csv")
    assert found.texts == ["The café closed"]
    assert found.notes == ["/clips/a.csv: read as Windows-1252; save it as UTF-8 to be sure"]


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(str.strip)


@given(st.lists(st.tuples(CELL, CELL), min_size=2, max_size=6))
def test_any_cells_come_back_in_rising_places(cells: list[tuple[str, str]]) -> None:
    contents = written(["Town", "Mayor"], *map(list, cells))
    raw = read(contents).one
    assert [p.label for p in raw.places] == [f"row {n}" for n in range(2, len(cells) + 2)]
    assert all(one.start < other.start for one, other in pairwise(raw.places))
    for place, (town, _) in zip(raw.places, cells, strict=True):
        assert raw.text[place.start :].startswith(f"Town: {' '.join(town.split())}")


@given(st.text(st.sampled_from('a,";\t|\n\r\0é '), max_size=60))
def test_any_text_is_read_or_refused_in_one_sentence(text: str) -> None:
    try:
        read(text)
    except Exception:
        refusal(read_table, text, "a.csv")
