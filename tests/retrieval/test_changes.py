"""What was read against what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.index.database import StoredArticle, StoredIdentity
from retrieval.indexing.changes import Merge, merge_articles, raw_of
from retrieval.indexing.spool import Spool, digest_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import Found, RawArticle, Skipped


def raw(id_: str, text: str = "Words.", root: str = "/r", path: str | None = None) -> RawArticle:
    return RawArticle(id_, text, root, path or f"{root}/{id_}")


def stored(article: RawArticle) -> StoredIdentity:
    return StoredIdentity(article.id, article.root, article.path, digest_of(article))


def merged(old: Sequence[StoredIdentity], *found: Found) -> Merge:
    """What becomes of an index when ``/r`` is read again and holds ``found``."""
    with closing(Spool.of(found, old)) as spool:
        return merge_articles(old, ["/r"], spool)


def test_added_changed_unchanged_and_removed() -> None:
    old = [stored(raw(name)) for name in ("same.txt", "other.txt", "gone.txt")]
    merge = merged(old, raw("same.txt"), raw("other.txt", "Changed."), raw("new.txt"))
    assert merge.counts == Counter(added=1, changed=1, unchanged=1, removed=1)
    assert merge.fresh == {"other.txt", "new.txt"}
    assert set(merge.kept) == {"same.txt"}
    assert not merge.changes_nothing


def test_reading_the_same_again_changes_nothing() -> None:
    merge = merged([stored(raw("a.txt"))], raw("a.txt"))
    assert merge.changes_nothing
    assert merge.counts == Counter(unchanged=1)


@pytest.mark.parametrize("field", ["title", "publisher", "url"])
def test_a_changed_field_is_a_change(field: str) -> None:
    old, new = raw("a.jsonl"), RawArticle("a.jsonl", "Words.", "/r", "/r/a.jsonl", **{field: "x"})
    assert merged([stored(old)], new).counts == Counter(changed=1)


def test_articles_of_other_roots_stay() -> None:
    old = [stored(raw("a.txt", root="/elsewhere"))]
    merge = merged(old, raw("b.txt"))
    assert set(merge.kept) == {"a.txt"}
    assert merge.counts == Counter(added=1)


@pytest.mark.parametrize("path", ["/r/sub/a.txt", "/r/sub/"])
def test_what_was_skipped_today_keeps_yesterdays_article(path: str) -> None:
    old = [stored(raw("sub/a.txt"))]
    merge = merged(old, Skipped("/r", path, "why"))
    assert set(merge.kept) == {"sub/a.txt"}
    assert merge.changes_nothing


def test_a_skipped_line_of_a_file_does_not_keep_its_other_articles() -> None:
    # Was: Skipped.covers() ignores the line, so that nothing ever leaves a .jsonl file that holds
    # one article without text.
    path = "/r/all.jsonl"
    old = [stored(raw(id_, path=path)) for id_ in ("a", "gone")]
    skipped = Skipped("/r", path, "article without text", "line 2")
    merge = merged(old, raw("a", path=path), skipped)
    assert merge.counts == Counter(unchanged=1, removed=1)


def test_a_text_file_keeps_its_first_id_under_any_folder() -> None:
    old = [stored(raw("a.txt", root="/r/sub"))]
    merge = merged(old, raw("sub/a.txt"))
    assert set(merge.kept) == {"a.txt"}
    assert merge.counts == Counter(unchanged=1)


def test_an_id_kept_from_before_does_not_swallow_another_file() -> None:
    # Was: /r/sub/a.txt keeps its id "a.txt", /r/a.txt gets the same, and one of them is lost
    # without a word: counts say 1 unchanged, 0 added.
    old = [stored(raw("a.txt", "Sub.", root="/r/sub"))]
    merge = merged(old, raw("a.txt", "Top."), raw("sub/a.txt", "Sub."))
    assert len({*merge.fresh, *merge.kept}) == 2


def test_a_deleted_file_goes_when_a_folder_above_its_first_root_is_named() -> None:
    # Was: only the very root of the first run counts, so that `index a.txt` or `index sub` followed
    # by `index .` every day keeps deleted articles for ever.
    old = [
        stored(raw("a.txt", root="/r/sub")),
        stored(raw("b.txt", root="/r/b.txt", path="/r/b.txt")),
    ]
    merge = merged(old, raw("c.txt"))
    assert merge.counts == Counter(added=1, removed=2)


def test_another_file_with_an_id_that_is_taken_gets_one_derived_and_keeps_it(
    tmp_path: Path,
) -> None:
    older = tmp_path / "old.jsonl"
    older.touch()
    old = [stored(raw("id", path=str(older)))]
    other = raw("id", "Other words.", path="/r/new.jsonl")
    assert merged(old, other).fresh == {"id~2"}
    later = [*old, stored(replace(other, id="id~2"))]
    assert merged(later, other).counts == Counter(unchanged=1)
    assert merged(old, raw("id", path="/r/new.jsonl")).changes_nothing, "it says the same"


def test_an_article_that_was_moved_keeps_its_id(tmp_path: Path) -> None:
    old = [stored(raw("id", path=str(tmp_path / "gone.jsonl")))]
    moved = merged(old, raw("id", path="/r/new.jsonl"))
    assert moved.kept["id"].path == "/r/new.jsonl"


def test_an_article_prepared_anew_detects_its_own_title_again() -> None:
    # Was: raw_of() passes what was detected as if the source had given it, so that a better
    # detection (a raised PREPARATION_IDENTITY) never reaches articles that are already stored.
    detected = raw("a.txt", "A headline of the page\nMinisters of eight states met on Monday.")
    kept = StoredArticle(prepare(detected), detected.root, detected.path, digest_of(detected))
    assert raw_of(kept) == detected


def test_an_article_prepared_anew_keeps_the_title_of_its_files_name() -> None:
    # Was: raw_of() forgets it, and an update of Pullquote takes the titles of all such files away.
    path = "/r/harbour_strike_ends.txt"
    named = replace(raw("a.txt", path=path), named_title="Harbour strike ends")
    kept = StoredArticle(prepare(named), named.root, named.path, digest_of(named))
    assert kept.article.title == "Harbour strike ends"
    assert prepare(raw_of(kept)) == kept.article
    assert raw_of(replace(kept, within="3")).named_title is None
    assert raw_of(replace(kept, path="https://a.example/harbour-strike-ends")).named_title is None
