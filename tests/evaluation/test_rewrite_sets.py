"""Conversations with human rewrites: both kinds of file, and every fault with its one sentence."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.sets.question_sets import load_question_set
from bot.evaluation.sets.rewrite import Exchange, RewriteExample, load_rewrite_set
from retrieval.errors import QuestionSetError


def entry(number: int, question: str, gold: Any, *said: str, dialogue: str = "D") -> dict[str, Any]:
    return {
        "History": ["Zappa", "Disbandment", *said],
        "QuAC_dialog_id": dialogue,
        "Question": question,
        "Question_no": number,
        "Rewrite": gold,
    }


FIRST = entry(1, "What disbanded?", "What disbanded?")
SECOND = entry(2, "When?", "When did the Mothers disband?", "What disbanded?", "The Mothers")
THIRD = entry(
    3, "Why?", "Why did they?", "What disbanded?", "The Mothers", "When?", "I don't know."
)


def turn(utterance: str, rewrite: Any, response: Any = "So it is.") -> dict[str, Any]:
    return {"utterance": utterance, "rewrite": rewrite, "response": response}


def conversation(*turns: Any, name: str = "c") -> dict[str, Any]:
    return {"id": name, "turns": list(turns)}


def written(tmp_path: Path, content: Any) -> Path:
    """A list as CANARD JSON, a tuple as JSONL, a text as it is."""
    path = tmp_path / "set"
    if isinstance(content, tuple):
        content = "".join(json.dumps(row) + "\n" for row in content)
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def fault(tmp_path: Path, content: Any) -> str:
    """The sentence after the file's name."""
    path = written(tmp_path, content)
    with pytest.raises(QuestionSetError) as caught:
        load_rewrite_set(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence.removeprefix(f"{path}: ")


def test_canard_gives_topic_history_and_the_response_of_a_later_history(tmp_path: Path) -> None:
    loaded = load_rewrite_set(written(tmp_path, [FIRST, SECOND, THIRD]))
    first, second, third = loaded.examples
    assert first == RewriteExample(
        id="D/1",
        conversation="D",
        turn=1,
        question="What disbanded?",
        gold="What disbanded?",
        response="The Mothers",
        topic="Zappa",
        subtopic="Disbandment",
    )
    assert second.before == (Exchange("What disbanded?", "The Mothers"),)
    assert second.response is None, "“I don't know.” is no answer"
    assert third.before[1] == Exchange("When?", None)
    assert third.response is None, "no later turn tells it"
    assert (loaded.left_out, loaded.left_out_reason) == (0, None)


def test_canard_turns_are_put_in_order_and_conversations_together(tmp_path: Path) -> None:
    other = entry(1, "Who?", "Who?", dialogue="E")
    loaded = load_rewrite_set(written(tmp_path, [SECOND, other, FIRST]))
    assert [example.id for example in loaded.examples] == ["D/1", "D/2", "E/1"]


def test_a_turn_is_told_its_response_also_when_the_next_turn_is_missing(tmp_path: Path) -> None:
    first, third = load_rewrite_set(written(tmp_path, [FIRST, THIRD])).examples
    assert first.response == "The Mothers"
    assert third.turn == 3


def test_conversations_one_a_line(tmp_path: Path) -> None:
    rows = (
        conversation(turn("Who won?", "Who won?", "Ann."), turn("Why?", "Why did Ann win?", "")),
        conversation(turn(" Who? ", " Who is it? ", "CANNOTANSWER"), name="d e"),
    )
    loaded = load_rewrite_set(written(tmp_path, rows))
    first, second, third = loaded.examples
    assert (first.id, first.response, first.before) == ("c/1", "Ann.", ())
    assert (second.turn, second.response) == (2, None)
    assert second.before == (Exchange("Who won?", "Ann."),)
    assert (third.conversation, third.question, third.gold) == ("d e", "Who?", "Who is it?")
    assert third.response is None
    assert third.topic is None
    assert third.subtopic is None


def test_a_gzipped_set_and_one_with_further_fields(tmp_path: Path) -> None:
    path = tmp_path / "set.gz"
    row = {**conversation({**turn("Who?", "Who?"), "provenance": ["x"]}), "source": "y"}
    path.write_bytes(gzip.compress(json.dumps(row).encode(), mtime=0))
    assert len(load_rewrite_set(path).examples) == 1


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_turns_without_a_human_rewrite_are_counted_but_still_history(
    tmp_path: Path, blank: Any
) -> None:
    rows = (conversation(turn("Who?", blank, "Ann."), turn("Why?", "Why Ann?")),)
    loaded = load_rewrite_set(written(tmp_path, rows))
    (only,) = loaded.examples
    assert only.turn == 2
    assert only.before == (Exchange("Who?", "Ann."),)
    assert (loaded.left_out, loaded.left_out_reason) == (1, "turns without a human rewrite")
    of_canard = load_rewrite_set(written(tmp_path, [{**FIRST, "Rewrite": blank}, SECOND]))
    assert (len(of_canard.examples), of_canard.left_out) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"QuAC_dialog_id": None}, 'entry 2 has no "QuAC_dialog_id"'),
        ({"Question_no": "2"}, 'entry 2: the "Question_no" is not a whole number'),
        ({"Question_no": True}, 'entry 2: the "Question_no" is not a whole number'),
        ({"Question_no": 0}, 'entry 2: the "Question_no" is not a whole number'),
        ({"Question_no": 3}, "for each turn before turn 3"),
        ({"Question_no": 1, "History": ["a", "b"]}, 'entry 2 has the same id "D/1" as entry 1'),
        ({"Question": ""}, 'entry 2: the "Question" is empty'),
        ({"Rewrite": 7}, 'entry 2: the "Rewrite" is not text'),
        ({"History": None}, 'entry 2: the "History" is not a list of texts'),
        ({"History": ["only a title"]}, 'entry 2: the "History" is not a list of texts'),
        ({"History": ["a", "b", 3, "d"]}, 'entry 2: the "History" is not a list of texts'),
        ({"History": ["a", "b", "a question"]}, "a question and an answer for each turn"),
    ],
)
def test_faults_of_canard(tmp_path: Path, changed: dict[str, Any], sentence: str) -> None:
    assert sentence in fault(tmp_path, [FIRST, {**SECOND, **changed}])


def test_a_canard_file_of_several_lines_is_faulty_in_a_line(tmp_path: Path) -> None:
    lines = json.dumps([FIRST, {**SECOND, "Question": ""}], indent=1)
    second = lines[: lines.index('"Question": ""')].rindex("{")  # where its entry begins
    line = lines.count("\n", 0, second) + 1
    assert f"line {line}, entry 2: the " in fault(tmp_path, lines)


def test_more_faults_of_canard(tmp_path: Path) -> None:
    without = {key: value for key, value in SECOND.items() if key != "Rewrite"}
    assert 'entry 2 has no "Rewrite"' in fault(tmp_path, [FIRST, without])
    assert "entry 2 is not a JSON object" in fault(tmp_path, [FIRST, "x"])
    assert "no turn has a human rewrite" in fault(tmp_path, [{**FIRST, "Rewrite": None}])
    assert "line 2 is not valid JSON" in fault(tmp_path, '[\n{"History": ["a",]}]')
    assert "line 1 or below is not valid JSON (nested" in fault(tmp_path, "[" * 100_000)


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"turns": [turn("a", "b")]}, 'line 2 has no "id"'),
        (conversation(turn("a", "b")), 'line 2 has the same id "c" as line 1'),
        ({"id": "d", "turns": []}, 'line 2 has no list "turns"'),
        ({"id": "d", "turns": {"a": 1}}, 'line 2 has no list "turns"'),
        ({"id": "d"}, 'line 2 has no list "turns"'),
        (conversation("a", name="d"), "line 2, turn 1 is not a JSON object"),
        (conversation({"rewrite": "b"}, name="d"), 'line 2, turn 1 has no "utterance"'),
        (conversation({"utterance": "a"}, name="d"), 'line 2, turn 1 has no "rewrite"'),
        (conversation(turn("a", ["b"]), name="d"), 'line 2, turn 1: the "rewrite" is not text'),
        (conversation(turn("a", "b", 3), name="d"), 'line 2, turn 1: the "response" is not text'),
        (["a"], "line 2 is not a JSON object; each line must be one conversation"),
    ],
)
def test_faults_of_conversations(tmp_path: Path, row: Any, sentence: str) -> None:
    assert sentence in fault(tmp_path, (conversation(turn("a", "b")), row))


def test_a_broken_first_line_is_named(tmp_path: Path) -> None:
    good = json.dumps(conversation(turn("a", "b")))
    assert "line 1 is not valid JSON" in fault(tmp_path, f'{{"id": \n{good}\n')


@pytest.mark.parametrize("rows", [[FIRST], (conversation(turn("a", "b")),)])
def test_other_tasks_name_the_task_for_such_a_set(tmp_path: Path, rows: Any) -> None:
    path = written(tmp_path, rows)
    with pytest.raises(QuestionSetError) as caught:
        load_question_set(path)
    assert str(caught.value) == (
        f"{path}: holds conversations with human rewrites, no answers; measure it with "
        "`--task rewrite`."
    )


@pytest.mark.parametrize(
    "content",
    [
        ({"id": "a", "question": "Why?", "answers": []},),
        "question,answer\nWhy?,so\n",
        {"version": "v2.0", "data": []},
        [{"question": "Why?"}],
        [],
        "no JSON at all",
    ],
)
def test_the_task_refuses_other_sets(tmp_path: Path, content: Any) -> None:
    sentence = fault(tmp_path, content)
    assert "which --task rewrite needs" in sentence
    assert "CANARD" in sentence
