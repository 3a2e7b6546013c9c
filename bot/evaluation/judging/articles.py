"""What judging needs to know of the articles that were asked.

One protocol, for an index and for the paragraphs of a question set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol
from urllib.parse import urlsplit

from bot.assembly.application import Application
from bot.evaluation.sets.questions import EvalQuestion, Paragraph
from retrieval.datatypes import TextRange
from retrieval.text.masking import visible_text


class KnownArticles(Protocol):
    """Where passages stand, and what is known of their articles."""

    def passage_text(self, article_id: str, start: int, end: int) -> str | None:
        """The text there, without noise; None where there is no such article."""
        ...

    def source(self, article_id: str) -> str | None:
        """Who published an article; None: not known."""
        ...

    def published(self, article_id: str) -> date | None:
        """The day that the article's page gives, unless the text contradicts it."""
        ...

    def passages(self) -> Iterable[tuple[str, str, str]]:
        """``(docno, article id, text without noise)`` of every passage."""
        ...

    def article_ids(self) -> Iterable[str]:
        """All of them."""
        ...


class IndexedArticles:
    """The articles of an index."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._dates: Mapping[str, date | None] = application.index.articles.trusted_dates()

    def passage_text(self, article_id: str, start: int, end: int) -> str | None:
        if article_id not in self._dates:
            return None
        article = self._application.index.articles.article(article_id)
        return visible_text(article, TextRange(start, min(end, len(article.text))))

    def source(self, article_id: str) -> str | None:
        if article_id not in self._dates:
            return None
        article = self._application.index.articles.article(article_id)
        return article.publisher or host_of(article.url)

    def published(self, article_id: str) -> date | None:
        return self._dates.get(article_id)

    def passages(self) -> Iterator[tuple[str, str, str]]:
        return self._application.searchable_passages()

    def article_ids(self) -> Iterable[str]:
        return self._dates


class Paragraphs:
    """The paragraphs that questions were asked of alone."""

    def __init__(self, questions: Sequence[EvalQuestion]) -> None:
        found: dict[str, Paragraph] = {q.context.id: q.context for q in questions if q.context}
        self._paragraphs = found

    def passage_text(self, article_id: str, start: int, end: int) -> str | None:
        paragraph = self._paragraphs.get(article_id)
        return None if paragraph is None else paragraph.text[start:end]

    def source(self, article_id: str) -> str | None:
        paragraph = self._paragraphs.get(article_id)
        return None if paragraph is None or paragraph.title == "untitled" else paragraph.title

    def published(self, article_id: str) -> date | None:
        return None

    def passages(self) -> Iterator[tuple[str, str, str]]:
        for paragraph in self._paragraphs.values():
            yield paragraph.id, paragraph.id, paragraph.text

    def article_ids(self) -> Iterable[str]:
        return self._paragraphs


def host_of(url: str | None) -> str | None:
    """The site that a URL names, without ``www.``."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
