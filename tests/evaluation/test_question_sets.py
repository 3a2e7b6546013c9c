"""Question sets of every shape, and every fault with its one sentence."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.evaluation.sets.question_sets import EvalQuestion, load_question_set
from retrieval.errors import QuestionSetError

SEEDS = Path(__file__).parents[2] / "seeds" / "questions.jsonl"
ROW = {"id": "a", "question": "Why?", "answers": ["so"]}


def written(tmp_path: Path, content: str | bytes, name: str = "set") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def jsonl(*rows: Any) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def squad(*qas: dict[str, Any], context: str = "A text.") -> dict[str, Any]:
    paragraph = {"context": context, "qas": list(qas)}
    return {"version": "v2.0", "data": [{"title": "T", "paragraphs": [paragraph]}]}


def fault(tmp_path: Path, content: str | bytes) -> str:
    """The sentence after the file's name."""
    path = written(tmp_path, content)
    with pytest.raises(QuestionSetError) as caught:
        load_question_set(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence.removeprefix(f"{path}: ")


def test_jsonl_with_every_field(tmp_path: Path) -> None:
    row = {
        **ROW,
        "answers": ["so", "so", "thus"],
        "date": "2022/07/09",
        "conversation": "A",
        "turn": 2,
        "disputed": [["so"], ["not so"]],
        "evidence": ["x.txt"],
        "rewrite": "Why is that so?",
        "type": "reason",
        "source": "Der Bote",
        "choices": ["ignored"],
    }
    loaded = load_question_set(written(tmp_path, jsonl(row)))
    assert loaded.questions == (
        EvalQuestion(
            id="a",
            question="Why?",
            answers=("so", "thus"),
            date=date(2022, 7, 9),
            conversation="A",
            turn=2,
            disputed=(("so",), ("not so",)),
            evidence=("x.txt",),
            rewrite="Why is that so?",
            type="reason",
            source="Der Bote",
        ),
    )
    assert loaded.left_out == 0
    assert loaded.left_out_reason is None


def test_answer_in_stands_in_for_evidence_and_an_empty_list_says_nothing(tmp_path: Path) -> None:
    rows = [
        {**ROW, "evidence": [], "answer_in": ["x"]},
        {**ROW, "id": "b", "answer_in": []},
        {**ROW, "id": "c", "evidence": ["y"], "answer_in": ["x"]},
    ]
    loaded = load_question_set(written(tmp_path, jsonl(*rows)))
    assert [q.evidence for q in loaded.questions] == [("x",), None, ("y",)]


def test_a_type_or_source_that_is_no_text_is_ignored_like_any_unknown_field(tmp_path: Path) -> None:
    rows = [{**ROW, "type": 3, "source": {"url": "x"}}, {**ROW, "id": "b", "type": " "}]
    loaded = load_question_set(written(tmp_path, jsonl(*rows)))
    assert [(q.type, q.source, q.rewrite) for q in loaded.questions] == [(None, None, None)] * 2


def test_small_talk_of_a_conversation_stands_before_the_next_question(tmp_path: Path) -> None:
    said = {"id": "s1", "question": "Thanks!", "answers": None, "conversation": "A", "turn": 2}
    rows = [
        {**said, "id": "s3", "question": "Bye.", "turn": 5},
        {**ROW, "conversation": "A", "turn": 4},
        said,
        {**said, "id": "s2", "question": "Sad.", "turn": 3},
        {**ROW, "id": "b", "conversation": "A", "turn": 1},
        {**ROW, "id": "c", "conversation": "B"},
    ]
    loaded = load_question_set(written(tmp_path, jsonl(*rows)))
    assert [(q.id, q.remarks) for q in loaded.questions] == [
        ("b", ()),
        ("a", ("Thanks!", "Sad.")),
        ("c", ()),
    ]
    assert (loaded.left_out, loaded.left_out_reason) == (
        3,
        "small talk of a conversation, which is said and not judged",
    )


def test_rows_no_span_can_answer_are_counted_but_not_asked(tmp_path: Path) -> None:
    path = written(tmp_path, jsonl(ROW, {**ROW, "id": "b", "extractive": False}))
    loaded = load_question_set(path)
    assert [q.id for q in loaded.questions] == ["a"]
    assert loaded.left_out == 1
    assert "extractive" in (loaded.left_out_reason or "")
    assert len(load_question_set(path, every_row=True).questions) == 2


def test_a_row_that_is_there_twice_is_asked_once_and_counted(tmp_path: Path) -> None:
    rows = [ROW, ROW, {**ROW, "id": "b", "extractive": False}]
    loaded = load_question_set(written(tmp_path, jsonl(*rows)))
    assert [q.question for q in loaded.questions] == ["Why?"]
    assert loaded.left_out == 2
    assert "1 the same question again under the same id" in (loaded.left_out_reason or "")


def test_conversations_come_together_in_turn_order(tmp_path: Path) -> None:
    def row(name: str, conversation: str | None, turn: int | None) -> dict[str, Any]:
        return {**ROW, "id": name, "conversation": conversation, "turn": turn}

    rows = [row("A2", "A", 2), row("s", None, None), row("B1", "B", 1), row("A?", "A", None)]
    rows += [row("A1", "A", 1), row("B2", "B", 2)]
    loaded = load_question_set(written(tmp_path, jsonl(*rows)))
    assert [q.id for q in loaded.questions] == ["A1", "A2", "A?", "s", "B1", "B2"]


def test_line_separators_and_broken_emoji_inside_strings(tmp_path: Path) -> None:
    row = json.dumps({**ROW, "question": "A\u2028B?"}, ensure_ascii=False)
    row = row.replace("so", "\\ud83d")
    loaded = load_question_set(written(tmp_path, f"\ufeff{row}\r\n\r\n"))
    assert loaded.questions[0].question == "A\u2028B?"
    assert loaded.questions[0].answers == ("\ufffd",)


def test_the_projects_own_seeds_load() -> None:
    loaded = load_question_set(SEEDS)
    assert len(loaded.questions) == len(SEEDS.read_text("utf-8").splitlines())


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("zipped", [False, True])
def test_squad(tmp_path: Path, indent: int | None, zipped: bool) -> None:
    document = squad(
        {"id": "1", "question": "Q1?", "answers": [{"text": "x"}, {"text": "y"}, {"text": "x"}]},
        {"id": "2", "question": "Q2?", "answers": [], "is_impossible": True},
        {"id": "3", "question": "Q3?", "is_impossible": True, "plausible_answers": []},
        context="x and y",
    )
    document["data"].append(document["data"][0] | {"paragraphs": [{"context": "B.", "qas": []}]})
    content = json.dumps(document, indent=indent).encode()
    loaded = load_question_set(
        written(tmp_path, gzip.compress(content, mtime=0) if zipped else content)
    )
    assert [q.answers for q in loaded.questions] == [("x", "y"), (), ()]
    context = loaded.questions[0].context
    assert context is not None
    assert (context.id, context.title, context.text) == ("T/1", "T", "x and y")


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_tables_merge_rows_and_split_bars(tmp_path: Path, delimiter: str) -> None:
    rows = [
        ["Question", "answer", "ID", "date"],
        ["Why?", "so | thus", "q1", "2022-07-09"],
        ['"Who?\nReally?"', "", "q2", ""],
        ["Why?", "hence", "q1", "2022/07/09"],
    ]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    loaded = load_question_set(written(tmp_path, text, "table.jsonl"))
    assert [(q.id, q.question, q.answers, q.date) for q in loaded.questions] == [
        ("q1", "Why?", ("so", "thus", "hence"), date(2022, 7, 9)),
        ("q2", "Who?\nReally?", (), None),
    ]


def test_tables_without_ids_name_their_questions(tmp_path: Path) -> None:
    loaded = load_question_set(written(tmp_path, "question,answer\nA?,x\nB?,\nA?,y\n"))
    assert [(q.id, q.answers) for q in loaded.questions] == [("row-1", ("x", "y")), ("row-2", ())]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (jsonl(ROW) + "\n{broken\n", "line 3 is not valid JSON"),
        ('{"id": "a", "question"\n' + jsonl(ROW), "line 1 is not valid JSON"),
        ('{"id": "a", "quest', "line 1 is not valid JSON"),
        (jsonl(ROW) + "[1]\n", "line 2 is not a JSON object"),
        (jsonl(ROW) + "[" * 100_000, "line 2 is not valid JSON"),
        (jsonl(ROW, {"question": "?", "answers": []}), 'line 2 has no "id"'),
        (jsonl(ROW, {"id": "b", "answers": []}), 'line 2 has no "question"'),
        (jsonl(ROW, {"id": "b", "question": "?"}), 'line 2 has no "answers"'),
        (jsonl(ROW, {**ROW, "id": 7}), 'line 2: the "id" is not text'),
        (jsonl(ROW, {**ROW, "id": "b", "question": " "}), 'line 2: the "question" is empty'),
        (jsonl({**ROW, "answers": "so"}), 'line 1: the "answers" is not a list'),
        (jsonl({**ROW, "answers": [""]}), 'line 1: the "answers" holds an empty text'),
        (jsonl({**ROW, "date": "9 July"}), 'line 1: the "date" is not a date ("9 July")'),
        (jsonl({**ROW, "date": "2022-02-30"}), 'line 1: the "date" is not a date'),
        (jsonl({**ROW, "turn": "1"}), 'line 1: the "turn" is not a whole number'),
        (jsonl({**ROW, "disputed": ["x"]}), 'line 1: the "disputed" is not a list of sides'),
        (jsonl({**ROW, "extractive": "no"}), 'line 1: the "extractive" is not true or false'),
        (
            jsonl(ROW, {**ROW, "id": "b"}, {**ROW, "question": "Else?"}),
            'line 3 has the same id "a" as line 1',
        ),
        (jsonl({**ROW, "extractive": False}), "no question is left to ask"),
        (jsonl({"id": "x", "text": "An article."}), "holds articles, not questions"),
        (jsonl({"id": "x", "turns": []}), "measure it with `--task rewrite`"),
        (jsonl({"foo": 1}, {"foo": 2}), "is JSON, but no question set"),
        ("[]", "is JSON, but no question set"),
        ('{\n "data": [\n oops', "line 3 is not valid JSON"),
        (json.dumps({"data": {}}), 'has no list "data"'),
        (json.dumps({"data": [{"title": "?"}]}), 'data[0] has no list "paragraphs"'),
        (jsonl({**ROW, "rewrite": 1}), 'line 1: the "rewrite" is not text'),
        (jsonl({**ROW, "rewrite": ["Why?"]}), 'line 1: the "rewrite" is not text'),
        (jsonl({**ROW, "answers": None}), 'line 1 has no "answers"'),
        (
            jsonl({**ROW, "answers": None, "conversation": "A"}),
            "no question is left to ask, all 1 are small talk of a conversation",
        ),
        (json.dumps({"data": []}), "the SQuAD file holds no question"),
        (json.dumps(squad({"id": "1"})), 'data[0].paragraphs[0].qas[0] has no "question"'),
        (json.dumps(squad({"id": "1", "question": "?", "answers": []})), 'has no "answers"'),
        (
            json.dumps(squad(*[{"id": "1", "question": "?", "is_impossible": True}] * 2)),
            'data[0].paragraphs[0].qas[1] has the same id "1" as data[0].paragraphs[0].qas[0]',
        ),
        ("An article about things.\n", "is no question set that Pullquote knows"),
        ("question,answer\n", "there is no question below the header"),
        ("question,answer\n\nA?,x,y\n", "line 3 has 3 cells, the header 2"),
        ("question,answer\n,x\n", 'line 2: the "question" is empty'),
        ('question,answer\nA?,"x\n', "line 2 is not a table row"),
        ("question,answer,answer\nA?,x,y\n", 'line 1: the header names the column "answer" twice'),
        ("id,question,answer\n1,A?,x\n1,B?,x\n", 'line 3 gives the id "1" to a second question'),
        ("id,question,answer\n1,A?,x\n2,A?,y\n", 'line 3 asks the question of "1" again'),
        ("question,answer\nA?,x\nA?,\n", "line 3: the same question has an answer on one row"),
        ("question,answer,date\nA?,x,soon\n", 'line 2: the "date" is not a date'),
        ("", "the question set is empty"),
        ("\ufeff \n", "the question set is empty"),
        (jsonl(ROW).encode() + b"\xff\n", "line 2 is not UTF-8 (byte 0xFF)"),
        (jsonl(ROW).encode() + b"{\0}\n", "line 2 holds a NUL byte"),
        (jsonl(ROW).encode("utf-16"), "is UTF-16, not UTF-8"),
        (gzip.compress(jsonl(ROW).encode(), mtime=0)[:-9], "is not a whole gzip file"),
    ],
)
def test_each_fault_has_its_sentence(tmp_path: Path, content: str | bytes, said: str) -> None:
    assert said in fault(tmp_path, content)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="there is no such file"):
        load_question_set(tmp_path / "missing")
    with pytest.raises(QuestionSetError, match="is a folder"):
        load_question_set(tmp_path)


_FRAGMENTS = st.sampled_from(
    [
        *('{"id": "a"', '"question": "q"', '"answers": []', "}", '{"data": [', "]"),
        *("\n", ",", "\t", "question,answer", '"', "|", "\ufeff"),
    ]
)


def loads(path: Path) -> bool:
    try:
        return bool(load_question_set(path).questions)
    except QuestionSetError as error:
        return "\n" not in str(error)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.binary() | st.lists(_FRAGMENTS, max_size=20).map(lambda parts: "".join(parts).encode()))
def test_anything_loads_or_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    assert loads(written(tmp_path, content))


def test_a_question_too_long_to_be_asked_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = [{"id": str(n), "question": "Who?", "answers": ["x"]} for n in range(4)]
    rows[3]["question"] = "Who " + "really " * 400 + "did it?"
    path = tmp_path / "long.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(QuestionSetError, match=r"line 4: the question has 2,8\d\d characters"):
        load_question_set(path)


def test_the_same_question_with_other_answers_is_refused(tmp_path: Path) -> None:
    row = {"id": "1", "question": "How long?", "answers": ["an hour"]}
    path = tmp_path / "twice.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps(row) + "\n")
    assert load_question_set(path).left_out == 1
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "answers": []}) + "\n")
    with pytest.raises(QuestionSetError, match='line 2 has the same id "1" as line 1'):
        load_question_set(path)


def test_a_conversation_has_each_turn_once(tmp_path: Path) -> None:
    row = {"question": "How long?", "answers": [], "conversation": "c", "turn": 1}
    path = tmp_path / "turns.jsonl"
    path.write_text("".join(json.dumps({"id": str(n), **row}) + "\n" for n in range(2)))
    with pytest.raises(QuestionSetError, match='is turn 1 of conversation "c", as line 1'):
        load_question_set(path)
