"""What the reader has read is read once: a pure function, and most of the time of a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from retrieval.datatypes import Context, Span
from retrieval.reader.extractive import ExtractiveReader

_read: dict[tuple[object, ...], tuple[Span, ...]] = {}


@contextmanager
def reading_remembered() -> Iterator[None]:
    """The same model gives the same spans for the same question over the same passages: within
    this context it works them out once for all tests of a worker.
    """
    read = ExtractiveReader.read

    def remembered(
        self: ExtractiveReader, question: str, contexts: Sequence[Context]
    ) -> tuple[Span, ...]:
        key = (self._scorer.identity, question, tuple(contexts))
        if key not in _read:
            _read[key] = read(self, question, contexts)
        return _read[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExtractiveReader, "read", remembered)
        yield
