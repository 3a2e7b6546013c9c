"""Which file is which, and files that are broken, mixed, or too large: one sentence each."""

from __future__ import annotations

import gzip
import json
import os
import threading
import tracemalloc
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evaluation.sets.question_sets import load_question_set, load_question_sets
from bot.evaluation.sets.rewrite import load_rewrite_set
from bot.evaluation.sets.text import SizeLimits, read_set_text
from retrieval.errors import QuestionSetError

from .set_files import (
    ARTICLE,
    CANARD,
    CAST,
    JSONL,
    QRELS,
    ROWS,
    SGML,
    TABLE,
    TSV,
    XML,
    coqa,
    coqa_story,
    fault,
    loads,
    quac,
    rated,
    rating,
    squad,
    written,
)

WHOLE = {
    "jsonl": JSONL,
    "table": TABLE,
    "squad": json.dumps(squad()),
    "quac": json.dumps(quac()),
    "coqa": json.dumps(coqa()),
    "squad, indented": json.dumps(squad(), indent=2),
}
"""Formats that are whole in one file."""
EVERY = {
    **WHOLE,
    "sgml": SGML,
    "xml": XML,
    "tsv": TSV,
    "qrels": QRELS,
    "cast": json.dumps(CAST),
    "canard": json.dumps([CANARD]),
    "articles": json.dumps(ARTICLE),
}
FIRST_IDS = {"jsonl": "a", "table": "row-1", "quac": "C_ferry_0_q#0", "coqa": "ferry_1"}
MEGABYTE = 2**20


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("suffix", ["", ".jsonl", ".json", ".csv", ".tsv", ".xml", ".qrels", ".gz"])
@pytest.mark.parametrize("kind", WHOLE)
def test_the_content_tells_not_the_name(
    tmp_path: Path, kind: str, suffix: str, zipped: bool
) -> None:
    content = WHOLE[kind].encode()
    path = written(tmp_path, gzip.compress(content, mtime=0) if zipped else content, f"set{suffix}")
    assert load_question_set(path).questions[0].id == FIRST_IDS.get(kind, "s1")


@pytest.mark.parametrize("name", ["topics.csv", "topics.jsonl", "301.db"])
@pytest.mark.parametrize("topics", [SGML, XML, TSV])
def test_topics_and_qrels_may_have_any_name(tmp_path: Path, topics: str, name: str) -> None:
    paths = [written(tmp_path, topics, name), written(tmp_path, QRELS, f"{name}.sqlite")]
    assert [q.id for q in load_question_sets(paths)[0].questions] == ["301", "302"]


def test_sets_of_all_formats_load_together(tmp_path: Path) -> None:
    paths = [written(tmp_path, text, kind) for kind, text in WHOLE.items()]
    paths += [written(tmp_path, SGML, "t"), rated(tmp_path / "r", rating(1))]
    loaded = load_question_sets([*paths, written(tmp_path, QRELS, "q")])
    assert [s.name for s in loaded] == [str(path) for path in paths]
    assert [s.answered for s in loaded] == [True] * len(WHOLE) + [False, True]


def on_line(number: int, intruder: Any) -> str:
    """JSONL of good rows but for one line."""
    rows: list[Any] = [{**ROWS[0], "id": str(n), "question": f"Q{n}?"} for n in range(1, 13)]
    lines = [json.dumps(row) for row in rows]
    lines[number - 1] = intruder if isinstance(intruder, str) else json.dumps(intruder)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("line", [1, 2, 7, 12])
@pytest.mark.parametrize(
    ("intruder", "said"),
    [
        ({"id": "x", "answers": []}, 'has no "question"'),
        ({"id": "x", "question": "?"}, 'has no "answers"'),
        (squad(), "is a whole SQuAD, QuAC or CoQA file, not a question"),
        (squad()["data"][0], "is an article of a SQuAD file, not a question"),
        (coqa_story(), "is a story of a CoQA file, not a question"),
        (CANARD, "is a turn of CANARD, not a question"),
        ("Who built it?,Ida", "is not JSON, as the lines around it are"),
        ("question,answer", "is not JSON, as the lines around it are"),
        ("301 0 FT-1 1", "is not JSON, as the lines around it are"),
        ('{"id": "x", "question": "?", "answers": []} {}', "goes on after its JSON object"),
        ('{"id": "x", "question": "?", "answers": [' + "9" * 5000 + "]}", "is not valid JSON"),
    ],
)
def test_one_wrong_line_among_good_ones_is_named(
    tmp_path: Path, line: int, intruder: Any, said: str
) -> None:
    # What a file begins with decides what it is: qrels, or a table.
    if line == 1 and intruder in ("301 0 FT-1 1", "question,answer"):
        assert fault(written(tmp_path, on_line(line, intruder))).startswith("line 2 is ")
    else:
        assert f"line {line} {said}" in fault(written(tmp_path, on_line(line, intruder)))


@pytest.mark.parametrize("line", [2, 7])
def test_articles_and_conversations_below_a_question_are_named(tmp_path: Path, line: int) -> None:
    sentence = f"line {line} is an article, not a question; keep one format in a file"
    assert sentence in fault(written(tmp_path, on_line(line, ARTICLE)))
    sentence = f"line {line} is a conversation with human rewrites, not a question"
    assert sentence in fault(written(tmp_path, on_line(line, CAST)))


def test_other_formats_at_the_top_are_told_where_they_belong(tmp_path: Path) -> None:
    assert "give it to `pullquote index`" in fault(written(tmp_path, EVERY["articles"]))
    for rewrites in ("cast", "canard"):
        path = written(tmp_path, EVERY[rewrites])
        assert "measure it with `--task rewrite`" in fault(path)
        assert load_rewrite_set(path).examples


@pytest.mark.parametrize("intruder", [json.dumps(ROWS[0]), json.dumps([CANARD]), "[1]"])
def test_json_in_a_table_is_named(tmp_path: Path, intruder: str) -> None:
    said = fault(written(tmp_path, f"{TABLE}{intruder}\n"))
    if intruder == "[1]":
        assert "line 4 has 1 cells, the header 2" in said
    else:
        assert "line 4 is JSON, not a row of the table" in said


@pytest.mark.parametrize("between", ["", "\n", "\n\n\n"])
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("second", [squad(), coqa(), {}, [], 7])
def test_a_second_document_is_named(
    tmp_path: Path, between: str, indent: int | None, second: Any
) -> None:
    first = json.dumps(squad(), indent=indent)
    line = 1 + first.count("\n") + len(between)
    said = fault(written(tmp_path, first + between + json.dumps(second)))
    assert f"line {line}: something follows the end of the JSON document" in said


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("kind", EVERY)
def test_bytes_that_are_no_text_are_refused_in_every_format(
    tmp_path: Path, kind: str, zipped: bool
) -> None:
    text = EVERY[kind].strip() + "\n"
    lines = text.count("\n") + 1

    def said(content: bytes) -> str:
        return fault(written(tmp_path, gzip.compress(content, mtime=0) if zipped else content))

    assert f"line {lines} holds a NUL byte" in said(text.encode() + b"\0")
    assert f"line {lines} is not UTF-8 (byte 0xE9)" in said(text.encode() + b"\xe9\n")
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert "is UTF-16, not UTF-8" in said(text.encode(encoding))
    assert "the question set is empty" in said(b" \n")


@pytest.mark.parametrize("after", [b"", b"\n", b"\n" + b"c" * MEGABYTE])
def test_a_line_may_be_as_long_as_the_limit_and_no_byte_longer(
    tmp_path: Path, after: bytes
) -> None:
    limits = SizeLimits(line=2 * MEGABYTE)
    path = written(tmp_path, b"a\n" + b"b" * limits.line + after)
    assert read_set_text(path, limits) == path.read_text()
    path = written(tmp_path, b"a\n" + b"b" * limits.line + b"b" + after)
    with pytest.raises(QuestionSetError, match="line 2 is longer than 2 MB; put each question"):
        read_set_text(path, limits)


def test_a_file_of_short_lines_has_a_limit_too(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n" * MEGABYTE)
    assert len(read_set_text(path, SizeLimits(whole=2 * MEGABYTE))) == 2 * MEGABYTE
    with pytest.raises(QuestionSetError, match="larger than 1 MB in all; split the file"):
        read_set_text(path, SizeLimits(whole=MEGABYTE))


def test_a_line_of_two_gigabytes_is_refused_before_it_is_in_memory(tmp_path: Path) -> None:
    member = gzip.compress(b"x" * 16 * MEGABYTE, compresslevel=1, mtime=0)
    path = written(tmp_path, gzip.compress(b'{"id": "', mtime=0) + member * 128)
    tracemalloc.start()
    try:
        said = fault(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said.startswith("line 1 is longer than 256 MB; put each question on a line of its own")
    assert peak < 300 * MEGABYTE


def test_a_sparse_file_of_two_gigabytes_is_refused_at_its_first_hole(tmp_path: Path) -> None:
    path = written(tmp_path, JSONL)
    os.truncate(path, 2 * 1024 * MEGABYTE)
    assert "line 3 holds a NUL byte" in fault(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("content", [JSONL.encode(), gzip.compress(JSONL.encode(), mtime=0)])
def test_a_pipe_is_read_like_a_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(content,))
    writer.start()
    try:
        assert len(load_question_set(path).questions) == len(ROWS)
    finally:
        writer.join()


def test_no_message_echoes_what_a_file_is_full_of(tmp_path: Path) -> None:
    """``fault`` measures the sentence."""
    much = "x" * MEGABYTE
    own = {"id": much, "question": much, "answers": [much]}
    for content in (
        [own, own | {"question": "?"}],
        [own | {"date": much}],
        [own | {"answers": much}],
    ):
        fault(written(tmp_path, "".join(json.dumps(row) + "\n" for row in content)))
    for text in (
        f"id,question,answer\n{much},A?,x\n{much},B?,x\n",
        f"id,question,answer\n{much},A?,x\n{much}y,A?,x\n",
        f"question,answer,{much},{much}\n",
        f"{much}\n{much}\n",
        f"1\t{much}\n{much}\n",
        f"1 0 {much} 1\n1 0 {much} 2\n",
        f"<top><num>{much}<title>a</top><top><num>{much}<title>a</top>",
        f"<t><topic number='1'>&{much};</topic></t>",
        json.dumps(squad(id=much, answers=[{"text": f"{much}!"}])),
        json.dumps({much: 1}),
        json.dumps(coqa({**coqa_story(), "id": much}, {**coqa_story(), "id": much})),
    ):
        fault(written(tmp_path, text))


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "id": "\x1b[31m\n\u202e"}, {**ROWS[1], "id": "\x1b[31m\n\u202e"}]
    said = fault(written(tmp_path, "".join(json.dumps(row) + "\n" for row in rows)))
    assert 'the same id "[31m"' in said


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sound file with some stretches cut, doubled, moved or replaced."""
    content = draw(st.sampled_from(list(EVERY.values()))).encode()
    for _ in range(draw(st.integers(1, 5))):
        start, end = sorted(draw(st.tuples(*[st.integers(0, len(content))] * 2)))
        other = draw(st.sampled_from(list(EVERY.values()))).encode()
        middle = draw(
            st.sampled_from(
                [b"", content[start:end] * 2, other, b"\n", b"\t", b"[]", b"{}", b"null", b"-1"]
            )
            | st.binary(max_size=4)
        )
        content = content[:start] + middle + content[end:]
    return content


_LOADED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=250)


@_LOADED
@given(content=mutated())
def test_any_damage_loads_or_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    assert loads(path)
    assert loads(path, written(tmp_path, QRELS, "qrels"))
    assert loads(written(tmp_path, TSV, "topics"), path)


@_LOADED
@given(text=st.text() | st.text("<>/top num123:\t\n{}[]\"',-"))
def test_any_text_loads_or_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    assert loads(written(tmp_path, text.encode("utf-8", "surrogatepass")))


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-1, 2)
    | st.floats()
    | st.sampled_from(["", "a", "Mara"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                (
                    "id data paragraphs context qas answers text question story questions "
                    "input_text turn_id turns yesno additional_answers"
                ).split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@_LOADED
@given(st.sampled_from([squad, quac, coqa]), st.lists(st.integers(0, 40), max_size=3), _JSON)
def test_any_value_anywhere_in_a_document_loads_or_is_refused(
    tmp_path: Path, make: Any, places: list[int], value: Any
) -> None:
    document = make()
    for place in places:
        holders = list(containers(document))
        holder = holders[place % len(holders)]
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if keys:
            holder[keys[place % len(keys)]] = deepcopy(value)
    assert loads(written(tmp_path, json.dumps(document)))


def containers(value: Any) -> Any:
    """Every list and object in a JSON value, outermost first."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from containers(inner)
