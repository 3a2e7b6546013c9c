"""What was just read against what is stored: added, changed, unchanged, removed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from retrieval.index.database import StoredArticle, StoredIdentity
from retrieval.indexing.spool import Spool
from retrieval.ingest.file_names import title_in
from retrieval.ingest.raw import RawArticle


@dataclass(frozen=True, slots=True)
class Merge:
    """The ids of the coming version: ``fresh`` to prepare as they were read, ``kept`` as they are
    stored; each stands in one of the two. ``counts`` has the keys added, changed, unchanged and
    removed where they are above 0.
    """

    fresh: frozenset[str]
    kept: Mapping[str, StoredIdentity]
    counts: Counter[str]

    @property
    def changes_nothing(self) -> bool:
        return not self.counts.keys() & {"added", "changed", "removed"}


def merge_articles(stored: Sequence[StoredIdentity], named: Sequence[str], spool: Spool) -> Merge:
    """Compares by id and digest; ``named`` are the absolute paths and addresses that were asked
    for.

    A stored article goes only when a path above its file was named and the file is neither read nor
    skipped: a folder that cannot be read today must not cost the articles of yesterday.
    """
    read = {identity.id: identity for identity in spool.identities()}
    fresh = set(read)
    kept: dict[str, StoredIdentity] = {}
    counts: Counter[str] = Counter()
    for old in stored:
        new = read.get(old.id)
        if new is None:
            skipped = any(item.covers(old.path) for item in spool.skipped)
            if _lies_under(old.path, named) and not skipped:
                counts["removed"] += 1
            else:
                kept[old.id] = old
        elif new.digest == old.digest:
            counts["unchanged"] += 1
            kept[old.id] = replace(old, root=new.root, path=new.path)
            fresh.remove(old.id)
        else:
            counts["changed"] += 1
    counts["added"] = len(fresh) - counts["changed"]
    return Merge(frozenset(fresh), kept, +counts)


def raw_of(stored: StoredArticle) -> RawArticle:
    """The raw article behind a stored one, to prepare it again with only what its source gave."""
    article, given = stored.article, stored.given
    is_file = not stored.within and "://" not in stored.path
    return RawArticle(
        id=article.id,
        text=article.text,
        root=stored.root,
        path=stored.path,
        title=article.title if "title" in given else None,
        publisher=article.publisher if "publisher" in given else None,
        author=article.author if "author" in given else None,
        url=article.url,
        places=article.places,
        within=stored.within,
        published=article.published if "published" in given else None,
        named_title=title_in(stored.path) if is_file else None,
    )


def given_fields(raw: RawArticle) -> tuple[str, ...]:
    """Which of title, publisher, author and date the source gave itself; the rest is detected."""
    return tuple(
        name
        for name in ("title", "publisher", "author", "published")
        if getattr(raw, name) is not None
    )


def _lies_under(path: str, roots: Iterable[str]) -> bool:
    """What was fetched lies under nothing: a feed names its newest entries only, and a page that is
    gone from its site was there once.
    """
    if "://" in path:
        return False
    return any(path == root or path.startswith(root.rstrip("/") + "/") for root in roots)
