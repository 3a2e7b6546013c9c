"""Articles from ``.jsonl``: one JSON object a line.

Fields: ``id`` and ``text`` (required), ``title``, ``url``, ``published``, ``publisher``. Further
fields are ignored, so that a data set can be indexed as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from retrieval.errors import ArticleFileError
from retrieval.ingest.decoding import decode
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.metadata import parse_date, parse_date_line
from retrieval.ingest.numeric_dates import is_numeric_date
from retrieval.ingest.raw import Found, Note, RawArticle, Skipped

_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
_DIGITS_OF_SECONDS = 10
_OPTIONAL = ("title", "url", "publisher")


def read_jsonl(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The articles of one file, in order; a line that is none is left out alone. Raises
    ``ArticleFileError`` for a file that is empty, broken as a whole, or holds questions.
    """
    is_empty = True
    for number, line in _lines(document):
        is_empty = False
        try:
            yield from _article(document, number, _parse(document, number, line))
        except ArticleFileError as error:
            reason = str(error).removeprefix(f"{document.label}: line {number} ")
            yield Skipped(document.root, document.path, reason, f"line {number}", broken=True)
    if is_empty:
        raise ArticleFileError(f"{document.label}: the file is empty; fill it or leave it out.")


def _lines(document: Document) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank. A line ends at LF alone, as JSON Lines says."""
    data = document.read(2**40)
    for number, line in enumerate(decode(data, document.label).split("\n"), start=1):
        if line.strip():
            yield number, line


def _parse(document: Document, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        detail = "a number too long" if isinstance(error, ValueError) else "nested too deeply"
        detail = error.msg if isinstance(error, json.JSONDecodeError) else detail
        raise ArticleFileError(
            f"{document.label}: line {number} is not valid JSON ({detail}); "
            "mend or remove that line."
        ) from error
    if not isinstance(record, dict):
        raise ArticleFileError(
            f"{document.label}: line {number} is not a JSON object; each line must be one article."
        )
    return record


def _article(document: Document, number: int, record: dict[str, Any]) -> Iterator[Found]:
    if "question" in record and "text" not in record:
        raise ArticleFileError(
            f"{document.label}: is a question set, not articles; use it with `pullquote evaluate`."
        )
    for field in ("id", "text"):
        if not isinstance(record.get(field), str) or (field == "id" and not record[field].strip()):
            raise ArticleFileError(
                f'{document.label}: line {number} has no "{field}" that is text; '
                "every article needs one."
            )
    for field in _OPTIONAL:
        if not isinstance(record.get(field), str | None):
            raise ArticleFileError(
                f'{document.label}: line {number} has a "{field}" that is not text; '
                "make it text or null."
            )
    written = str(record.get("published") or "")
    numeric = written if is_numeric_date(written) else None
    published = None if numeric else _day(written)
    if written and not numeric and published is None:
        yield Note(
            f'{document.name} line {number}: no date in "published": {record["published"]!r}'
        )
    if not record["text"].strip():
        yield Skipped(document.root, document.path, "article without text", f"line {number}")
        return
    yield RawArticle(
        id=_mended(record["id"]),
        within=_mended(record["id"]),
        text=_mended(record["text"]),
        root=document.root,
        path=document.path,
        title=_mended(record.get("title") or "") or None,
        publisher=_mended(record.get("publisher") or "") or None,
        url=_mended(record.get("url") or "") or None,
        published=published,
        numeric=numeric,
    )


def _day(written: str) -> date | None:
    """The day of a date as text, or of the seconds or milliseconds since 1970, in UTC."""
    if not _EPOCH.fullmatch(written):
        return parse_date_line(written) or parse_date(written) if written else None
    whole = written.partition(".")[0]
    seconds = int(whole) / (1000 if len(whole) > _DIGITS_OF_SECONDS else 1)
    return datetime.fromtimestamp(seconds, UTC).date()


def _mended(text: str) -> str:
    """A lone surrogate (half an emoji escape) is no character: no file or terminal can hold it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
