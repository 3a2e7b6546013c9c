"""Vectors computed once, given to every system through its own embedding interface."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peers.exchange import QUESTION_VECTORS, VECTORS, Passage, Question

Vectors = NDArray[np.float32]


class UnknownTextError(LookupError):
    """A system asks for the vector of a text that it was not given: its ranking means nothing."""


class KnownVectors:
    """Text to vector. Keeps digests, not texts, so that it hardly weighs on a peer's memory."""

    def __init__(self, *tables: tuple[Iterable[str], Vectors]) -> None:
        self._tables = [vectors for _, vectors in tables]
        self._places: dict[bytes, tuple[int, int]] = {}
        for number, (texts, vectors) in enumerate(tables):
            row = -1
            for row, text in enumerate(texts):
                self._places.setdefault(_digest(text), (number, row))
            if row + 1 != len(vectors):
                raise ValueError(f"{row + 1} texts but {len(vectors)} vectors")

    @classmethod
    def of(
        cls, folder: Path, passages: Sequence[Passage], questions: Sequence[Question]
    ) -> KnownVectors:
        """Those of an exported folder. No passages: only questions can be looked up."""
        tables: list[tuple[Iterable[str], Vectors]] = []
        if passages:
            tables.append(((p.text for p in passages), _load(folder / VECTORS)))
        asked = _load(folder / QUESTION_VECTORS)[: len(questions)]
        tables.append(((q.question for q in questions), asked))
        return cls(*tables)

    def look_up(self, texts: Sequence[str]) -> Vectors:
        """One row for each text. Raises ``UnknownTextError`` for a text without a vector."""
        return np.stack([self._row(text) for text in texts])

    def _row(self, text: str) -> Vectors:
        try:
            table, row = self._places[_digest(text)]
        except KeyError:
            raise UnknownTextError(f"no vector was computed for {text[:80]!r}") from None
        found: Vectors = self._tables[table][row]
        return found


def _load(path: Path) -> Vectors:
    loaded: Vectors = np.load(path, mmap_mode="r")
    return loaded


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
