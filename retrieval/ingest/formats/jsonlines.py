"""Articles from ``.jsonl`` and ``.ndjson``: one JSON object a line, read line by line.

Fields are found by the names that people use (``records``); further ones are ignored, so that a
data set can be indexed as it is. Texts are kept as they stand in the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.faults import few_faults
from retrieval.ingest.formats.records import Records, article_of, is_question
from retrieval.ingest.raw import Found, RawArticle
from retrieval.ingest.text_lines import TextLine, TextLines


@few_faults
def read_jsonl(document: Document, settings: ReadSettings) -> Iterator[Found]:
    """The articles of one file, in order; a line that is none is left out alone. Raises
    ``ArticleFileError`` for a file that is empty, cannot be read, or holds questions.
    """
    records = Records.of(document, settings)
    # A line ends at LF alone, as JSON Lines says.
    lines = TextLines(document, settings.bounds)
    is_empty, has_articles = True, False
    for line in lines:
        if not line.text.strip() and not line.fault:
            continue
        is_empty = False
        part = f"line {line.number}"
        record = _parsed(line)
        if isinstance(record, str):
            yield records.skipped(record, part)
        elif is_question(record) and not has_articles:
            raise questions_named(document)
        else:
            for found in article_of(record, records, line.number, part):
                has_articles = has_articles or isinstance(found, RawArticle)
                yield found
    yield from lines.notes
    if is_empty:
        raise ArticleFileError(f"{document.label}: the file is empty; fill it or leave it out.")


def questions_named(document: Document) -> ArticleFileError:
    """What is said where a question set is named as articles."""
    return ArticleFileError(
        f"{document.label}: is a question set, not articles; use it with `pullquote evaluate`."
    )


def json_fault(error: ValueError | RecursionError) -> str:
    """Why ``json.loads`` refuses, in a few words."""
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "a number too long" if isinstance(error, ValueError) else "nested too deeply"


def _parsed(line: TextLine) -> dict[str, Any] | str:
    """The line's record, or why it is none."""
    if line.fault:
        return line.fault
    try:
        record = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        return f"is not valid JSON ({json_fault(error)}); mend or remove that line"
    if not isinstance(record, dict):
        return "is not a JSON object; each line must be one article"
    return record
