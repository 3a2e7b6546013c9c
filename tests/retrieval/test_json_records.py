"""Articles from ``.json``: arrays, objects with one, one record, and what is broken."""

from __future__ import annotations

import json

import pytest

from retrieval.ingest.formats.json_records import read_json
from retrieval.ingest.markup_text import is_markup, text_of_html

from .reading import Finds, finds, refusal

ONE, TWO = {"headline": "One", "body": "First words."}, {"headline": "Two", "body": "More words."}


def read(value: object, name: str = "a.json") -> Finds:
    return finds(read_json, value if isinstance(value, str) else json.dumps(value), name)


def test_an_array_of_records() -> None:
    found = read([ONE, TWO])
    assert found.ids == ["a.json#1", "a.json#2"]
    assert [a.title for a in found.articles] == ["One", "Two"]
    assert found.texts == ["First words.", "More words."]


@pytest.mark.parametrize(
    "holder", ["articles", "items", "results", "data", "docs", "posts", "entries", "Articles"]
)
def test_an_object_that_holds_an_array(holder: str) -> None:
    assert read({"status": "ok", "total": 2, holder: [ONE, TWO]}).texts == [
        "First words.",
        "More words.",
    ]


def test_arrays_deeper_and_records_by_their_ids() -> None:
    assert len(read({"response": {"results": [ONE, TWO]}}).articles) == 2
    assert len(read({"hits": {"hits": [{"_id": "1", "_source": ONE}]}}).articles) == 1
    assert read({"a1": ONE, "a2": TWO}).ids == ["a1", "a2"]


def test_one_record_is_one_article_with_the_files_name() -> None:
    raw = read(ONE | {"items": [{"x": 1}]}).one
    assert (raw.id, raw.within, raw.title) == ("a.json", "", "One")
    assert read(ONE | {"id": "own"}).ids == ["own"]


def test_a_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Northwire",
        "description": "All the news",
        "items": [
            {
                "id": "1",
                "url": "https://northwire.example/1",
                "title": "Ferries",
                "content_html": "<p>The ferries <em>stand</em> still.</p><p>All do.</p>",
                "date_published": "2024-10-07T10:15:00+02:00",
                "authors": [{"name": "Ann Berg"}],
            }
        ],
    }
    raw = read(feed).one
    assert (raw.id, raw.publisher, raw.author) == ("1", "Northwire", "Ann Berg")
    assert raw.text == "The ferries stand still.\n\nAll do."
    assert str(raw.published) == "2024-10-07"


def test_bad_items_are_left_out_alone() -> None:
    found = read([ONE, 3, {"headline": "No text"}, TWO])
    assert found.ids == ["a.json#1", "a.json#4"]
    assert list(found.skipped) == ["item 2", "item 3"]


def test_an_item_that_is_no_json_costs_itself_alone() -> None:
    found = read(f'[{json.dumps(ONE)}, {{"body": oops}}, {json.dumps(TWO)}]')
    assert found.texts == ["First words.", "More words."]
    assert found.skipped == {"item 2": "is not valid JSON (Expecting value); mend or remove it"}


def test_an_array_that_is_cut_off_gives_what_is_whole() -> None:
    found = read(json.dumps([ONE, TWO])[:-5])
    assert found.texts == ["First words."]
    assert list(found.skipped) == ["item 2"]


def test_json_lines_under_a_wrong_name() -> None:
    assert len(read(f"{json.dumps(ONE)}\n{json.dumps(TWO)}\n").articles) == 2


@pytest.mark.parametrize(
    ("contents", "told"),
    [
        ("", "the file is empty"),
        ("[]", "the array is empty"),
        ("{", "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON (nested too deeply)"),
        ("3", "holds no record"),
        ('{"name": "x", "version": "1"}', 'has no "text"'),
        ('[{"question": "Who?", "answers": []}]', "is a question set"),
        ('{"question": "Who?"}', "is a question set"),
    ],
)
def test_a_file_without_articles_is_refused_in_one_sentence(contents: str, told: str) -> None:
    assert refusal(read_json, contents, "a.json").startswith(told)


def test_a_file_of_another_encoding_is_read_and_said() -> None:
    found = finds(read_json, '[{"text": "The café closed."}]'.encode("cp1252"), "a.json")
    assert found.texts == ["The café closed."]
    assert found.notes == ["/clips/a.json: read as Windows-1252; save it as UTF-8 to be sure"]


def test_a_text_beyond_the_bound_is_left_out_alone() -> None:
    contents = json.dumps([{"text": "x" * 2000}, ONE])
    found = finds(read_json, contents, "a.json", text_bound=1000)
    assert (found.texts, list(found.skipped)) == (["First words."], ["item 1"])
    assert "is larger than" in refusal(read_json, " " * 20_000, "a.json", text_bound=1000)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a<br>b</p><script>x</script>tail <b>bold</b>x &amp; y", "a\nb\n\ntail boldx & y"),
        ("<table><tr><td>a<td>b</tr><tr><td>c</table>", "a | b\nc"),
        ("<!-- nothing -->", ""),
        ("<div>" * 5000 + "deep", "deep"),
        ("a < b", "a < b"),
    ],
)
def test_the_text_of_markup(markup: str, text: str) -> None:
    assert text_of_html(markup) == text


def test_what_is_markup() -> None:
    assert is_markup("<p>Words")
    assert is_markup("Words <b>and</b> more")
    assert not is_markup("if a < b and c > d")
    assert not is_markup("about the <br> tag")
