"""A whole chat with small talk in it, and remarks on a colour terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pytest
from rich.console import Console

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import RemarkReply, Reply
from bot.dialogue.small_talk.replies import Listed
from bot.presentation.reply_json import to_json
from bot.presentation.text import to_text
from bot.terminal.chat_session import ChatSession
from bot.terminal.repl import run_piped
from bot.terminal.views import reply_view
from retrieval.doubles import QuotingReader
from tests.bot.worlds import answerer_over, article

FACTS = article(
    "Talks end in Reykjavik\n\nThe meeting lasted one hour and 45 minutes. It rained.",
    "talks.txt",
)
TALKS = Listed("talks.txt", "Talks end\nin \x1b[31mReykjavik", "Northwire", date(2021, 5, 19))
UNTITLED = Listed("0001.txt", None)


class Shelf:
    """Implements ``Library``: two articles, both about the talks."""

    def count(self, as_of: date | None = None) -> int:
        return 2

    def about(self, topic: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return (TALKS, UNTITLED) if topic == "the talks" else ()

    def since(self, day: date, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return (TALKS,)[:limit] if day <= date(2021, 5, 19) else ()

    def newest(self, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return (TALKS, UNTITLED)[:limit]


def assistant() -> Assistant:
    answerer = answerer_over(FACTS, reader=QuotingReader(["one hour and 45 minutes"]))
    return Assistant(answerer, {FACTS.id: FACTS}.__getitem__, library=Shelf())


def reply_to(text: str) -> Reply:
    return assistant().reply(Conversation(), text)[0]


def test_a_chat_with_small_talk_in_it() -> None:
    out, errors = io.StringIO(), io.StringIO()
    typed = (
        "Hello!\nhow long did the meeting last?\nthanks 👍\nDo you have anything about the talks?\n"
        "What's new since Friday?\nis there anything about unicorns?\nwhat's new?\nbye\n"
    )
    session = ChatSession(assistant(), date(2021, 5, 25))
    status = run_piped(session, io.StringIO(typed), Console(file=out, width=80), errors)
    assert (status, errors.getvalue()) == (0, "")
    said = [part.strip().splitlines() for part in out.getvalue().split("> ")[1:]]
    listed = "Talks end in \ufffd[31mReykjavik · Northwire · 19 May 2021"
    until = " up to Tuesday, 25 May 2021"
    assert said[0] == [
        "Hello!",
        f"Hello. There are 2 articles{until}. Ask a question, and the answer is quoted from them "
        "with its source.",
    ]
    assert said[1][1].startswith("one hour and 45 minutes  (")
    assert said[2:] == [
        ["thanks 👍", "You are welcome. The next question can come."],
        [
            "Do you have anything about the talks?",
            f"2 articles{until} mention “the talks”:",
            f"  {listed}",
            "  without a title (0001.txt)",
        ],
        [
            "What's new since Friday?",
            "Since Friday, 21 May 2021: no articles. "
            "The newest article is of Wednesday, 19 May 2021.",
        ],
        [
            "is there anything about unicorns?",
            f"No article{until} mentions “unicorns”, all words of it in one place; "
            "captions, credits and links are not looked at. "
            "Fewer or other words may find one.",
        ],
        [
            "what's new?",
            "The newest article is of Wednesday, 19 May 2021. Newest first:",
            f"  {listed}",
        ],
        ["bye", "Goodbye."],
    ]


def test_small_talk_is_no_turn() -> None:
    reply, after = assistant().reply(Conversation(), "thanks")
    assert after == Conversation()
    assert isinstance(reply, RemarkReply)
    assert reply.question == "thanks"


@pytest.mark.parametrize(
    "text", ["hi", "which articles mention the talks?", "which articles mention \x1b[31mit?"]
)
def test_no_view_of_a_remark_says_that_the_articles_do_not_say(text: str) -> None:
    reply = reply_to(text)
    stream = io.StringIO()
    Console(file=stream, force_terminal=True, width=200, color_system=None).print(reply_view(reply))
    for shown in (stream.getvalue(), to_text(reply)):
        assert "do not say" not in shown
        assert "\x1b" not in shown
    assert [line.rstrip() for line in stream.getvalue().splitlines()] == to_text(reply).splitlines()


def test_json_of_a_list() -> None:
    record = to_json(reply_to("which articles mention the talks?"))
    assert record["articles"] == [
        {
            "article_id": "talks.txt",
            "title": "Talks end\nin \x1b[31mReykjavik",
            "publisher": "Northwire",
            "published": "2021-05-19",
            "url": None,
        },
        {
            "article_id": "0001.txt",
            "title": None,
            "publisher": None,
            "published": None,
            "url": None,
        },
    ]
    assert (record["answer"], record["abstained"], record["probability"]) == (None, True, 0.0)
    assert "articles" not in to_json(reply_to("thanks"))
