"""Answers that were kept as JSON, read for their citations."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from retrieval.errors import UsageError

PREDICTIONS = "predictions.jsonl"
STDIN = "-"
LONGEST = 64 * 2**20
"""Bytes of a line, or of a file that is one JSON value."""
_CURE = "name the folder of an `evaluate` run, its predictions.jsonl, or what `ask --json` printed"


@dataclass(frozen=True, slots=True)
class Kept:
    """One citation as it was kept, and the question that it answered. ``start``, ``end`` and
    ``quote`` are of the title where ``in_title``, else of the text, as is ``sentence``, which the
    quote lies in from ``inside`` on (code points; None where that cannot be told).
    """

    question: str
    article_id: str
    url: str | None
    start: int
    end: int
    quote: str
    sentence: str
    inside: int | None
    in_title: bool


def kept_citations(named: str) -> Iterator[Kept]:
    """All citations of a run's folder, of a file, or of standard input ("-"), as they are read.

    Raises ``UsageError``, which names file and line, for what holds no answers.
    """
    with _opened(named) as (stream, name):
        for place, record in _records(stream, name):
            yield from _citations(record, place)


@contextmanager
def _opened(named: str) -> Iterator[tuple[BinaryIO, str]]:
    if named == STDIN:
        yield sys.stdin.buffer, "standard input"
        return
    path = Path(named)
    if path.is_dir():
        path /= PREDICTIONS
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file; {_CURE}.") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror or error}); {_CURE}.") from error
    with stream:
        yield stream, str(path)


def _records(stream: BinaryIO, name: str) -> Iterator[tuple[str, Any]]:
    """Where each JSON value stands, and the value: one a line, or one in the whole file."""
    number = 0
    while line := _line(stream, name):
        number += 1
        if not line.strip():
            continue
        place = f"{name}: line {number}"
        try:
            record = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            if number > 1:
                raise UsageError(f"{place} is not JSON; {_CURE}.") from None
            yield from _whole(line + stream.read(LONGEST), name)
            return
        yield from _each(record, place)


def _each(found: Any, place: str) -> Iterator[tuple[str, Any]]:
    """What was found, or each item of it where it is a list."""
    if not isinstance(found, list):
        yield place, found
        return
    for number, record in enumerate(found, start=1):
        yield f"{place}, answer {number}", record


def _line(stream: BinaryIO, name: str) -> bytes:
    line = stream.readline(LONGEST + 1)
    if len(line) > LONGEST:
        raise UsageError(f"{name}: has a line of more than {LONGEST // 2**20} MB; {_CURE}.")
    return line


def _whole(body: bytes, name: str) -> Iterator[tuple[str, Any]]:
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UsageError(f"{name}: is neither JSON nor JSON Lines; {_CURE}.") from None
    yield from _each(found, name)


def _citations(record: Any, place: str) -> Iterator[Kept]:
    try:
        question = str(record["question"])
        for group in record["groups"]:
            for citation in group["citations"]:
                yield _kept(citation, question)
    except (KeyError, TypeError, ValueError):
        raise UsageError(f"{place} is no answer with its citations; {_CURE}.") from None


def _kept(citation: dict[str, Any], question: str) -> Kept:
    """Raises ``KeyError``, ``TypeError`` or ``ValueError`` for what is no citation."""
    in_title = "in_title" in citation
    place = citation["in_title"] if in_title else citation
    start, end, quote = place["start"], place["end"], place["quote"]
    texts = (citation["article_id"], quote, citation["sentence"])
    if not all(isinstance(text, str) for text in texts) or not quote:
        raise ValueError
    if type(start) is not int or type(end) is not int or not 0 <= start <= end:
        raise ValueError
    url, sentence = citation.get("url"), citation["sentence"]
    return Kept(
        question=question,
        article_id=citation["article_id"],
        url=url if isinstance(url, str) else None,
        start=start,
        end=end,
        quote=quote,
        sentence=sentence,
        inside=_inside(citation, sentence, quote, start),
        in_title=in_title,
    )


def _inside(citation: dict[str, Any], sentence: str, quote: str, start: int) -> int | None:
    """Where the quote begins in its sentence, which says so itself where it is there twice."""
    begins = citation.get("sentence_start")
    at = start - begins if type(begins) is int else sentence.find(quote)
    return at if at >= 0 and sentence.startswith(quote, at) else None
