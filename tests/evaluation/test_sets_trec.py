"""TREC topics in three forms, their qrels, and which of them belong together."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.sets.judged import UNJUDGED
from bot.evaluation.sets.question_sets import (
    EvalQuestion,
    load_question_sets,
    load_topics,
)
from retrieval.errors import QuestionSetError

from .set_files import JSONL, QRELS, SGML, TSV, XML, fault, written

GRADES = {"301": {"FT-1": 1, "FT-2": 0}, "302": {"FT-3": 2, "FT-1": 0}}


@pytest.mark.parametrize("content", [SGML, XML, TSV, "qid\tquery\n" + TSV, SGML.upper()])
def test_topics_of_each_form_are_the_same_questions(tmp_path: Path, content: str) -> None:
    loaded = load_topics(written(tmp_path, content, "set.jsonl"))
    expected = [("301", "ferries & ports"), ("302", "pilots")]
    assert [(q.id, q.question.lower()) for q in loaded.questions] == expected
    assert [q.answers for q in loaded.questions] == [(), ()]
    assert loaded.answered is False
    assert loaded.qrels is None


@pytest.mark.parametrize(
    "topic",
    [
        "<top><num>7<desc> Description: who built it?\n<title>\n</top>",
        "<top>\r\n<NUM> Number: 7\r\n<question>who built it?\r\n</top>",
        "<!-- a comment -->\n<xml><top><num>7</num><query>who built it?</query></top></xml>",
        '<t><topic id="7" lang="en">who built it?</topic></t>',
        '<t><topic number="7"><!-- c --><description>who\nbuilt it?</description></topic></t>',
        '<t xmlns="urn:x"><topic><num>7</num><title>who built it?</title></topic></t>',
        "7\twho built it?\r\n",
    ],
)
def test_what_else_a_topic_may_look_like(tmp_path: Path, topic: str) -> None:
    (question,) = load_topics(written(tmp_path, topic)).questions
    assert question == EvalQuestion("7", "who built it?", ())


@pytest.mark.parametrize("qrels_first", [False, True])
@pytest.mark.parametrize("topics", [SGML, XML, TSV])
def test_qrels_are_attached_to_the_topics_beside_them(
    tmp_path: Path, topics: str, qrels_first: bool
) -> None:
    paths = [written(tmp_path, topics, "t"), written(tmp_path, QRELS, "q")]
    (loaded,) = load_question_sets(paths[::-1] if qrels_first else paths)
    assert loaded.name == str(tmp_path / "t")
    assert loaded.qrels == GRADES
    assert loaded.left_out == 0
    assert loaded.answered is False


def test_other_sets_stand_between_them_untouched(tmp_path: Path) -> None:
    paths = [written(tmp_path, text, name) for name, text in (("t", TSV), ("j", JSONL))]
    loaded = load_question_sets([*paths, written(tmp_path, QRELS, "q")])
    assert [s.name for s in loaded] == [str(path) for path in paths]
    assert [s.qrels for s in loaded] == [GRADES, None]
    assert [s.answered for s in loaded] == [False, True]


def files(folder: Path, kinds: str) -> list[Path]:
    """Topics (T) and qrels (Q) in turn. The grade in a file of qrels is its place in ``kinds``."""
    return [
        written(folder, "1\tpilots\n" if kind == "T" else f"1 0 D {place}\n", f"{place}{kind}")
        for place, kind in enumerate(kinds)
    ]


@pytest.mark.parametrize(
    ("kinds", "grades"),
    [
        ("TQ", [1]),
        ("QT", [0]),
        ("TTQ", [2, 2]),
        ("TQT", [1, 1]),
        ("TQTQ", [1, 3]),
        ("QTQT", [0, 2]),
        ("QTT", [0, 0]),
    ],
)
def test_topics_take_the_qrels_next_to_them(tmp_path: Path, kinds: str, grades: list[int]) -> None:
    loaded = load_question_sets(files(tmp_path, kinds))
    assert [s.qrels for s in loaded] == [{"1": {"D": grade}} for grade in grades]


@pytest.mark.parametrize("kinds", ["TQQ", "QTQ"])
def test_several_qrels_of_the_same_topics_are_joined(tmp_path: Path, kinds: str) -> None:
    first, *others = files(tmp_path, kinds)
    (more,) = (path for path in [first, *others][1:] if path.name == "2Q")
    more.write_text("1 0 E 5\n")
    (loaded,) = load_question_sets([first, *others])
    grade = 1 if kinds == "TQQ" else 0
    assert loaded.qrels == {"1": {"D": grade, "E": 5}}


def test_topics_without_judgements_are_counted_and_not_asked(tmp_path: Path) -> None:
    paths = [written(tmp_path, TSV, "t"), written(tmp_path, "302 0 FT-3 1\n", "q")]
    (loaded,) = load_question_sets(paths)
    assert [q.id for q in loaded.questions] == ["302"]
    assert (loaded.left_out, loaded.left_out_reason) == (1, UNJUDGED)


def test_early_topics_write_zeros_before_their_number(tmp_path: Path) -> None:
    paths = [written(tmp_path, "051\tairbus\n", "t"), written(tmp_path, "51 0 D 1\n", "q")]
    assert load_question_sets(paths)[0].qrels == {"051": {"D": 1}}


def test_topics_and_qrels_need_each_other(tmp_path: Path) -> None:
    topics, qrels = written(tmp_path, TSV, "t"), written(tmp_path, QRELS, "q")
    others = written(tmp_path, "900 0 FT-1 1\n", "other")
    assert "name the file with their relevance judgements" in fault(topics)
    assert "without questions; name the file with their topics" in fault(qrels)
    assert "without questions" in fault(written(tmp_path, JSONL, "j"), qrels)
    assert 'such as "900", is one of the topics in' in fault(topics, others)
    assert 'such as "900", is one of the topics in' in fault(topics, qrels, others)
    clash = written(tmp_path, "301 0 FT-1 2\n", "clash")
    assert 'grades "FT-1" for question "301" otherwise' in fault(topics, qrels, clash)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("1\ta\n2\tb\n1\tc\n", 'line 3 has the same id "1" as line 1'),
        ("1\ta\nno tab\n", "line 2 is not a topic as the other lines are"),
        ("1\ta\n2 3\tb\n", "line 2 is not a topic"),
        ("1\ta\n2\t \n", "line 2 is not a topic"),
        ('1\ta\n{"id": "x", "question": "?", "answers": []}\n', "line 2 is not a topic"),
        (
            "<top>\n<num> 1\n<title> a\n</top>\n<top>\n<num> 1 <title> b </top>",
            "line 5 has the same id",
        ),
        ("<top>\n<title> a\n</top>", "line 1 has no number"),
        ("\n<top>\n<num> 1\n<narr> a\n</top>", "line 2 has no title or query"),
        ("<top>\n<num> 1\n<title> a\n", "line 1: this topic does not end"),
        ("<top>\n<num> 1\n<top>\n", "line 3 has <top> where the other belongs"),
        ("</top>\n<top>", "line 1 has </top> where the other belongs"),
        ("<top><num>1<title>a</top>\n\n301 0 FT 1\n", "line 3 stands outside of all topics"),
        ("<!-- \n -->stray\n<top><num>1<title>a</top>", "line 2 stands outside of all topics"),
        ("\n<t>\n<topic number='1'>a</topic\n</t>", "is not valid XML"),
        ("<t>\n<topic number='1'>&x;</topic></t>", "line 2 is not valid XML"),
        ("<t><topic>a</topic></t>", "topic 1 has no number"),
        ("<t><topic number='1'><narrative>a</narrative></topic></t>", "topic 1 has no title"),
        (
            "<t><topic number='1'>a</topic><topic number='1'>b</topic></t>",
            'topic 2 has the same id "1" as topic 1',
        ),
        ("<!DOCTYPE t [<!ENTITY a 'b'>]><t><topic number='1'>&a;</topic></t>", "XML entities"),
        ("<html><p>no topics</p></html>", "is no question set that Pullquote knows"),
        ("1 0 D 1\n1 0 D\n", "line 2 is no relevance judgement"),
        ("1 0 D 1\n1 0 D one\n", "line 2 is no relevance judgement"),
        ("1 0 D 1\n\n1 0 D 1\n1 0 D 2\n", 'line 4 grades "D" for question "1" a second time'),
        ("1 0 D 99999999999\n1 0 D 1\n", "line 1 is no relevance judgement"),
        ("1 Q0 D 1 17.5 tag\n1 Q0 E 2 3e1 tag\n", "is a TREC run"),
    ],
)
def test_each_fault_has_its_sentence(tmp_path: Path, content: str, said: str) -> None:
    assert said in fault(written(tmp_path, content))


def test_topics_alone_are_no_qrels(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="holds no TREC topics"):
        load_topics(written(tmp_path, QRELS))
