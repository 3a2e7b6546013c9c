"""What was read against what is stored."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from retrieval.errors import ArticleFileError
from retrieval.index.database import StoredArticle, StoredIdentity
from retrieval.indexing.changes import digest_of, merge_articles, raw_of
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle, Skipped
from retrieval.ingest.sources import Reading


def raw(id_: str, text: str = "Words.", root: str = "/r", path: str | None = None) -> RawArticle:
    return RawArticle(id_, text, root, path or f"{root}/{id_}")


def stored(article: RawArticle) -> StoredIdentity:
    return StoredIdentity(article.id, article.root, article.path, digest_of(article))


def reading(*articles: RawArticle, skipped: tuple[Skipped, ...] = ()) -> Reading:
    return Reading(articles, skipped, ())


ROOT = [Path("/r")]


def test_added_changed_unchanged_and_removed() -> None:
    old = [stored(raw(name)) for name in ("same.txt", "other.txt", "gone.txt")]
    new = reading(raw("same.txt"), raw("other.txt", "Changed."), raw("new.txt"))
    merge = merge_articles(old, ROOT, new)
    assert merge.counts == Counter(added=1, changed=1, unchanged=1, removed=1)
    assert set(merge.raws) == {"other.txt", "new.txt"}
    assert set(merge.kept) == {"same.txt"}
    assert not merge.changes_nothing


def test_reading_the_same_again_changes_nothing() -> None:
    merge = merge_articles([stored(raw("a.txt"))], ROOT, reading(raw("a.txt")))
    assert merge.changes_nothing
    assert merge.counts == Counter(unchanged=1)


@pytest.mark.parametrize("field", ["title", "publisher", "url"])
def test_a_changed_field_is_a_change(field: str) -> None:
    old, new = raw("a.jsonl"), RawArticle("a.jsonl", "Words.", "/r", "/r/a.jsonl", **{field: "x"})
    assert merge_articles([stored(old)], ROOT, reading(new)).counts == Counter(changed=1)


def test_articles_of_other_roots_stay() -> None:
    old = [stored(raw("a.txt", root="/elsewhere"))]
    merge = merge_articles(old, ROOT, reading(raw("b.txt")))
    assert set(merge.kept) == {"a.txt"}
    assert merge.counts == Counter(added=1)


@pytest.mark.parametrize("path", ["/r/sub/a.txt", "/r/sub/"])
def test_what_was_skipped_today_keeps_yesterdays_article(path: str) -> None:
    old = [stored(raw("sub/a.txt"))]
    merge = merge_articles(old, ROOT, reading(skipped=(Skipped("/r", path, "why"),)))
    assert set(merge.kept) == {"sub/a.txt"}
    assert merge.changes_nothing


def test_a_skipped_line_of_a_file_does_not_keep_its_other_articles() -> None:
    # Was: Skipped.covers() ignores the line, so that nothing ever leaves a .jsonl file that holds
    # one article without text.
    path = "/r/all.jsonl"
    old = [stored(raw(id_, path=path)) for id_ in ("a", "gone")]
    skipped = (Skipped("/r", path, "article without text", 2),)
    merge = merge_articles(old, ROOT, reading(raw("a", path=path), skipped=skipped))
    assert merge.counts == Counter(unchanged=1, removed=1)


def test_a_text_file_keeps_its_first_id_under_any_folder() -> None:
    old = [stored(raw("a.txt", root="/r/sub"))]
    merge = merge_articles(old, ROOT, reading(raw("sub/a.txt")))
    assert set(merge.kept) == {"a.txt"}
    assert merge.counts == Counter(unchanged=1)


def test_an_id_kept_from_before_does_not_swallow_another_file() -> None:
    # Was: /r/sub/a.txt keeps its id "a.txt", /r/a.txt gets the same, and one of them is lost
    # without a word: counts say 1 unchanged, 0 added.
    old = [stored(raw("a.txt", "Sub.", root="/r/sub"))]
    new = reading(raw("a.txt", "Top."), raw("sub/a.txt", "Sub."))
    try:
        merge = merge_articles(old, ROOT, new)
    except ArticleFileError:
        return
    assert len({*merge.raws, *merge.kept}) == 2


def test_a_deleted_file_goes_when_a_folder_above_its_first_root_is_named() -> None:
    # Was: only the very root of the first run counts, so that `index a.txt` or `index sub` followed
    # by `index .` every day keeps deleted articles for ever.
    old = [
        stored(raw("a.txt", root="/r/sub")),
        stored(raw("b.txt", root="/r/b.txt", path="/r/b.txt")),
    ]
    merge = merge_articles(old, ROOT, reading(raw("c.txt")))
    assert merge.counts == Counter(added=1, removed=2)


def test_two_files_with_one_id_are_refused_while_both_exist(tmp_path: Path) -> None:
    older = tmp_path / "old.jsonl"
    older.touch()
    old = [stored(raw("id", path=str(older)))]
    with pytest.raises(ArticleFileError, match=r'the id "id".*indexed earlier'):
        merge_articles(old, ROOT, reading(raw("id", path="/r/new.jsonl")))
    older.unlink()
    moved = merge_articles(old, ROOT, reading(raw("id", path="/r/new.jsonl")))
    assert moved.kept["id"].path == "/r/new.jsonl"


def test_an_article_prepared_anew_detects_its_own_title_again() -> None:
    # Was: raw_of() passes what was detected as if the source had given it, so that a better
    # detection (a raised PREPARATION_IDENTITY) never reaches articles that are already stored.
    detected = raw("a.txt", "A headline of the page\nMinisters of eight states met on Monday.")
    kept = StoredArticle(prepare(detected), detected.root, detected.path, digest_of(detected))
    assert raw_of(kept) == detected
