"""What the buttons of an answer show, and inline answers."""

from __future__ import annotations

import html
from dataclasses import replace

from bot.telegram_bot.rendering.explanation import explanation
from bot.telegram_bot.rendering.messages import inline_answers, render
from bot.telegram_bot.state.pages import ViewName
from retrieval.datatypes import (
    Feature,
    StageTime,
)
from retrieval.pipeline import AnswerSettings
from tests.bot.worlds import (
    article,
    assistant_quoting,
    assistant_reading_titles,
)
from tests.telegram.parsing import check
from tests.telegram.replies import (
    ENGLISH,
    HREF,
    LASTED,
    REFUSE_ALL,
    disputed,
    html_of,
    reply_of,
)


def test_the_context_leaves_noise_out_and_begins_between_words() -> None:
    # Few enough that the quote stands in one of the sixteen passages that are read.
    words = " ".join(f"word{number}" for number in range(200))
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


def test_the_context_of_a_title_is_the_beginning_of_its_article() -> None:
    source = article("They met on Monday.\nIt rained.", title="Lavrov in Rome", publisher="Wire")
    decision = AnswerSettings(threshold=0.0)
    reply = reply_of(
        assistant_reading_titles("Lavrov", articles=[source], settings=decision), "Who met?"
    )
    parsed = check(render(reply, ENGLISH).views[ViewName.CONTEXT][0])
    assert parsed.text.split("\n\n") == [
        "[1] Lavrov in Rome · Wire",
        "Lavrov in Rome",
        "They met on Monday.\nIt rained.",
    ]
    assert "Lavrov" in parsed.texts("b")
    assert "a.txt, in its title" in html_of(render(reply, ENGLISH), ViewName.SOURCES)
    renamed = replace(source, title="Nobody in Rome")
    views = render(replace(reply, article={source.id: renamed}.__getitem__), ENGLISH).views
    assert ViewName.CONTEXT not in views


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
    values = {"span_probability": 0.93, "type_match": 1.0, "coverage": 0.68, "missing": 0.0}
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
            "its passage."
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
