"""Articles from JSON Lines: every fault is named with its line, and costs that line alone."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.formats.jsonlines import read_jsonl
from retrieval.ingest.raw import RawArticle

from .reading import Finds, finds, refusal

GOOD = {"id": "a", "text": "Some words."}


def read(*records: object, **options: int) -> Finds:
    lines = (item if isinstance(item, str) else json.dumps(item) for item in records)
    return finds(read_jsonl, "\n".join(lines), "a.jsonl", **options)  # type: ignore[arg-type]


def test_all_fields_are_read() -> None:
    record = {
        "id": "x 1",
        "text": "  Line one.\r\nLine two.\n",
        "title": "T",
        "url": "https://e.org/a",
        "publisher": "P",
        "author": "Ann Berg",
        "published": "2021-05-19T22:00:00Z",
        "unknown": {"ignored": True},
    }
    found = read(record)
    assert found.one == RawArticle(
        id="x 1",
        within="x 1",
        text="  Line one.\r\nLine two.\n",
        root="/clips",
        path="/clips/a.jsonl",
        title="T",
        publisher="P",
        author="Ann Berg",
        url="https://e.org/a",
        published=date(2021, 5, 19),
    )
    assert (found.skipped, found.notes) == ({}, [])


def test_null_and_empty_fields_are_absent() -> None:
    empty = {"title": None, "url": "", "publisher": None, "published": "", "author": []}
    found = read(GOOD | empty)
    raw = found.one
    assert (raw.title, raw.url, raw.publisher, raw.published, raw.author) == (None,) * 5
    assert found.notes == []


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_blank_lines_crlf_boms_and_a_missing_last_newline_are_fine(encoding: str) -> None:
    lines = ["", json.dumps(GOOD), "  ", json.dumps(GOOD | {"id": "b"})]
    assert finds(read_jsonl, "\r\n".join(lines).encode(encoding), "a.jsonl").ids == ["a", "b"]


def test_line_separators_inside_a_string_end_no_line() -> None:
    record = GOOD | {"text": "one\u2028two\x85three\u2029four"}
    assert read(json.dumps(record, ensure_ascii=False)).texts == [record["text"]]


def test_a_bad_line_costs_itself_alone() -> None:
    lines: list[object] = [GOOD | {"id": str(number)} for number in range(1, 10)]
    lines[6] = '{"id": "7", "text": '
    found = read(*lines)
    assert found.ids == [str(number) for number in range(1, 10) if number != 7]
    assert found.skipped == {
        "line 7": "is not valid JSON (Expecting value); mend or remove that line"
    }


@pytest.mark.parametrize(
    "line",
    [
        *("{", "nonsense", "{'id': 1}", '{"id": "a"} {"id": "b"}', '{"a": NULL}', "{]"),
        "[" * 100_000,
        '{"id": "a", "text": "b", "n": ' + "1" * 5000 + "}",
    ],
)
def test_other_broken_json(line: str) -> None:
    found = read(line, GOOD)
    assert found.skipped["line 1"].startswith("is not valid JSON")
    assert found.ids == ["a"]


@pytest.mark.parametrize("line", ["[]", "3", '"text"', "null", "[{}]"])
def test_a_line_that_is_no_object(line: str) -> None:
    assert read(line).skipped["line 1"].startswith("is not a JSON object")


@pytest.mark.parametrize("record", [{}, {"text": 3}, {"text": None}, {"text": [3]}, {"text": {}}])
def test_an_article_without_text(record: dict[str, object]) -> None:
    assert read({"id": "b"} | record).skipped["line 1"].startswith('has no "text"')


def test_an_article_of_white_space_is_skipped_with_its_line() -> None:
    found = read(GOOD, {"id": "b", "text": " \n\t"}, {"id": "c", "text": ""})
    assert found.ids == ["a"]
    assert found.skipped == dict.fromkeys(("line 2", "line 3"), "article without text")


def test_an_id_is_the_records_own_its_address_or_its_place() -> None:
    text = {"text": "Some words."}
    records = [text | {"id": 3}, text | {"id": " "}, text | {"link": "https://e.org/x"}, text]
    assert read(*records).ids == ["3", "a.jsonl#2", "https://e.org/x", "a.jsonl#4"]


@pytest.mark.parametrize("value", [True, {"a": 1}])
def test_a_title_that_is_no_text_is_told_and_the_article_kept(value: object) -> None:
    found = read(GOOD | {"title": value})
    assert found.one.title is None
    assert found.notes == [f'a.jsonl line 1: no text in "title": {value!r}']


@pytest.mark.parametrize("value", ["last Friday-ish", "2021", "May 2021", 2021, True, ["x"], {}])
def test_a_date_that_is_none_is_told_and_the_article_kept(value: object) -> None:
    found = read(GOOD | {"published": value})
    assert found.one.published is None
    assert len(found.notes) == bool(value)


def test_a_line_that_is_too_long_costs_itself_alone() -> None:
    found = read({"id": "long", "text": "x" * 5000}, GOOD, text_bound=4000)
    assert found.ids == ["a"]
    assert "is longer than" in found.skipped["line 1"]


@pytest.mark.parametrize("contents", ["", "\n\n \n", "\ufeff"])
def test_an_empty_file(contents: str) -> None:
    assert refusal(read_jsonl, contents, "a.jsonl").startswith("the file is empty")


def test_a_question_set_named_as_articles() -> None:
    line = json.dumps({"id": "q1", "question": "How long?", "answers": ["an hour"]})
    assert refusal(read_jsonl, line, "a.jsonl") == (
        "is a question set, not articles; use it with `pullquote evaluate`."
    )


def test_a_foreign_byte_costs_its_line_or_is_read_where_it_is_sure() -> None:
    plain = json.dumps(GOOD | {"id": "0", "text": "word " * 20_000}).encode()
    lines = [plain, b'{"id": "1", "text": "caf\xe9 noir"}', b'{"id": "2", "text": "\xff\xfe"}']
    found = finds(read_jsonl, b"\n".join(lines), "a.jsonl")
    assert found.texts[1:] == ["café noir"]
    assert "0xFF" in found.skipped["line 3"]
    assert found.notes == ["/clips/a.jsonl: read as Windows-1252; save it as UTF-8 to be sure"]


def test_binary_data_is_refused_as_a_whole_and_one_nul_is_not() -> None:
    assert "binary" in refusal(read_jsonl, b"\0\1\2\0\0" * 100, "a.jsonl")
    found = finds(read_jsonl, b'{"te\0xt"}\n' + json.dumps(GOOD).encode(), "a.jsonl")
    assert (list(found.skipped), found.ids) == (["line 1"], ["a"])


def test_a_file_of_faults_is_given_up() -> None:
    found = finds(read_jsonl, "{\n" * 20_000, "a.jsonl")
    assert len(found.skipped) == 10_001
    assert found.skipped["line 10001 and all below"].startswith("more than 10000 parts")


@pytest.mark.parametrize("field", ["id", "text", "title", "url", "publisher", "author"])
def test_a_lone_surrogate_becomes_a_replacement_character(field: str) -> None:
    raw = read(GOOD | {field: "bad \ud83d emoji, good 😀"}).one
    assert getattr(raw, field) == "bad \ufffd emoji, good 😀"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_is_kept_as_it_is(text: str) -> None:
    assert read({"id": "a", "text": text}).texts == ([text] if text.strip() else [])
