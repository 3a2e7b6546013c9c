"""Asking back, from the first vague question to the follow-ups: whole transcripts."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.console import Console

from bot.assembly.application import open_application
from bot.config import Config
from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import AnswerReply, ChoiceReply
from bot.presentation.reply_json import to_json
from bot.presentation.text import to_text
from bot.terminal.chat_session import ChatSession
from bot.terminal.repl import run_piped
from retrieval.datatypes import AnswerType, Article
from retrieval.doubles import QuotingReader
from retrieval.errors import UsageError
from retrieval.index.store import IndexStore
from retrieval.indexing.build import Export, IndexSettings, build
from tests.bot.meetings import CHILE, GENEVA, HOW_LONG, LOU, NORWAY, ONE, REYKJAVIK, THREE
from tests.bot.worlds import answerer_over

ARTICLES = (REYKJAVIK, GENEVA)


def assistant_over(articles: Sequence[Article] = ARTICLES) -> Assistant:
    """Answers everything with how long one of the meetings lasted, Geneva a little likelier."""
    reader = QuotingReader((THREE, ONE), AnswerType.DURATION, lambda place: 1.0 - 0.4 * place)
    answerer = answerer_over(*articles, reader=reader)
    return Assistant(answerer, {a.id: a for a in articles}.__getitem__)


def chat(typed: str, assistant: Assistant | None = None) -> tuple[list[str], str, int]:
    """The first line said to each line typed, the complaints, and the exit status."""
    out, errors = io.StringIO(), io.StringIO()
    session = ChatSession(assistant or assistant_over())
    status = run_piped(session, io.StringIO(typed), Console(file=out, width=80), errors)
    parts = out.getvalue().split("\n> ")
    return [part.partition("\n")[2].strip() for part in parts], errors.getvalue(), status


def test_asked_back_and_chosen_in_a_pipe() -> None:
    said, errors, status = chat(f"{HOW_LONG}\n2\n")
    assert said[0].splitlines() == [
        "Which one do you mean?",
        "  1  the meeting of Biden and Putin in Geneva, 16 June 2021 — “Biden and Putin part in "
        "Geneva without a breakthrough” (Northwire)",
        "  2  the meeting of Lavrov and Blinken in Reykjavik, 20 May 2021 — “Lavrov finds talks "
        "with Blinken in Reykjavik constructive” (Northwire)",
    ]
    question = "How long did the meeting of Lavrov and Blinken last?"
    assert said[1].splitlines()[0] == f"Understood as: {question}"
    assert said[1].splitlines()[1].startswith(ONE)
    assert (errors, status) == ("", 0)


@pytest.mark.parametrize("choice", ["1", "the first one", "Geneva", "the Biden one"])
def test_chosen_by_number_or_words(choice: str) -> None:
    said, _, _ = chat(f"{HOW_LONG}\n{choice}\n")
    assert said[1].splitlines()[1].startswith(THREE)


def test_the_last_one() -> None:
    assert chat(f"{HOW_LONG}\nthe last\n")[0][1].splitlines()[1].startswith(ONE)


def test_a_number_too_large_is_refused_and_the_choice_waits_on() -> None:
    said, errors, status = chat(f"{HOW_LONG}\n3\n2\n")
    assert errors == (
        "pullquote: there are 2 choices; type a number from 1 to 2, or ask something else.\n"
    )
    assert said[2].splitlines()[1].startswith(ONE)
    assert status == 2


def test_a_new_question_instead_is_answered_and_the_choice_lapses() -> None:
    said, _, _ = chat(f"{HOW_LONG}\nHow long did Lavrov sing with Biden?\n2\n")
    assert said[1].startswith(THREE)
    assert "Understood as" not in said[2], "2 is a question like any other now"


def test_the_same_question_instead_of_a_choice_is_answered() -> None:
    said, _, _ = chat(f"{HOW_LONG}\n{HOW_LONG}\n")
    assert said[1].startswith(THREE)


@pytest.mark.parametrize(("choice", "answer"), [("1", THREE), ("2", ONE)])
def test_what_was_chosen_is_meant_from_then_on(choice: str, answer: str) -> None:
    said, _, _ = chat(f"{HOW_LONG}\n{choice}\nhow long did the talks last?\n{HOW_LONG}\n")
    assert [part.splitlines()[1][: len(answer)] for part in said[1:]] == [answer] * 3


def test_the_turn_has_the_question_of_the_choice() -> None:
    assistant = assistant_over()
    asking, waiting = assistant.reply(Conversation(), HOW_LONG, asks_back=True)
    assert isinstance(asking, ChoiceReply)
    assert waiting.turns == ()
    reply, after = assistant.reply(waiting, "2", asks_back=True)
    (turn,) = after.turns
    assert turn.question == reply.question == HOW_LONG
    assert turn.standalone_question == "How long did the meeting of Lavrov and Blinken last?"
    assert turn.answered is not None
    assert (turn.answered.article_id, reply.number) == ("reykjavik.txt", 1)
    assert after.open_choice is None


def test_a_refused_number_leaves_the_conversation() -> None:
    assistant = assistant_over()
    _, waiting = assistant.reply(Conversation(), HOW_LONG, asks_back=True)
    with pytest.raises(UsageError, match="there are 2 choices"):
        assistant.reply(waiting, "9", asks_back=True)
    assert waiting.open_choice is not None


def test_who_does_not_wait_for_an_answer_gets_the_best_one() -> None:
    reply, after = assistant_over().reply(Conversation(), HOW_LONG)
    assert isinstance(reply, AnswerReply)
    assert reply.chosen.answer == THREE
    assert "choices" not in to_json(reply)
    assert len(after.turns) == 1


def test_choices_as_json() -> None:
    reply, _ = assistant_over().reply(Conversation(), HOW_LONG, asks_back=True)
    choices = json.loads(json.dumps(to_json(reply)))["choices"]
    assert [list(choice) for choice in choices] == [["label", "question", "article_ids"]] * 2
    assert choices[1]["article_ids"] == ["reykjavik.txt"]


def test_a_label_drives_no_terminal() -> None:
    hostile = (
        REYKJAVIK,
        # A title as a scraped page may have it.
        Article(**{f: getattr(GENEVA, f) for f in GENEVA.__slots__} | {"title": "Gen\x1b[31meva"}),
    )
    reply, _ = assistant_over(hostile).reply(Conversation(), HOW_LONG, asks_back=True)
    assert isinstance(reply, ChoiceReply)
    assert "\x1b" not in to_text(reply)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, export: Export) -> Assistant:
    """The bundled reader over five hand-written articles."""
    texts = tmp_path_factory.mktemp("texts")
    with (texts / "articles.jsonl").open("w", encoding="utf-8") as file:
        for a in (REYKJAVIK, GENEVA, NORWAY, CHILE, LOU):
            day = a.published.isoformat() if a.published else None
            record = {"id": a.id, "text": a.text, "title": a.title, "published": day}
            file.write(json.dumps(record) + "\n")
    folder = tmp_path_factory.mktemp("real") / "index"
    build(IndexStore(folder), [texts], IndexSettings(), export=export)
    return open_application(Config(), folder).assistant


def test_two_meetings_and_two_ministers_over_the_real_reader(real: Assistant) -> None:
    typed = [
        HOW_LONG,
        "the Reykjavik one",
        HOW_LONG,
        "How long did the meeting of Biden and Putin last?",
        "How old is the minister?",
        "Norway",
    ]
    said, errors, _ = chat("\n".join(typed) + "\n", real)
    assert [part.splitlines()[0] for part in said] == [
        "Which one do you mean?",
        "Understood as: How long did the meeting of Lavrov and Blinken last?",
        "Understood as: How long did the meeting of Lavrov and Blinken last?",
        said[3].splitlines()[0],
        "Which one do you mean?",
        "Understood as: How old is the minister Bjornar Skjaeran?",
    ]
    assert said[1].splitlines()[1].startswith(ONE)
    assert said[2].splitlines()[1].startswith(ONE)
    assert said[3].startswith(THREE)
    assert said[5].splitlines()[1].startswith("55")
    assert errors == ""


@pytest.mark.slow
def test_the_seeds_are_never_asked_back(seed_index: Path) -> None:
    """One event, told by five articles that contradict each other."""
    assistant = open_application(Config(), seed_index).assistant
    file = Path(__file__).parents[2] / "seeds" / "questions.jsonl"
    asked = [json.loads(line)["question"] for line in file.read_text("utf-8").splitlines()]
    replies = [assistant.reply(Conversation(), text, asks_back=True)[0] for text in asked]
    assert [reply.question for reply in replies if isinstance(reply, ChoiceReply)] == []
