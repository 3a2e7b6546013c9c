"""Rules and a model together: who has the word, and what is asked both ways."""

from __future__ import annotations

import pytest

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting.edit_rewriter import LearnedRewriter, texts_around
from retrieval.datatypes import AnswerType
from retrieval.doubles import ScriptedEditModel

PERSON = Conversation().with_turn(
    Turn(
        "Who met Blinken?",
        "Who met Blinken?",
        Answered("Sergei Lavrov", "Sergei Lavrov met Blinken in Oslo.", kind=AnswerType.PERSON),
    )
)
PLAIN = Conversation(topic="Sergei Lavrov", subtopic="Early life")


def rewriter(certainty: float = 1.0, **meanings: str) -> LearnedRewriter:
    return LearnedRewriter(ScriptedEditModel(meanings, certainty=certainty))


def test_the_model_puts_in_what_it_finds() -> None:
    found = rewriter(he="Sergei Lavrov").rewrite(PLAIN, "Where was he born?")
    assert found.question == "Where was Sergei Lavrov born?"
    (edit,) = found.edits
    assert (edit.said, edit.meant) == ("he", "Sergei Lavrov")
    assert edit.why
    assert found.others == ("Where was he born (Sergei Lavrov)?",)


def test_a_rule_that_is_sure_goes_before_the_model() -> None:
    found = rewriter(he="Blinken").rewrite(PERSON, "Where was he born?")
    assert found.question == "Where was Sergei Lavrov born?"


def test_where_the_model_finds_nothing_a_rule_steps_in() -> None:
    turns = Conversation().with_turn(
        Turn("When was the Arctic Council founded?", "When was the Arctic Council founded?")
    )
    found = rewriter().rewrite(turns, "Who chairs it?")
    assert found.question == "Who chairs the Arctic Council?"


def test_what_no_rewrite_makes_whole_is_asked_beside_the_last_question_and_as_typed() -> None:
    found = rewriter().rewrite(PERSON, "Why did they like it?")
    said = "Who met Blinken: Sergei Lavrov"
    assert found.question == f"Why did they like it ({said})?"
    assert [(edit.said, edit.meant) for edit in found.edits] == [("", said)]
    assert (found.others, found.context) == (("Why did they like it?",), said)


def test_what_names_nothing_is_asked_as_typed_and_beside_the_last_question() -> None:
    found = rewriter().rewrite(PERSON, "who paid for the lunch?")
    assert (found.question, found.edits) == ("who paid for the lunch?", ())
    assert found.others == ("who paid for the lunch (Who met Blinken: Sergei Lavrov)?",)


def test_a_person_is_no_thing() -> None:
    found = rewriter(he="early life").rewrite(
        Conversation(topic="early life"), "Where was he born?"
    )
    assert found.question == "Where was he born (early life)?"


@pytest.mark.parametrize("phrase", ["Who met Blinken?", "did he", "what"])
def test_a_question_is_no_phrase(phrase: str) -> None:
    turns = Conversation(topic=f"{phrase} said Lavrov")
    found = rewriter(it=phrase).rewrite(turns, "Where is it buried?")
    assert found.question == f"Where is it buried ({phrase} said Lavrov)?"


def test_a_first_question_is_left_alone_whatever_the_model_says() -> None:
    found = rewriter(he="Lavrov").rewrite(Conversation(), "Where was he born?")
    assert found.question == "Where was he born?"
    assert found.edits == ()


def test_courtesies_are_not_asked_of_the_articles() -> None:
    found = rewriter(he="Sergei Lavrov").rewrite(PERSON, "Thanks. Where was he born?")
    assert found.question == "Where was Sergei Lavrov born?"


def test_the_newest_turn_comes_first_after_the_topic() -> None:
    turns = PLAIN.with_turn(Turn("One?", "One?", Answered("1", "It is 1."))).with_turn(
        Turn("Two?", "Two besides one?", Answered("It is 2.", "It is 2."))
    )
    assert texts_around(turns) == [
        "Sergei Lavrov", "Early life", "It is 2.", "Two?", "1", "It is 1.", "One?",
    ]  # fmt: skip


def test_equal_values_in_equal_values_out() -> None:
    made = rewriter(he="Sergei Lavrov")
    assert made.rewrite(PLAIN, "Why he?") == made.rewrite(PLAIN, "Why he?")
