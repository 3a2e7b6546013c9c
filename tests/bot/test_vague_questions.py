"""Questions that say nothing by themselves, and what is set beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting.edit_rewriter import LearnedRewriter
from bot.dialogue.rewriting.underspecified import is_vague, last_asked, with_matter
from retrieval.doubles import ScriptedEditModel

PLEDGES = "How are developed countries helping with climate change?"


def after(*questions: str) -> Conversation:
    conversation = Conversation()
    for question in questions:
        conversation = conversation.with_turn(Turn(question, question))
    return conversation


@pytest.mark.parametrize(
    "question",
    ["Tell me more.", "What happened next?", "Which one would you recommend?", "How so?",
     "Is it important?", "Anything else?", "What do you mean?", "Can you explain that?"],
)  # fmt: skip
def test_a_vague_question_gets_the_matter_of_the_last_one(question: str) -> None:
    assert is_vague(question)
    found = LearnedRewriter(ScriptedEditModel({})).rewrite(after(PLEDGES), question)
    matter = PLEDGES.rstrip("?")
    assert found.question == with_matter(question, matter)
    assert f"({matter})" in found.question
    assert [edit.meant for edit in found.edits] == [matter]
    assert (found.others, found.context) == ((question,), matter)


@pytest.mark.parametrize(
    "question",
    ["What is inflation?", "What is New START?", "Who is Navalny?", "Who won in 1986?",
     "How long did the meeting last?", "What happened in Reykjavik?", "Which treaty was extended?",
     "Is rain expected?", "?", ""],
)  # fmt: skip
def test_what_an_article_can_be_found_by_is_not_vague(question: str) -> None:
    assert not is_vague(question)


def test_the_matter_is_the_newest_question_that_has_one_with_its_answer() -> None:
    turns = after("Who chairs the council?", PLEDGES, "Tell me more.")
    assert last_asked(turns) == PLEDGES.rstrip("?")
    answered = Turn("Who chairs it?", "Who chairs the council?", Answered("Ann\nHolm", "Ann Holm."))
    assert last_asked(Conversation().with_turn(answered)) == "Who chairs the council: Ann Holm"
    doubtful = replace(answered, answered=Answered("Lars", "Lars.", probability=0.4))
    assert last_asked(Conversation().with_turn(doubtful)) == "Who chairs the council"
    about = Turn("And Oslo?", "What about Oslo 2021?")
    assert last_asked(Conversation().with_turn(answered).with_turn(about)) == (
        "Who chairs the council: Ann Holm"
    )
    long = Turn("Why?", "Why did the mill close?", Answered("x " * 40, "x."))
    assert last_asked(Conversation().with_turn(long)) == "Why did the mill close"
    beside = Turn("And now?", "And now (Who chairs the council: Ann Holm)?")
    assert last_asked(Conversation().with_turn(answered).with_turn(beside)) == (
        "Who chairs the council: Ann Holm"
    )
    assert last_asked(Conversation()) == ""
    assert last_asked(Conversation(topic="Frank Zappa")) == "Frank Zappa"


def test_the_brackets_stand_before_the_final_mark() -> None:
    assert with_matter("Why?", "the strike") == "Why (the strike)?"
    assert with_matter("Tell me more", "the strike") == "Tell me more (the strike)"
