"""What was just read against what is stored: added, changed, unchanged, removed.

The only I/O is a look whether an older file still exists.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.errors import ArticleFileError
from retrieval.index.database import StoredArticle, StoredIdentity
from retrieval.ingest.raw import RawArticle
from retrieval.ingest.sources import TEXT_SUFFIXES, Reading


@dataclass(frozen=True, slots=True)
class Merge:
    """The articles of the coming version: ``raws`` to prepare, ``kept`` as they are stored.

    An id stands in one of the two. ``counts`` has the keys added, changed, unchanged and removed
    where they are above 0.
    """

    raws: Mapping[str, RawArticle]
    kept: Mapping[str, StoredIdentity]
    counts: Counter[str]

    @property
    def changes_nothing(self) -> bool:
        return not self.counts.keys() & {"added", "changed", "removed"}


def merge_articles(
    stored: Sequence[StoredIdentity], paths: Sequence[Path], reading: Reading
) -> Merge:
    """Compares by id and digest.

    A stored article goes only when a path above its file was named and the file is neither read nor
    skipped: a folder that cannot be read today must not cost the articles of yesterday. A text file
    keeps the id it first got, whichever folder above it is named later. Raises
    ``ArticleFileError`` when two files that both exist give one id.
    """
    raws = _with_first_ids(stored, reading.articles)
    roots = {os.path.abspath(path) for path in paths}
    kept: dict[str, StoredIdentity] = {}
    counts: Counter[str] = Counter()
    for old in stored:
        id_ = old.id
        raw = raws.get(id_)
        if raw is None:
            skipped = any(item.covers(old.path) for item in reading.skipped)
            if _lies_under(old.path, roots) and not skipped:
                counts["removed"] += 1
            else:
                kept[id_] = old
            continue
        _refuse_other_file(raw, old)
        if digest_of(raw) == old.digest:
            counts["unchanged"] += 1
            kept[id_] = replace(old, root=raw.root, path=raw.path)
            del raws[id_]
        else:
            counts["changed"] += 1
    counts["added"] = len(raws) - counts["changed"]
    return Merge(raws, kept, +counts)


def digest_of(raw: RawArticle) -> str:
    """A digest of everything that was read of an article."""
    published = raw.published.isoformat() if raw.published else None
    fields = [raw.text, raw.title, raw.publisher, raw.url, published]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def raw_of(stored: StoredArticle) -> RawArticle:
    """The raw article behind a stored one, to prepare it again with only what its source gave."""
    article, given = stored.article, stored.given
    return RawArticle(
        id=article.id,
        text=article.text,
        root=stored.root,
        path=stored.path,
        title=article.title if "title" in given else None,
        publisher=article.publisher if "publisher" in given else None,
        url=article.url,
        published=article.published if "published" in given else None,
    )


def given_fields(raw: RawArticle) -> tuple[str, ...]:
    """Which of title, publisher and date the source gave itself; the rest is detected."""
    return tuple(
        name for name in ("title", "publisher", "published") if getattr(raw, name) is not None
    )


def _lies_under(path: str, roots: Iterable[str]) -> bool:
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)


def _with_first_ids(
    stored: Sequence[StoredIdentity], articles: Sequence[RawArticle]
) -> dict[str, RawArticle]:
    first = {old.path: (old.id, old.root) for old in stored if old.path.endswith(TEXT_SUFFIXES)}
    raws: dict[str, RawArticle] = {}
    for raw in articles:
        id_, root = first.get(raw.path, (raw.id, raw.root))
        if id_ in raws:
            raise ArticleFileError(
                f'two articles have the id "{id_}": one from {raws[id_].path}, one from '
                f"{raw.path}; rename one of the files."
            )
        raws[id_] = replace(raw, id=id_, root=root)
    return raws


def _refuse_other_file(raw: RawArticle, old: StoredIdentity) -> None:
    """Two files with one id are a mistake, unless the older one was moved away."""
    if raw.path != old.path and os.path.exists(old.path):
        raise ArticleFileError(
            f'two articles have the id "{raw.id}": one from {old.path}, indexed earlier, and one '
            f"from {raw.path}; rename one, or index their common parent folder instead."
        )
