"""Where readers lie: bundled, exported by hand, or exported once beside an index, whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from bot.config import Config
from retrieval.answer.calibration import FILE as CALIBRATION_FILE
from retrieval.errors import ModelError
from retrieval.reader.model_store import (
    BUNDLED,
    READERS_FOLDER,
    bundled_folder,
    prepare_reader,
    reader_folder,
)
from retrieval.reader.span_model import (
    GRAPH_FILE,
    SETTINGS_FILE,
    TOKENIZER_FILE,
    SpanModelSettings,
)

from .builders import assert_one_sentence


class Exporter:
    """Stands in for ``export_reader``; ``fault`` is raised when half of the files are written."""

    def __init__(self, fault: BaseException | None = None, after_all: bool = False) -> None:
        self.fault = fault
        self.after_all = after_all
        self.calls: list[str] = []

    def __call__(self, model: str, folder: Path) -> None:
        self.calls.append(model)
        assert list(folder.iterdir()) == [], "every export begins in an empty folder"
        (folder / GRAPH_FILE).write_bytes(b"graph")
        if self.fault and not self.after_all:
            raise self.fault
        (folder / TOKENIZER_FILE).write_bytes(b"tokenizer")
        (folder / SETTINGS_FILE).write_text("{}")
        if self.fault:
            raise self.fault


def unasked(model: str, folder: Path) -> None:
    raise AssertionError(f"{model} is ready and must not be exported")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder as the hub has them: no reader.json."""
    folder = tmp_path / "my model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    (folder / "vocab.txt").write_text("a")
    return folder


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def exported(index: Path) -> list[Path]:
    folder = index / READERS_FOLDER
    return sorted(folder.iterdir()) if folder.exists() else []


def test_the_bundled_folder_is_whole() -> None:
    folder = bundled_folder()
    settings = SpanModelSettings.load(folder, "cure")
    assert set(settings.sha256) == {GRAPH_FILE, TOKENIZER_FILE}
    for name, checksum in settings.sha256.items():
        assert sha256((folder / name).read_bytes()).hexdigest() == checksum, name
    assert (folder / CALIBRATION_FILE).is_file()


def test_the_config_means_the_bundled_reader_by_its_name(index: Path) -> None:
    assert Config().reader.model == BUNDLED == "pullquote"
    assert reader_folder(BUNDLED, index) == prepare_reader(BUNDLED, index, unasked)
    assert reader_folder(BUNDLED, index) == bundled_folder()
    assert not index.exists(), "nothing is written for it"


def test_a_folder_that_was_exported_by_hand_is_used_as_it_is(model: Path, index: Path) -> None:
    (model / SETTINGS_FILE).write_text("{}")
    assert prepare_reader(str(model), index, unasked) == model
    assert reader_folder(str(model), index) == model
    assert not index.exists()


def test_a_tilde_is_the_home_folder(
    model: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(model.parent))
    (model / SETTINGS_FILE).write_text("{}")
    assert reader_folder("~/my model", index) == model


def test_a_model_is_exported_once_and_found_again(model: Path, index: Path) -> None:
    export = Exporter()
    folder = prepare_reader(str(model), index, export)
    assert export.calls == [str(model)]
    assert folder.parent == index / READERS_FOLDER
    name, _, fingerprint = folder.name.rpartition("-")
    assert name == "my-model"
    assert len(fingerprint) == 12
    assert set(fingerprint) <= set("0123456789abcdef")
    assert {p.name for p in folder.iterdir()} == {GRAPH_FILE, TOKENIZER_FILE, SETTINGS_FILE}
    assert exported(index) == [folder]
    assert prepare_reader(str(model), index, unasked) == folder
    assert reader_folder(str(model), index) == folder


def test_a_hub_id_is_exported_too_and_cannot_leave_the_folder(index: Path) -> None:
    for name in ("deepset/tiny?roberta", "..", "a/..", "/", "ü" * 60):
        folder = prepare_reader(name, index, Exporter())
        assert folder.parent == index / READERS_FOLDER
        assert folder.is_dir()
    assert len(exported(index)) == 5


def test_an_index_inside_the_models_folder_does_not_make_it_another_model(model: Path) -> None:
    # Was: every file below the folder counted, the exported ones too, so that the reader that was
    # just prepared was not found again.
    index = model / ".pullquote"
    folder = prepare_reader(str(model), index, Exporter())
    assert reader_folder(str(model), index) == folder


def test_a_folder_that_cannot_be_listed_is_one_sentence(
    model: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Was: PermissionError, with a traceback, from `pullquote ask`.
    def shut(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "iterdir", shut)
    with pytest.raises(ModelError, match="Permission denied") as caught:
        reader_folder(str(model), index)
    assert_one_sentence(caught.value)


def test_two_models_of_one_name_do_not_share_a_folder(model: Path, index: Path) -> None:
    other = Path(shutil.copytree(model, model.parent / "elsewhere" / model.name))
    first = prepare_reader(str(model), index, Exporter())
    second = prepare_reader(str(other), index, Exporter())
    assert first != second
    assert first.name.rpartition("-")[0] == second.name.rpartition("-")[0]


def grown(model: Path) -> None:
    (model / "model.safetensors").write_bytes(b"other weights")


def touched(model: Path) -> None:
    os.utime(model / "model.safetensors", ns=(1, 1))


def joined(model: Path) -> None:
    (model / "merges.txt").touch()


def lost(model: Path) -> None:
    (model / "vocab.txt").unlink()


@pytest.mark.parametrize("change", [grown, touched, joined, lost], ids=lambda c: c.__name__)
def test_changed_files_are_another_model(
    model: Path, index: Path, change: Callable[[Path], None]
) -> None:
    before = prepare_reader(str(model), index, Exporter())
    change(model)
    with pytest.raises(ModelError):
        reader_folder(str(model), index)
    after = prepare_reader(str(model), index, Exporter())
    assert after != before
    assert reader_folder(str(model), index) == after


@pytest.mark.parametrize("after_all", [False, True])
@pytest.mark.parametrize(
    "fault", [KeyboardInterrupt(), ModelError("It has no span head."), OSError("no space left")]
)
def test_a_stopped_export_leaves_nothing_and_can_be_run_again(
    model: Path, index: Path, fault: BaseException, after_all: bool
) -> None:
    with pytest.raises(type(fault)) as caught:
        prepare_reader(str(model), index, Exporter(fault, after_all))
    assert caught.value is fault
    assert exported(index) == []
    with pytest.raises(ModelError):
        reader_folder(str(model), index)
    folder = prepare_reader(str(model), index, Exporter())
    assert exported(index) == [folder]


def test_what_a_killed_export_left_is_not_taken_for_a_whole_one(model: Path, index: Path) -> None:
    """A kill runs no cleaning up: files lie aside, the settings among them."""
    folder = prepare_reader(str(model), index, Exporter())
    folder.rename(folder.with_name(folder.name + ".unfinished"))
    with pytest.raises(ModelError):
        reader_folder(str(model), index)
    assert prepare_reader(str(model), index, Exporter()) == folder
    assert exported(index) == [folder]


def test_a_folder_that_lost_its_settings_is_exported_anew(model: Path, index: Path) -> None:
    folder = prepare_reader(str(model), index, Exporter())
    (folder / SETTINGS_FILE).unlink()
    (folder / "rubbish").touch()
    with pytest.raises(ModelError):
        reader_folder(str(model), index)
    assert prepare_reader(str(model), index, Exporter()) == folder
    assert not (folder / "rubbish").exists()


@pytest.mark.parametrize("name", ["folder", "some/hub-id"])
def test_a_reader_that_is_not_prepared_is_one_sentence(model: Path, index: Path, name: str) -> None:
    name = str(model) if name == "folder" else name
    with pytest.raises(ModelError) as caught:
        reader_folder(name, index)
    assert_one_sentence(caught.value)
    said = str(caught.value)
    assert f'"{name}" has not been prepared for {index}' in said
    assert "`pullquote index`" in said
    assert "name another model in the config" in said
    assert not index.exists(), "asking writes nothing"


def test_an_index_folder_that_cannot_be_written_is_an_os_error(model: Path, index: Path) -> None:
    index.write_text("a file")
    with pytest.raises(OSError, match=str(index)):
        prepare_reader(str(model), index, Exporter())


def test_a_failed_export_leaves_no_empty_folder_but_keeps_other_readers(tmp_path: Path) -> None:
    def fail(model: str, folder: Path) -> None:
        raise ModelError("no")

    with pytest.raises(ModelError):
        prepare_reader("some/model", tmp_path, fail)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / READERS_FOLDER / "other").mkdir(parents=True)
    with pytest.raises(ModelError):
        prepare_reader("some/model", tmp_path, fail)
    assert [p.name for p in tmp_path.rglob("*")] == [READERS_FOLDER, "other"]
