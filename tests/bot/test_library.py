"""What articles there are: over made-up articles, and over a real index of ``seeds/``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from bot.assembly.application import Application, open_application
from bot.config import Config
from bot.dialogue.conversation import Conversation
from bot.dialogue.library import ArticleLibrary
from bot.dialogue.reply import RemarkReply
from bot.presentation.reply_json import to_json
from bot.terminal.chat_session import ChatSession
from retrieval.datatypes import Article, DateDoubt, Query
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.collection import Collection
from retrieval.index.tokenization import tokenize
from retrieval.index.topics import articles_with
from retrieval.ingest.passages import passages_of
from tests.bot.worlds import SMALL_WINDOW, article

STRIKE = "The ferry strike in the harbor went on."


def dated(name: str, day: date | None, title: str, text: str = STRIKE, doubt: str = "") -> Article:
    made = article(text, name, title=title, url=f"https://example.org/{name}")
    return replace(made, published=day, date_doubt=DateDoubt(doubt) if doubt else None)


ARTICLES = (
    dated("a.txt", date(2021, 5, 17), "Ferries stand still"),
    dated("b.txt", date(2021, 5, 19), "Ferry strike ends", "Captains of the ferries agreed."),
    dated("c.txt", date(2021, 5, 17), "Ferries  Stand Still"),
    dated("d.txt", None, "A strike of teachers", "Schools stay closed."),
    dated("e.txt", date(2024, 3, 4), "Old news", "Harbor talks failed.", doubt="tells of 2021"),
)


class Shelf:
    """The articles as a database has them, and how often their headers were read."""

    def __init__(self, articles: Sequence[Article]) -> None:
        self._articles = {a.id: a for a in articles}
        self.reads = 0

    def headers(self) -> Iterator[tuple[str, str | None, str | None, date | None]]:
        self.reads += 1
        return ((a.id, a.title, a.publisher, a.published) for a in self._articles.values())

    def trusted_dates(self) -> dict[str, date | None]:
        return {a.id: a.trusted_date for a in self._articles.values()}

    def authors(self) -> dict[str, str]:
        return {a.id: a.author for a in self._articles.values() if a.author}

    def article(self, article_id: str) -> Article:
        return self._articles[article_id]


def library_of(*articles: Article) -> ArticleLibrary:
    passages = [(p, a) for a in articles for p in passages_of(a, SMALL_WINDOW)]
    collection = Collection.of([p for p, _ in passages], [a.published for _, a in passages])
    terms = [tokenize(f"{a.title} {a.text[p.start : p.end]}") for p, a in passages]
    lexical = BM25Retriever(collection, terms, tokenize)
    return ArticleLibrary(Shelf(articles), lambda query: articles_with(collection, lexical, query))


LIBRARY = library_of(*ARTICLES)


def about(topic: str, limit: int = 10, as_of: date | None = None) -> list[str]:
    return [listed.article_id for listed in LIBRARY.about(topic, limit, as_of)]


def test_every_word_of_a_topic_stands_in_the_article() -> None:
    assert sorted(about("strike")) == ["a.txt", "b.txt", "d.txt"]
    assert sorted(about("ferry strikes")) == ["a.txt", "b.txt"]
    assert about("strike of the teachers") == ["d.txt"]
    assert about("strike pilots") == []
    assert about("") == about("of the") == about("🙂") == []


def test_copies_of_one_story_are_named_once() -> None:
    assert [id_ for id_ in about("harbor") if id_ in ("a.txt", "c.txt")] == ["a.txt"]


def test_no_more_than_asked_for() -> None:
    assert len(about("strike", 2)) == 2


def test_later_articles_are_left_out() -> None:
    assert sorted(about("strike", as_of=date(2021, 5, 18))) == ["a.txt", "d.txt"]
    assert LIBRARY.count() == 5
    assert LIBRARY.count(date(2021, 5, 18)) == 3
    assert LIBRARY.count(date(1999, 1, 1)) == 1, "one without a date may be of any day"


def test_newest_first_and_a_doubted_date_is_none() -> None:
    since = LIBRARY.since(date(2021, 5, 17), 10)
    assert [listed.article_id for listed in since] == ["b.txt", "a.txt", "c.txt"]
    assert [x.article_id for x in LIBRARY.since(date.min, 1)] == ["b.txt"]
    assert LIBRARY.since(date(2021, 5, 20), 10) == ()
    newest = LIBRARY.newest(10)
    assert [listed.article_id for listed in newest] == ["b.txt", "a.txt", "c.txt", "d.txt", "e.txt"]
    assert newest[4].published is None
    assert newest[0].url == "https://example.org/b.txt"
    assert newest[0].title == "Ferry strike ends"


def test_headers_are_read_when_first_needed_and_once() -> None:
    shelf = Shelf(ARTICLES)
    library = ArticleLibrary(shelf, lambda _: ["b.txt"])
    assert shelf.reads == 0
    library.count()
    library.about("ferry", 1)
    library.newest(1)
    assert shelf.reads == 1


def test_nothing_to_ask_about() -> None:
    empty = library_of()
    assert empty.count() == 0
    assert empty.about("ferry", 5) == empty.since(date.min, 5) == empty.newest(5) == ()


@pytest.fixture(scope="module")
def seeds(seed_index: Path) -> Application:
    return open_application(Config(), seed_index)


def test_the_seeds(seeds: Application) -> None:
    reply, after = seeds.assistant.reply(Conversation(), "Do you have anything about the pipeline?")
    assert sorted(listed.article_id for listed in reply.listed) == [
        "000_iceland_visit.txt",
        "001_sit_down_with_lavrov.txt",
        "003_summit_in_view.txt",
    ]
    assert after == Conversation()
    for listed in reply.listed:
        article = seeds.index.articles.article(listed.article_id)
        assert listed.title == article.title
        assert "pipeline" in article.text
    record = to_json(reply)
    assert record["articles"][0]["article_id"] == reply.listed[0].article_id
    assert record["answer"] is None
    assert record["abstained"] is True
    assert record["reason"] == "3 articles mention “the pipeline”:"
    assert record["groups"] == record["passages"] == []
    count, _ = seeds.assistant.reply(Conversation(), "How many articles do you have?")
    assert isinstance(count, RemarkReply)
    assert count.remark.text == (
        "There are 5 articles. None of them has a date that can be relied on."
    )
    none, _ = seeds.assistant.reply(Conversation(), "which articles mention unicorns?")
    assert none.listed == ()
    assert "articles" not in to_json(none)


def test_small_talk_between_questions_on_a_real_index(seeds: Application) -> None:
    session = ChatSession(seeds.assistant)
    replies = [
        session.handle(line).reply
        for line in ("hi!", "how long did the meeting last?", "thanks 👍", "Who said thanks?")
    ]
    assert [isinstance(reply, RemarkReply) for reply in replies] == [
        True,
        False,
        True,
        False,
    ]
    assert replies[1] is not None
    assert replies[1].answer.chosen is not None
    assert replies[1].answer.chosen.answer == "one hour and 45 minutes"


def test_what_holds_all_words_is_found_whatever_ranks_above_it() -> None:
    collection = Collection.of([], [])
    lexical = BM25Retriever(collection, [], tokenize)
    assert articles_with(collection, lexical, Query("ferry")) == []
    assert lexical.holding("ferry").dtype == np.int64


def test_what_an_author_signed_is_found_by_the_words_of_the_name() -> None:
    signed = [
        replace(ARTICLES[0], author="By Ann Berg and Bo Lind"),
        replace(ARTICLES[1], author="ann berg"),
        replace(ARTICLES[3], author="Anna Bergman"),
        ARTICLES[4],
    ]
    library = library_of(*signed)
    assert [found.article_id for found in library.by("Ann Berg", 9)] == ["b.txt", "a.txt"]
    assert [found.article_id for found in library.by("Lind", 9)] == ["a.txt"]
    assert [found.article_id for found in library.by("Ann Berg", 1)] == ["b.txt"]
    until = date(2021, 5, 18)
    assert [found.article_id for found in library.by("Ann Berg", 9, until)] == ["a.txt"]
    assert library.by("?", 9) == ()
