"""Articles from JSON Lines: every fault is named with its line."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from retrieval.ingest.jsonlines import read_jsonl

from retrieval.errors import ArticleFileError
from retrieval.ingest.raw import RawArticle, Skipped

from .builders import assert_one_sentence, write_jsonl

GOOD = {"id": "a", "text": "Some words."}


def read_all(path: Path) -> tuple[list[RawArticle], list[Skipped], list[str]]:
    skipped: list[Skipped] = []
    warnings: list[str] = []
    return list(read_jsonl(path, str(path.parent), skipped, warnings)), skipped, warnings


def fault(path: Path, contents: str | bytes) -> str:
    path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
    with pytest.raises(ArticleFileError) as caught:
        read_all(path)
    assert_one_sentence(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value)


def test_all_fields_are_read(tmp_path: Path) -> None:
    record = {
        "id": "x 1",
        "text": "  Line one.\r\nLine two.\n",
        "title": "T",
        "url": "https://e.org/a",
        "publisher": "P",
        "published": "2021-05-19T22:00:00Z",
        "unknown": {"ignored": True},
    }
    path = write_jsonl(tmp_path / "a.jsonl", record)
    (raw,), skipped, warnings = read_all(path)
    assert raw == RawArticle(
        "x 1",
        "  Line one.\r\nLine two.\n",
        str(tmp_path),
        str(path),
        "T",
        "P",
        "https://e.org/a",
        date(2021, 5, 19),
    )
    assert (skipped, warnings) == ([], [])


def test_null_and_empty_fields_are_absent(tmp_path: Path) -> None:
    empty = {"title": None, "url": "", "publisher": None, "published": ""}
    ((raw,), _, warnings) = read_all(write_jsonl(tmp_path / "a.jsonl", GOOD | empty))
    assert (raw.title, raw.url, raw.publisher, raw.published) == (None, None, None, None)
    assert warnings == []


def test_blank_lines_crlf_bom_and_missing_last_newline_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = ["", json.dumps(GOOD), "  ", json.dumps(GOOD | {"id": "b"})]
    path.write_bytes("\r\n".join(lines).encode("utf-8-sig"))
    assert [raw.id for raw in read_all(path)[0]] == ["a", "b"]
    path.write_bytes("\n".join(lines).encode("utf-16"))
    assert [raw.id for raw in read_all(path)[0]] == ["a", "b"]


def test_line_separators_inside_a_string_end_no_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    record = GOOD | {"text": "one\u2028two\x85three\u2029four"}
    path.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    assert read_all(path)[0][0].text == record["text"]


@pytest.mark.parametrize("name", ["a.jsonl.gz", "A.JSONL.GZ"])
def test_gzip(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(json.dumps(GOOD).encode(), mtime=0))
    assert read_all(tmp_path / name)[0][0].text == GOOD["text"]


def test_broken_json_on_line_7(tmp_path: Path) -> None:
    lines = [json.dumps(GOOD | {"id": str(i)}) for i in range(1, 10)]
    lines[6] = '{"id": "7", "text": '
    assert "line 7 is not valid JSON" in fault(tmp_path / "a.jsonl", "\n".join(lines))


@pytest.mark.parametrize(
    "line",
    ["{", "nonsense", "{'id': 1}", '{"id": "a"} {"id": "b"}', '{"a": NULL}', "[" * 100_000, "{]"],
)
def test_other_broken_json(tmp_path: Path, line: str) -> None:
    assert "line 1 is not valid JSON" in fault(tmp_path / "a.jsonl", line)


def test_a_number_longer_than_python_reads_is_broken_json(tmp_path: Path) -> None:
    # Was: json.loads raises a bare ValueError beyond 4300 digits; read_jsonl catches only
    # JSONDecodeError, so that one field that nobody needs ends the run with a traceback.
    line = '{"id": "a", "text": "b", "n": ' + "1" * 5000 + "}"
    assert "line 1" in fault(tmp_path / "a.jsonl", line)


@pytest.mark.parametrize("line", ["[]", "3", '"text"', "null", "[{}]"])
def test_a_line_that_is_no_object(tmp_path: Path, line: str) -> None:
    assert "line 1 is not a JSON object" in fault(tmp_path / "a.jsonl", line)


@pytest.mark.parametrize("record", [{}, {"id": 3}, {"id": None}, {"id": " "}, {"id": ["a"]}])
def test_an_article_without_an_id(tmp_path: Path, record: dict[str, object]) -> None:
    line = json.dumps({"text": "b"} | record)
    assert 'line 1 has no "id"' in fault(tmp_path / "a.jsonl", line)


@pytest.mark.parametrize("record", [{}, {"text": 3}, {"text": None}, {"text": ["a"]}])
def test_an_article_without_text(tmp_path: Path, record: dict[str, object]) -> None:
    assert 'line 1 has no "text"' in fault(tmp_path / "a.jsonl", json.dumps({"id": "b"} | record))


@pytest.mark.parametrize("field", ["title", "url", "publisher"])
def test_a_mistyped_field(tmp_path: Path, field: str) -> None:
    line = json.dumps(GOOD | {field: 3})
    assert f'"{field}" of line 1 is not text' in fault(tmp_path / "a.jsonl", line)


def test_two_equal_ids_in_one_file(tmp_path: Path) -> None:
    lines = [json.dumps(GOOD), "", json.dumps(GOOD | {"text": "Other."})]
    assert 'lines 1 and 3 have the same id "a"' in fault(tmp_path / "a.jsonl", "\n".join(lines))


@pytest.mark.parametrize("contents", ["", "\n\n \n", "\ufeff"])
def test_an_empty_file(tmp_path: Path, contents: str) -> None:
    assert "the file is empty" in fault(tmp_path / "a.jsonl", contents)


def test_an_empty_gzip_file(tmp_path: Path) -> None:
    assert "empty" in fault(tmp_path / "a.jsonl.gz", gzip.compress(b"", mtime=0))


WHOLE = gzip.compress(json.dumps(GOOD).encode() * 50, mtime=0)


@pytest.mark.parametrize(
    "data",
    [
        WHOLE[:-1],
        WHOLE[: len(WHOLE) // 2],
        WHOLE[:5],
        b"not gzip",
        WHOLE + b"rubbish",
        WHOLE[:20] + b"\xff\xff\xff" + WHOLE[23:],
        WHOLE[:-8] + b"\0" * 8,
    ],
    ids=["last byte", "half", "header", "plain", "rubbish after", "altered", "checksum"],
)
def test_a_damaged_gzip_file(tmp_path: Path, data: bytes) -> None:
    assert "is not a whole gzip file" in fault(tmp_path / "a.jsonl.gz", data)


def test_a_question_set_named_as_articles(tmp_path: Path) -> None:
    line = json.dumps({"id": "q1", "question": "How long?", "answers": ["an hour"]})
    assert "pullquote evaluate" in fault(tmp_path / "a.jsonl", line)


def test_a_bad_byte_is_named(tmp_path: Path) -> None:
    assert "byte 3" in fault(tmp_path / "a.jsonl", b'{"i\xff"')


def test_an_article_of_white_space_is_skipped_with_its_line(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", GOOD, {"id": "b", "text": " \n\t"})
    raws, skipped, _ = read_all(path)
    assert [raw.id for raw in raws] == ["a"]
    assert [(s.name, s.reason) for s in skipped] == [("a.jsonl line 2", "article without text")]


@pytest.mark.parametrize("value", ["last Friday-ish", "2021", "May 2021", 2021, True, ["x"], {}])
def test_a_date_that_is_none_is_warned_of_and_the_article_kept(
    tmp_path: Path, value: object
) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", GOOD | {"published": value})
    ((raw,), _, warnings) = read_all(path)
    assert raw.published is None
    assert len(warnings) == bool(value)


def test_a_lone_surrogate_in_the_text_becomes_a_replacement_character(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a", "text": "bad \\ud83d emoji, good \\ud83d\\ude00"}')
    assert read_all(path)[0][0].text == "bad \ufffd emoji, good 😀"


@pytest.mark.parametrize("field", ["id", "title", "url", "publisher"])
def test_a_lone_surrogate_in_any_field_can_be_stored(tmp_path: Path, field: str) -> None:
    # Was: only `text` is mended; the others end the run in SQLite (UnicodeEncodeError) or in the
    # tokenizer (TypeError), both with a traceback.
    path = write_jsonl(tmp_path / "a.jsonl", GOOD | {field: "bad \ud83d emoji"})
    (raw,) = read_all(path)[0]
    assert getattr(raw, field).encode("utf-8")
