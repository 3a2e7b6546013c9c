"""Follow-ups that once went wrong: half names, pasted clauses, people that nobody spoke of."""

from __future__ import annotations

import pytest

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Answered, Conversation, Turn
from bot.dialogue.rewriting import rewrite
from bot.dialogue.rewriting.edit_rewriter import LearnedRewriter
from bot.dialogue.rewriting.underspecified import last_asked
from retrieval.datatypes import AnswerType
from retrieval.doubles import ScriptedEditModel
from retrieval.edits.applying import fullest_name, text_edit
from retrieval.edits.decoding import Proposal
from retrieval.edits.layout import lay_out
from retrieval.edits.model import TOKENIZER_FILE, OnnxEditModel, bundled_folder
from tests.bot.worlds import assistant_quoting

HALF = "what did \udcff he say?"


def told(*turns: tuple[str, str]) -> Conversation:
    conversation = Conversation()
    for question, answer in turns:
        said = Answered(answer, f"It says {answer}.") if answer else None
        conversation = conversation.with_turn(Turn(question, question, said))
    return conversation


def test_half_characters_are_replaced_wherever_they_come_from() -> None:
    assistant: Assistant = assistant_quoting("one hour and 45 minutes")
    reply, conversation = assistant.reply(told(("Who met \ud800?", "Lavrov\ud800")), HALF)
    assert reply.question == HALF.replace("\udcff", "\ufffd")
    assert conversation.last is not None
    model = LearnedRewriter(OnnxEditModel(bundled_folder()))
    assert model.rewrite(told(("Who met \ud800?", "Lavrov\ud800")), HALF).question


@pytest.mark.parametrize(
    ("phrase", "texts", "name"),
    [
        ("Biden", ["In March Biden had called Putin a killer."], "Biden"),
        ("Biden", ["On Tuesday Joe Biden spoke."], "Joe Biden"),
    ],
)
def test_a_day_is_no_first_name(phrase: str, texts: list[str], name: str) -> None:
    assert fullest_name(phrase, texts) == name


@pytest.mark.parametrize(
    ("text", "first", "becomes"),
    [
        ("the Russian Minister Sergei Lavrov came", "Sergei", "Who met Sergei Lavrov?"),
        ("the pipe Nord Stream 2 is built", "Nord", "Who met Nord Stream 2?"),
    ],
)
def test_a_name_is_not_cut_in_half(text: str, first: str, becomes: str) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(bundled_folder() / TOKENIZER_FILE))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    question = "Who met it?"
    layout = lay_out(tokenizer, question, [text])
    at = next(i for i, w in enumerate(layout.context) if text[w.start : w.end] == first)
    edit = text_edit(question, [text], layout, Proposal(2, 3, at, at + 1, 1, 1), "")
    assert question[: edit.start] + edit.text + question[edit.end :] == becomes


@pytest.mark.parametrize(
    ("phrase", "meant"),
    [
        ("Moscow, the call also dealt with", "Moscow"),
        ("Oslo. He left", "Oslo"),
        ("Stephen F. Austin State University", "Stephen F. Austin State University"),
    ],
)
def test_of_what_cannot_be_meant_the_name_is_put_in_or_nothing(phrase: str, meant: str) -> None:
    turns = Conversation(topic=f"There {phrase} stood")
    found = LearnedRewriter(ScriptedEditModel({"it": phrase})).rewrite(turns, "When is it built?")
    assert found.question == f"When is {meant} built?"


def test_two_people_are_no_thing() -> None:
    both = "Blinken and Lavrov"
    turns = Conversation(topic=f"There {both} stood")
    found = LearnedRewriter(ScriptedEditModel({"it": both})).rewrite(turns, "When is it built?")
    assert found.question == f"When is it built (There {both} stood)?"


def test_an_announced_topic_is_the_next_person() -> None:
    turns = told(("Who is Ned Price?", "a spokesman"), ("Let's talk about Navalny.", ""))
    assert rewrite(turns, "Why was he jailed?").question == "Why was Navalny jailed?"


def test_a_pronoun_that_was_answered_is_no_name() -> None:
    turns = told(("Who asked Moscow to free them?", "He"))
    assert "He asked" not in rewrite(turns, "When?").question


def test_what_was_asked_about_gives_way_before_who_was_asked_of() -> None:
    turns = told(("What does Lavrov say about Afghanistan?", "much"))
    assert rewrite(turns, "And Iran?").question == "What does Lavrov say about Iran?"


@pytest.mark.parametrize(
    ("before", "matter"),
    [
        ("How long was Whelan sentenced for?", "How long was Whelan sentenced for"),
        ("What happened next (the strike)?", ""),
        ("How so?", ""),
    ],
)
def test_no_debris_stands_in_brackets(before: str, matter: str) -> None:
    assert last_asked(told((before, ""))) == matter


def test_a_greeting_before_the_first_question_is_not_asked() -> None:
    made = LearnedRewriter(ScriptedEditModel({}))
    first = made.rewrite(Conversation(), "good morning, who met Lavrov?")
    assert first.question == "who met Lavrov?"
    assert first.edits == ()


def test_a_person_answered_long_ago_is_not_surer_than_the_last_name() -> None:
    known = Answered("Ned Price", "Ned Price said so.", kind=AnswerType.PERSON)
    turns = Conversation().with_turn(Turn("Who spoke?", "Who spoke?", known))
    turns = turns.with_turn(Turn("What about Navalny?", "What about Navalny?"))
    assert rewrite(turns, "Where was he born?").question == "Where was Navalny born?"


@pytest.mark.parametrize(
    ("before", "asked", "standalone"),
    [
        ("How many diplomats did Russia expel?", "When did they leave?",
         "When did the diplomats leave?"),
        ("How many Russian soldiers did Putin move?", "Were they withdrawn?",
         "Were the Russian soldiers withdrawn?"),
        ("How many albums did the band make?", "Did they tour?", "Did they tour?"),
    ],
)  # fmt: skip
def test_they_are_the_people_who_were_counted(before: str, asked: str, standalone: str) -> None:
    assert rewrite(told((before, "ten")), asked).question == standalone
