"""What the chat shows on a real terminal, and that nothing in an article can drive it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import Reply
from bot.terminal.chat_session import ChatSession
from bot.terminal.explanation_view import explanation_view, why_view
from bot.terminal.views import article_view, reply_view, series_view, sources_view
from retrieval.datatypes import AnswerType, Article
from retrieval.pipeline import AnswerSettings
from tests.bot.worlds import TALKS, article, assistant_quoting

ESCAPES = "\x1b]0;owned\x07\x1b[31m\x9b2J\x08\u202e"
HOSTILE = article(
    f"The {ESCAPES}meeting lasted one{ESCAPES}hour.\n"
    "It [bold]ended[/bold] :smile: at [link=x]noon.",
    f"bad{ESCAPES}.txt",
    title=f"Title {ESCAPES}",
    publisher=f"Paper {ESCAPES}",
    url=f"https://x/{ESCAPES}",
)
QUOTES = (f"one{ESCAPES}hour", "[bold]ended[/bold]")
STYLE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;[^\x1b\x07]*\x1b\\")


def drawn(view: RenderableType, *, width: int = 100) -> str:
    """The view on a colour terminal, without rich's own styling."""
    stream = io.StringIO()
    Console(file=stream, force_terminal=True, width=width, highlight=False, emoji=False).print(view)
    return STYLE.sub("", stream.getvalue())


def reply_to(question: str, settings: AnswerSettings | None = None) -> Reply:
    assistant = assistant_quoting(*QUOTES, articles=[HOSTILE], settings=settings)
    reply, _ = assistant.reply(Conversation(), question)
    return reply


def controls(text: str) -> list[str]:
    return [c for c in text if c != "\n" and (c < " " or "\x7f" <= c <= "\x9f" or c == "\u202e")]


VIEWS: dict[str, Callable[[Reply], RenderableType]] = {
    "reply": reply_view,
    "sources": sources_view,
    "series": series_view,
    "explanation": lambda reply: explanation_view(replace(reply, article=lambda _: HOSTILE)),
    "why": why_view,
    "article": lambda reply: article_view(HOSTILE, reply.answer.groups[0].citations[0]),
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_no_escape_sequence_of_an_article_reaches_the_terminal(view: str, threshold: float) -> None:
    reply = reply_to("how long?", AnswerSettings(threshold=threshold))
    assert controls(drawn(VIEWS[view](reply))) == []


@pytest.mark.parametrize("view", VIEWS)
def test_no_escape_sequence_of_a_question_reaches_the_terminal(view: str) -> None:
    reply = reply_to(f"how {ESCAPES} long?", AnswerSettings(threshold=1.0))
    assert controls(drawn(VIEWS[view](reply))) == []


def test_an_answer_put_into_a_follow_up_cannot_drive_the_terminal_either() -> None:
    people = article(f"Sergei{ESCAPES} Lavrov met nobody.", "people.txt")
    assistant = assistant_quoting(
        f"Sergei{ESCAPES} Lavrov", articles=[people], answer_type=AnswerType.PERSON
    )
    _, conversation = assistant.reply(Conversation(), "Who met nobody?")
    follow_up, _ = assistant.reply(conversation, "Where was he born?")
    assert follow_up.rewritten.edits
    for view in (reply_view, why_view, sources_view):
        assert controls(drawn(view(follow_up))) == []
    assert controls(drawn(explanation_view(replace(follow_up, article=lambda _: people)))) == []


def test_markup_in_an_article_stays_text() -> None:
    shown = drawn(VIEWS["sources"](reply_to("how long?", AnswerSettings(threshold=0.0))))
    assert "[bold]ended[/bold]" in shown
    assert ":smile:" in drawn(VIEWS["article"](reply_to("?", AnswerSettings(threshold=0.0))))


def talks_view(text: str, quote: str, *, width: int = 100) -> str:
    source = article(text, "talks.txt")
    assistant = assistant_quoting(
        quote, articles=[source], settings=AnswerSettings(passages=len(text))
    )
    reply, _ = assistant.reply(Conversation(), "?")
    return drawn(article_view(source, reply.answer.groups[0].citations[0]), width=width)


def test_the_article_around_a_quote_is_whole_when_it_is_short() -> None:
    shown = talks_view(TALKS, "one hour and 45 minutes")
    assert "«one hour and 45 minutes»" in " ".join(shown.split())
    for line in TALKS.splitlines():
        assert line in " ".join(shown.replace("«", "").replace("»", "").split())
    assert "…" not in shown


def test_a_long_article_is_cut_on_both_sides_of_the_quote() -> None:
    filler = "Nothing happened that day. " * 100
    shown = talks_view(f"{filler}It took two hours. {filler}", "two hours")
    assert "two hours" in shown
    assert shown.count("…") == 2
    assert len(shown) < 2 * 700 + 500


@pytest.mark.parametrize("width", [1, 5, 20, 400])
def test_any_width_will_do(width: int) -> None:
    reply = reply_to("how long?", AnswerSettings(threshold=0.0))
    for view in VIEWS.values():
        assert drawn(view(reply), width=width)


def test_windows_line_ends_are_shown_as_one_line_end() -> None:
    shown = talks_view("First line here.\r\nIt took two hours.\r\n", "two hours")
    assert "First line here." in shown
    assert "It took «two hours»." in shown


def test_a_session_without_an_answer_to_show() -> None:
    empty: Article = article("It rained.")
    session = ChatSession(assistant_quoting("snow", articles=[empty]))
    shown = session.handle("Who won?").view
    assert shown is not None
    assert drawn(shown).startswith("The articles do not say.")
    assert "No passage shares enough" in drawn(session.handle("/why").view or "")
    assert controls(drawn(session.handle("/explain").view or "")) == []
