"""Follow-ups. Clear cases only: what a reader of the conversation would have no doubt about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting import rewrite
from retrieval.datatypes import AnswerType, Article, Query
from retrieval.doubles import QuotingReader
from tests.bot.worlds import answerer_over, article

FACTS = article(
    "Sergei Lavrov met Antony Blinken in Reykjavik. Paul Whelan was sentenced to 16 years. "
    "Ned Price is a spokesman. The Arctic Council has eight members. The chair is Russia.",
    "facts.txt",
)


def after(*turns: tuple[str, str, AnswerType], source: Article = FACTS) -> Conversation:
    """A conversation of questions asked and answered; the answer "" abstains."""
    conversation = Conversation()
    for question, quote, kind in turns:
        answer = answerer_over(source, reader=QuotingReader([quote], kind)).answer(Query(question))
        assert (answer.chosen.answer if answer.chosen else "") == quote
        standalone = rewrite(conversation, question).question
        expected = answer.trace.expected_type
        turn = Turn(question, standalone, Answered.of(answer), expected)
        conversation = conversation.with_turn(turn)
    return conversation


WHO = ("Who met Blinken in Reykjavik?", "Sergei Lavrov", AnswerType.PERSON)
YEARS = ("How many years did Paul Whelan get?", "16 years", AnswerType.DURATION)
PRICE = ("Who is Ned Price?", "a spokesman", AnswerType.DESCRIPTION)
COUNCIL = ("How many members does the Arctic Council have?", "eight", AnswerType.NUMBER)

STANDS_ALONE = (
    "How long did the meeting between Lavrov and Blinken last?",
    "Who is Trevor Reed?",
    "When was the Arctic Council founded?",
    "On what date did Blinken and Lavrov meet?",
    "What did Biden say he considered Putin?",
    "Did Putin say he would withdraw his troops?",
    "How much did the IT budget of Iceland grow?",
    "How many countries are members of the Arctic Council?",
    "What is the name of Iceland’s foreign minister?",
    "Why did Moscow call its ambassador home?",
    "?",
    "🙂",
)


@pytest.mark.parametrize("question", ["And he?", "Why?", "How long did it last?", *STANDS_ALONE])
def test_a_first_question_is_never_touched(question: str) -> None:
    found = rewrite(Conversation(), f"  {question}\n")
    assert found.question == question
    assert found.edits == ()


@pytest.mark.parametrize("question", STANDS_ALONE)
@pytest.mark.parametrize("before", [WHO, COUNCIL])
def test_a_question_that_stands_alone_is_not_touched(
    before: tuple[str, str, AnswerType], question: str
) -> None:
    found = rewrite(after(before), question)
    assert found.question == question
    assert found.edits == ()


@pytest.mark.parametrize(
    ("before", "follow_up", "standalone"),
    [
        (YEARS, "And Trevor Reed?", "How many years did Trevor Reed get?"),
        (YEARS, "What about Trevor Reed?", "How many years did Trevor Reed get?"),
        (PRICE, "And Trevor Reed?", "Who is Trevor Reed?"),
        (WHO, "Where was he born?", "Where was Sergei Lavrov born?"),
        (COUNCIL, "When was it founded?", "When was the Arctic Council founded?"),
        (COUNCIL, "Who are its observers?", "Who are the Arctic Council’s observers?"),
    ],
)
def test_a_follow_up_becomes_standalone(
    before: tuple[str, str, AnswerType], follow_up: str, standalone: str
) -> None:
    found = rewrite(after(before), follow_up)
    assert found.question == standalone
    assert found.edits


def test_an_edit_names_what_was_said_and_what_it_means() -> None:
    (edit,) = rewrite(after(WHO), "Where was he born?").edits
    assert (edit.said, edit.meant) == ("he", "Sergei Lavrov")


def test_how_long_did_it_last_after_a_meeting_asks_of_the_meeting() -> None:
    asked = rewrite(after(WHO), "How long did it last?").question
    assert "meeting" in asked
    assert " it " not in asked


def test_the_question_before_the_last_is_remembered() -> None:
    assert "Sergei Lavrov" in rewrite(after(WHO, COUNCIL), "Where was he born?").question


@pytest.mark.parametrize("bare", ["Why?", "For how long?", "When?", "And when exactly?"])
def test_a_bare_question_word_takes_the_last_question_with_it(bare: str) -> None:
    # After "Who met ...?" the verb would have to be known: "Why did Lavrov meet Blinken?"
    assert rewrite(after(WHO), bare).edits == ()
    asked = rewrite(
        after(("When did Blinken leave Reykjavik?", "", AnswerType.DATE)), bare
    ).question
    assert "Blinken" in asked
    assert asked.endswith("?")


@pytest.mark.parametrize(
    "remark",
    ["And then?", "What about you?", "And so on", "How about a joke?", "and what about dinner"],
)
@pytest.mark.parametrize("before", [WHO])
def test_a_remark_does_not_replace_a_name(before: tuple[str, str, AnswerType], remark: str) -> None:
    names = [name for name in ("Blinken", "Paul Whelan", "Arctic Council") if name in before[0]]
    asked = rewrite(after(before), remark).question
    assert asked == remark or all(name in asked for name in names)


def test_an_abstention_gives_no_answer_to_refer_to() -> None:
    unanswered = ("Which hotel did Lavrov stay at?", "", AnswerType.NAME)
    assert "None" not in rewrite(after(unanswered), "Why?").question


@pytest.mark.parametrize("odd", ["it" * 900, "he " * 600, "And " * 400, "?" * 1900, "\u200b it"])
def test_odd_text_breaks_nothing(odd: str) -> None:
    assert rewrite(after(WHO), odd).question


def test_a_quote_with_odd_characters_is_put_in_as_it_is() -> None:
    source = article(r"They met in Oslo\1 \g<0> on Monday.", "odd.txt")
    turns = after(("Where did they meet?", r"Oslo\1 \g<0>", AnswerType.PLACE), source=source)
    assert rewrite(turns, "Who lives there?").question == r"Who lives in Oslo\1 \g<0>?"


def test_rewriting_is_pure() -> None:
    conversation = after(WHO)
    first = rewrite(conversation, "Where was he born?")
    assert rewrite(conversation, "Where was he born?") == first
    assert conversation == after(WHO) or len(conversation.turns) == 1


def test_a_conversation_keeps_its_last_turns_and_is_never_changed() -> None:
    (turn,) = after(COUNCIL).turns
    empty = Conversation()
    long = empty
    for _ in range(200):
        long = long.with_turn(turn)
    assert empty.turns == ()
    assert empty.last is None
    assert long.last == replace(turn, number=200)
    assert 1 < len(long.turns) < 200
