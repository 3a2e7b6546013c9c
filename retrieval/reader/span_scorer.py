"""The seam between decoding and whatever scores tokens: what an extractive reader needs of a model.

A double for tests stands next to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from retrieval.reader.spans import Window


@runtime_checkable
class SpanScorer(Protocol):
    """Scores every token of a text as the start and as the end of an answer to a question."""

    @property
    def identity(self) -> str:
        """Name and fingerprint of the model; calibrations of different identities never mix."""
        ...

    @property
    def reads_titles(self) -> bool:
        """Whether it was trained on texts under their titles (see ``titled``)."""
        ...

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        """For each text the windows that together cover all its tokens, in order.

        A text without tokens has no windows. Texts that are longer than the model's input come in
        several, overlapping windows; where these would be far more than the texts, the last are
        left out, so that no text makes a question cost many times what another does.
        """
        ...


class KeywordSpanScorer:
    """A double: tokens are words, windows ``size`` words; the words of ``answers`` score high.

    An answer's first word starts it and its last word ends it, with 5 each, less 1 for each place
    later in the list; every other logit is -5 and every null score 0. ``reads_titles`` is what it
    says of itself.
    """

    def __init__(
        self,
        answers: Sequence[str],
        *,
        size: int = 40,
        stride: int = 10,
        reads_titles: bool = False,
    ) -> None:
        self.reads_titles = reads_titles
        self._answers = [answer.split() for answer in answers if answer.split()]
        self._size, self._stride = size, stride

    @property
    def identity(self) -> str:
        return "keywords"

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        return [tuple(self._windows(text)) for text in texts]

    def _windows(self, text: str) -> list[Window]:
        tokens = [(match.start(), match.end()) for match in re.finditer(r"\w+|[^\w\s]", text)]
        starts, ends = (np.full(len(tokens), -5.0, dtype=np.float32) for _ in range(2))
        for place, answer in reversed(list(enumerate(self._answers))):
            for at, (start, end) in enumerate(tokens):
                if text[start:end] == answer[0]:
                    starts[at] = 5.0 - place
                if text[start:end] == answer[-1]:
                    ends[at] = 5.0 - place
        step = self._size - self._stride
        return [
            Window(
                np.array(tokens[first : first + self._size], dtype=np.int64),
                starts[first : first + self._size],
                ends[first : first + self._size],
                0.0,
            )
            for first in range(0, max(1, len(tokens) - self._stride), step)
            if tokens[first : first + self._size]
        ]
