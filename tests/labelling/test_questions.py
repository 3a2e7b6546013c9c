"""Questions from any set or from plain text; a faulty set is never taken for text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.evaluation.labelling.questions import load_questions
from bot.evaluation.sets.question_sets import load_question_set
from retrieval.errors import QuestionSetError


def written(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "questions"
    path.write_bytes(content.encode())
    return path


def test_plain_text_has_one_question_a_line(tmp_path: Path) -> None:
    path = written(tmp_path, "How long did it last?\r\n\r\n  Who met whom, and where? \r\nWhy")
    asked = [(q.id, q.question, q.answers) for q in load_questions(path).questions]
    assert asked == [
        ("line-1", "How long did it last?", ()),
        ("line-3", "Who met whom, and where?", ()),
        ("line-4", "Why", ()),
    ]


def test_a_question_set_is_read_as_one(tmp_path: Path) -> None:
    row = {"id": "a", "question": "Why?", "answers": ["so"], "date": "2021-05-20"}
    (question,) = load_questions(written(tmp_path, json.dumps(row))).questions
    assert (question.id, question.answers) == ("a", ("so",))
    (question,) = load_questions(written(tmp_path, "question,answer\nWhy?,so")).questions
    assert question.id == "row-1"


@pytest.mark.parametrize(
    "content",
    [
        '{"id": "a", "question": "Why?"\n',
        '{"id": "a", "question": "Why?", "answers": []}\nWhy?\n',
        'Why?\n{"id": "a", "question": "Why?", "answers": []}\n',
        "[1, 2",
        "id,question\na,Why?\n",
        "1 0 doc7 1\n1 0 doc8 0\n",
        "<topic>Why?</topic>",
        "---\n- question: Why?\n",
        "x" * 2001,
        "???\n",
        "",
        "Why?\0",
    ],
)
def test_what_is_no_plain_text_keeps_its_own_error(tmp_path: Path, content: str) -> None:
    path = written(tmp_path, content)
    with pytest.raises(QuestionSetError) as own:
        load_question_set(path)
    with pytest.raises(QuestionSetError) as caught:
        load_questions(path)
    assert str(caught.value) == str(own.value)


def test_topics_need_no_judgements_to_be_labelled(tmp_path: Path) -> None:
    (question,) = load_questions(written(tmp_path, "17\tWhy did they meet?\n")).questions
    assert (question.id, question.question) == ("17", "Why did they meet?")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="no such file"):
        load_questions(tmp_path / "missing")
