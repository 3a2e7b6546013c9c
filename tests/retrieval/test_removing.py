"""Articles taken out of an index: what is meant, and that the rest stays as it was."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import IndexLockedError, StorageError, UsageError
from retrieval.index.catalogue import Source
from retrieval.index.store import IndexStore, OpenIndex
from retrieval.index.writing import Scale
from retrieval.indexing.build import build, no_progress
from retrieval.indexing.removing import Removal, missing, named_by, remove

from .builders import assert_one_sentence, write_jsonl
from .tiny_encoder import tiny_export, tiny_settings

PROJECT = Path(__file__).parents[2]


def source(id_: str, path: str, url: str | None = None, root: str = "/r") -> Source:
    return Source(id_, root, path, url, None)


HELD = (
    source("talks", "/r/talks.jsonl"),
    source("deep/a.txt", "/r/deep/a.txt"),
    source("deep/b.zip#1", "/r/deep/b.zip"),
    source("deeper.txt", "/r/deeper.txt"),
    source("page", "https://example.org/page", root="https://example.org/feed"),
    source("copy", "/r/copy.jsonl", url="https://example.org/copy"),
)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("talks", ["talks"]),
        ("deep/b.zip#1", ["deep/b.zip#1"]),
        ("/r/talks.jsonl", ["talks"]),
        ("/r/deep", ["deep/a.txt", "deep/b.zip#1"]),
        ("/r/deep/", ["deep/a.txt", "deep/b.zip#1"]),
        ("/r/other/../deep", ["deep/a.txt", "deep/b.zip#1"]),
        ("/r", ["talks", "deep/a.txt", "deep/b.zip#1", "deeper.txt", "copy"]),
        ("/", ["talks", "deep/a.txt", "deep/b.zip#1", "deeper.txt", "copy"]),
        ("https://example.org/page", ["page"]),
        ("https://example.org/copy", ["copy"]),
        ("https://example.org/feed", ["page"]),
    ],
)
def test_what_a_target_names(target: str, expected: list[str]) -> None:
    assert [found.id for found in named_by([target], HELD)] == expected


def test_several_targets_name_each_article_once() -> None:
    found = named_by(["/r/deep", "deep/a.txt", "talks"], HELD)
    assert [one.id for one in found] == ["talks", "deep/a.txt", "deep/b.zip#1"]


def test_an_id_is_taken_as_one_and_a_dot_makes_it_a_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    here = str(Path.cwd())
    held = (source("talks", "/r/talks.jsonl"), source("x", f"{here}/talks/x.txt"))
    assert [one.id for one in named_by(["talks"], held)] == ["talks"]
    assert [one.id for one in named_by(["./talks"], held)] == ["x"]


@pytest.mark.parametrize(
    ("targets", "told"),
    [
        (["talk"], "the nearest id is talks"),
        (["talks", "deep/a.tx"], "the nearest ids are deep/a.txt"),
        (["/elsewhere"], "pullquote list"),
        (["https://example.org/other"], "pullquote list"),
        (["zzzz", "yyyy"], "nor are 1 more"),
    ],
)
def test_what_names_nothing_is_refused(targets: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told) as caught:
        named_by(targets, HELD)
    assert_one_sentence(caught.value)


def test_articles_whose_files_are_gone(tmp_path: Path) -> None:
    there = tmp_path / "there.txt"
    there.touch()
    sources = (
        source("there.txt", str(there)),
        source("below-a-file", str(there / "inside.txt")),
        source("gone.txt", str(tmp_path / "gone.txt")),
        source("page", "https://example.org/page"),
    )
    assert [one.id for one in missing(sources)] == ["below-a-file", "gone.txt"]


TEXTS = {
    f"{n}": f"Article number {n} speaks of {7 * n} ships and of harbour{n}. It ends here."
    for n in range(6)
}


def index_of(folder: Path, *ids: str) -> IndexStore:
    """An index of some of the articles, made afresh."""
    folder.mkdir(exist_ok=True)
    path = write_jsonl(folder / "a.jsonl", *({"id": i, "text": TEXTS[i]} for i in ids))
    store = IndexStore(folder / "index")
    build(store, [path], tiny_settings(folder), export=tiny_export)
    return store


def contents(opened: OpenIndex) -> dict[str, object]:
    """All that an index answers from; roots and paths are not of it."""
    with closing(opened.articles):
        return {
            "articles": [stored.article for stored in opened.articles.stored_articles()],
            "passages": list(opened.collection),
            "terms": [list(opened.terms[i]) for i in range(len(opened.terms))],
            "codes": opened.vectors.codes.tolist(),
            "digests": opened.digests().tolist(),
            "counts": (opened.manifest.articles, opened.manifest.passages),
        }


def test_what_is_left_is_as_if_the_others_had_never_been(tmp_path: Path) -> None:
    store = index_of(tmp_path / "all", *TEXTS)
    done = remove(store, {"1", "4", "no such id"}, Scale(), no_progress)
    left = index_of(tmp_path / "left", "0", "2", "3", "5")
    assert contents(store.open(thoroughly=True)) == contents(left.open())
    assert done == Removal(removed=2, articles=4, passages=4)
    assert "harbour1" not in store.open().terms.vocabulary


def test_what_was_removed_comes_back_when_its_file_is_indexed(tmp_path: Path) -> None:
    store = index_of(tmp_path, *TEXTS)
    before = contents(store.open())
    remove(store, {"1"}, Scale(), no_progress)
    report = build(store, [tmp_path / "a.jsonl"], tiny_settings(tmp_path), export=tiny_export)
    assert (report.added, report.unchanged) == (1, len(TEXTS) - 1)
    assert contents(store.open()) == before


def test_nothing_to_remove_makes_no_version(tmp_path: Path) -> None:
    store = index_of(tmp_path, "0", "1")
    before = store.current()
    assert remove(store, {"2"}, Scale(), no_progress) == Removal(0, 2, 2)
    assert store.current() == before


def test_an_index_is_never_emptied(tmp_path: Path) -> None:
    store = index_of(tmp_path, "0", "1")
    before = store.current()
    with pytest.raises(UsageError, match="delete that folder") as caught:
        remove(store, {"0", "1"}, Scale(), no_progress)
    assert_one_sentence(caught.value)
    assert store.current() == before


def test_a_large_index_has_what_its_size_asks_for(tmp_path: Path) -> None:
    store = index_of(tmp_path, *TEXTS)
    remove(store, {"0"}, Scale(sparse_from=3), no_progress)
    assert store.open().sparse_folder is not None
    remove(store, {"1", "2", "3"}, Scale(sparse_from=3), no_progress)
    assert store.open().sparse_folder is None


def test_the_work_of_a_stopped_run_is_kept(tmp_path: Path) -> None:
    store = index_of(tmp_path, "0", "1")

    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Writing the index":
            raise KeyboardInterrupt

    path = write_jsonl(tmp_path / "a.jsonl", *({"id": i, "text": TEXTS[i]} for i in TEXTS))
    with pytest.raises(KeyboardInterrupt):
        build(store, [path], tiny_settings(tmp_path), stop, tiny_export)
    remove(store, {"1"}, Scale(), no_progress)
    report = build(store, [path], tiny_settings(tmp_path), export=tiny_export)
    assert report.embedded == 1, "that of the article removed, which the index had known"


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    store = index_of(tmp_path, "0", "1")
    with store.writing(), pytest.raises(IndexLockedError):
        remove(store, {"1"}, Scale(), no_progress)


def test_a_disk_that_refuses_leaves_the_index_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = index_of(tmp_path, *TEXTS)
    before = contents(store.open())

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(StorageError, match="No space left") as caught:
        remove(store, {"1"}, Scale(), no_progress)
    assert_one_sentence(caught.value)
    assert contents(store.open()) == before
    assert not (store.unfinished / "building").exists()


PROGRAM = f"""
import sys, time
sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from retrieval.index.store import IndexStore
from retrieval.index.writing import Scale
from retrieval.indexing.removing import remove

def progress(stage, done, total):
    print(stage, done, flush=True)
    if done == int(sys.argv[2]):
        time.sleep({300})
remove(IndexStore(Path(sys.argv[1])), {{"1", "4"}}, Scale(), progress)
"""


@pytest.mark.slow
@pytest.mark.parametrize("step", [0, 1, 2, 3])
def test_kill_9_in_the_middle_leaves_the_index_as_it_was(tmp_path: Path, step: int) -> None:
    store = index_of(tmp_path, *TEXTS)
    before = contents(store.open())
    command = [sys.executable, "-c", PROGRAM, str(store.folder), str(step)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.strip() == f"Writing the index {step}":
                break
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert contents(store.open(thoroughly=True)) == before
    assert remove(store, {"1", "4"}, Scale(), no_progress).removed == 2
    left = index_of(tmp_path / "left", "0", "2", "3", "5")
    assert contents(store.open(thoroughly=True)) == contents(left.open())


def test_a_copy_of_the_encoder_does_where_files_cannot_be_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    store = index_of(tmp_path, "0", "1")
    monkeypatch.setattr(os, "link", refuse)
    remove(store, {"1"}, Scale(), no_progress)
    shutil.rmtree(tmp_path / "index" / "versions" / "000001")
    assert store.open(thoroughly=True).manifest.articles == 1
