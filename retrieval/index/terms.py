"""The index terms of all passages, as integers in flat arrays."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

VOCABULARY_FILE = "vocabulary.json"
IDS_FILE = "term_ids.npy"
STARTS_FILE = "term_starts.npy"


@dataclass(frozen=True, slots=True, eq=False)
class PassageTerms(Sequence[Sequence[str]]):
    """``terms[i]`` are the terms of passage ``i`` in order.

    Passage ``i`` owns ``ids[starts[i]:starts[i + 1]]``; each id points into ``vocabulary``.
    """

    vocabulary: tuple[str, ...]
    ids: NDArray[np.int32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, passages: Iterable[Sequence[str]]) -> PassageTerms:
        builder = TermsBuilder()
        for terms in passages:
            builder.add(terms)
        return builder.build()

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, position: int) -> Sequence[str]: ...
    @overload
    def __getitem__(self, position: slice) -> Sequence[Sequence[str]]: ...
    def __getitem__(self, position: int | slice) -> Sequence[str] | Sequence[Sequence[str]]:
        if isinstance(position, slice):
            return [self[i] for i in range(*position.indices(len(self)))]
        if not -len(self) <= position < len(self):
            raise IndexError(position)
        position %= len(self)
        own = self.ids[self.starts[position] : self.starts[position + 1]]
        return [self.vocabulary[i] for i in own.tolist()]

    def take(self, rows: NDArray[np.int64]) -> PassageTerms:
        """Some of the passages, in the given order, over the same vocabulary."""
        lengths = np.diff(self.starts)[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        # Where each term comes from: its passage's old start, plus its place in the passage.
        shift = np.repeat(self.starts[:-1][rows] - starts[:-1], lengths)
        return PassageTerms(self.vocabulary, self.ids[np.arange(starts[-1]) + shift], starts)

    def followed_by(self, other: PassageTerms) -> PassageTerms:
        """The passages of both, over one vocabulary, which begins with this one's."""
        numbers = {term: number for number, term in enumerate(self.vocabulary)}
        mapping = np.array(
            [numbers.setdefault(term, len(numbers)) for term in other.vocabulary], dtype=np.int32
        )
        ids = mapping[other.ids] if len(other.ids) else other.ids
        return PassageTerms(
            tuple(numbers),
            np.concatenate([self.ids, ids]),
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
        )

    def without_unused(self) -> PassageTerms:
        """The same passages over a vocabulary without terms that stand in none of them."""
        used = np.zeros(len(self.vocabulary), dtype=np.bool_)
        used[self.ids] = True
        if used.all():
            return self
        numbers = (np.cumsum(used) - 1).astype(np.int32)
        vocabulary = tuple(t for t, keep in zip(self.vocabulary, used, strict=True) if keep)
        return PassageTerms(vocabulary, numbers[self.ids], self.starts)

    def save(self, folder: Path) -> None:
        text = json.dumps(self.vocabulary, ensure_ascii=False)
        (folder / VOCABULARY_FILE).write_text(text, encoding="utf-8")
        np.save(folder / IDS_FILE, self.ids)
        np.save(folder / STARTS_FILE, self.starts)

    @classmethod
    def load(cls, folder: Path) -> PassageTerms:
        """Maps the terms, reads the rest. Raises ``OSError`` or ``ValueError`` for bad files."""
        vocabulary = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
        ids = np.load(folder / IDS_FILE, mmap_mode="r", allow_pickle=False)
        starts = np.load(folder / STARTS_FILE, allow_pickle=False)
        return cls(tuple(vocabulary), ids, starts)


class TermsBuilder:
    """Collects the terms of one passage after the other."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._ids = array("i")
        self._starts = array("q", [0])

    def add(self, terms: Iterable[str]) -> None:
        numbers = self._numbers
        self._ids.extend(numbers.setdefault(term, len(numbers)) for term in terms)
        self._starts.append(len(self._ids))

    def build(self) -> PassageTerms:
        return PassageTerms(
            tuple(self._numbers),
            np.array(self._ids, dtype=np.int32),
            np.array(self._starts, dtype=np.int64),
        )
