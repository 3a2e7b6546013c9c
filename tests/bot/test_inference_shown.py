"""A yes or no that follows from a quote: said to be ours, and never passed off as a quote.

Nothing infers one yet (see ``benchmarks/yes_no``); how it would be shown is kept ready.
"""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import Reply
from bot.presentation.reply_json import to_json
from bot.presentation.text import to_text
from bot.presentation.wording import inferred
from bot.terminal.views import article_view, reply_view, sources_view
from retrieval.datatypes import AnswerType
from retrieval.pipeline import AnswerSettings
from tests.bot.test_render import EXTRA_KEYS, REPLY_KEYS
from tests.bot.test_terminal_views import drawn
from tests.bot.worlds import TALKS, article, assistant_quoting

QUOTE = "one hour and 45 minutes"
ASKED = "Did the meeting last one hour and 45 minutes?"
LINE = "Inferred from the quote: "


def reply_to(question: str, text: str = TALKS, *quotes: str, threshold: float = 0.0) -> Reply:
    assistant = assistant_quoting(
        *(quotes or (QUOTE,)),
        articles=[article(text, "talks.txt")],
        answer_type=AnswerType.CLAUSE if question.startswith("how") else AnswerType.YES_NO,
        settings=AnswerSettings(threshold=threshold),
    )
    reply, _ = assistant.reply(Conversation(), question)
    return reply


def saying(inference: str | None) -> Reply:
    """A reply as it would be with this inference, whatever made it."""
    reply = reply_to(ASKED)
    assert reply.answer.inference is None
    return replace(reply, answer=replace(reply.answer, inference=inference))


@pytest.mark.parametrize(
    "text",
    [
        TALKS,
        TALKS.replace("lasted one", "did not last one"),
        TALKS.replace("lasted one", "allegedly lasted one"),
    ],
)
def test_from_the_question_on_no_verdict_is_given(text: str) -> None:
    """The quote is what the article says; whether that is a yes is for who reads it."""
    reply = reply_to(ASKED, text)
    assert reply.answer.chosen is not None
    assert reply.answer.inference is None
    assert inferred(reply) == []
    for shown in (to_text(reply), drawn(reply_view(reply))):
        assert LINE not in shown
        assert QUOTE in shown
    assert "inference" not in to_json(reply)


@pytest.mark.parametrize("inference", ["yes", "no", None])
def test_every_view_shows_what_an_answer_infers(inference: str | None) -> None:
    reply = saying(inference)
    expected = [] if inference is None else [f"{LINE}{inference}."]
    assert inferred(reply) == expected
    for shown in (to_text(reply), drawn(reply_view(reply))):
        assert [line.rstrip() for line in shown.splitlines() if LINE in line] == expected
    assert to_json(reply).get("inference") == inference


def test_a_question_that_is_not_of_that_kind_infers_nothing() -> None:
    assert reply_to("how long did the meeting last?").answer.inference is None
    assert reply_to("Did the meeting last one hour or two?").answer.inference is None


@pytest.mark.parametrize("inference", ["yes", "no"])
def test_plain_text_says_it_first_and_quotes_the_article_alone(inference: str) -> None:
    lines = to_text(saying(inference)).splitlines()
    assert lines[0] == f"{LINE}{inference}."
    assert lines[1:] == to_text(saying(None)).splitlines()
    assert lines[1].startswith(f"{QUOTE}  (")


@pytest.mark.parametrize("inference", ["yes", "no"])
def test_the_terminal_says_it_first_and_quotes_the_article_alone(inference: str) -> None:
    lines = drawn(reply_view(saying(inference))).splitlines()
    assert lines[0].rstrip() == f"{LINE}{inference}."
    assert lines[1:] == drawn(reply_view(saying(None))).splitlines()


@pytest.mark.parametrize("inference", ["yes", "no"])
def test_json_holds_it_apart_and_only_when_there_is_one(inference: str) -> None:
    record, bare = to_json(saying(inference)), to_json(saying(None))
    assert list(bare) == [*REPLY_KEYS, *EXTRA_KEYS]
    assert list(record) == [*REPLY_KEYS, "inference", *EXTRA_KEYS]
    assert json.loads(json.dumps(record)).pop("inference") == inference
    assert record["answer"] == QUOTE
    del record["inference"]
    times = {key: record[key] for key in ("elapsed_ms", "stages")}
    assert record == {**bare, **times}


@pytest.mark.parametrize("question", [ASKED, "Did the talks end in Reykjavik?"])
def test_it_is_never_an_answer_a_quote_or_a_citation(question: str) -> None:
    reply = reply_to(question, TALKS, QUOTE, "Reykjavik")
    reply = replace(reply, answer=replace(reply.answer, inference="yes"))
    for group in reply.answer.groups:
        assert group.answer not in ("yes", "no")
        for citation in group.citations:
            assert TALKS[citation.start : citation.end] == citation.quote
    source = article(TALKS, "talks.txt")
    cited = drawn(article_view(source, reply.answer.groups[0].citations[0]))
    for shown in (drawn(sources_view(reply)), cited):
        assert LINE not in shown


def test_an_abstention_infers_nothing() -> None:
    reply = reply_to(ASKED, threshold=1.0)
    assert reply.answer.abstained
    assert reply.answer.inference is None
    assert "inference" not in to_json(reply)
    assert LINE not in to_text(reply)
    # Nor would it be shown if it were there.
    odd = replace(reply, answer=replace(reply.answer, inference="yes"))
    assert LINE not in to_text(odd)
    assert LINE not in drawn(reply_view(odd))
