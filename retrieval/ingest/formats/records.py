"""One record to an article: a line of JSON Lines, an item of a JSON array, a row of a table.

Every program calls the same things otherwise, so an article's fields are known by the names that
people use, case and punctuation ignored; the user's own names (``ReadSettings.fields``) come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.values import (
    address,
    host_of,
    mended,
    moment,
    name,
    people,
    plain,
    story,
)
from retrieval.ingest.markup_text import is_markup, plain_line, text_of_html
from retrieval.ingest.metadata import parse_published
from retrieval.ingest.numeric_dates import is_numeric_date
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "uuid", "articleid", "docid", "docno", "oid", "guid"),
    "text": (
        *("text", "fulltext", "maintext", "bodytext", "contenttext", "articletext"),
        *("articlebody", "content", "body", "contenthtml", "article", "story", "description"),
    ),
    "title": ("title", "headline", "heading", "webtitle", "name", "subject"),
    "published": (
        *("published", "publishedat", "datepublished", "publishdate", "datepublish", "pubdate"),
        *("publicationdate", "publishedon", "publishedtime", "webpublicationdate", "date"),
        *("datetime", "timestamp", "createdat", "created", "time", "day"),
    ),
    "url": ("url", "link", "permalink", "canonical", "canonicalurl", "weburl", "sourceurl", "guid"),
    "publisher": (
        *("publisher", "publication", "newspaper", "outlet", "source", "site", "sitename"),
        *("sourcename", "domain", "sourcedomain"),
    ),
    "author": ("author", "authors", "byline", "creator", "writer"),
}
"""What an article's fields are called elsewhere, without case and punctuation, best first."""
_NESTED = frozenset({"article", "fields", "data", "attributes"})
_NESTED_RAW = "_source"
"""Elasticsearch's; without its punctuation it would be a publisher."""
_PUNCTUATION = re.compile(r"[\W_]+")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Records:
    """Where records come from. ``has_markup``: their texts may be HTML, and what is read of it is
    the text; else it is kept as it stands. ``publisher`` is that of all which name none.
    """

    document: Document
    settings: ReadSettings
    has_markup: bool = False
    publisher: str | None = None
    mapped: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        document: Document,
        settings: ReadSettings,
        *,
        has_markup: bool = False,
        publisher: str | None = None,
    ) -> Records:
        """With the user's field names made comparable."""
        mapped = {normalised(key): ours for key, ours in settings.fields.items()}
        return cls(document, settings, has_markup, publisher, mapped)

    def names(self, ours: str) -> tuple[str, ...]:
        """What the field ``ours`` may be called, the user's names first."""
        if not self.mapped:
            return NAMES[ours]
        mine = (key for key, target in self.mapped.items() if target == ours)
        return (*mine, *(key for key in NAMES[ours] if key not in self.mapped))

    def skipped(self, reason: str, part: str, *, broken: bool = True) -> Skipped:
        """One record left out."""
        return Skipped(self.document.root, self.document.path, reason, part, broken=broken)


def normalised(key: str) -> str:
    """A field's name without case and punctuation."""
    return _PUNCTUATION.sub("", key).casefold()


def is_question(record: Mapping[str, Any]) -> bool:
    """Whether it belongs to a question set: those are no articles."""
    return "question" in record and "text" not in record


def article_of(
    record: Mapping[str, Any], records: Records, number: int, part: str
) -> Iterator[Found]:
    """The article of a record, or why there is none; ``part`` names it, as "line 3"."""
    layers = _layers(record)
    text = _text(layers, records)
    if text is None:
        reason = (
            'has no "text" (content, body, article, description ...) that is text; '
            "every article needs one, or its field named in [ingest] fields of the config"
        )
        yield records.skipped(reason, part)
        return
    if not text.strip():
        yield records.skipped("article without text", part, broken=False)
        return
    if len(text) > records.settings.bounds.text:
        bound = records.settings.bounds.text // 2**20
        yield records.skipped(f"is longer than {bound} MB; split it", part)
        return
    details = details_of(record, records, part)
    yield from details.notes
    own = _first(layers, records, "id", plain)
    key = mended((own or "").strip() or details.url or f"#{number}")
    yield RawArticle(
        id=f"{records.document.name}{key}" if key == f"#{number}" else key,
        within=key,
        text=text,
        root=records.document.root,
        path=records.document.path,
        title=details.title,
        publisher=details.publisher,
        author=details.author,
        url=details.url,
        published=details.published,
        numeric=details.numeric,
    )


@dataclass(frozen=True, slots=True)
class Details:
    """What a record says of its article besides the text, and what of it could not be read."""

    title: str | None
    publisher: str | None
    author: str | None
    url: str | None
    published: date | None
    numeric: str | None
    notes: tuple[Note, ...]


def details_of(record: Mapping[str, Any], records: Records, part: str) -> Details:
    """``part`` names the record, as "line 3"."""
    layers = _layers(record)
    published, numeric, no_day = _published(layers, records)
    title, no_title = _title(layers, records)
    unread = (("date", no_day), ("text", no_title))
    return Details(
        title=title,
        publisher=_publisher(layers, records) or records.publisher,
        author=_first(layers, records, "author", people),
        url=_url(layers, records),
        published=published,
        numeric=numeric,
        notes=tuple(_unread(records, part, what, *found) for what, found in unread if found),
    )


def _unread(records: Records, part: str, what: str, key: str, value: object) -> Note:
    shown = repr(value)
    shown = shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
    return Note(f'{records.document.name} {part}: no {what} in "{key}": {shown}')


_Layer = dict[str, tuple[str, Any]]


def _layers(record: Mapping[str, Any]) -> list[_Layer]:
    """The record, and what lies one level deeper; by comparable names, with those written there."""
    inner = (
        value
        for key, value in record.items()
        if isinstance(value, dict) and (key == _NESTED_RAW or normalised(key) in _NESTED)
    )
    layers: list[_Layer] = []
    for fields in (record, *inner):
        layer: _Layer = {}
        for key, value in fields.items():
            if isinstance(key, str) and key != _NESTED_RAW:
                layer.setdefault(normalised(key), (key, value))
        layers.append(layer)
    return layers


def _candidates(
    layers: list[_Layer], records: Records, ours: str
) -> Iterator[tuple[str, str, Any]]:
    """Comparable name, written name and value of all that may be the field ``ours``."""
    for key in records.names(ours):
        for layer in layers:
            if key in layer:
                written, value = layer[key]
                if value not in (None, "", [], {}) and value == value:  # NaN is no value
                    yield key, written, value


def _first(layers: list[_Layer], records: Records, ours: str, read: Any) -> str | None:
    found = (read(value) for _, _, value in _candidates(layers, records, ours))
    return next((mended(value) for value in found if value), None)


def _text(layers: list[_Layer], records: Records) -> str | None:
    """The first text that is more than white space; an empty one is better than none."""
    blank = None
    for _, _, value in _candidates(layers, records, "text"):
        text = story(value)
        if text is None:
            continue
        text = mended(text)
        if records.has_markup and is_markup(text):
            text = text_of_html(text)
        if text.strip():
            return text
        blank = ""
    empty = any(layer.get("text", ("", None))[1] == "" for layer in layers)
    return "" if empty else blank


def _title(layers: list[_Layer], records: Records) -> tuple[str | None, tuple[str, Any] | None]:
    """The title; where what is called so is none, its name and value."""
    unread = None
    for key, written, value in _candidates(layers, records, "title"):
        found = plain(value)
        if found and found.strip():
            found = mended(found)
            return (plain_line(found) if records.has_markup else found), None
        if unread is None and key == "title" and not isinstance(value, str):
            unread = written, value
    return None, unread


def _published(
    layers: list[_Layer], records: Records
) -> tuple[date | None, str | None, tuple[str, Any] | None]:
    """The day, or a date in figures to be decided later; or else the first value that is none."""
    unread = None
    for _, written, value in _candidates(layers, records, "published"):
        text = moment(value)
        if is_numeric_date(text):
            return None, text, None
        day = parse_published(text)
        if day is not None:
            return day, None, None
        unread = unread or (written, value)
    return None, None, unread


def _url(layers: list[_Layer], records: Records) -> str | None:
    for key, _, value in _candidates(layers, records, "url"):
        found = plain(value)
        if found and (key != "guid" or address(found)):
            return mended(found.strip()) or None
    for key in ("id", "source"):  # both may be an article's address
        for layer in layers:
            found = plain(layer.get(key, ("", None))[1])
            if found and address(found) and not host_of(found):
                return found.strip()
    return None


def _publisher(layers: list[_Layer], records: Records) -> str | None:
    for _, _, value in _candidates(layers, records, "publisher"):
        found = name(value)
        if found and address(found):
            found = host_of(found)  # an article's address tells its site elsewhere
        if found and found.strip():
            found = mended(found.strip())
            return plain_line(found) if records.has_markup else found
    return None
