"""The ``Library`` over an index: what articles there are, and of what days.

Safe to share between threads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Protocol

from bot.dialogue.small_talk.replies import Listed
from retrieval.datatypes import Article, Query

_NOBODY: frozenset[str] = frozenset()


class Articles(Protocol):
    """What is needed of the database."""

    def headers(self) -> Iterable[tuple[str, str | None, str | None, date | None]]:
        """Id, title, publisher and date of all articles."""
        ...

    def trusted_dates(self) -> Mapping[str, date | None]:
        """The date of every article, None where it has none to reckon with."""
        ...

    def authors(self) -> Mapping[str, str]:
        """Who wrote each article that names somebody."""
        ...

    def article(self, article_id: str) -> Article:
        """The article with that id. Raises ``KeyError`` when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class _Header:
    """``given`` is the date its source gives, ``trusted`` the same where nothing contradicts it."""

    article_id: str
    title: str | None
    publisher: str | None
    given: date | None
    trusted: date | None

    @property
    def story(self) -> tuple[str, date | None] | str:
        """Equal for copies of one story: the same title on the same day."""
        if not self.title:
            return self.article_id
        return " ".join(self.title.casefold().split()), self.trusted


class ArticleLibrary:
    """Implements ``Library``. Reads the headers of all articles when it is first asked."""

    def __init__(self, articles: Articles, find: Callable[[Query], Sequence[str]]) -> None:
        """``find`` gives the ids of the articles that hold all words of a query, best first."""
        self._articles = articles
        self._find = find

    def count(self, as_of: date | None = None) -> int:
        return sum(1 for _ in self._until(as_of))

    def about(self, topic: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        """As ``Library.about``; of copies of one story the best alone."""
        found: dict[object, _Header] = {}
        for article_id in self._find(Query(topic, published_until=as_of)):
            if len(found) == limit:
                break
            header = self._headers[article_id]
            found.setdefault(header.story, header)
        return self._listed(found.values())

    def since(self, day: date, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        dated = (h for h in self._until(as_of) if h.trusted and h.trusted >= day)
        return self._listed(islice(dated, limit))

    def newest(self, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        return self._listed(islice(self._until(as_of), limit))

    def by(self, author: str, limit: int, as_of: date | None = None) -> Sequence[Listed]:
        asked = _words(author)
        signed = (h for h in self._until(as_of) if asked <= self._signed.get(h.article_id, _NOBODY))
        return self._listed(islice(signed, limit)) if asked else ()

    def of(self, article_id: str) -> Listed | None:
        header = self._headers.get(article_id)
        if header is None:
            return None
        (listed,) = self._listed([header])
        return replace(listed, author=self._articles.article(article_id).author)

    @cached_property
    def _signed(self) -> dict[str, frozenset[str]]:
        """The words of the authors' names, by article."""
        return {id_: _words(author) for id_, author in self._articles.authors().items()}

    @cached_property
    def _headers(self) -> dict[str, _Header]:
        """By id; newest first, then those without a date to reckon with."""
        trusted = self._articles.trusted_dates()
        headers = [_Header(*found, trusted[found[0]]) for found in self._articles.headers()]
        headers.sort(key=lambda h: h.article_id)
        headers.sort(key=lambda h: h.trusted or date.min, reverse=True)
        return {header.article_id: header for header in headers}

    def _until(self, as_of: date | None) -> Iterator[_Header]:
        """As everywhere, an article without a date is left out by none."""
        latest = as_of or date.max
        return (h for h in self._headers.values() if h.given is None or h.given <= latest)

    def _listed(self, headers: Iterable[_Header]) -> tuple[Listed, ...]:
        return tuple(
            Listed(h.article_id, h.title, h.publisher, h.trusted, self._address(h.article_id))
            for h in headers
        )

    def _address(self, article_id: str) -> str | None:
        return self._articles.article(article_id).url


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", name.casefold()))
