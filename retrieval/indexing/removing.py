"""Articles taken out of an index: which ones are meant, and a new version without them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

import numpy as np

from retrieval.errors import UsageError
from retrieval.index import database
from retrieval.index.catalogue import Source
from retrieval.index.database import ArticleWriter
from retrieval.index.rows import PassageRows, merged
from retrieval.index.store import IndexStore
from retrieval.index.writing import Scale, rows_of
from retrieval.indexing.new_articles import Progress
from retrieval.indexing.spool import is_gone
from retrieval.indexing.versions import carry_encoder, complete, storage_error

_NEAREST = 3
"""Ids that are offered in place of one that there is not."""


@dataclass(frozen=True, slots=True)
class Removal:
    """What was taken out, and what the index holds now."""

    removed: int
    articles: int
    passages: int


def named_by(targets: Sequence[str], sources: Iterable[Source]) -> list[Source]:
    """The articles that the targets name, as they come: by id, by address, or everything read from
    a file or below a folder, whether or not that is still there.

    What is an id is taken as one; "./talks" is the folder of that name. Raises ``UsageError``, with
    the nearest ids, for a target that names nothing.
    """
    held = list(sources)
    ids = {source.id for source in held}
    paths = {t: t if "://" in t else os.path.abspath(t) for t in targets if t not in ids}
    by_id = ids.intersection(targets)
    counts = dict.fromkeys(paths, 0)
    found = []
    for source in held:
        hit = [target for target, path in paths.items() if lies_in(source, path)]
        for target in hit:
            counts[target] += 1
        if hit or source.id in by_id:
            found.append(source)
    unknown = [target for target, count in counts.items() if not count]
    if unknown:
        raise UsageError(_unknown(unknown, sorted(ids)))
    return found


def lies_in(source: Source, place: str) -> bool:
    """Whether an article was read from the absolute path or address ``place``, or below it."""
    if "://" in place:
        return place in (source.path, source.url, source.root)
    return source.path == place or source.path.startswith(place.rstrip("/") + "/")


def missing(sources: Iterable[Source]) -> list[Source]:
    """The articles whose files are gone; what was read from addresses is not asked for."""
    gone: dict[str, bool] = {}
    found = []
    for source in sources:
        if source.path not in gone:
            gone[source.path] = is_gone(source.path)
        if gone[source.path]:
            found.append(source)
    return found


def _unknown(targets: Sequence[str], ids: Sequence[str]) -> str:
    first = targets[0]
    near = get_close_matches(first, ids, n=_NEAREST, cutoff=0.6)
    more = f" (nor are {len(targets) - 1} more)" if len(targets) > 1 else ""
    nearest = f"the nearest {'id is' if len(near) == 1 else 'ids are'} {', '.join(near)}"
    cure = nearest if near else "`pullquote list` shows what the index holds"
    return f"{first}: is no id, address, file or folder of the index{more}; {cure}."


def remove(store: IndexStore, ids: Collection[str], scale: Scale, progress: Progress) -> Removal:
    """Builds the version without these articles; those that are there no more are passed over.

    The index is as it was until the very end, and stays so when anything fails. Raises
    ``UsageError`` where nothing would be left, ``StorageError`` for a disk that is full, and what
    ``IndexStore.writing`` and ``IndexStore.open`` raise.
    """
    try:
        with store.writing() as building:
            previous = store.open(thoroughly=True)
            try:
                identities = previous.articles.identities()
                kept = {old.id: old for old in identities if old.id not in ids}
                removed = len(identities) - len(kept)
                if not removed:
                    manifest = previous.manifest
                    return Removal(0, manifest.articles, manifest.passages)
                refuse_to_empty(store, removed, len(identities))
                carry_encoder(previous, building)
                with ArticleWriter(building / database.FILE) as writer:
                    writer.copy(previous.articles.path, kept.values())
                rows = rows_of(previous)
                rest = replace(merged(rows, _none_of(rows), kept), article_ids=tuple(sorted(kept)))
                made_with = previous.manifest.recipe, previous.manifest.encoder
                manifest = complete(store, building, rest, made_with, scale, progress)
            finally:
                previous.articles.close()
    except (OSError, sqlite3.OperationalError) as error:
        raise storage_error(store.folder, error) from error
    return Removal(removed, manifest.articles, manifest.passages)


def refuse_to_empty(store: IndexStore, removed: int, held: int) -> None:
    """Raises ``UsageError`` where all is to go: it is more often an unmounted disk than a wish."""
    if removed and removed == held:
        raise UsageError(
            f"{store.folder}: nothing of the index would be left (it holds {held} "
            f"article{'' if held == 1 else 's'}), so nothing was removed; to be rid of all of it, "
            "delete that folder."
        )


def _none_of(rows: PassageRows) -> PassageRows:
    nothing = np.zeros(0, dtype=np.int64)
    return PassageRows(
        (), rows.places[:0], rows.digests[:0], rows.terms.take(nothing), rows.vectors.take(nothing)
    )
