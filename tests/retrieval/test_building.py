"""Building and updating an index: counts, versions, and what is computed again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.datatypes import Query
from retrieval.errors import ArticleFileError, ForeignIndexError, PullquoteError
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore, OpenIndex
from retrieval.index.tokenization import tokenize
from retrieval.indexing.build import IndexReport, IndexSettings, build
from retrieval.ingest.passages import WindowSize

from .builders import assert_one_sentence, write_jsonl
from .tiny_encoder import tiny_export, tiny_settings


class Library:
    """A folder of articles, its index, and what a user does with them."""

    def __init__(self, folder: Path) -> None:
        self.articles = folder / "articles"
        self.articles.mkdir()
        self.store = IndexStore(folder / "index")
        self.settings: IndexSettings = tiny_settings(folder)

    def write(self, name: str, text: str) -> Path:
        path = self.articles / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def index(self, *paths: Path) -> IndexReport:
        named = paths or (self.articles,)
        return build(self.store, named, self.settings, export=tiny_export)

    @contextmanager
    def opened(self) -> Iterator[OpenIndex]:
        index = self.store.open()
        try:
            yield index
        finally:
            index.articles.close()

    def texts(self) -> dict[str, str]:
        with self.opened() as index:
            return {s.article.id: s.article.text for s in index.articles.stored_articles()}

    def version(self) -> str:
        version = self.store.current()
        assert version is not None
        return version.name


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path)
    for name in ("a", "b", "c"):
        library.write(f"{name}.txt", f"Article {name} is about ships. It ends here.")
    return library


def counts(report: IndexReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.removed


def test_the_first_build(library: Library) -> None:
    report = library.index()
    assert counts(report) == (3, 0, 0, 0)
    assert (report.articles, report.passages, report.embedded) == (3, 3, 3)
    assert library.version() == "000001"
    assert not list(library.store.unfinished.iterdir())


def test_building_again_makes_no_new_version(library: Library) -> None:
    library.index()
    report = library.index()
    assert counts(report) == (0, 0, 3, 0)
    assert (report.articles, report.passages, report.embedded) == (3, 3, 0)
    assert library.version() == "000001"


def test_a_changed_file_is_embedded_alone(library: Library) -> None:
    library.index()
    library.write("b.txt", "Article b has changed.")
    report = library.index()
    assert counts(report) == (0, 1, 2, 0)
    assert report.embedded == 1
    assert library.texts()["b.txt"] == "Article b has changed."
    assert library.version() == "000002"


def test_vectors_stand_in_the_place_of_their_passages_after_an_update(library: Library) -> None:
    library.index()
    library.write("aa.txt", "Something new stands between. Fish.")
    library.index()
    with library.opened() as index:
        encoder = OnnxEncoder(index.encoder_folder)
        texts = [index.articles.article(p.article_id).text for p in index.collection]
        assert np.allclose(index.vectors.floats(), encoder.encode(texts), atol=1 / 127)


def test_equal_texts_are_embedded_once(library: Library) -> None:
    for name in "xyz":
        library.write(f"{name}.txt", "The same wire story.")
    assert library.index().embedded == 3 + 1


def test_a_deleted_file_is_removed(library: Library) -> None:
    library.index()
    (library.articles / "b.txt").unlink()
    assert counts(library.index()) == (0, 0, 2, 1)
    assert set(library.texts()) == {"a.txt", "c.txt"}


def test_an_emptied_folder_is_an_error_and_the_index_stays(library: Library) -> None:
    library.index()
    shutil.rmtree(library.articles)
    library.articles.mkdir()
    with pytest.raises(ArticleFileError, match="holds no articles") as caught:
        library.index()
    assert_one_sentence(caught.value)
    assert len(library.texts()) == 3
    assert library.version() == "000001"


def test_a_missing_folder_is_an_error_and_the_index_stays(library: Library) -> None:
    library.index()
    shutil.rmtree(library.articles)
    with pytest.raises(ArticleFileError, match="no such file or folder"):
        library.index()
    assert len(library.texts()) == 3


def test_a_first_build_of_nothing_leaves_nothing_to_open(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArticleFileError, match="holds no articles"):
        library.index(tmp_path / "empty")
    assert library.store.current() is None
    assert counts(library.index()) == (3, 0, 0, 0)


def test_a_file_that_turns_bad_costs_nothing_that_was_indexed(library: Library) -> None:
    library.index()
    (library.articles / "b.txt").write_bytes(b"\xff\xff")
    report = library.index()
    assert [item.name for item in report.skipped] == ["b.txt"]
    assert counts(report) == (0, 0, 2, 0)
    assert len(library.texts()) == 3


def test_a_bad_line_costs_no_article_of_its_file(library: Library) -> None:
    lines = [{"id": str(i), "text": f"Record {i}."} for i in range(9)]
    path = write_jsonl(library.articles / "all.jsonl", *lines)
    library.index()
    path.write_text(path.read_text().replace('{"id": "6"', "{broken"))
    report = library.index()
    assert report.skipped[0].name == "all.jsonl line 7"
    assert report.removed == 0
    assert len(library.texts()) == 3 + 9


def test_a_named_bad_file_changes_nothing(library: Library) -> None:
    library.index()
    bad = library.articles / "bad.txt"
    bad.write_bytes(b"\0")
    with pytest.raises(ArticleFileError, match="binary"):
        library.index(library.articles / "a.txt", bad)
    assert library.version() == "000001"


def test_the_same_file_through_another_folder_keeps_its_id(library: Library) -> None:
    library.write("sub/d.txt", "Deep.")
    library.index(library.articles / "sub")
    report = library.index()
    assert counts(report) == (3, 0, 1, 0)
    assert set(library.texts()) == {"a.txt", "b.txt", "c.txt", "d.txt"}
    library.write("sub/d.txt", "Deep and changed.")
    assert counts(library.index()) == (0, 1, 3, 0)
    assert library.texts()["d.txt"] == "Deep and changed."


def test_one_id_in_two_folders_indexed_apart_is_two_articles(
    library: Library, tmp_path: Path
) -> None:
    library.index()
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "a.txt").write_text("Another a.")
    for _ in range(2):
        report = library.index(tmp_path / "more")
        assert library.texts()["a.txt~2"] == "Another a."
    assert (report.added, report.unchanged, report.removed) == (0, 1, 0)


def test_two_files_never_share_an_id_in_silence(library: Library) -> None:
    # Was: see test_changes; here the file at the top is lost, and every later run says "unchanged".
    library.write("sub/z.txt", "Below.")
    library.index(library.articles / "sub")
    library.write("z.txt", "Above.")
    try:
        library.index()
    except ArticleFileError:
        return
    assert {"Below.", "Above."} <= set(library.texts().values())


def test_another_window_builds_anew_from_the_same_vectors_where_it_can(library: Library) -> None:
    library.write("long.txt", "A sentence of six words stands. " * 20)
    before = library.index()
    library.settings = replace(library.settings, window=WindowSize(12, 0))
    after = library.index()
    assert counts(after) == (0, 0, 4, 0)
    assert after.passages > before.passages
    assert after.embedded < after.passages
    with library.opened() as index:
        assert index.manifest.recipe.window_words == 12


def test_another_model_embeds_everything_anew(library: Library, tmp_path: Path) -> None:
    library.index()
    (tmp_path / "tiny-model" / "weights").write_text("other weights")
    assert library.index().embedded == 3


def test_articles_with_nothing_but_noise_make_an_index_that_opens(library: Library) -> None:
    shutil.rmtree(library.articles)
    library.write("a.txt", "Share\nAdvertisement\n")
    report = library.index()
    assert (report.articles, report.passages) == (1, 0)
    with library.opened() as index:
        retriever = BM25Retriever(index.collection, index.terms, tokenize)
        assert retriever.retrieve(Query("share"), 3) == ()


def test_old_versions_go_but_one(library: Library) -> None:
    for i in range(4):
        library.write("a.txt", f"Version {i}.")
        library.index()
    versions = sorted(path.name for path in (library.store.folder / "versions").iterdir())
    assert versions == ["000003", "000004"]


def test_an_open_index_answers_while_two_newer_versions_are_switched_in(library: Library) -> None:
    library.index()
    with library.opened() as index:
        for i in range(2):
            library.write("a.txt", f"Version {i}.")
            library.index()
        assert index.articles.article("a.txt").text.startswith("Article a")
        retriever = BM25Retriever(index.collection, index.terms, tokenize)
        assert len(retriever.retrieve(Query("ships"), 5)) == 3
        assert np.isfinite(index.vectors.floats()).all()


def test_its_encoder_answers_too(library: Library) -> None:
    # An application loads its encoder when it opens: two updates drop the version it was read from.
    library.index()
    with library.opened() as index:
        encoder = OnnxEncoder(index.encoder_folder)
        encoder.load()
        for i in range(2):
            library.write("a.txt", f"Version {i}.")
            library.index()
        assert encoder.encode(["ships"], "question").shape == (1, encoder.dimension)


def test_progress_is_told_from_nothing_to_all(library: Library) -> None:
    told: list[tuple[str, int, int]] = []
    build(
        library.store,
        [library.articles],
        library.settings,
        progress=lambda stage, done, total: told.append((stage, done, total)),
        export=tiny_export,
    )
    assert ("Embedding passages", 0, 3) in told
    assert ("Embedding passages", 3, 3) in told
    assert told[-1] == ("Writing the index", 3, 3)
    assert all(0 <= done <= total for _, done, total in told)


def test_an_index_folder_that_is_taken_is_refused_before_any_work(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "thesis.doc").write_text("precious")
    with pytest.raises(ForeignIndexError):
        library.index()
    assert (tmp_path / "index" / "thesis.doc").read_text() == "precious"


@pytest.mark.parametrize("name", ["x" * 300, "a.txt/index"])
def test_an_index_folder_that_cannot_be_made(library: Library, name: str) -> None:
    # Was: Path.exists() raises OSError 36, which is none of _DISK_ERRORS, and so
    # escapes as it is.
    library.store = IndexStore(library.articles / name)
    with pytest.raises(PullquoteError) as caught:
        library.index()
    assert_one_sentence(caught.value)


@pytest.mark.parametrize(
    "record",
    [
        {"id": "\ud800"},
        {"title": "bad \ud83d emoji"},
        {"url": "http://[oops"},
        {"title": "x\0y"},
        {"id": "new\nline and \0"},
        {"text": "\0"},
        {"published": "0001-01-01"},
    ],
)
def test_no_article_ends_the_run(library: Library, record: dict[str, object]) -> None:
    # Was: lone surrogates outside `text` and broken urls do, with a traceback.
    write_jsonl(library.articles / "odd.jsonl", {"id": "odd", "text": "Some words."} | record)
    report = library.index()
    assert report.added + len(report.skipped) == 3 + 1
