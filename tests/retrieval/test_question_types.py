"""What kind of answer a question asks for. Only questions that leave no doubt."""

from __future__ import annotations

import pytest

from retrieval.datatypes import AnswerType as Kind
from retrieval.english.question_types import expectation_of

TABLE = (
    ("how long did the meeting last?", Kind.DURATION),
    ("HOW LONG DID IT LAST", Kind.DURATION),
    ("For how many hours did they talk?", Kind.DURATION),
    ("How much time had both sides expected the talks to take?", Kind.DURATION),
    ("What was the duration of the talks?", Kind.DURATION),
    ("When did they meet?", Kind.DATE),
    ("On what date did Blinken and Lavrov meet?", Kind.DATE),
    ("In which year did the two presidents meet?", Kind.DATE),
    ("In what month is the summit?", Kind.DATE),
    ("Who met Blinken in Reykjavik?", Kind.PERSON),
    ("Whom did Blinken ask Moscow to free?", Kind.PERSON),
    ("Which official announced the plan?", Kind.PERSON),
    ("What is the name of Iceland's foreign minister?", Kind.PERSON),
    ("who is joe biden's spokesman?", Kind.PERSON),
    ("Who is Trevor Reed?", Kind.DESCRIPTION),
    ("Who’s Ned Price?", Kind.DESCRIPTION),
    ("Where did they meet?", Kind.PLACE),
    ("In which city did Lavrov and Blinken hold their talks?", Kind.PLACE),
    ("Which country was Blinken in before Iceland?", Kind.PLACE),
    ("Which company builds the pipeline?", Kind.ORGANISATION),
    ("How many members does the council have?", Kind.NUMBER),
    ("How old is the president?", Kind.NUMBER),
    ("How much did it cost to build Nord Stream 2?", Kind.MONEY),
    ("How much money was paid?", Kind.MONEY),
    ("What was the price of oil?", Kind.MONEY),
    ("What percentage of voters agreed?", Kind.PERCENT),
    ("What share of the vote did he win?", Kind.PERCENT),
    ("Why did Moscow call its ambassador home?", Kind.REASON),
    ("What caused the fire?", Kind.REASON),
    ("What did Biden call Putin?", Kind.QUOTATION),
    ("What word did Lavrov use?", Kind.QUOTATION),
    ("Was it longer than they had expected?", Kind.YES_NO),
    ("Will Biden meet Putin?", Kind.YES_NO),
    ("What happened?", Kind.CLAUSE),
    ("Tell me about Iceland", Kind.CLAUSE),
    ("Whenever he came, what happened?", Kind.CLAUSE),
)
WITHOUT_A_QUESTION = ("", " ", "?", "!!!", "🙂", "\u200b", "Reykjavik")


@pytest.mark.parametrize(("question", "kind"), TABLE)
def test_the_kind_of_answer(question: str, kind: Kind) -> None:
    assert expectation_of(question).type is kind


@pytest.mark.parametrize("question", WITHOUT_A_QUESTION)
def test_what_is_no_question_expects_a_clause(question: str) -> None:
    assert expectation_of(question).type is Kind.CLAUSE


@pytest.mark.parametrize("noun", ["pipeline", "company", "treaty", "ship"])
def test_the_name_of_a_thing_is_not_a_person(noun: str) -> None:
    assert expectation_of(f"What is the name of the {noun}?").type is not Kind.PERSON


@pytest.mark.parametrize(("question", "kind"), TABLE)
def test_about_holds_words_of_the_question_only(question: str, kind: Kind) -> None:
    asked = question.replace("’s", " ’s").split()
    assert set(expectation_of(question).about.replace("’s", " ’s").split()) <= set(asked)


@pytest.mark.parametrize(
    ("question", "lists"),
    [
        ("Which countries are members of the Arctic Council?", True),
        ("Which two leaders held a summit?", True),
        ("how long did the meeting last?", False),
        ("Who is Ned Price?", False),
    ],
)
def test_whether_several_things_are_asked_for(question: str, lists: bool) -> None:
    assert expectation_of(question).wants_list is lists
