"""Articles from ``.json``: an array of records, an object that holds one, or one record; also JSON
Feed (jsonfeed.org), and JSON Lines under a wrong name.

Bodies that are HTML are read: what is found in them is the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from retrieval.errors import ArticleFileError
from retrieval.ingest.decoding import decoded
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.faults import few_faults
from retrieval.ingest.formats.jsonlines import json_fault, questions_named, read_jsonl
from retrieval.ingest.formats.records import (
    NAMES,
    Records,
    article_of,
    is_question,
    normalised,
)
from retrieval.ingest.formats.values import plain
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

_HOLDERS = ("articles", "items", "results", "data", "docs", "posts", "entries", "graph", "hits")
"""What an array of articles is called in an object, without case and punctuation."""
_WRAPPERS = ("response", "data", "result", "hits", "feed")
_WHOLE = 10
"""Times the bound of one text: a JSON file must be held whole."""
_JSON_FEED = "https://jsonfeed.org/"
_ARRAY = re.compile(r"\s*\[\s*")
_COMMA = re.compile(r"\s*,\s*")
_ENDS = re.compile(r"\s*\]\s*$")
_NEXT_OBJECT = re.compile(r"\}\s*,\s*(?=\{)")
_MOST_FAULTS = 1000
"""Stretches of a broken array that are passed over before the rest is given up."""


@dataclass(frozen=True, slots=True)
class _Fault:
    """An item that is no JSON, and why."""

    reason: str


@few_faults
def read_json(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The articles of one file, in order; an item that is none is left out alone. Raises
    ``ArticleFileError`` for a file that is empty, broken as a whole, too large, or holds none.
    """
    data = document.read(settings.bounds.text * _WHOLE)
    read = decoded(data, document.label)
    del data
    if not read.text.strip():
        raise ArticleFileError(f"{document.label}: the file is empty; fill it or leave it out.")
    yield from read.notes(document.label)
    try:
        value = json.loads(read.text)
    except RecursionError as error:
        raise _not_json(document, json_fault(error)) from error
    except ValueError as error:
        yield from _of_broken(document, settings, read.text, error)
        return
    yield from _of_value(document, settings, value)


def _of_broken(
    document: Document, settings: ReadSettings, text: str, error: ValueError
) -> Iterator[Found]:
    """What can be read of a file that is no JSON as a whole."""
    lines = text.strip().split("\n", 1)
    if len(lines) > 1 and _is_object(lines[0]):
        yield from read_jsonl(document, settings)
        return
    items = list(_items_around_faults(text))
    if all(isinstance(item, _Fault) for item in items):
        raise _not_json(document, json_fault(error)) from error
    yield from _of_items(items, Records.of(document, settings, has_markup=True))


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _items_around_faults(text: str) -> Iterator[Any]:
    """The items of an array that is broken somewhere, and a ``_Fault`` for each stretch of it that
    is no JSON: from there on the next object that stands after a comma.
    """
    start = _ARRAY.match(text)
    position = start.end() if start else len(text)
    decoder = json.JSONDecoder()
    faults = 0
    while position < len(text) and faults < _MOST_FAULTS:
        try:
            item, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            faults += 1
            yield _Fault(json_fault(error))
            after = _NEXT_OBJECT.search(text, position + 1)
            position = after.end() if after else len(text)
            continue
        yield item
        comma = _COMMA.match(text, end)
        if comma is not None:
            position = comma.end()
        elif _ENDS.match(text, end):
            return
        else:
            position = end


def _of_value(document: Document, settings: ReadSettings, value: Any) -> Iterator[Found]:
    if isinstance(value, list):
        yield from _of_array(value, Records.of(document, settings, has_markup=True))
        return
    if not isinstance(value, dict):
        raise ArticleFileError(
            f"{document.label}: holds no record; an article must be a JSON object with its text."
        )
    publisher = None
    if str(value.get("version", "")).startswith(_JSON_FEED):
        publisher = plain(value.get("title"))
    records = Records.of(document, settings, has_markup=True, publisher=publisher)
    items = None if _is_article(value, records) else _array_in(value, deeper=True)
    if items is not None:
        yield from _of_array(items, records)
    elif is_question(value):
        raise questions_named(document)
    else:
        yield from _of_one(value, records)


def _is_article(value: Mapping[str, Any], records: Records) -> bool:
    """Whether the object itself holds an article's text; a feed too has a description."""
    fields = {normalised(key): held for key, held in value.items()}
    names = (key for key in records.names("text") if key != "description")
    return any(isinstance(fields.get(key), str) for key in names)


def _array_in(value: Mapping[str, Any], *, deeper: bool) -> list[Any] | None:
    """The array of records that an object holds under a usual name, or its values where each is a
    record under its id.
    """
    fields = {normalised(key): held for key, held in value.items()}
    for key in _HOLDERS:
        held = fields.get(key)
        if isinstance(held, list) and any(isinstance(item, dict) for item in held):
            return held
    for key in _WRAPPERS if deeper else ():
        held = fields.get(key)
        found = _array_in(held, deeper=False) if isinstance(held, dict) else None
        if found is not None:
            return found
    texts = set(NAMES["text"])
    if len(value) > 1 and all(
        isinstance(held, dict) and texts & set(map(normalised, held)) for held in value.values()
    ):
        return [{"id": key} | held for key, held in value.items()]
    return None


def _of_array(items: list[Any], records: Records) -> Iterator[Found]:
    if not items:
        raise ArticleFileError(f"{records.document.label}: the array is empty; fill it.")
    if isinstance(items[0], dict) and is_question(items[0]):
        raise questions_named(records.document)
    yield from _of_items(items, records)


def _of_items(items: list[Any], records: Records) -> Iterator[Found]:
    for number, item in enumerate(items, start=1):
        part = f"item {number}"
        if isinstance(item, dict):
            yield from article_of(item, records, number, part)
        elif isinstance(item, _Fault):
            yield records.skipped(f"is not valid JSON ({item.reason}); mend or remove it", part)
        else:
            yield records.skipped("is not a JSON object; each item must be one article", part)


def _of_one(value: Mapping[str, Any], records: Records) -> Iterator[Found]:
    """A file that is one record; its id is the file's name, unless it has its own."""
    document = records.document
    for found in article_of(value, records, 1, "item 1"):
        match found:
            case RawArticle():
                id_ = document.name if found.within == "#1" else found.id
                yield replace(found, id=id_, within="")
            case Skipped():
                raise ArticleFileError(f"{document.label}: {found.reason}.")
            case Note():
                yield found


def _not_json(document: Document, why: str) -> ArticleFileError:
    return ArticleFileError(
        f"{document.label}: is not valid JSON ({why}); mend it or leave it out."
    )
