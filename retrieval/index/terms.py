"""The index terms of all passages, as integers in flat arrays."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

VOCABULARY_FILE = "vocabulary.json"
IDS_FILE = "term_ids.npy"
STARTS_FILE = "term_starts.npy"
FILES = (VOCABULARY_FILE, IDS_FILE, STARTS_FILE)


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
        vocabulary: dict[str, int] = {}
        ids: list[int] = []
        starts = [0]
        for terms in passages:
            ids.extend(vocabulary.setdefault(term, len(vocabulary)) for term in terms)
            starts.append(len(ids))
        return cls(
            tuple(vocabulary), np.array(ids, dtype=np.int32), np.array(starts, dtype=np.int64)
        )

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

    def save(self, folder: Path) -> None:
        text = json.dumps(self.vocabulary, ensure_ascii=False)
        (folder / VOCABULARY_FILE).write_text(text, encoding="utf-8")
        np.save(folder / IDS_FILE, self.ids)
        np.save(folder / STARTS_FILE, self.starts)

    @classmethod
    def load(cls, folder: Path) -> PassageTerms:
        """Raises ``OSError`` or ``ValueError`` when a file is missing or damaged."""
        vocabulary = json.loads((folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
        ids = np.load(folder / IDS_FILE, allow_pickle=False)
        starts = np.load(folder / STARTS_FILE, allow_pickle=False)
        return cls(tuple(vocabulary), ids, starts)
