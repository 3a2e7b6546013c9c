"""Approximate nearest neighbours with ``usearch``, for collections too large to compare in full.

Malkov and Yashunin, "Efficient and robust approximate nearest neighbor search using Hierarchical
Navigable Small World graphs" (2018). Its recall against the full comparison is measured in
``benchmarks``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import DamagedIndexError
from retrieval.index.vectors import QuantizedVectors
from retrieval.protocols import Vectors

if TYPE_CHECKING:
    from usearch.index import Index

FILE = "neighbours.usearch"
_CONNECTIVITY = 16
_WIDTH_OF_BUILDING = 128
_WIDTH_OF_SEARCH = 256
_SPARE = 2
"""Neighbours fetched for each one asked for: int8 ranks the last ones roughly."""


class NeighbourGraph:
    """A graph over the rows of ``QuantizedVectors``, memory-mapped."""

    def __init__(self, path: Path) -> None:
        """Raises ``DamagedIndexError`` when the file is not a graph."""
        try:
            graph = _library().restore(str(path), view=True)
        except Exception as error:  # usearch raises RuntimeError, ValueError and others
            raise DamagedIndexError(
                f"{path}: cannot be opened ({error}); index the articles again."
            ) from error
        if graph is None:
            raise DamagedIndexError(f"{path}: cannot be opened; index the articles again.")
        graph.expansion_search = _WIDTH_OF_SEARCH  # type: ignore[misc]  # it has a setter
        self._graph: Index = graph

    def near(self, question: Vectors, count: int) -> NDArray[np.int64]:
        """Positions of about ``count`` nearest rows, and as many again, in no order."""
        asked = QuantizedVectors.of(question[None]).codes[0]
        wanted = min(_SPARE * count, len(self._graph))
        return np.asarray(self._graph.search(asked, wanted).keys, dtype=np.int64)


def _library() -> type[Index]:
    # First, because the process dies when onnxruntime is loaded after usearch (1.32 and 2.26).
    import onnxruntime  # noqa: F401
    from usearch.index import Index

    return Index


def write_graph(vectors: QuantizedVectors, path: Path) -> None:
    """Builds the graph of all rows and writes it. Raises ``OSError`` when the disk refuses."""
    graph = _library()(
        ndim=vectors.dimension,
        metric="cos",
        dtype="i8",
        connectivity=_CONNECTIVITY,
        expansion_add=_WIDTH_OF_BUILDING,
    )
    graph.add(np.arange(len(vectors), dtype=np.uint64), np.ascontiguousarray(vectors.codes))
    try:
        graph.save(str(path))
    except RuntimeError as error:
        raise OSError(str(error)) from error
