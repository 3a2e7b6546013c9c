"""One article alone: every passage in order, and no other article."""

from __future__ import annotations

from datetime import date

import pytest

from retrieval.datatypes import Article, Passage, Query
from retrieval.index.single_article import SingleArticle
from retrieval.protocols import ArticleSource, Retriever

PASSAGES = (Passage("a", 0, 4), Passage("a", 4, 9), Passage("a", 9, 12))
ALONE = SingleArticle(Article("a", "Ships sail. ", published=date(2021, 5, 20)), PASSAGES)


def test_it_is_both_a_retriever_and_a_source() -> None:
    assert isinstance(ALONE, Retriever)
    assert isinstance(ALONE, ArticleSource)


def test_all_passages_come_in_order_whatever_is_asked() -> None:
    found = ALONE.retrieve(Query("nothing of this"), 5)
    assert [scored.passage for scored in found] == list(PASSAGES)
    assert [scored.score for scored in found] == [1 / 1, 1 / 2, 1 / 3]
    assert len(ALONE.retrieve(Query("ships"), 2)) == 2


def test_a_later_article_is_left_out() -> None:
    assert ALONE.retrieve(Query("ships", date(2021, 5, 19)), 5) == ()
    assert len(ALONE.retrieve(Query("ships", date(2021, 5, 20)), 5)) == 3


def test_another_article_is_not_there() -> None:
    assert ALONE.article("a").id == "a"
    with pytest.raises(KeyError):
        ALONE.article("b")


def test_it_is_left_out_where_other_articles_are_asked() -> None:
    assert ALONE.retrieve(Query("ships", within=frozenset({"b"})), 5) == ()
    assert len(ALONE.retrieve(Query("ships", within=frozenset({"a", "b"})), 5)) == 3
