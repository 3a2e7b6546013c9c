"""Who looks again at what a reader finds: nobody, the reader itself, or a model of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.assembly import readers
from bot.assembly.application import build_index, checks
from bot.assembly.readers import ReadyReader, make_reader, reader_identity
from bot.config import Config, ReaderConfig
from retrieval.answer.calibration import FILE_WITH_SECOND, Calibration
from retrieval.datatypes import Span
from retrieval.errors import ModelError
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.indexing.build import no_progress
from retrieval.reader import model_store
from retrieval.reader.export import export_reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_store import READERS_FOLDER, bundled_folder
from retrieval.reader.second.background import BackgroundSpanModel
from retrieval.reader.second.looks import FIRST
from retrieval.reader.span_model import GRAPH_FILE, OnnxSpanModel
from tests.bot.worlds import article, contexts
from tests.retrieval import tiny_hub

WITH_LARGE = Calibration({"first_margin": 0.5}, {"first_margin": 1.0}, -1.0, "by hand", -2.0)
TALKS = article("It rained. The talks began at noon. They went on until dark.", title="Talks")
ASKED = "When did the talks begin?"


@pytest.fixture(scope="session")
def hub_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_hub.bert(tmp_path_factory.mktemp("hub") / "tiny-second")


@pytest.fixture
def large(hub_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model in the place of the large one, and the first reader's calibration with it."""
    folder, bundled = tmp_path / "large", tmp_path / "bundled"
    folder.mkdir()
    export_reader(str(hub_model), folder)
    shutil.copytree(bundled_folder(), bundled)
    WITH_LARGE.save(bundled, FILE_WITH_SECOND.format(second="large"))
    monkeypatch.setattr(readers, "large_folder", lambda: folder)
    for module in (readers, model_store):
        monkeypatch.setattr(module, "bundled_folder", lambda: bundled)
    return folder


def with_second(name: str | Path) -> Config:
    return Config(reader=ReaderConfig(second=str(name), threads=1))


def answers(made: ReadyReader) -> tuple[Span, ...]:
    return made.reader.read(ASKED, contexts(TALKS))


def read_twice(first: Path, second: Path) -> tuple[Span, ...]:
    """What the first model's reader says when the second one reads again."""
    scorer, again = (OnnxSpanModel(folder, threads=1) for folder in (first, second))
    reader = ExtractiveReader(scorer, tokenize_with_offsets, again)
    return reader.read(ASKED, contexts(TALKS))


def said_of_second(config: Config, index: Path) -> str:
    (check,) = [check for check in checks(config, index) if check.name == "second reader"]
    return check.detail


def test_nobody(tmp_path: Path) -> None:
    found = answers(make_reader(with_second("off"), tmp_path))
    assert found
    assert not any(f.name == FIRST for span in found for f in span.features)
    assert said_of_second(with_second("off"), tmp_path) == "off"


def test_the_reader_itself(tmp_path: Path) -> None:
    made = make_reader(with_second("small"), tmp_path)
    assert answers(made) == read_twice(bundled_folder(), bundled_folder()) != ()
    assert (
        said_of_second(with_second("small"), tmp_path) == "the reader itself, on single sentences"
    )


def test_the_large_one(large: Path, tmp_path: Path) -> None:
    config = with_second("large")
    made = make_reader(config, tmp_path)
    made.load()
    assert answers(made) == read_twice(bundled_folder(), large) != ()
    assert made.calibration == WITH_LARGE
    detail = said_of_second(config, tmp_path)
    assert detail == f"{OnnxSpanModel(large).identity}, every file matches its checksum"


def test_ones_own_model_is_prepared_with_the_index(
    large: Path, hub_model: Path, tmp_path: Path
) -> None:
    config, index = with_second(hub_model), tmp_path / "index"
    with pytest.raises(ModelError, match=r"has not been prepared .* run `pullquote index`"):
        make_reader(config, index)
    source = tmp_path / "a.txt"
    source.write_text("The talks began at noon. They went on until dark.")
    build_index(config, index, [source], no_progress)
    (folder,) = (index / READERS_FOLDER).iterdir()
    made = make_reader(config, index)
    assert answers(made) == read_twice(bundled_folder(), folder) != ()
    assert made.calibration == WITH_LARGE


def test_another_second_reader_is_another_identity(large: Path, tmp_path: Path) -> None:
    names = [reader_identity(with_second(name), tmp_path) for name in ("off", "small", "large")]
    assert len(set(names)) == 3
    (large / GRAPH_FILE).write_bytes(b"")
    with pytest.raises(ModelError):
        reader_identity(with_second("large"), tmp_path)


def test_a_damaged_one_is_one_sentence(large: Path, tmp_path: Path) -> None:
    (large / GRAPH_FILE).write_bytes(b"no graph")
    made = make_reader(with_second("large"), tmp_path)
    made.load()
    for _ in range(2):
        with pytest.raises(ModelError, match=r"differs from its checksum; install pullquote again"):
            answers(made)
    assert "differs from its checksum" in said_of_second(with_second("large"), tmp_path)


def test_loading_begins_once_and_is_waited_for(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[OnnxSpanModel] = []

    def load(model: OnnxSpanModel) -> None:
        loaded.append(model)

    monkeypatch.setattr(OnnxSpanModel, "load", load)
    model = OnnxSpanModel(large)
    aside = BackgroundSpanModel(model)
    assert not loaded
    aside.start()
    aside.start()
    aside.load()
    aside.load()
    assert loaded == [model]
