"""Values that these tests are made of, in one line each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from retrieval.datatypes import Article, Context, Passage, RetrieverRank, ScoredPassage, Span
from retrieval.errors import PullquoteError
from retrieval.index.collection import Collection
from retrieval.indexing.spool import Spool
from retrieval.ingest.document import ReadSettings
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle, Skipped
from retrieval.ingest.sources import read, scan
from retrieval.reader.boundaries import is_boundary
from retrieval.text.masking import visible_parts


def prepared(text: str, **fields: object) -> Article:
    """The article that ingest makes of ``text``."""
    return prepare(RawArticle("a", text, "/", "/a.txt", **fields))  # type: ignore[arg-type]


def numbered_passages(count: int) -> tuple[Passage, ...]:
    """Each of an article of its own, so that each can have its own date."""
    return tuple(Passage(f"article{i:05}", 10 * i, 10 * i + 10) for i in range(count))


def collection_of(count: int, published: Sequence[date | None] | None = None) -> Collection:
    return Collection.of(numbered_passages(count), tuple(published or [None] * count))


def ranking(retriever: str, *passages: Passage) -> tuple[ScoredPassage, ...]:
    """The passages in the given order, the first with the largest score."""
    size = len(passages)
    return tuple(
        ScoredPassage(p, float(size - i), (RetrieverRank(retriever, i + 1, float(size - i)),))
        for i, p in enumerate(passages)
    )


def positions(found: Sequence[ScoredPassage]) -> list[int]:
    """Where the passages of ``numbered_passages`` stand in their collection."""
    return [scored.passage.start // 10 for scored in found]


def write_jsonl(path: Path, *records: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return path


def assert_one_sentence(error: PullquoteError) -> None:
    """One printable line, ending like a sentence."""
    text = str(error)
    assert text.encode("utf-8")
    assert "\n" not in text
    assert text.endswith(".")


def edges_inside_words(span: Span, context: Context) -> list[int]:
    """Ends of a span that are inside a word of the stretch of clean text around it."""
    text = context.article.text
    for part in visible_parts(context.article, context.passage.range):
        if part.holds(span.range):
            stretch = text[part.start : part.end]
            ends = (span.start - part.start, span.end - part.start)
            return [at for at in ends if not is_boundary(stretch, at)]
    return [span.start]


@dataclass(frozen=True)
class Reading:
    """All that was read of some paths, with ids."""

    articles: tuple[RawArticle, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


def read_paths(*paths: Path, exclude: tuple[Path, ...] = ()) -> Reading:
    with closing(Spool.of(read(scan(paths, exclude), ReadSettings()))) as spool:
        notes = tuple(note.text for note in spool.notes)
        return Reading(tuple(spool), tuple(spool.skipped), notes)
