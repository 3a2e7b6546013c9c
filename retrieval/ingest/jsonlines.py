"""Articles from ``.jsonl`` and ``.jsonl.gz``: one JSON object a line.

Fields: ``id`` and ``text`` (required), ``title``, ``url``, ``published``, ``publisher``. Further
fields are ignored, so that a data set can be indexed as it is.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from retrieval.errors import ArticleFileError
from retrieval.ingest.decoding import decode
from retrieval.ingest.metadata import parse_date, parse_date_line
from retrieval.ingest.numeric_dates import is_numeric_date
from retrieval.ingest.raw import RawArticle, Skipped

JSONL_SUFFIXES = (".jsonl", ".jsonl.gz")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")
_DIGITS_OF_SECONDS = 10
_OPTIONAL = ("title", "url", "publisher")


def read_jsonl(
    path: Path, root: str, skipped: list[Skipped], warnings: list[str]
) -> Iterator[RawArticle]:
    """The articles of one file, in order.

    Articles without text go to ``skipped``, unreadable dates to ``warnings``. Raises
    ``ArticleFileError`` naming file and line for broken JSON, a missing or mistyped field, two
    equal ids, broken gzip data, and for a file that holds questions rather than articles.
    """
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        record = _parse(path, number, line)
        raw = _article(path, number, record, root, warnings)
        if raw.id in seen:
            raise ArticleFileError(
                f'{path}: lines {seen[raw.id]} and {number} have the same id "{raw.id}"; '
                "give every article an id of its own."
            )
        seen[raw.id] = number
        if raw.text.strip():
            yield raw
        else:
            skipped.append(Skipped(root, str(path), "article without text", number))
    if not seen:
        raise ArticleFileError(f"{path}: the file is empty; fill it or leave it out.")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines that are not blank. A line ends at LF alone, as JSON Lines says."""
    try:
        data = path.read_bytes()
        if path.name.lower().endswith(".gz"):
            data = gzip.decompress(data)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ArticleFileError(
            f"{path}: is not a whole gzip file ({error}); download or compress it again."
        ) from error
    for number, line in enumerate(decode(data, str(path)).split("\n"), start=1):
        if line.strip():
            yield number, line


def _parse(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        detail = "a number too long" if isinstance(error, ValueError) else "nested too deeply"
        detail = error.msg if isinstance(error, json.JSONDecodeError) else detail
        raise ArticleFileError(
            f"{path}: line {number} is not valid JSON ({detail}); mend or remove that line."
        ) from error
    if not isinstance(record, dict):
        raise ArticleFileError(
            f"{path}: line {number} is not a JSON object; each line must be one article."
        )
    return record


def _article(
    path: Path, number: int, record: dict[str, Any], root: str, warnings: list[str]
) -> RawArticle:
    if "question" in record and "text" not in record:
        raise ArticleFileError(
            f"{path}: is a question set, not articles; use it with `pullquote evaluate`."
        )
    for field in ("id", "text"):
        if not isinstance(record.get(field), str) or (field == "id" and not record[field].strip()):
            raise ArticleFileError(
                f'{path}: line {number} has no "{field}" that is text; every article needs one.'
            )
    for field in _OPTIONAL:
        if not isinstance(record.get(field), str | None):
            raise ArticleFileError(
                f'{path}: the "{field}" of line {number} is not text; make it text or null.'
            )
    written = str(record.get("published") or "")
    numeric = written if is_numeric_date(written) else None
    published = None if numeric else _day(written)
    if written and not numeric and published is None:
        warnings.append(
            f'{path.name} line {number}: no date in "published": {record["published"]!r}'
        )
    return RawArticle(
        id=_mended(record["id"]),
        text=_mended(record["text"]),
        root=root,
        path=str(path),
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
