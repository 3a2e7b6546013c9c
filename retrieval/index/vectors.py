"""Embeddings as int8: a quarter of the memory of float32, and dot products that are exact integers.

Each row has a scale of its own, its largest magnitude / 127.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.protocols import Vectors

CODES_FILE = "vectors.npy"
SCALES_FILE = "vector_scales.npy"
_LEVELS = 127


@dataclass(frozen=True, slots=True, eq=False)
class QuantizedVectors:
    """Row ``i`` is ``codes[i] * scales[i]``; shapes ``(n, dimension)`` and ``(n,)``."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: Vectors) -> QuantizedVectors:
        """The nearest codes of float vectors, shape ``(n, dimension)``."""
        scales = np.abs(vectors).max(axis=1, initial=0.0) / _LEVELS
        safe = np.where(scales > 0, scales, 1)
        codes = np.rint(vectors / safe[:, None]).astype(np.int8)
        return cls(codes, scales.astype(np.float32))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def dimension(self) -> int:
        return int(self.codes.shape[1])

    def floats(self) -> Vectors:
        """The rows as float32, shape ``(n, dimension)``."""
        rows: Vectors = self.codes * self.scales[:, None]
        return rows

    def products(self, question: Vectors) -> Vectors:
        """Dot product of every row with one vector of the same dimension, shape ``(n,)``.

        The question is rounded to int8 as well. Equal rows have equal products wherever they stand.
        """
        if not len(self):
            return np.zeros(0, dtype=np.float32)
        asked = QuantizedVectors.of(question[None])
        products: Vectors = _integer_products(self.codes, asked.codes).astype(np.float32)
        cosines: Vectors = products * self.scales * asked.scales[0]
        return cosines

    def take(self, rows: Sequence[int] | NDArray[np.int64]) -> QuantizedVectors:
        """Some of the rows, in the given order."""
        return QuantizedVectors(self.codes[rows], self.scales[rows])

    def save(self, folder: Path) -> None:
        np.save(folder / CODES_FILE, self.codes)
        np.save(folder / SCALES_FILE, self.scales)

    @classmethod
    def load(cls, folder: Path) -> QuantizedVectors:
        """Maps the codes, reads the scales. Raises ``OSError`` or ``ValueError`` for bad files."""
        codes = np.load(folder / CODES_FILE, mmap_mode="r", allow_pickle=False)
        scales = np.load(folder / SCALES_FILE, allow_pickle=False)
        if codes.dtype != np.int8 or codes.ndim != 2 or scales.shape != codes.shape[:1]:
            raise ValueError(f"vectors of shape {codes.shape} and scales of {scales.shape}")
        return cls(codes, scales)


def _integer_products(codes: NDArray[np.int8], asked: NDArray[np.int8]) -> NDArray[np.float64]:
    """With the processor's own int8 instructions; numpy would take ten times as long.

    They come as float64, which is exact: into integers they would be converted one by one.
    """
    import numkong

    products = np.empty(len(codes), dtype=np.float64)
    numkong.cdist(asked, codes, metric="dot", out=products[None])
    return products
