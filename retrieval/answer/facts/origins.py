"""How many independent sources stand behind an answer.

One article, one publisher, copies of one story, and an article that names the other's publisher as
its source, are one origin: a connected component under these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.english.attribution import WIRES, publisher_key, retold

COPY_OVERLAP = 0.6
"""Share of the shorter sentence's word triples at which two sentences are one story's copies."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer stands: the article, its publisher where that is known, the words of the
    sentence, and the text in which a source may be named (the sentence, the credits).
    """

    article: str
    words: tuple[str, ...]
    publisher: str | None = None
    credits: str = ""


@dataclass(frozen=True, slots=True)
class Origins:
    """``independent``: origins that owe each other nothing. ``publishers``: different ones; an
    article without a known publisher counts as one of its own.
    """

    independent: int
    publishers: int


def origins_of(sources: Sequence[Source]) -> Origins:
    """The origins of an answer that stands in all of ``sources``."""
    names = [
        publisher_key(source.publisher or "") or f"article {source.article}" for source in sources
    ]
    papers = WIRES.union(names)
    owed = [
        (retold(source.credits) & papers) | {name}
        for source, name in zip(sources, names, strict=True)
    ]
    prints = [_triples(source.words) for source in sources]
    parent = list(range(len(sources)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, source in enumerate(sources):
        for j in range(i):
            is_same = source.article == sources[j].article or bool(owed[i] & owed[j])
            if is_same or _copies(prints[i], prints[j]):
                parent[root(i)] = root(j)
    return Origins(len({root(i) for i in range(len(sources))}), len(set(names)))


def _triples(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    if len(words) < 3:
        return frozenset()
    return frozenset(tuple(words[i : i + 3]) for i in range(len(words) - 2))


def _copies(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> bool:
    smaller = min(len(a), len(b))
    return smaller >= 3 and len(a & b) >= COPY_OVERLAP * smaller
