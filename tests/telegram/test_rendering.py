"""Replies as Telegram shows them: whole messages, and what holds for every text there is."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.assistant import Assistant, Reply
from bot.conversation import Conversation
from bot.how_often import how_often
from bot.render import confidence, days_below, meant, noted, printable, shown_days
from bot.telegram_bot.explaining import explanation
from bot.telegram_bot.phrases import (
    days_beside,
    days_said,
    meant_days,
    noted_days,
    sureness,
)
from bot.telegram_bot.rendering import inline_answers, render
from bot.telegram_bot.rendering_views import context, others, sources
from bot.telegram_bot.values import Rendered, ViewName
from bot.telegram_bot.wording import Wording
from retrieval.characters import whole_characters
from retrieval.datatypes import (
    AnswerType,
    Article,
    Citation,
    Feature,
    Reliability,
    Span,
    StageTime,
    TextRange,
)
from retrieval.pipeline import AnswerSettings
from tests.bot.meetings import GENEVA, HOW_LONG, REYKJAVIK
from tests.bot.test_remarks import SHELF
from tests.bot.test_which_one import assistant_over
from tests.bot.worlds import (
    TALKS,
    article,
    assistant_quoting,
    hostile_questions,
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
    assert reply.answer.inference == "yes"
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
        "1. Biden and Putin in Geneva — “Biden and Putin part in Geneva without a breakthrough” "
        "(Northwire, 16 June 2021)\n"
        "2. Lavrov and Blinken in Reykjavik — “Lavrov finds talks with Blinken in Reykjavik "
        "constructive” (Northwire, 20 May 2021)"
    )
    assert rendered.choices == (
        "1. Biden and Putin in Geneva — “Biden and Putin part in…",
        "2. Lavrov and Blinken in Reykjavik — “Lavrov finds talks…",
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


def test_the_context_leaves_noise_out_and_begins_between_words() -> None:
    words = " ".join(f"word{number}" for number in range(300))
    text = f"{words}.\r\n\r\nShare on Facebook Tweet Email\n\nThey met on May 19.\n{words}"
    source = article(text, title="Long", publisher="Northwire")
    reply = reply_of(assistant_quoting("May 19", articles=[source]))
    parsed = check(render(reply, ENGLISH).views[ViewName.CONTEXT][0])
    heading, before, quoted, after = parsed.text.split("\n\n")
    assert heading == "[1] Long · Northwire"
    assert parsed.texts("b") == ["[1] Long · Northwire", "May 19"]
    assert before.startswith("… word")
    assert quoted == "[…]"
    assert after.startswith("They met on May 19.\nword0 word1 ")
    assert after.endswith(" …")
    shown = f"{before} {after}".split()
    assert set(shown) - {"…"} <= set(text.split())
    assert 1200 < len(parsed.text) < 1600


def test_the_context_is_left_out_where_the_article_has_changed_or_gone() -> None:
    reply = reply_of(assistant_quoting(LASTED))
    changed = article("Something else.", "talks.txt")
    for found in ({}, {"talks.txt": changed}):
        rendered = render(replace(reply, article=found.__getitem__), ENGLISH)
        assert ViewName.CONTEXT not in rendered.views
        assert rendered.views[ViewName.EXPLAIN]


def test_all_sources() -> None:
    assert html_of(render(disputed(), ENGLISH), ViewName.SOURCES) == (
        "<b>Sources</b>\n"
        "\n"
        f'[1] <a href="{HREF}">Talks end in Reykjavik</a> · Northwire · page dated 20 May 2021\n'
        "<b>one hour and 45 minutes</b>\n"
        "talks.txt, characters 100–123\n"
        "\n"
        "[2] Hosts look back\n"
        "<b>two hours</b>\n"
        "hosts.txt, characters 53–62"
    )


def test_the_explanation() -> None:
    reply = disputed()
    times = (StageTime("retrieve", 1.4), StageTime("read", 20.6))
    trace = replace(reply.answer.trace, times=times)
    reply = replace(reply, answer=replace(reply.answer, trace=trace))
    shown = "".join(piece.text for piece in explanation(reply, ENGLISH))
    assert shown.split("\n\n") == [
        "How this was found\n"
        "Question: how long did the meeting last?\n"
        "Asked for: duration\n"
        "Answered: the best answer is 98 % likely.\n"
        "Time: retrieve 1 ms, read 21 ms",
        "Why\n"
        "The best candidate, “one hour and 45 minutes”, is taken as: duration.\n"
        "Independent sources behind it: 1.\n"
        "Next best: “two hours” at 95 %, against 98 %.",
        "Answers\n"
        "1. “one hour and 45 minutes” · 98 % · 1 source [1]\n"
        "2. “two hours” · 95 % · 1 source [2]",
        "Passages, by rank\n"
        "1. talks.txt:0–80\n"
        "1.00000 · all 1 (1.000)\n"
        "2. talks.txt:81–175\n"
        "0.50000 · all 2 (0.500)\n"
        "3. hosts.txt:0–70\n"
        "0.33333 · all 3 (0.333)",
        "Best span of each window that was read\n"
        "“one hour and 45 minutes” (duration) talks.txt:100–123\n"
        "margin 4.00 score 4.00 null 0.00\n"
        "“two hours” (duration) hosts.txt:53–62\n"
        "margin 3.00 score 3.00 null 0.00",
    ]


def test_the_explanation_says_what_the_numbers_mean() -> None:
    values = {"share": 0.93, "fit": 1.0, "coverage": 0.68, "missing": 0.0, "closeness": 0.4}
    features = tuple(Feature(name, value) for name, value in values.items())
    reply = reply_of(assistant_quoting(LASTED))
    (group,) = reply.answer.groups
    for margin, words in (
        (-1.0, "it takes the passage to hold no answer"),
        (1.0, "it prefers them to the latter by a little"),
        (5.0, "it prefers them to the latter clearly"),
        (9.0, "it prefers them to the latter by far"),
    ):
        span = replace(group.spans[0], features=features, score=margin, null_score=0.0)
        told = replace(reply.answer, groups=(replace(group, spans=(span,)),))
        shown = "".join(p.text for p in explanation(replace(reply, answer=told), ENGLISH))
        assert (
            "In its passage the reader gives these words 93 % against all other words and against "
            f"“not said here”; {words}.\n"
            "As the kind of thing asked for it fits 100 %.\n"
            "Its sentence holds 68 % of the question's words by weight, and 0 % stand nowhere in "
            "its passage.\n"
            "Sentence and question are 0.40 close in meaning (0 to 1)."
        ) in shown


def test_inline_answers_are_the_answer_and_its_rivals() -> None:
    first, second = inline_answers(disputed(), ENGLISH)
    assert (first.title, second.title) == (LASTED, "two hours")
    assert first.description == (
        "98 % sure, 1 source — Talks end in Reykjavik · Northwire: The meeting lasted one hour and "
        "45 minutes."
    )
    assert first.preview == html.unescape(HREF)
    assert second.preview is None
    assert check(first.page).text.startswith(
        "how long did the meeting last?\n\nThe meeting lasted one hour and 45 minutes. [1]\n"
    )
    assert second.page.html == (
        "<i>how long did the meeting last?</i>\n"
        "\n"
        "According to the hosts it took just <b>two hours</b> in all. [2]\n"
        "<i>95 % sure, 1 source</i>\n"
        "\n"
        "<blockquote expandable>[2] Hosts look back\n"
        "According to the hosts it took just <b>two hours</b> in all.\n"
        "hosts.txt, characters 53–62</blockquote>"
    )


def test_nothing_rejected_and_nothing_unlikely_is_offered_inline() -> None:
    refused = reply_of(assistant_quoting(LASTED, settings=REFUSE_ALL))
    assert inline_answers(refused, ENGLISH) == ()
    reply = reply_of(assistant_quoting(*"Reykjavik;May 19;Price;Lavrov;Blinken;Talks".split(";")))
    probabilities = [group.probability for group in reply.answer.groups]
    assert len(probabilities) == 6
    assert len(inline_answers(reply, ENGLISH)) == 5
    unlikely = [replace(group, probability=0.34) for group in reply.answer.groups[1:]]
    told = replace(reply.answer, groups=(reply.answer.groups[0], *unlikely), rivals=())
    assert len(inline_answers(replace(reply, answer=told), ENGLISH)) == 1


def test_a_relative_date_is_said_with_the_days_it_means() -> None:
    source = article("They spoke on Tuesday, again.", published=date(2021, 5, 20))
    reply = reply_of(assistant_quoting("Tuesday", articles=[source]), "When did they speak?")
    assert html_of(render(reply, ENGLISH)).startswith(
        "They spoke on <b>Tuesday</b>, again. [1] <i>= 18 May 2021 (inferred from the "
        "article's date)</i>\n<i>"
    )
    assert html_of(render(reply, GERMAN)).startswith(
        "They spoke on <b>Tuesday</b>, again. [1] <i>= 18. Mai 2021 (aus dem Datum des "
        "Artikels erschlossen)</i>\n<i>"
    )


def test_a_doubtful_date_is_doubted() -> None:
    reply = reply_of(assistant_quoting(LASTED, articles=[LINKED]))
    (group,) = reply.answer.groups
    citation = replace(group.citations[0], date_doubt="the text speaks of May 19")
    told = replace(reply.answer, groups=(replace(group, citations=(citation,)),))
    shown = html_of(render(replace(reply, answer=told), GERMAN), ViewName.SOURCES)
    assert "Seite vom 20. Mai 2021 (zweifelhaft: der Text spricht von May 19)" in shown


@pytest.mark.parametrize(
    ("first", "last", "german"),
    [
        (date(2021, 5, 19), date(2021, 5, 19), "19. Mai 2021"),
        (date(2021, 5, 17), date(2021, 5, 23), "17.–23. Mai 2021"),
        (date(2021, 3, 1), date(2021, 3, 31), "März 2021"),
        (date(2020, 1, 1), date(2020, 12, 31), "2020"),
        (date(2021, 4, 30), date(2021, 5, 3), "30. April – 3. Mai 2021"),
        (date(2020, 12, 30), date(2021, 1, 3), "30. Dezember 2020 – 3. Januar 2021"),
    ],
)
def test_days(first: date, last: date, german: str) -> None:
    assert days_said(first, last, ENGLISH) == shown_days(first, last)
    assert days_said(first, last, GERMAN) == german


@given(st.dates(), st.integers(0, 400))
def test_days_in_english_are_those_of_the_terminal(first: date, more: int) -> None:
    last = first + timedelta(days=min(more, (date.max - first).days))
    assert days_said(first, last, ENGLISH) == shown_days(first, last)


@given(st.integers(0, 400), st.integers(0, 400))
def test_rates_are_those_of_the_terminal(right: int, more: int) -> None:
    measured = Reliability(right, right + more)
    assert ENGLISH.retold(how_often(measured)) == how_often(measured)
    german = GERMAN.retold(how_often(measured))
    assert german.startswith("bei dieser Wertung in ")
    assert german.endswith(f" Fällen richtig (n={right + more})")


@pytest.mark.parametrize("quote", ["on Wednesday", "Thursday", "Moscow", "Lavrov"])
def test_what_is_said_in_english_is_what_the_terminal_says(quote: str) -> None:
    call = "Lavrov spoke with Blinken on Wednesday, and said so on Thursday in Moscow."
    source = article(call, published=date(2021, 5, 20))
    reply = reply_of(assistant_quoting(quote, articles=[source]), "When did Lavrov speak?")
    for group in reply.answer.groups:
        for measured in (None, Reliability(9, 10)):
            rated = replace(group, reliability=measured)
            assert sureness(rated, ENGLISH) == confidence(rated)
        said = meant_days(group, ENGLISH)
        assert (f" {said}" if said else "") == meant(group)
        for citation in group.citations:
            assert noted_days(citation.inferred, ENGLISH) == noted(citation.inferred)
            for whole in (True, False):
                beside = days_beside(group, citation, ENGLISH, in_sentence=whole)
                assert beside == days_below(group, citation, in_sentence=whole)


def test_an_article_from_right_to_left_stays_apart_from_what_we_say() -> None:
    source = article("שלום עולם, הפגישה נמשכה שעתיים.", title="שלום <עולם>", url=SITE)
    reply = reply_of(assistant_quoting("שעתיים", articles=[source]))
    page = render(reply, ENGLISH).views[ViewName.ANSWER][0]
    parsed = check(page)
    assert parsed.texts("b") == ["שעתיים"] * 2
    first = parsed.text.splitlines()[0]
    assert first == "\u2068שלום עולם, הפגישה נמשכה שעתיים.\u2069 [1]"
    assert "[1] \u2068שלום <עולם>\u2069" in parsed.text


def test_a_sentence_is_shortened_around_its_quote_and_never_in_it() -> None:
    before, quote, after = (" ".join([word] * 900) for word in ("before", "quoted", "after"))
    text = f"{before} {quote} {after}."
    start = text.index(quote)
    citation = citation_in(text, start, start + len(quote), "x" * 9000, None)
    reply = citing(Article(citation.article_id, text), citation)
    for name, pages in render(reply, ENGLISH).views.items():
        shown = " ".join(check(page).text for page in pages).split()
        bold = " ".join(" ".join(check(page).texts("b")) for page in pages).split()
        if name in (ViewName.ANSWER, ViewName.CONTEXT, ViewName.SOURCES):
            assert len(pages) > 1
            assert bold.count("quoted") == (1800 if name is ViewName.ANSWER else 900)
            assert max(shown.count("before"), shown.count("after")) < 300
            assert shown.count("…") > 1 or name is ViewName.SOURCES
    (inline,) = inline_answers(reply, ENGLISH)
    check(inline.page)


def citing(source: Article, citation: Citation, *, answered: bool = True) -> Reply:
    """A reply whose only citation this is."""
    reply = reply_of(assistant_quoting(LASTED))
    (group,) = reply.answer.groups
    start, end, around = citation.start, citation.end, citation.sentence_range
    span = Span(source.id, start, end, around, 1.0, 0.0, AnswerType.CLAUSE)
    cited = replace(group, answer=citation.quote, citations=(citation,), spans=(span,))
    reason = None if answered else citation.sentence
    answer = replace(reply.answer, groups=(cited,), abstained=not answered, reason=reason)
    return replace(reply, answer=answer, article={source.id: source}.__getitem__)


texts = hostile_texts | st.lists(
    st.sampled_from(["<b>", "</b>", "&amp;", "&", "<a href='x'>", "\r\n", "\u00a0", "é", "שלום. ",
                     "\ud800", "👩‍👩‍👧", "e\u0301", "Reykjavik ", "\u2067", "one hour ", "\u200b"]),
    min_size=1, max_size=30,
).map("".join)  # fmt: skip


def citation_in(text: str, start: int, end: int, known: str | None, url: str | None) -> Citation:
    return Citation(
        1, known or "a.txt", known, known, date(2021, 5, 20), url, start, end, text[start:end],
        text, TextRange(0, len(text)), (), known,
    )  # fmt: skip


@st.composite
def quoted(draw: st.DrawFn) -> tuple[Article, Citation]:
    """Any stretch of any text that holds more than white space."""
    text = draw(texts.filter(lambda drawn: bool(drawn.strip())))
    start = draw(st.integers(0, len(text) - 1).filter(lambda at: not text[at].isspace()))
    end = draw(st.integers(start + 1, len(text)))
    known = draw(st.none() | texts)
    url = draw(st.none() | st.just(f"{SITE}/x") | texts)
    citation = citation_in(text, start, end, known, url)
    return Article(citation.article_id, text), citation


def squeezed(text: str) -> str:
    """Printable, without white space and direction marks of ours: pages are cut at white space."""
    return "".join(printable(text).split()).replace("\u2068", "").replace("\u2069", "")


@given(quoted(), st.sampled_from([ENGLISH, GERMAN]), st.booleans())
@settings(max_examples=150, deadline=None)
def test_quotes_are_verbatim_whatever_stands_in_them(
    drawn: tuple[Article, Citation], wording: Wording, answered: bool
) -> None:
    source, citation = drawn
    reply = citing(source, citation, answered=answered)
    rendered = render(reply, wording)
    expected = squeezed(" ".join(citation.quote.split()))
    for name, pages in rendered.views.items():
        bold = [squeezed("".join(check(page).texts("b"))) for page in pages]
        if name in (ViewName.CONTEXT, ViewName.SOURCES) or (name is ViewName.ANSWER and answered):
            assert expected in "".join(bold) or not expected.strip("\u200b\u200d\ufeff")
    if ViewName.ANSWER in rendered.views and answered and len(rendered.views[ViewName.ANSWER]) == 1:
        parsed = check(rendered.views[ViewName.ANSWER][0])
        assert parsed.texts("b") == [printable(" ".join(citation.quote.split()))] * 2
    for inline in inline_answers(reply, wording):
        check(inline.page)
        assert printable(inline.title + inline.description) == inline.title + inline.description


VIEWS = {
    ViewName.CONTEXT: context,
    ViewName.OTHERS: others,
    ViewName.SOURCES: sources,
    ViewName.EXPLAIN: explanation,
}


@given(st.lists(texts, min_size=1, max_size=3), hostile_questions)
@settings(max_examples=40, deadline=None)
def test_every_reply_to_every_question_over_every_article_is_taken(
    bodies: Sequence[str], question: str
) -> None:
    articles = [
        article(body * 9, f"{n}.txt", title=body[:40] or None, url=f"{SITE}/{n}")
        for n, body in enumerate(map(whole_characters, bodies))
    ]
    quotes = ("Reykjavik", "e", "one hour", "<b>", "שלום")
    for threshold in (ACCEPT_ALL, REFUSE_ALL):
        quotes = ("Reykjavik", "e", "one hour", "<b>", "שלום")
        reply = reply_of(
            assistant_quoting(*quotes, articles=articles, settings=threshold), question
        )
        rendered = render(reply, ENGLISH)
        assert rendered.views[ViewName.ANSWER]
        for name, pages in rendered.views.items():
            assert pages
            together = squeezed("".join(check(page).text for page in pages))
            if name in VIEWS:
                whole = "".join(piece.text for piece in VIEWS[name](reply, ENGLISH))
                assert together == squeezed(whole)


def test_a_seed_like_answer_costs_little() -> None:
    """Far above what it takes: a guard against work that grows with the square of something."""
    from time import process_time

    body = "The meeting lasted one hour and 45 minutes. " * 40
    articles = [article(body, f"{n}.txt", title=f"T{n}", url=f"{SITE}/{n}") for n in range(16)]
    reply = reply_of(assistant_quoting(LASTED, "lasted", "meeting", articles=articles))
    started = process_time()
    for _ in range(5):
        render(reply, ENGLISH)
    assert (process_time() - started) / 5 < 0.05
