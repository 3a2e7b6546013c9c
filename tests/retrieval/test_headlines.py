"""Titles: read above their text, quoted where only they say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.dialogue.conversation import Conversation
from bot.dialogue.reply import SearchReply
from bot.presentation.reply_json import to_json
from bot.terminal.views import article_view
from retrieval.datatypes import Answer, Article, Citation, Query
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.pipeline import AnswerSettings
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.span_scorer import KeywordSpanScorer
from retrieval.reader.spans import Window
from retrieval.text.headline import headline_of, home_of, is_headline, with_headlines
from tests.bot.test_terminal_views import drawn
from tests.bot.worlds import answerer_over, article, assistant_reading_titles, contexts

TITLE = "Lavrov in Reykjavik"
TEXT = "They met on Monday in the evening."
PLAIN = article(TEXT, "plain.txt", title=TITLE, published=date(2021, 5, 20))
QUESTION = "Who met on Monday?"


class Noted(KeywordSpanScorer):
    """Remembers what it read."""

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        self.seen = list(texts)
        return super().windows(question, texts)


def answered(*known: Article, words: Sequence[str] = ("Lavrov",), threshold: float = 0.0) -> Answer:
    reader = ExtractiveReader(KeywordSpanScorer(words, reads_titles=True), tokenize_with_offsets)
    decision = AnswerSettings(threshold=threshold)
    return answerer_over(*known, reader=reader, settings=decision).answer(Query(QUESTION))


def cited(answer: Answer) -> Citation:
    (citation, *_) = answer.groups[0].citations
    return citation


@pytest.mark.parametrize("title", [None, "", " Lavrov", "Lavrov  left", "Lavrov\nleft"])
def test_no_headline(title: str | None) -> None:
    """White space that is read otherwise than it is written cannot be quoted."""
    known = replace(PLAIN, title=title)
    assert headline_of(known) is None
    with pytest.raises(KeyError):
        with_headlines({known.id: known}.__getitem__)("plain.txt\x1ftitle")


def test_a_headline_is_an_article_of_one_sentence() -> None:
    headline = headline_of(PLAIN)
    assert headline is not None
    assert (headline.text, headline.title, headline.published) == (TITLE, TITLE, PLAIN.published)
    assert [headline.text[s.start : s.end] for s in headline.sentences] == [TITLE]
    assert is_headline(headline.id)
    assert not is_headline(PLAIN.id)
    assert (home_of(headline.id), home_of(PLAIN.id)) == (PLAIN.id, PLAIN.id)
    find = with_headlines({PLAIN.id: PLAIN}.__getitem__)
    assert (find(headline.id), find(PLAIN.id)) == (headline, PLAIN)
    assert headline_of(headline) is None


@pytest.mark.parametrize("reads_titles", [True, False])
def test_models_that_were_taught_to_read_titles_do(reads_titles: bool) -> None:
    scorer = Noted(["Lavrov", "the evening"], reads_titles=reads_titles)
    spans = ExtractiveReader(scorer, tokenize_with_offsets).read(QUESTION, contexts(PLAIN))
    assert scorer.seen == [f"{TITLE} | " * reads_titles + TEXT]
    assert is_headline(spans[0].article_id) == reads_titles
    assert not any(is_headline(span.article_id) for span in spans[reads_titles:])


def test_a_title_of_several_passages_is_read_once() -> None:
    long = article("It rained on Monday in Rome. " * 40, "long.txt", title=TITLE)
    assert len(contexts(long)) > 2
    spans = ExtractiveReader(
        KeywordSpanScorer(["Lavrov"], reads_titles=True), tokenize_with_offsets
    ).read(QUESTION, contexts(long))
    assert sum(is_headline(span.article_id) for span in spans) == 1


def test_what_only_the_title_says_is_quoted_as_the_title() -> None:
    answer = answered(PLAIN)
    citation = cited(answer)
    assert answer.groups[0].answer == citation.quote == "Lavrov"
    assert (citation.article_id, citation.in_title) == ("plain.txt", True)
    assert TITLE[citation.start : citation.end] == "Lavrov"
    assert citation.sentence == TITLE
    assert answer.groups[0].origins == 1


def test_what_the_text_says_too_is_quoted_from_the_text() -> None:
    other = article("On Monday it was Lavrov who came.", "other.txt", title="Evening")
    for known in ([PLAIN, other], [other, PLAIN]):
        answer = answered(*known)
        assert answer.groups[0].answer == "Lavrov"
        assert [c.in_title for g in answer.groups for c in g.citations if c.quote == "Lavrov"] == [
            False
        ]
        assert cited(answer).article_id == "other.txt"


def test_the_json_says_where_in_the_title_and_the_view_shows_it() -> None:
    decision = AnswerSettings(threshold=0.0)
    assistant = assistant_reading_titles("Lavrov", articles=[PLAIN], settings=decision)
    reply, _ = assistant.reply(Conversation(), QUESTION)
    assert isinstance(reply, SearchReply)
    shown = drawn(article_view(PLAIN, reply.answer.groups[0].citations[0]))
    assert "«Lavrov» in Reykjavik" in shown
    assert TEXT in shown
    citation = to_json(reply)["groups"][0]["citations"][0]
    assert TEXT[citation["start"] : citation["end"]] == citation["quote"] == ""
    place = citation["in_title"]
    assert TITLE[place["start"] : place["end"]] == place["quote"] == "Lavrov"
    assert citation["title"] == TITLE


@pytest.mark.parametrize(
    ("title", "answers"),
    [("Lavrov came by night train to Reykjavik", True),
     ("How did Lavrov come? By night train, some say", False)],
)  # fmt: skip
def test_a_title_that_asks_is_no_clause_and_no_sentence(title: str, answers: bool) -> None:
    known = article(TEXT, "plain.txt", title=title)
    reader = ExtractiveReader(
        KeywordSpanScorer(["night train"], reads_titles=True), tokenize_with_offsets
    )
    spans = reader.read("How did Lavrov come to Reykjavik?", contexts(known))
    assert any(is_headline(span.article_id) for span in spans) == answers
