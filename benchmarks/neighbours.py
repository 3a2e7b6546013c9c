"""What the graph of neighbours finds of the true ones, and how fast: for choosing where it begins.

    python -m benchmarks.neighbours --index IX --questions FILE [--year 2023]

An index that has a graph is measured with it; for another one it is built in scratch.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.news.questions import quiz_questions
from retrieval.index.neighbours import FILE, NeighbourGraph, write_graph
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore
from retrieval.index.vectors import QuantizedVectors
from retrieval.protocols import Vectors

CUT_OFFS = (1, 20, 100)


def measure(vectors: QuantizedVectors, graph: NeighbourGraph, questions: Vectors) -> list[str]:
    """A Markdown row for each cut-off: share of the true neighbours that the graph finds."""
    exact_ms, graph_ms = [], []
    hits = dict.fromkeys(CUT_OFFS, 0)
    for question in questions:
        started = perf_counter()
        cosines = vectors.products(question)
        order = np.argpartition(-cosines, max(CUT_OFFS))[: max(CUT_OFFS)]
        true = order[np.argsort(-cosines[order], kind="stable")]
        exact_ms.append(1000 * (perf_counter() - started))
        for k in CUT_OFFS:
            started = perf_counter()
            near = graph.near(question, k)
            scores = vectors.take(near).products(question)
            found = near[np.argsort(-scores, kind="stable")[:k]]
            if k == max(CUT_OFFS):
                graph_ms.append(1000 * (perf_counter() - started))
            hits[k] += len(set(true[:k].tolist()) & set(found.tolist()))
    rows = [f"| recall@{k} | {100 * hits[k] / (k * len(questions)):.1f} % |" for k in CUT_OFFS]
    rows.append(f"| 100 neighbours, all compared, p50 | {median(exact_ms):.1f} ms |")
    rows.append(f"| 100 neighbours, graph, p50 | {median(graph_ms):.1f} ms |")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--year", type=int, default=2023)
    args = parser.parse_args()
    index = IndexStore(args.index).open()
    encoder = OnnxEncoder(index.encoder_folder)
    asked = [q.question for q in quiz_questions(args.questions, args.year)]
    questions = encoder.encode(asked, "question")
    print(f"{len(index.vectors):,} vectors of {index.vectors.dimension} dimensions\n")
    print("| | |\n|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        path = index.graph_path or Path(scratch) / FILE
        if index.graph_path is None:
            started = perf_counter()
            write_graph(index.vectors, path)
            print(f"| built in | {perf_counter() - started:.0f} s |")
        print(f"| size | {path.stat().st_size / 2**20:.0f} MB |")
        print("\n".join(measure(index.vectors, NeighbourGraph(path), questions)))


if __name__ == "__main__":
    main()
