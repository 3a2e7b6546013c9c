"""Answers as Telegram shows them: whole messages."""

from __future__ import annotations

import html
from dataclasses import replace

from bot.dialogue.assistant import Assistant
from bot.dialogue.conversation import Conversation
from bot.telegram_bot.rendering.messages import inline_answers, render
from bot.telegram_bot.state.pages import ViewName
from retrieval.datatypes import (
    AnswerType,
)
from tests.bot.meetings import GENEVA, HOW_LONG, REYKJAVIK
from tests.bot.test_remarks import SHELF
from tests.bot.test_which_one import assistant_over
from tests.bot.worlds import (
    assistant_quoting,
)
from tests.telegram.replies import (
    ENGLISH,
    GERMAN,
    HREF,
    LASTED,
    LINKED,
    REFUSE_ALL,
    SITE,
    disputed,
    html_of,
    reply_of,
)


def test_an_answer_with_one_source() -> None:
    rendered = render(reply_of(assistant_quoting(LASTED, articles=[LINKED])), ENGLISH)
    assert html_of(rendered) == (
        f'The meeting lasted <b>one hour and 45 minutes</b>. <a href="{HREF}">[1]</a>\n'
        "<i>98 % sure, 1 source</i>\n"
        "\n"
        f'<blockquote expandable>[1] <a href="{HREF}">Talks end in Reykjavik</a> · Northwire · '
        "page dated 20 May 2021\n"
        "The meeting lasted <b>one hour and 45 minutes</b>.\n"
        "talks.txt, characters 100–123</blockquote>"
    )
    assert rendered.preview == html.unescape(HREF)
    assert rendered.choices == ()
    assert set(rendered.views) == {
        ViewName.ANSWER,
        ViewName.CONTEXT,
        ViewName.SOURCES,
        ViewName.EXPLAIN,
    }


def test_an_answer_without_an_address_leads_nowhere() -> None:
    rendered = render(reply_of(assistant_quoting(LASTED)), ENGLISH)
    assert html_of(rendered) == (
        "The meeting lasted <b>one hour and 45 minutes</b>. [1]\n"
        "<i>98 % sure, 1 source</i>\n"
        "\n"
        "<blockquote expandable>[1] Talks end in Reykjavik\n"
        "The meeting lasted <b>one hour and 45 minutes</b>.\n"
        "talks.txt, characters 100–123</blockquote>"
    )
    assert rendered.preview is None


def test_rivals_stand_side_by_side() -> None:
    rendered = render(disputed(), ENGLISH)
    assert html_of(rendered) == (
        f'The meeting lasted <b>one hour and 45 minutes</b>. <a href="{HREF}">[1]</a>\n'
        "<i>98 % sure, 1 source</i>\n"
        "\n"
        "<b>Other articles differ:</b>\n"
        "According to the hosts it took just <b>two hours</b> in all. [2]\n"
        "<i>95 % sure, 1 source</i>\n"
        "\n"
        f'<blockquote expandable>[1] <a href="{HREF}">Talks end in Reykjavik</a> · Northwire · '
        "page dated 20 May 2021\n"
        "The meeting lasted <b>one hour and 45 minutes</b>.\n"
        "talks.txt, characters 100–123</blockquote>\n"
        "<blockquote expandable>[2] Hosts look back\n"
        "According to the hosts it took just <b>two hours</b> in all.\n"
        "hosts.txt, characters 53–62</blockquote>"
    )
    assert rendered.preview is None, "there are two sources"


def test_the_same_in_german() -> None:
    assert html_of(render(disputed(), GERMAN)) == (
        f'The meeting lasted <b>one hour and 45 minutes</b>. <a href="{HREF}">[1]</a>\n'
        "<i>zu 98 % sicher, 1 Quelle</i>\n"
        "\n"
        "<b>Andere Artikel sagen anderes:</b>\n"
        "According to the hosts it took just <b>two hours</b> in all. [2]\n"
        "<i>zu 95 % sicher, 1 Quelle</i>\n"
        "\n"
        f'<blockquote expandable>[1] <a href="{HREF}">Talks end in Reykjavik</a> · Northwire · '
        "Seite vom 20. Mai 2021\n"
        "The meeting lasted <b>one hour and 45 minutes</b>.\n"
        "talks.txt, Zeichen 100–123</blockquote>\n"
        "<blockquote expandable>[2] Hosts look back\n"
        "According to the hosts it took just <b>two hours</b> in all.\n"
        "hosts.txt, Zeichen 53–62</blockquote>"
    )


def test_a_follow_up_says_what_it_was_understood_as() -> None:
    assistant = assistant_quoting(LASTED)
    _, conversation = assistant.reply(Conversation(), "Who did Lavrov meet in Reykjavik?")
    reply, _ = assistant.reply(conversation, "how long did it last <b>?")
    assert reply.rewritten.edits
    first, _, rest = html_of(render(reply, ENGLISH)).partition("\n\n")
    assert first == f"<i>Understood as: {html.escape(reply.standalone_question, quote=False)}</i>"
    assert rest.startswith("The meeting lasted <b>one")


def test_a_yes_is_said_to_be_inferred() -> None:
    assistant = assistant_quoting(LASTED, answer_type=AnswerType.YES_NO)
    reply = reply_of(assistant, "Did the meeting last one hour and 45 minutes?")
    assert "Inferred" not in html_of(render(reply, ENGLISH)), "nothing infers one yet"
    reply = replace(reply, answer=replace(reply.answer, inference="yes"))
    assert html_of(render(reply, ENGLISH)).startswith("<i>Inferred from the quote: yes.</i>\n\nThe")
    assert html_of(render(reply, GERMAN)).startswith("<i>Aus dem Zitat geschlossen: ja.</i>\n\nThe")


def test_an_abstention_says_why() -> None:
    assistant = assistant_quoting("Reykjavik", settings=REFUSE_ALL)
    rendered = render(reply_of(assistant, "Who won the regatta?"), ENGLISH)
    assert html_of(rendered) == (
        "<b>The articles do not say.</b>\n"
        "\n"
        'Nearby in "Talks end in Reykjavik": “Talks end in Reykjavik” No passage found '
        'mentions "won" or "regatta".'
    )
    assert html_of(rendered, ViewName.OTHERS) == (
        "<b>Found, and rejected as not likely enough to answer:</b>\n"
        "\n"
        "1. <b>Reykjavik</b> [1] <i>98 % likely, 1 source</i>\n"
        "<blockquote expandable>[1] Talks end in Reykjavik\n"
        "Talks end in <b>Reykjavik</b>\n"
        "talks.txt, characters 13–22</blockquote>"
    )
    german = html_of(render(reply_of(assistant, "Who won the regatta?"), GERMAN))
    assert german == (
        "<b>Die Artikel sagen es nicht.</b>\n"
        "\n"
        "In der Nähe, in „Talks end in Reykjavik“: „Talks end in Reykjavik“ Keine gefundene Stelle "
        'nennt "won" oder "regatta".'
    )


def test_an_abstention_that_found_nothing_has_nothing_to_show_but_how() -> None:
    rendered = render(reply_of(assistant_quoting("nowhere to be found")), ENGLISH)
    assert set(rendered.views) == {ViewName.ANSWER, ViewName.EXPLAIN}
    explained = rendered.views[ViewName.EXPLAIN][0].plain
    assert "No passage shares enough with the question for a single candidate." in explained


def test_which_one() -> None:
    reply, _ = assistant_over((REYKJAVIK, GENEVA)).reply(Conversation(), HOW_LONG, asks_back=True)
    rendered = render(reply, ENGLISH)
    assert html_of(rendered) == (
        "<b>Which one do you mean?</b>\n"
        "\n"
        "1. the meeting of Biden and Putin in Geneva, 16 June 2021 — “Biden and Putin part in "
        "Geneva without a breakthrough” (Northwire)\n"
        "2. the meeting of Lavrov and Blinken in Reykjavik, 20 May 2021 — “Lavrov finds talks "
        "with Blinken in Reykjavik constructive” (Northwire)"
    )
    assert rendered.choices == (
        "1. the meeting of Biden and Putin in Geneva, 16 June 2021 —…",
        "2. the meeting of Lavrov and Blinken in Reykjavik, 20 May…",
    )
    assert set(rendered.views) == {ViewName.ANSWER}
    assert inline_answers(reply, ENGLISH) == ()


def test_a_remark_lists_articles() -> None:
    library = replace(SHELF, articles=(replace(SHELF.articles[0], url=SITE), *SHELF.articles[1:]))
    assistant = Assistant(NeverAsked(), {}.__getitem__, library=library)
    rendered = render(reply_of(assistant, "list all articles"), GERMAN)
    assert html_of(rendered) == (
        "Es gibt 4 Artikel.\n"
        "\n"
        f'• <a href="{SITE}">Talks end in Reykjavik</a> · Northwire · 19. Mai 2021\n'
        "• Ferry strike ends · Harbor Post · 17. Mai 2021\n"
        "• Talks begin in Reykjavik · 2. April 2021\n"
        "• Undated"
    )
    assert set(rendered.views) == {ViewName.ANSWER}


class NeverAsked:
    """Implements ``AnswersQuestions`` for what is no question."""

    def answer(self, *_: object, **__: object) -> None:  # type: ignore[override]
        raise AssertionError("a remark asks nothing of the articles")
