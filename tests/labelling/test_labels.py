"""Labels as lines, and the file that keeps them whatever happens."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluation.labelling.label_file import load_labels, opened_labels
from bot.evaluation.labelling.labels import Label, Quote, parse_labels, to_line
from bot.evaluation.sets.question_sets import load_question_set
from bot.evaluation.sets.questions import EvalQuestion
from retrieval.datatypes import TextRange
from retrieval.errors import PullquoteError, QuestionSetError, StorageError, UsageError, WorkError
from tests.bot.worlds import article, hostile_texts

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ASKED = EvalQuestion("q1", "How long?", (), date=date(2021, 5, 20), conversation="A", turn=2)
TALK = article("It lasted one hour. Later: one hour.", "talk.txt")
QUOTES = tuple(Quote.cut(TALK, TextRange(start, start + 8)) for start in (10, 27))
LABEL = Label.of(ASKED, QUOTES, by="Ann", labelled_at=NOON, probability=0.5)
NONE = Label.of(EvalQuestion("q2", "Who?", ()), (), labelled_at=NOON)

KILLED = """
import sys, time
from pathlib import Path
from bot.evaluation.labelling.label_file import opened_labels
from tests.labelling.test_labels import LABEL
with opened_labels(Path(sys.argv[1])) as file:
    file.append(LABEL)
    with Path(sys.argv[1]).open("ab") as stream:
        stream.write(b'{"id": "q2", "ques')
    print("WRITTEN", flush=True)
    time.sleep(3600)  # until it is killed
"""


def kept(path: Path, *labels: Label) -> None:
    with opened_labels(path) as file:
        for label in labels:
            file.append(label)


def refusal(path: Path) -> str:
    with pytest.raises(PullquoteError) as caught, opened_labels(path):
        pass
    sentence = str(caught.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_evaluation_reads_a_file_of_labels_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    kept(path, LABEL, NONE)
    answered = replace(ASKED, answers=("one hour",))
    assert set(load_question_set(path).questions) == {answered, EvalQuestion("q2", "Who?", ())}


def test_a_label_names_every_field(tmp_path: Path) -> None:
    assert json.loads(to_line(LABEL)) == {
        "id": "q1",
        "question": "How long?",
        "answers": ["one hour", "one hour"],
        "date": "2021-05-20",
        "conversation": "A",
        "turn": 2,
        "spans": [
            {"article_id": "talk.txt", "start": 10, "end": 18},
            {"article_id": "talk.txt", "start": 27, "end": 35},
        ],
        "by": "Ann",
        "labelled_at": "2026-01-31T12:00:00+00:00",
        "probability": 0.5,
    }


@settings(max_examples=200)
@given(text=hostile_texts, data=st.data())
def test_what_is_written_is_verbatim_and_comes_back(text: str, data: st.DataObject) -> None:
    source = article(text, data.draw(st.sampled_from(["a.txt", "ö\u2028\r\n.txt"])))
    length = len(source.text)
    places = data.draw(st.lists(st.tuples(*[st.integers(0, length)] * 2), max_size=3))
    ranges = [TextRange(*sorted(place)) for place in places]
    quotes = [Quote.cut(source, r) for r in ranges if source.text[r.start : r.end].strip()]
    label = Label.of(replace(ASKED, question=text.strip() or "?"), quotes, by="Ann\x85")
    line = to_line(label)
    assert len(line.splitlines()) == 1
    (read,) = parse_labels(line + "\n", "set").labels
    assert read == label
    for answer, place in zip(read.answers, read.spans, strict=True):
        assert source.text[place.start : place.end] == answer


def test_every_label_is_on_the_disk_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "labels.jsonl"
    with opened_labels(path) as file:
        assert not path.exists()
        file.append(LABEL)
        assert load_labels(path).labels == (LABEL,)
        file.append(NONE)
        assert load_labels(path).labels == file.labels == (LABEL, NONE)


def test_undo_removes_the_last_line_and_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    kept(path, LABEL, NONE)
    noted = to_line(LABEL)[:-1] + ', "note": "mine"}'
    path.write_text(f"{noted}\n\n{to_line(NONE)}\n\n", encoding="utf-8")
    with opened_labels(path) as file:
        assert file.take_back() == NONE
        assert path.read_text(encoding="utf-8").strip() == noted
        assert file.take_back() == LABEL
        assert path.read_bytes() == b""
        file.append(NONE)
    assert load_labels(path).labels == (NONE,)
    assert sorted(p.name for p in tmp_path.iterdir() if p.suffix == ".part") == []


@pytest.mark.parametrize("cut", [1, 6, 9, 30, 90, -1])
def test_a_torn_last_line_is_dropped_and_told(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "labels.jsonl"
    torn = to_line(replace(NONE, question="Où?" * 30)).encode()[:cut]
    path.write_bytes(to_line(LABEL).encode() + b"\n" + torn)
    assert load_labels(path).labels == (LABEL,)
    with opened_labels(path) as file:
        assert "cut off" in file.mended
        assert file.labels == (LABEL,)
        assert path.read_bytes() == to_line(LABEL).encode() + b"\n"
    with opened_labels(path) as file:
        assert file.mended == ""


def test_a_line_torn_inside_a_character_or_left_as_zeros(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    for torn in ('{"id": "é'.encode()[:-1], b"\0" * 40):
        path.write_bytes(to_line(LABEL).encode() + b"\n" + torn)
        with opened_labels(path) as file:
            assert "cut off" in file.mended
            assert file.labels == (LABEL,)


def test_a_last_line_that_lacks_only_its_end_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(to_line(LABEL), encoding="utf-8")
    with opened_labels(path) as file:
        assert file.mended == ""
        file.append(NONE)
    assert load_labels(path).labels == (LABEL, NONE)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("my notes", "line 1"),
        (
            '{"id": "a", "question": "Why?", "answers": []}\n',
            "was not written by `pullquote label`",
        ),
        (to_line(LABEL) + "\nbroken\n" + to_line(NONE) + "\n", "line 2 is not JSON"),
        (to_line(LABEL) + "\n" + to_line(LABEL) + "\n", "line 2 has the same id"),
        (to_line(LABEL).replace('"end": 18', '"end": 19') + "\n", '"spans" do not fit'),
        (to_line(LABEL).replace('"start": 10', '"start": true') + "\n", '"spans" do not fit'),
        (to_line(LABEL).replace("2026-01", "20a6-01") + "\n", "is not a time"),
        (to_line(LABEL).replace("0.5", "7") + "\n", "is not a number from 0 to 1"),
    ],
)
def test_what_is_no_file_of_labels_is_refused_and_left_alone(
    tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "labels.jsonl"
    path.write_text(content, encoding="utf-8")
    assert said in refusal(path)
    assert path.read_text(encoding="utf-8") == content


def test_a_torn_line_is_not_mended_in_a_file_that_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    content = 'notes\n{"id": "q'
    path.write_text(content, encoding="utf-8")
    assert "line 1" in refusal(path)
    assert path.read_text(encoding="utf-8") == content


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"), opened_labels(tmp_path):
        pass


def test_two_people_cannot_label_into_one_file(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    with opened_labels(path), pytest.raises(WorkError, match="another `pullquote label`"):
        kept(path, LABEL)
    kept(path, LABEL)
    assert load_labels(path).labels == (LABEL,)


def test_a_kill_loses_nothing_that_was_labelled_and_frees_the_file(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    with child.stdout:
        assert child.stdout.readline() == "WRITTEN\n"
        assert "another `pullquote label`" in refusal(path)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
    with opened_labels(path) as file:
        assert file.labels == (LABEL,)
        assert "cut off" in file.mended


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StorageError, match="cannot be kept"):
        kept(tmp_path / "labels.jsonl", LABEL)


def test_a_path_through_a_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot be kept"):
        kept(tmp_path / "file" / "labels.jsonl", LABEL)


def test_a_file_without_labels_cannot_be_compared(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(QuestionSetError, match="holds no label"):
        load_labels(tmp_path / "empty")
    with pytest.raises(QuestionSetError, match="no such file"):
        load_labels(tmp_path / "missing")
