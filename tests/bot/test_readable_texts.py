"""References, invisible characters and wrapped lines in a file: what a reply says of them."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

from rich.console import Console, RenderableType

from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import AnswerReply
from bot.presentation.reply_json import to_json
from bot.presentation.text import to_text
from bot.presentation.translation import wording
from bot.presentation.wording import source_line
from bot.telegram_bot.rendering.excerpts import around
from bot.telegram_bot.rendering.excerpts import source_line as source_in_chat
from bot.telegram_bot.rendering.views import sources
from bot.terminal.explanation_view import explanation_view
from bot.terminal.views import article_view, sources_view
from retrieval.datatypes import AnswerType, Article, Citation, Place
from retrieval.ingest.passages import indexed_texts, passages_of
from tests.bot.worlds import SMALL_WINDOW, article, assistant_quoting

TEXT = (
    "Smith &amp; Daughters opens\nMay 4, 2021\n\n"
    "The town&nbsp;hall says it. The bakery Smith &amp; Daughters is run by Zo&euml; M&uuml;l-\n"
    "lersdorf of the Werk\u00adstatt &ndash; since 2019, it said."
)
OTHER = "The owner is Zoë Müllersdorf. She bakes."
NAME, STORED = "Zoë Müllersdorf", "Zo&euml; M&uuml;l-\nlersdorf"


def reply_of(*quotes: str, articles: list[Article]) -> AnswerReply:
    assistant = assistant_quoting(*quotes, articles=articles, answer_type=AnswerType.PERSON)
    reply, _ = assistant.reply(Conversation(), "Who runs Smith & Daughters?")
    assert isinstance(reply, AnswerReply)
    return reply


def one_reply() -> AnswerReply:
    return reply_of(NAME, articles=[article(TEXT)])


def one_citation() -> Citation:
    return one_reply().chosen.citations[0]


def drawn(view: RenderableType) -> str:
    stream = io.StringIO()
    Console(file=stream, width=200, highlight=False).print(view)
    return stream.getvalue()


def test_what_is_indexed_is_what_people_read() -> None:
    found = article(TEXT)
    texts = " ".join(indexed_texts(found, passages_of(found, SMALL_WINDOW)))
    for words in ("Smith & Daughters is run by Zoë Müllersdorf", "of the Werkstatt – since 2019"):
        assert words in texts
    assert found.text == TEXT
    assert found.title == "Smith & Daughters opens"
    assert found.published == date(2021, 5, 4)


def test_the_answer_is_as_it_is_read_and_the_quote_as_it_is_stored() -> None:
    reply = one_reply()
    citation = reply.chosen.citations[0]
    assert reply.chosen.answer == citation.shown == NAME
    assert TEXT[citation.start : citation.end] == citation.quote == STORED
    sentence = TEXT[citation.sentence_range.start : citation.sentence_range.end]
    assert (sentence.split()[0], sentence.split()[-1]) == ("The", "said.")
    assert citation.sentence == (
        "The bakery Smith & Daughters is run by Zoë Müllersdorf of the Werkstatt – since 2019,"
        " it said."
    )
    for span in (*reply.chosen.spans, *reply.answer.trace.spans):
        assert TEXT[span.start : span.end] == STORED
    passages = {scored.passage for scored in reply.answer.trace.passages}
    assert passages == set(passages_of(article(TEXT), SMALL_WINDOW))


def test_json_says_both() -> None:
    found = to_json(one_reply())
    (cited,) = found["groups"][0]["citations"]
    assert (found["answer"], cited["quote"]) == (NAME, STORED)
    assert TEXT[cited["start"] : cited["end"]] == cited["quote"]
    assert NAME in cited["sentence"]
    assert not {"place", "author"} & cited.keys()


def test_one_answer_written_in_two_ways_is_one() -> None:
    reply = reply_of(NAME, articles=[article(TEXT), article(OTHER, "b.txt")])
    (group,) = reply.answer.groups
    assert [c.quote for c in group.citations] == [STORED, NAME]


def test_people_see_no_reference() -> None:
    reply, citation = one_reply(), one_citation()
    told = (
        to_text(reply),
        drawn(sources_view(reply)),
        drawn(explanation_view(reply)),
        "".join(piece.text for piece in sources(reply, wording("en"))),
    )
    for shown in told:
        assert NAME in shown
        assert "&" not in shown.replace(" & ", " ")
    within = article_view(article(TEXT), citation)
    assert "Smith & Daughters is run by «Zoë Mül-\nlersdorf» of the Werkstatt –" in drawn(within)
    pieces = around(citation, lambda _: article(TEXT), wording("en"))
    shown = "".join(piece.text for piece in pieces)
    assert f"Smith & Daughters is run by {NAME} of the Werkstatt –" in shown


def test_a_citation_says_its_page_and_who_wrote_it() -> None:
    places = (Place(0, "p. 1"), Place(OTHER.index("She"), "p. 2"))
    found = article(OTHER, places=places, author="Jane Roe", title="Bread")
    reply = reply_of("She bakes", articles=[found])
    citation = reply.chosen.citations[0]
    assert citation.place == "p. 2"
    assert source_line(citation) == "Bread · p. 2"
    assert "Bread · p. 2" in to_text(reply)
    (cited,) = to_json(reply)["groups"][0]["citations"]
    assert (cited["place"], cited["author"]) == ("p. 2", "Jane Roe")
    assert "by Jane Roe" in drawn(sources_view(reply))
    german = wording("de")
    assert "".join(p.text for p in source_in_chat(citation, german)) == "[1] Bread · S. 2"
    row = replace(citation, place="row 12")
    assert "".join(p.text for p in source_in_chat(row, german)) == "[1] Bread · Zeile 12"
    assert source_line(replace(citation, place="ch. 4")) == "Bread · ch. 4"
    assert "von Jane Roe" in "".join(p.text for p in sources(reply, german))
