"""Builds that are stopped, killed, starved or doubled leave the index as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.datatypes import Query
from retrieval.errors import IndexLockedError, ModelError, StorageError
from retrieval.index.bm25 import BM25Retriever
from retrieval.index.build_cache import FILE as WORK_FILE
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore
from retrieval.index.tokenization import tokenize
from retrieval.indexing.build import IndexReport, build
from retrieval.indexing.new_articles import EMBEDDING_BATCH as BATCH
from tests import deadlines

from .builders import assert_one_sentence, write_jsonl
from .tiny_encoder import tiny_export, tiny_settings

PROJECT = Path(__file__).parents[2]
COUNT = 600

PROGRAM = f"""
import sys
sys.path.insert(0, {str(PROJECT)!r})
from pathlib import Path
from retrieval.indexing.build import build
from retrieval.errors import PullquoteError
from retrieval.index.store import IndexStore
from tests.retrieval.tiny_encoder import tiny_export, tiny_settings

folder, index, limit = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if limit:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
def progress(stage, done, total):
    print(stage, done, total, flush=True)
try:
    build(IndexStore(index), [folder / "a.jsonl"], tiny_settings(folder), progress, tiny_export)
except PullquoteError as error:
    print(type(error).__name__, error, sep=": ")
    sys.exit(error.exit_status)
"""


def write_articles(folder: Path, numbers: Sequence[int]) -> Path:
    records = [
        {"id": f"{i:04}", "text": f"Article number {i} speaks of {7 * i} ships. It ends here."}
        for i in numbers
    ]
    return write_jsonl(folder / "a.jsonl", *records)


def index(folder: Path) -> IndexReport:
    source = folder / "a.jsonl"
    return build(IndexStore(folder / "index"), [source], tiny_settings(folder), export=tiny_export)


def article_ids(folder: Path) -> list[str]:
    """Of the index as it stands: it must open, verify, and answer."""
    opened = IndexStore(folder / "index").open()
    found = [stored.article.id for stored in opened.articles.stored_articles()]
    retriever = BM25Retriever(opened.collection, opened.terms, tokenize)
    assert retriever.retrieve(Query("ships"), 1)
    assert OnnxEncoder(opened.encoder_folder).encode(["x"]).shape[1] == opened.vectors.dimension
    opened.articles.close()
    return found


OLD = [f"{i:04}" for i in range(10)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of ten articles, and six hundred that wait to be indexed."""
    write_articles(tmp_path, range(10))
    index(tmp_path)
    write_articles(tmp_path, range(COUNT))
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    "stage", ["Reading articles 1 ", "Embedding passages 0", f"passages {BATCH}"]
)
def test_kill_9_leaves_the_old_index_and_the_vectors_computed(folder: Path, stage: str) -> None:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(folder / "index"), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if stage in line:
                break
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert article_ids(folder) == OLD
    report = index(folder)
    cached = BATCH if stage.startswith("passages") else 0
    assert report.embedded <= COUNT - len(OLD) - cached
    assert (report.added, report.unchanged, report.articles) == (COUNT - 10, 10, COUNT)
    assert len(article_ids(folder)) == COUNT
    assert not list((folder / "index" / "unfinished").iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("delay", [0.0, 0.05])
def test_kill_9_while_files_are_written(folder: Path, delay: float) -> None:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(folder / "index"), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        last = f"Embedding passages {COUNT - 10}"
        for line in process.stdout:
            if line.startswith(last):
                break
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            process.kill()
    assert article_ids(folder) in (OLD, [f"{i:04}" for i in range(COUNT)])
    assert index(folder).embedded == 0
    assert len(article_ids(folder)) == COUNT


def test_vectors_from_the_cache_are_those_of_their_texts(folder: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Embedding passages" and done == BATCH:
            raise KeyboardInterrupt

    store = IndexStore(folder / "index")
    with pytest.raises(KeyboardInterrupt):
        build(store, [folder / "a.jsonl"], tiny_settings(folder), stop, tiny_export)
    assert article_ids(folder) == OLD
    assert index(folder).embedded == COUNT - 10 - BATCH
    opened = store.open()
    texts = [opened.articles.article(p.article_id).text for p in opened.collection]
    again = OnnxEncoder(opened.encoder_folder).encode(texts)
    assert np.allclose(opened.vectors.floats(), again, atol=1 / 127)
    opened.articles.close()


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), ModelError("no model."), SystemExit(1)])
def test_an_export_that_fails_leaves_the_old_index(folder: Path, fault: BaseException) -> None:
    def fail(model: str, target: Path, quantize: bool = True) -> OnnxEncoder:
        (target / "model.onnx").write_bytes(b"half a graph")
        raise fault

    settings = tiny_settings(folder)
    (folder / "tiny-model" / "weights").write_text("another model, so that it is exported anew")
    with pytest.raises(type(fault)):
        build(IndexStore(folder / "index"), [folder / "a.jsonl"], settings, export=fail)
    assert article_ids(folder) == OLD
    assert index(folder).added == COUNT - 10


def test_a_first_build_that_is_stopped_can_be_started_again(tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Embedding passages" and done:
            raise KeyboardInterrupt

    source = write_articles(tmp_path, range(COUNT))
    store = IndexStore(tmp_path / "index")
    with pytest.raises(KeyboardInterrupt):
        build(store, [source], tiny_settings(tmp_path), stop, tiny_export)
    assert store.current() is None
    assert index(tmp_path).embedded == COUNT - BATCH


def test_the_cache_of_another_model_is_not_used(tmp_path: Path) -> None:
    def stop(stage: str, done: int, total: int) -> None:
        if stage == "Embedding passages" and done:
            raise KeyboardInterrupt

    source = write_articles(tmp_path, range(300))
    store = IndexStore(tmp_path / "index")
    with pytest.raises(KeyboardInterrupt):
        build(store, [source], tiny_settings(tmp_path), stop, tiny_export)
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "tiny-model").rename(other / "renamed-model")
    settings = replace(tiny_settings(tmp_path), model=str(other / "renamed-model"))
    assert build(store, [source], settings, export=tiny_export).embedded == 300


@pytest.mark.parametrize("contents", [b"", b"rubbish" * 1000, b"SQLite format 3\0" + b"\0" * 5000])
def test_a_damaged_cache_only_costs_time(folder: Path, contents: bytes) -> None:
    (folder / "index" / "unfinished" / WORK_FILE).write_bytes(contents)
    assert index(folder).added == COUNT - 10
    assert len(article_ids(folder)) == COUNT


def test_a_second_writer_is_told_to_wait(folder: Path) -> None:
    store = IndexStore(folder / "index")
    with store.writing(), pytest.raises(IndexLockedError, match="another") as caught:
        index(folder)
    assert_one_sentence(caught.value)
    assert f"(process {os.getpid()} on " in str(caught.value)
    assert article_ids(folder) == OLD
    assert index(folder).added == COUNT - 10


@pytest.mark.slow
def test_a_second_process_is_told_to_wait_and_spares_the_first_ones_work(folder: Path) -> None:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(folder / "index"), "0"]
    with IndexStore(folder / "index").writing() as building:
        (building / "half").write_text("done")
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=deadlines.HANGS
        )
        assert (building / "half").exists()
    assert done.returncode == 1
    assert done.stdout.startswith("IndexLockedError: ")
    assert f"process {os.getpid()} on " in done.stdout


def starved(folder: Path, limit: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, str(folder), str(folder / "index"), str(limit)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=deadlines.HANGS
    )


def assert_storage_error(done: subprocess.CompletedProcess[str]) -> None:
    """One sentence and exit status 1, no traceback."""
    assert done.stderr == ""
    assert done.returncode == StorageError.exit_status
    assert done.stdout.splitlines()[-1].startswith("StorageError: ")


@pytest.mark.slow
@pytest.mark.parametrize("limit", [100, 200_000])
def test_a_file_that_may_not_grow(folder: Path, limit: int) -> None:
    assert_storage_error(starved(folder, limit))
    assert article_ids(folder) == OLD
    assert index(folder).added == COUNT - 10


@pytest.mark.slow
def test_no_room_for_the_matrix_alone(folder: Path) -> None:
    # Was: np.save() writes with ndarray.tofile, whose OSError has no errno ("152320 requested and
    # 49968 written"); _storage_error then lets it through, and the user sees a traceback.
    index(folder)
    write_articles(folder, range(COUNT - 1))
    with_room_for_the_database = 300_000
    assert_storage_error(starved(folder, with_room_for_the_database))
    assert len(article_ids(folder)) == COUNT


IN_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size={size}k tmpfs "$1/disk"
cd "$1"
{python} -c "$2" "$1" "$1/disk/index" 0 > first.out
cp more.jsonl a.jsonl
dd if=/dev/zero of=disk/filler bs=1k count={filler} 2> /dev/null
set +e
{python} -c "$2" "$1" "$1/disk/index" 0 > second.out 2> second.err
echo $? > second.status
rm disk/filler
cp -r disk/index index
"""


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.parametrize("free", [8, 700])
def test_a_full_disk(tmp_path: Path, free: int) -> None:
    # Was: see test_no_room_for_the_matrix_alone.
    (tmp_path / "disk").mkdir()
    write_articles(tmp_path, range(COUNT)).rename(tmp_path / "more.jsonl")
    write_articles(tmp_path, range(10))
    size, first_build = 4000, 300
    script = IN_A_SMALL_DISK.format(
        size=size, python=sys.executable, filler=size - first_build - free
    )
    command = ["unshare", "-m", "sh", "-c", script, "sh", str(tmp_path), PROGRAM]
    mounted = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=deadlines.HANGS
    )
    if not (tmp_path / "second.status").exists():
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    assert (tmp_path / "second.err").read_text() == ""
    assert int((tmp_path / "second.status").read_text()) == 1
    last = (tmp_path / "second.out").read_text().splitlines()[-1]
    assert last.startswith("StorageError: ")
    assert article_ids(tmp_path) == OLD
