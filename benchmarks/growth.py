"""How building and asking grow with the collection: 1, 10, 100 percent of a set, and a million.

    python -m benchmarks.growth prepare --index IX --articles FILE.jsonl.gz --out runs/growth
    python -m benchmarks.growth run --questions FILE --out runs/growth

``IX`` is a finished index of the whole set. Embedding a million passages takes hours and its time
is known (passages times seconds a passage), so vectors are taken from ``IX``: they are laid where a
stopped run would have left them, and ``pullquote index`` goes on from there. All else is measured
as it is: reading, cutting, index terms, BM25, the graph of neighbours, writing. The embedding speed
is measured beside it on a sample, and the plotted build time is the sum.

The million are the articles four more times with every seventh word turned round, so that texts,
terms and vectors differ; the vector of a changed passage is the old one with noise (a cosine of
about 0.9). How such an article is divided into sentences is that of its original.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.options import parse_day
from retrieval.index.build_cache import FILE as WORK_FILE
from retrieval.index.build_cache import WorkCache
from retrieval.index.database import body_of
from retrieval.index.store import IndexStore, OpenIndex
from retrieval.index.vectors import QuantizedVectors
from retrieval.indexing.build import PREPARATION_IDENTITY
from retrieval.indexing.spool import digest_of
from retrieval.ingest.passages import WindowSize, indexed_text, passages_of
from retrieval.ingest.raw import RawArticle

_WORD = re.compile(r"[a-z]{4,}")
_NOISE = 0.45
POINTS = {"1": 0.01, "10": 0.1, "100": 1.0, "500": 5.0}
"""Percent of the set, and how often each of its articles comes."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One article to index, its text changed when ``number`` is above 0."""

    original: RawArticle
    number: int

    @property
    def raw(self) -> RawArticle:
        if not self.number:
            return self.original
        changed = turned_round(self.original.text, self.number)
        id_ = f"{self.original.id}-{self.number}"
        return replace(self.original, id=id_, text=changed)


def turned_round(text: str, copy: int) -> str:
    """Every seventh word backwards, beginning with another one in each copy; as long as before."""
    count = -copy

    def turn(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return match.group()[::-1] if count % 7 == 0 else match.group()

    return _WORD.sub(turn, text)


def prepare(index: OpenIndex, articles: Path, out: Path) -> None:
    """For each point a file of articles, and an index folder whose work is nearly done."""
    originals = list(_articles(articles))
    for name, share in POINTS.items():
        folder = out / name
        if (folder / "ready").exists():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        # Evenly over the set, so that every point has articles of all years.
        step = max(1, round(1 / share))
        copies = [
            Copy(raw, number) for number in range(max(1, round(share))) for raw in originals[::step]
        ]
        _write(folder, copies, index)
        (folder / "ready").touch()
        print(f"{name} percent: {len(copies)} articles", flush=True)


def _articles(path: Path) -> Iterator[RawArticle]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["text"].strip():
                day = parse_day(record["published"]) if record.get("published") else None
                yield RawArticle(
                    record["id"],
                    record["text"],
                    "",
                    "",
                    title=record.get("title"),
                    url=record.get("url"),
                    published=day,
                )


def _write(folder: Path, copies: list[Copy], index: OpenIndex) -> None:
    store = IndexStore(folder / "index")
    store.unfinished.mkdir(parents=True)
    (store.folder / "pullquote.lock").touch()
    generator = np.random.default_rng(0)
    places = {id_: n for n, id_ in enumerate(index.collection.article_ids)}
    bounds = np.searchsorted(index.collection.places[:, 0], np.arange(len(places) + 1))
    recipe = index.manifest.recipe
    window = WindowSize(recipe.window_words, recipe.window_overlap)
    with (
        (folder / "articles.jsonl").open("w", encoding="utf-8") as lines,
        WorkCache(
            store.unfinished / WORK_FILE,
            index.manifest.encoder,
            index.vectors.dimension,
            PREPARATION_IDENTITY,
        ) as work,
    ):
        for copy in copies:
            raw = copy.raw
            lines.write(json.dumps(_record(raw)) + "\n")
            article = replace(index.articles.article(copy.original.id), id=raw.id, text=raw.text)
            work.put_prepared([(digest_of(raw), body_of(article))])
            texts = [indexed_text(article, p) for p in passages_of(article, window)]
            first = int(bounds[places[copy.original.id]])
            rows = index.vectors.take(np.arange(first, first + len(texts)))
            if copy.number:
                noise = generator.standard_normal(rows.codes.shape) / rows.dimension**0.5
                moved = rows.floats() + _NOISE * noise
                moved /= np.linalg.norm(moved, axis=1, keepdims=True)
                rows = QuantizedVectors.of(moved.astype(np.float32))
            digests = [hashlib.sha256(text.encode()).digest()[:16] for text in texts]
            work.put_vectors(digests, rows)


def _record(raw: RawArticle) -> dict[str, object]:
    return {
        "id": raw.id,
        "text": raw.text,
        "title": raw.title,
        "url": raw.url,
        "published": raw.published.isoformat() if raw.published else None,
    }


def run(questions: Path, out: Path) -> None:
    """Builds and asks every point in processes of their own; one JSON file each.

    What stands in such a file is not measured again: to ask once more, take it out.
    """
    for name in POINTS:
        result = out / f"{name}.json"
        if not (out / name / "ready").exists():
            continue
        found: dict[str, Any] = json.loads(result.read_text("utf-8")) if result.exists() else {}
        for step in ("build", "ask"):
            if f"{step}_process_seconds" in found:
                continue
            command = [sys.executable, "-m", "benchmarks.growth_child", step, str(out / name)]
            started = time.perf_counter()
            done = subprocess.run(
                [*command, str(questions)], check=True, stdout=subprocess.PIPE, text=True
            )
            found |= json.loads(done.stdout.splitlines()[-1])
            found[f"{step}_process_seconds"] = time.perf_counter() - started
            result.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        print(json.dumps(found), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    preparing = steps.add_parser("prepare")
    preparing.add_argument("--index", type=Path, required=True)
    preparing.add_argument("--articles", type=Path, required=True)
    running = steps.add_parser("run")
    running.add_argument("--questions", type=Path, required=True)
    for step in (preparing, running):
        step.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    if args.step == "prepare":
        prepare(IndexStore(args.index).open(), args.articles, args.out)
    else:
        run(args.questions, args.out)


if __name__ == "__main__":
    main()
