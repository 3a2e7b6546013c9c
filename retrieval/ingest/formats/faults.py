"""A bound on what is said of one file: a file that is nothing but faults fills no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps

from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.raw import Found, Note, Skipped

_MOST_SKIPPED = 10_000
_MOST_NOTES = 1_000

_Reader = Callable[[Document, ReadSettings], Iterator[Found]]


def few_faults(read: _Reader) -> _Reader:
    """The reader, which gives up on a file when too many of its parts cannot be used, and stops
    naming what else there is to know when that is too much.
    """

    @wraps(read)
    def bounded(document: Document, settings: ReadSettings) -> Iterator[Found]:
        skipped = notes = 0
        for found in read(document, settings):
            if isinstance(found, Skipped):
                skipped += 1
                if skipped > _MOST_SKIPPED:
                    reason = f"more than {_MOST_SKIPPED} parts of the file cannot be used"
                    yield replace(found, reason=reason, part=f"{found.part} and all below")
                    return
            if isinstance(found, Note):
                notes += 1
                if notes == _MOST_NOTES:
                    yield Note(f"{document.label}: there is more like this; mend the file")
                if notes >= _MOST_NOTES:
                    continue
            yield found

    return bounded
