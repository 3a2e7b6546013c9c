"""The parts of an index version that have one row for each passage, written and looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from retrieval.index import bm25_sparse, neighbours
from retrieval.index.collection import FILE as PLACES_FILE
from retrieval.index.rows import PassageRows
from retrieval.index.store import DIGESTS_FILE, OpenIndex


@dataclass(frozen=True, slots=True)
class Scale:
    """From how many passages on an index has the parts that large ones need.

    ``sparse_from``: scores of BM25 computed ahead, with ``k1`` and ``b``. ``graph_from``: a graph
    of neighbours, which finds nearly all of them.
    """

    sparse_from: int = 5_000
    graph_from: int = 500_000
    k1: float = 1.5
    b: float = 0.75


def write_parts(
    rows: PassageRows, folder: Path, scale: Scale, progress: Callable[[str, int, int], None]
) -> None:
    """Everything but articles and encoder."""
    steps = 3
    progress("Writing the index", 0, steps)
    np.save(folder / PLACES_FILE, rows.places)
    np.save(folder / DIGESTS_FILE, rows.digests)
    rows.terms.save(folder)
    rows.vectors.save(folder)
    progress("Writing the index", 1, steps)
    if len(rows) >= scale.sparse_from and rows.terms.vocabulary:
        bm25_sparse.write_sparse(rows.terms, folder / bm25_sparse.FOLDER, k1=scale.k1, b=scale.b)
    progress("Writing the index", 2, steps)
    if len(rows) >= scale.graph_from:
        neighbours.write_graph(rows.vectors, folder / neighbours.FILE)
    progress("Writing the index", steps, steps)


def fits(index: OpenIndex, scale: Scale) -> bool:
    """Whether a version has the parts that its size asks for."""
    size = index.manifest.passages
    if (index.graph_path is not None) != (size >= scale.graph_from):
        return False
    if index.sparse_folder is None:
        return size < scale.sparse_from or not index.terms.vocabulary
    return size >= scale.sparse_from and bm25_sparse.parameters(index.sparse_folder) == (
        scale.k1,
        scale.b,
    )


def rows_of(index: OpenIndex) -> PassageRows:
    """All passages of a version."""
    return PassageRows(
        index.collection.article_ids,
        index.collection.places,
        index.digests(),
        index.terms,
        index.vectors,
    )
