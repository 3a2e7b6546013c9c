"""A title as an article of its own, of one sentence: it is read, weighed and cited as all text is.

Only on the way from reader to citation: a citation names the article again, and says that it quotes
the title.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from retrieval.datatypes import Article, TextRange

_MARK = "\x1ftitle"
"""At the end of the id; with a control character, which no file name or id of an article has."""


def headline_of(article: Article) -> Article | None:
    """The title as an article; None where there is none, or one that cannot be quoted as it is read
    because its white space differs.
    """
    title = article.title
    if not title or title != " ".join(title.split()) or is_headline(article.id):
        return None
    whole = (TextRange(0, len(title)),)
    return replace(article, id=article.id + _MARK, text=title, noise=(), sentences=whole)


def is_headline(article_id: str) -> bool:
    """Whether the id is one that ``headline_of`` made."""
    return article_id.endswith(_MARK)


def home_of(article_id: str) -> str:
    """The id of the article whose title a headline is; any other id as it is."""
    return article_id.removesuffix(_MARK)


def with_headlines(article: Callable[[str], Article]) -> Callable[[str], Article]:
    """``article``, which raises ``KeyError`` for ids that it does not know, for headlines too."""

    def find(article_id: str) -> Article:
        found = article(home_of(article_id))
        if not is_headline(article_id):
            return found
        headline = headline_of(found)
        if headline is None:
            raise KeyError(article_id)
        return headline

    return find
