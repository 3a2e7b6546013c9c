"""CoQA and QuAC: conversations about one text, and which of several people's answers count."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.sets import coqa as coqa_format
from bot.evaluation.sets import quac as quac_format
from bot.evaluation.sets.question_sets import EvalQuestion, Paragraph, load_question_set

from .set_files import (
    STORY,
    coqa,
    coqa_answer,
    coqa_story,
    fault,
    quac,
    quac_turn,
    squad,
    written,
)


def test_a_coqa_story_is_one_conversation_with_every_persons_answers(tmp_path: Path) -> None:
    loaded = load_question_set(written(tmp_path, coqa()))
    first, second, third = loaded.questions
    assert first == EvalQuestion(
        id="ferry_1",
        question="Who runs a ferry?",
        answers=("Mara", "Mara does"),
        conversation="ferry",
        turn=1,
        context=Paragraph("ferry", "untitled", STORY),
        source="harbour news",
    )
    assert (second.id, second.turn, second.answers) == ("ferry_2", 2, ("nine", "9"))
    assert third.answers == (), "two of three people say that it is unknown"
    assert loaded.answered


def test_a_coqa_story_with_one_person_needs_no_others(tmp_path: Path) -> None:
    story = coqa_story()
    del story["additional_answers"]
    story["answers"][0] = coqa_answer(1, "unknown")
    loaded = load_question_set(written(tmp_path, coqa(story)))
    assert [q.answers for q in loaded.questions] == [(), ("nine",), ("Her father",)]


@pytest.mark.parametrize(
    ("typed", "counted"),
    [
        (["unknown"], ()),
        (["unknown", "Mara"], ("Mara",)),
        (["Mara", "UNKNOWN", "unknown."], ()),
        (["Mara", "unknown", "her", "Mara"], ("Mara", "her")),
        (["an unknown sailor"], ("an unknown sailor",)),
    ],
)
def test_more_than_half_must_say_unknown(typed: list[str], counted: tuple[str, ...]) -> None:
    assert coqa_format.scored(typed) == counted


def test_answers_of_coqa_are_matched_by_turn_not_by_place(tmp_path: Path) -> None:
    story = coqa_story()
    story["answers"].reverse()
    story["additional_answers"] = {"0": [coqa_answer(2, " ")]}
    loaded = load_question_set(written(tmp_path, coqa(story)))
    assert [q.answers for q in loaded.questions] == [("Mara",), ("nine",), ("Her father",)]


def changed(**changes: Any) -> dict[str, Any]:
    return coqa({**coqa_story(), **changes})


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (changed(id=None), 'data[0] has no "id"'),
        (changed(story=""), 'data[0]: the "story" is empty'),
        (changed(questions=None), 'data[0] has no list "questions"; CoQA files need one there'),
        (changed(questions=[]), "the CoQA file holds no question"),
        (changed(questions=[7]), "data[0].questions[0] is not a JSON object"),
        (changed(questions=[{"input_text": "?"}]), 'data[0].questions[0] has no "turn_id"'),
        (changed(questions=[{"turn_id": 1}]), 'data[0].questions[0] has no "input_text"'),
        (
            changed(questions=[{"turn_id": 4, "input_text": "?"}]),
            'data[0].questions[0] has no answer: none in "answers" has its turn_id 4',
        ),
        (
            changed(questions=[{"turn_id": 1, "input_text": "?"}] * 2),
            'data[0].questions[1] has the same id "ferry_1" as data[0].questions[0]',
        ),
        (changed(answers={}), 'data[0] has no list "answers"'),
        (
            changed(answers=[{**coqa_answer(1, ""), "input_text": 1}]),
            'data[0].answers[0]: the "input_text" is not text',
        ),
        (changed(additional_answers=[]), 'data[0]: the "additional_answers" is not a JSON object'),
        (
            changed(additional_answers={"0": [], "x" * 10**6: [{}]}),
            'data[0].additional_answers.1[0] has no "turn_id"',
        ),
        (coqa(coqa_story(), coqa_story()), 'data[1] has the same id "ferry" as data[0]'),
        (
            {"data": [coqa_story(), squad()["data"][0]]},
            'data[1] has no "id"; every question needs one',
        ),
    ],
)
def test_each_fault_of_coqa_has_its_sentence(tmp_path: Path, document: Any, said: str) -> None:
    assert said in fault(written(tmp_path, document))


@pytest.mark.parametrize("zipped", [False, True])
def test_a_quac_paragraph_is_one_conversation(tmp_path: Path, zipped: bool) -> None:
    content = json.dumps(quac()).encode()
    loaded = load_question_set(
        written(tmp_path, gzip.compress(content, mtime=0) if zipped else content)
    )
    paragraph = Paragraph("C_ferry_0", "The ferry", STORY)
    assert loaded.questions == (
        EvalQuestion(
            id="C_ferry_0_q#0",
            question="Who runs it?",
            answers=("Mara", "Mara runs a ferry"),
            conversation="C_ferry_0",
            turn=1,
            context=paragraph,
        ),
        EvalQuestion(
            id="C_ferry_0_q#1",
            question="Who built it?",
            answers=(),
            conversation="C_ferry_0",
            turn=2,
            context=paragraph,
        ),
    )


@pytest.mark.parametrize(
    ("references", "counted"),
    [
        (["CANNOTANSWER"], ()),
        (["Mara", "CANNOTANSWER"], ()),
        (["Mara", "CANNOTANSWER", "a ferry"], ("Mara", "a ferry")),
        (["Mara", "Mara", "CANNOTANSWER"], ("Mara",)),
        (["Mara", "CANNOTANSWER", "CANNOTANSWER"], ()),
    ],
)
def test_half_of_the_references_decide_as_in_quacs_scorer(
    references: list[str], counted: tuple[str, ...]
) -> None:
    assert quac_format.scored(references) == counted


def without(turn: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in turn.items() if key not in keys}


@pytest.mark.parametrize(
    "turn",
    [
        without(quac_turn(0, "Who?", "Mara"), "followup", "yesno", "orig_answer"),
        {**without(quac_turn(0, "Who?", "Mara"), "yesno", "orig_answer"), "id": "other"},
        {**without(quac_turn(0, "Who?", "Mara"), "followup", "orig_answer"), "id": "other"},
    ],
)
def test_one_mark_of_quac_is_enough(tmp_path: Path, turn: dict[str, Any]) -> None:
    assert load_question_set(written(tmp_path, quac(turn))).questions[0].conversation == "C_ferry_0"


def test_squad_stays_squad(tmp_path: Path) -> None:
    (question,) = load_question_set(written(tmp_path, squad())).questions
    assert (question.conversation, question.turn) == (None, None)


QA0 = "data[0].paragraphs[0].qas[0]"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (
            quac(quac_turn(0, "Who?", "Nobody at all")),
            f'{QA0}: the answer "Nobody at all" of question "C_ferry_0_q#0" is not in its',
        ),
        (
            squad(answers=[{"text": "Nobody"}]),
            f'{QA0}: the answer "Nobody" of question "s1" is not in its paragraph',
        ),
        (
            squad(answers=[{"text": "Mara"}, {"text": "z" * 10**6}]),
            f'{QA0}: the answer "{"z" * 40}…" of question "s1" is not in its paragraph',
        ),
        (quac(quac_turn(0, "Who?")), f'{QA0} has no "answers"; list one, or CANNOTANSWER'),
        (quac(without(quac_turn(0, "?", "Mara"), "answers")), f'{QA0} has no list "answers"'),
        (quac(without(quac_turn(0, "?", "Mara"), "question")), f'{QA0} has no "question"'),
        (
            quac(*[quac_turn(0, "?", "Mara")] * 2),
            f'data[0].paragraphs[0].qas[1] has the same id "C_ferry_0_q#0" as {QA0}',
        ),
        (
            {"data": quac()["data"] * 2},
            'data[1].paragraphs[0] has the same id "C_ferry_0" as data[0].paragraphs[0]',
        ),
    ],
)
def test_each_fault_of_quac_and_squad_has_its_sentence(
    tmp_path: Path, document: Any, said: str
) -> None:
    assert said in fault(written(tmp_path, document))


@pytest.mark.parametrize("text", ["mara", "Mara  runs\na ferry", "ＮＩＮＥ cars"])
def test_case_blanks_and_wide_letters_do_not_make_an_answer_wrong(
    tmp_path: Path, text: str
) -> None:
    loaded = load_question_set(written(tmp_path, squad(answers=[{"text": text}])))
    assert loaded.questions[0].answers == (text,)


def test_an_impossible_question_may_hold_plausible_answers_that_are_nowhere(
    tmp_path: Path,
) -> None:
    changes = {"is_impossible": True, "answers": [], "plausible_answers": [{"text": "Nobody"}]}
    assert load_question_set(written(tmp_path, squad(**changes))).questions[0].answers == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_impossible": True, "answers": [{"text": "Nobody"}]}, 'though "is_impossible" is'),
        ({"is_impossible": "false"}, "is not true or false"),
        ({"is_impossible": False, "answers": []}, 'has no "answers"'),
    ],
)
def test_whether_a_question_is_impossible_must_be_plain(
    tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    assert said in fault(written(tmp_path, squad(**changes)))


def two_of(document: dict[str, Any], faulty: dict[str, Any]) -> dict[str, Any]:
    """The first document with the faulty one's data after its own."""
    return {**document, "data": [*document["data"], *faulty["data"]]}


@pytest.mark.parametrize(
    ("document", "path", "sign"),
    [
        (
            two_of(squad(), squad(id="s2", answers=[{"text": "Nobody"}])),
            "data[1].paragraphs[0].qas[0]: the answer",
            '"id": "s2"',
        ),
        (
            two_of(squad(), squad(id="s2", answers=[{"answer_start": 7}])),
            "data[1].paragraphs[0].qas[0].answers[0] has no",
            '"answer_start": 7',
        ),
        (
            quac(quac_turn(0, "Who?", "Mara"), quac_turn(1, "Who built it?", "Nobody at all")),
            "data[0].paragraphs[0].qas[1]: the answer",
            '"id": "C_ferry_0_q#1"',
        ),
        (
            two_of(coqa(), coqa({**coqa_story(), "source": "again"})),
            "data[1] has the same id",
            '"id": "ferry", "source": "again"',
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_document_of_several_lines_is_faulty_in_a_line(
    tmp_path: Path, document: dict[str, Any], path: str, sign: str, end: str
) -> None:
    in_one = json.dumps(document)
    assert fault(written(tmp_path, in_one)).startswith(path)
    # Every object begins on a line of its own, also after a text that looks like one.
    document = {"note": 'a " {data: [{ , ', "data": [], **document}
    lines = json.dumps(document).replace('{"', f'{end}{{"')
    sought = next(n for n, line in enumerate(lines.split("\n"), start=1) if sign in line)
    assert fault(written(tmp_path, lines)).startswith(f"line {sought}, {path}")
