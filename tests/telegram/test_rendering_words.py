"""What is said about an answer: days, rates, doubts; right to left; shortened."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.presentation.wording import how_often, shown_days
from bot.telegram_bot.rendering.messages import inline_answers, render
from bot.telegram_bot.state.pages import ViewName
from retrieval.datatypes import (
    Article,
    DateDoubt,
    Reliability,
)
from tests.bot.worlds import (
    article,
    assistant_quoting,
)
from tests.telegram.parsing import check
from tests.telegram.replies import (
    ENGLISH,
    GERMAN,
    LASTED,
    LINKED,
    SITE,
    citation_in,
    citing,
    html_of,
    reply_of,
)


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
    citation = replace(group.citations[0], date_doubt=DateDoubt("May 19"))
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
    assert GERMAN.retold(shown_days(first, last)) == german


@given(st.dates(), st.integers(0, 400))
def test_what_is_said_in_english_is_the_message_itself(first: date, more: int) -> None:
    last = first + timedelta(days=min(more, (date.max - first).days))
    assert ENGLISH.retold(shown_days(first, last)) == shown_days(first, last)


@given(st.integers(0, 400), st.integers(0, 400))
def test_rates_are_those_of_the_terminal(right: int, more: int) -> None:
    measured = Reliability(right, right + more)
    assert ENGLISH.retold(how_often(measured)) == how_often(measured)
    german = GERMAN.retold(how_often(measured))
    assert german.startswith("bei dieser Wertung in ")
    assert german.endswith(f" Fällen richtig (n={right + more})")


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
