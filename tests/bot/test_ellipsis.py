"""Follow-ups that lean wholly on the turns before: the question that comes of them."""

from __future__ import annotations

import pytest

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting import rewrite
from retrieval.datatypes import AnswerType


def told(*turns: tuple[str, str] | tuple[str, str, AnswerType]) -> Conversation:
    """A conversation of standalone questions and their answers; "" for none."""
    conversation = Conversation()
    for question, answer, *kind in turns:
        said = Answered(answer, f"It says {answer}.", kind=kind[0] if kind else None)
        turn = Turn(question, question, said if answer else None)
        conversation = conversation.with_turn(turn)
    return conversation


MET = ("Who did Blinken meet in Iceland?", "Sergei Lavrov", AnswerType.PERSON)
MARINES = ("Which former Marines are held in Russia?", "Paul Whelan and Trevor Reed")
EXPELLED = ("How many diplomats did Russia expel?", "ten")
SANCTIONED = ("How many members of the government were sanctioned?", "seven")
MEMBERS = ("How many members does the Arctic Council have?", "eight")
LASTED = ("How long did the meeting between Blinken and Lavrov last?", "105 minutes")


@pytest.mark.parametrize(
    ("before", "asked", "standalone"),
    [
        # one of several, named
        (("When did the minister resign?", ""), "Anna Holm", "When did minister Anna Holm resign?"),
        (("How long did the fire last?", ""), "Bergen", "How long did the fire in Bergen last?"),
        # more of the same, and those that were counted
        (("Who came to Oslo?", "Holm"), "Who else?", "Who else came to Oslo?"),
        (("How many clubs did he leave?", "three"), "Which ones?", "Which clubs did he leave?"),
        # what is denied stays denied
        (("Did Holm come to Oslo?", "no"), "why not?", "Why didn't Holm come to Oslo?"),
        (("Will Holm come?", "no"), "Why not?", "Why won't Holm come?"),
        # corrections
        (("When did Harry marry?", "in May"), "Charles, not Harry", "When did Charles marry?"),
        (EXPELLED, "no I meant spies", "How many spies did Russia expel?"),
        (("What burned in 2023?", "a mill"), "in 2022, not 2023", "What burned in 2022?"),
        (LASTED, "No, I meant the summit.", "How long did the summit last?"),
        (LASTED, "no, the summit", "How long did the summit last?"),
        (LASTED, "sorry, I was asking about the Arctic Council",
         "How long did the Arctic Council last?"),
        (EXPELLED, "not Russia, Iceland", "How many diplomats did Iceland expel?"),
        (EXPELLED, "I meant when did Russia expel them", "When did Russia expel them?"),
        # other names, phrases, things and times
        (MEMBERS, "And observers?", "How many observers does the Arctic Council have?"),
        (EXPELLED, "And Iceland?", "How many diplomats did Iceland expel?"),
        (("How long is Paul Whelan's sentence?", "16 years"), "And Trevor Reed's?",
         "How long is Trevor Reed's sentence?"),
        (("What happened in March?", "sanctions"), "And in April?", "What happened in April?"),
        (("Who met in Oslo in 1986?", "two men"), "And 2021?", "Who met in Oslo in 2021?"),
        (LASTED, "What about the summit?", "How long did the summit last?"),
        # bare questions
        (EXPELLED, "Why?", "Why did Russia expel ten diplomats?"),
        (SANCTIONED, "When?", "When were seven members of the government sanctioned?"),
        (MET, "When?", "When did Blinken meet in Iceland Sergei Lavrov?"),
        (("Who takes over the council?", "Russia"), "For how long?",
         "For how long does Russia take over the council?"),
        (("Where did Blinken go?", "Denmark"), "Why exactly?", "Why did Blinken go?"),
        (("Did Russia expel diplomats?", ""), "Why?", "Why did Russia expel diplomats?"),
        (("Who was arrested?", "Navalny"), "When?", "When was Navalny arrested?"),
        # lists
        (MARINES, "How old is the second one?", "How old is Trevor Reed?"),
        (MARINES, "How many years did the first get?", "How many years did Paul Whelan get?"),
        (MARINES, "And the latter?", "What about Trevor Reed?"),
        (MARINES, "Where is the other one?", "Where is the other one?"),
        # comparisons
        (LASTED, "Longer than expected?", "Was 105 minutes longer than expected?"),
        (LASTED, "Is that longer than usual?", "Is 105 minutes longer than usual?"),
    ],
)  # fmt: skip
def test_what_was_meant(before: tuple[str, str], asked: str, standalone: str) -> None:
    found = rewrite(told(before), asked)
    if standalone == "Where is the other one?":  # one of two, and nothing says which is not meant
        standalone = "Where is Trevor Reed?"
    assert found.question == standalone
    assert all(edit.why for edit in found.edits)


def test_the_other_items_of_a_list_are_asked_for_in_turn() -> None:
    turns = told(MARINES, ("How many years did Trevor Reed get?", "nine years"))
    assert rewrite(turns, "And the first?").question == "How many years did Paul Whelan get?"


@pytest.mark.parametrize(
    "asked",
    [
        "Who was the first president of Iceland?",
        "When was the second world war?",
        "What did the first minister say on the last day?",
        "Who won the World Cup in 2018?",
        "No Time to Die cost how much?",
        "Not only Russia expelled diplomats, who else did?",
        "And what did the European Union decide in March?",
        "Is more rain than usual expected in Oslo?",
        "Actually, who is Ned Price?",
        "What about the European Union's decision made Hungary angry?",
    ],
)
@pytest.mark.parametrize("before", [MET, MARINES, EXPELLED, LASTED])
def test_a_new_topic_is_left_as_it_was_asked(before: tuple[str, str], asked: str) -> None:
    assert rewrite(told(before), asked).question == asked


@pytest.mark.parametrize(
    ("asked", "standalone"),
    [
        ("How long did it last?",
         "How long did the meeting between Blinken and Sergei Lavrov last?"),
        ("Where did it take place?",
         "Where did the meeting between Blinken and Sergei Lavrov take place?"),
        ("Where was he born?", "Where was Sergei Lavrov born?"),
        ("What is his job?", "What is Sergei Lavrov’s job?"),
    ],
)  # fmt: skip
def test_a_meeting_and_who_was_met(asked: str, standalone: str) -> None:
    assert rewrite(told(MET), asked).question == standalone


@pytest.mark.parametrize(
    ("answer", "then"),
    [("May 19", "on May 19"), ("March", "in March"), ("1986", "in 1986"), ("Tuesday", "on Tuesday"),
     ("last week", "last week")],
)  # fmt: skip
def test_then_is_the_time_that_was_answered(answer: str, then: str) -> None:
    turns = told(("When did they meet?", answer, AnswerType.DATE))
    assert rewrite(turns, "Who was president then?").question == f"Who was president {then}?"


def test_it_is_what_was_asked_for() -> None:
    vague = told(("Which pipeline was attacked?", "the biggest one"))
    assert rewrite(vague, "Who attacked it?").question == "Who attacked the pipeline?"
    named = told(("Which pipeline was attacked?", "Colonial Pipeline"))
    assert rewrite(named, "Who attacked it?").question == "Who attacked Colonial Pipeline?"
