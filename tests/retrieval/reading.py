"""One document read by one reader, its finds by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Bounds, Document, ReadSettings, document_of
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

from .builders import assert_one_sentence

Reader = Callable[[Document, ReadSettings], Iterator[Found]]


@dataclass(frozen=True)
class Finds:
    articles: list[RawArticle]
    skipped: dict[str, str]
    notes: list[str]

    @property
    def texts(self) -> list[str]:
        return [article.text for article in self.articles]

    @property
    def ids(self) -> list[str]:
        return [article.id for article in self.articles]

    @property
    def one(self) -> RawArticle:
        (article,) = self.articles
        return article


def finds(
    reader: Reader,
    data: bytes | str,
    name: str,
    *,
    text_bound: int = 10**6,
    fields: dict[str, str] | None = None,
) -> Finds:
    settings = ReadSettings(Bounds(text=text_bound), fields or {})
    document = document_of(data if isinstance(data, bytes) else data.encode(), name, "/clips")
    found = list(reader(document, settings))
    articles = [item for item in found if isinstance(item, RawArticle)]
    assert all(a.text.strip() and a.path == document.path for a in articles)
    assert len({a.within for a in articles}) == len(articles)
    return Finds(
        articles,
        {item.part: item.reason for item in found if isinstance(item, Skipped)},
        [item.text for item in found if isinstance(item, Note)],
    )


def refusal(reader: Reader, data: bytes | str, name: str, *, text_bound: int = 10**6) -> str:
    """The one sentence with which the whole document is refused, without its name."""
    with pytest.raises(ArticleFileError) as caught:
        finds(reader, data, name, text_bound=text_bound)
    assert_one_sentence(caught.value)
    message = str(caught.value)
    assert message.startswith(f"/clips/{name}: ")
    return message.removeprefix(f"/clips/{name}: ")
