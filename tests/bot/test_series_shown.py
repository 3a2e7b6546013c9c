"""A figure that moved, as it is decided and shown: newest first, then the way to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import AnswerReply
from bot.presentation.reply_json import to_json
from bot.presentation.series import sparkline
from bot.presentation.text import to_text
from bot.presentation.translation import wording
from bot.presentation.wording import sources_counted
from bot.telegram_bot.rendering.messages import render
from bot.telegram_bot.state.pages import ViewName
from bot.terminal.chat_session import ChatSession
from bot.terminal.views import reply_view
from retrieval.datatypes import AnswerType, Query, SeriesPoint
from tests.bot.test_terminal_views import drawn
from tests.bot.worlds import answerer_over, article, assistant_quoting
from tests.telegram.parsing import check

FIRST = article("Fires killed 36 people on Maui.", "first.txt", published=date(2023, 8, 10))
LATER = article("The toll on Maui is 99 now.", "later.txt", published=date(2023, 8, 14))
LAST = article("In all 115 people were killed.", "last.txt", published=date(2023, 8, 30))
QUESTION = "How many people were killed?"
KEPT = ("36", "99", "115")


def reply(*quotes: str) -> AnswerReply:
    assistant = assistant_quoting(
        *(quotes or KEPT), articles=[FIRST, LATER, LAST], answer_type=AnswerType.NUMBER
    )
    found, _ = assistant.reply(Conversation(), QUESTION)
    assert isinstance(found, AnswerReply)
    return found


def test_the_newest_is_the_answer_and_the_others_its_way() -> None:
    chosen = reply().chosen
    assert chosen.answer == "115"
    assert [(p.day.day, p.answer, p.citation, p.amount) for p in chosen.series] == [
        (10, "36", 3, 36.0),
        (14, "99", 2, 99.0),
        (30, "115", 1, 115.0),
    ]
    assert reply().answer.rivals == ()


def test_the_series_as_json_is_oldest_first_and_cites() -> None:
    group = to_json(reply())["groups"][0]
    assert group["series"] == [
        {"day": "2023-08-10", "answer": "36", "citation": 3},
        {"day": "2023-08-14", "answer": "99", "citation": 2},
        {"day": "2023-08-30", "answer": "115", "citation": 1},
    ]
    assert "series" not in to_json(reply("36"))["groups"][0]


LINE = "Over time: 36 (10 August 2023) · 99 (14 August 2023) · 115 (30 August 2023)"


def test_the_way_stands_below_the_answer() -> None:
    lines = to_text(reply()).splitlines()
    assert lines[1] == LINE
    shown = drawn(reply_view(reply()))
    assert f"{LINE}  ▃▇█" in shown.replace("\n", " ")


def test_in_the_chat_each_value_is_listed_with_its_source() -> None:
    assistant = assistant_quoting(
        *KEPT, articles=[FIRST, LATER, LAST], answer_type=AnswerType.NUMBER
    )
    session = ChatSession(assistant)
    session.handle(QUESTION)
    view = session.handle("/series").view
    assert view is not None
    assert [line.strip() for line in drawn(view).splitlines() if line.strip()] == [
        "10 August 2023  ▃",
        "[3] Fires killed 36 people on Maui.",
        "without a title · page dated 2023-08-10  (first.txt, characters 13–15)",
        "14 August 2023  ▇",
        "[2] The toll on Maui is 99 now.",
        "without a title · page dated 2023-08-14  (later.txt, characters 20–22)",
        "30 August 2023  █",
        "[1] In all 115 people were killed.",
        "without a title · page dated 2023-08-30  (last.txt, characters 7–10)",
    ]


def test_an_answer_that_did_not_move_says_so() -> None:
    assistant = assistant_quoting("36", articles=[FIRST], answer_type=AnswerType.NUMBER)
    session = ChatSession(assistant)
    session.handle(QUESTION)
    view = session.handle("/series").view
    assert view is not None
    assert drawn(view).strip() == "The last answer has no earlier values."


@pytest.mark.parametrize(
    ("language", "line", "heading"),
    [
        ("en", LINE, "Over time"),
        (
            "de",
            "Im Lauf der Zeit: 36 (10. August 2023) · 99 (14. August 2023) · 115 (30. August 2023)",
            "Im Lauf der Zeit",
        ),
    ],
)
def test_on_telegram(language: str, line: str, heading: str) -> None:
    views = render(reply(), wording(language)).views
    assert line in check(views[ViewName.ANSWER][0]).text
    shown = check(views[ViewName.SERIES][0])
    assert shown.text.startswith(heading)
    assert [text for text in shown.texts("b") if text.isdigit()] == ["36", "99", "115"]
    assert ViewName.SERIES not in render(reply("36"), wording(language)).views


@pytest.mark.parametrize(
    ("amounts", "bars"),
    [
        ([], ""),
        ([8.0], "█"),
        ([0.0, 7.0], "▁█"),
        ([0.0, 0.0], "▁▁"),
        ([1.0, None], ""),  # who held an office has no height
        ([-1.0, 2.0], ""),
        ([3.5, 7.0, 1.0], "▅█▂"),
    ],
)
def test_one_bar_a_value(amounts: list[float | None], bars: str) -> None:
    points = [SeriesPoint(date(2023, 8, 1), "x", 1, amount) for amount in amounts]
    assert sparkline(points) == bars


def test_publishers_and_articles_are_counted_where_they_are_known() -> None:
    told = [
        article(f"Fires killed 36 people{' ' * n} on Maui.", f"{n}.txt", publisher=name)
        for n, name in enumerate(("CNN", "cnn.com", "Norra Post"))
    ]
    assistant = assistant_quoting("36", articles=told, answer_type=AnswerType.NUMBER)
    found, _ = assistant.reply(Conversation(), QUESTION)
    assert isinstance(found, AnswerReply)
    # One sentence in three articles: a copy, whoever prints it.
    assert sources_counted(found.chosen) == "2 publishers, 3 articles, 1 origin"
    independent = replace(found.chosen, origins=2)
    assert sources_counted(independent) == "2 publishers, 3 articles"
    assert sources_counted(reply("36").chosen) == "1 source"


def test_an_article_that_tells_of_later_days_is_no_evidence_for_earlier_ones() -> None:
    """Whatever its page says."""
    updated = article(
        "Fires killed 99 people. The fund, as of Aug. 14, has helped many.",
        "updated.txt",
        published=date(2023, 8, 10),
    )
    answerer = answerer_over(FIRST, updated)
    then = answerer.answer(Query(QUESTION, published_until=date(2023, 8, 11)))
    assert {p.passage.article_id for p in then.trace.passages} == {"first.txt"}
    later = answerer.answer(Query(QUESTION, published_until=date(2023, 8, 14)))
    assert {p.passage.article_id for p in later.trace.passages} == {"first.txt", "updated.txt"}
