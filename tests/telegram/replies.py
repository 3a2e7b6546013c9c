"""Replies to render, and what several tests of rendering need."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import AnswerReply, Reply, decided
from bot.presentation.translation import Wording
from bot.telegram_bot.state.pages import Rendered, ViewName
from retrieval.datatypes import (
    AnswerType,
    Article,
    Citation,
    DateDoubt,
    Span,
    TextRange,
)
from retrieval.messages import say
from retrieval.pipeline import AnswerSettings
from tests.bot.worlds import (
    TALKS,
    article,
    assistant_quoting,
    hostile_texts,
)
from tests.telegram.parsing import check

ENGLISH, GERMAN = Wording("en"), Wording("de")
ACCEPT_ALL, REFUSE_ALL = AnswerSettings(threshold=0.0), AnswerSettings(threshold=1.0)
QUESTION = "how long did the meeting last?"
LASTED = "one hour and 45 minutes"
SITE = "https://news.example.org"
LINKED = article(
    TALKS,
    "talks.txt",
    title="Talks end in Reykjavik",
    publisher="Northwire",
    url=f"{SITE}/talks?a=1&b=2",
    published=date(2021, 5, 20),
)
HREF = f"{SITE}/talks?a=1&amp;b=2#:~:text=The%20meeting%20lasted-,one%20hour%20and%2045%20minutes"
HOSTS = article(
    "Hosts look back\n\nAccording to the hosts it took just two hours in all.",
    "hosts.txt",
    title="Hosts look back",
)


def reply_of(assistant: Assistant, question: str = QUESTION) -> Reply:
    reply, _ = assistant.reply(Conversation(), question)
    return reply


def html_of(rendered: Rendered, view: ViewName = ViewName.ANSWER) -> str:
    (page,) = rendered.views[view]
    check(page)
    return page.html


def disputed() -> Reply:
    assistant = assistant_quoting(
        LASTED, "two hours", articles=[LINKED, HOSTS], answer_type=AnswerType.DURATION
    )
    return reply_of(assistant)


def citing(source: Article, citation: Citation, *, answered: bool = True) -> Reply:
    """A reply whose only citation this is."""
    reply = reply_of(assistant_quoting(LASTED))
    (group,) = reply.answer.groups
    start, end, around = citation.start, citation.end, citation.sentence_range
    span = Span(source.id, start, end, around, 1.0, 0.0, AnswerType.CLAUSE)
    cited = replace(group, answer=citation.quote, citations=(citation,), spans=(span,))
    reason = None if answered else say("{sentence}", sentence=citation.sentence)
    answer = replace(reply.answer, groups=(cited,), abstained=not answered, reason=reason)
    article = {source.id: source}.__getitem__
    assert isinstance(reply, AnswerReply)
    return decided(reply.question, reply.rewritten, answer, reply.elapsed_ms, article, 1)


texts = hostile_texts | st.lists(
    st.sampled_from(["<b>", "</b>", "&amp;", "&", "<a href='x'>", "\r\n", "\u00a0", "é", "שלום. ",
                     "\ud800", "👩‍👩‍👧", "e\u0301", "Reykjavik ", "\u2067", "one hour ", "\u200b"]),
    min_size=1, max_size=30,
).map("".join)  # fmt: skip


def citation_in(text: str, start: int, end: int, known: str | None, url: str | None) -> Citation:
    return Citation(
        1, known or "a.txt", known, known, date(2021, 5, 20), url, start, end, text[start:end],
        text, TextRange(0, len(text)), (), DateDoubt(known) if known else None,
    )  # fmt: skip
