"""Part of the composition root: the reader that the config names, made, prepared and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.assembly.reliability import identity_of
from bot.config import Config
from retrieval.answer.calibration import FILE as CALIBRATION_FILE
from retrieval.answer.calibration import FILE_WITH_SECOND, Calibration
from retrieval.errors import StorageError
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.protocols import Reader
from retrieval.reader.export import export_reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_store import (
    READERS_FOLDER,
    bundled_folder,
    large_folder,
    prepare_reader,
    reader_folder,
)
from retrieval.reader.second.background import BackgroundSpanModel
from retrieval.reader.second.looks import SECOND_WINDOWS
from retrieval.reader.span_model import OnnxSpanModel

OFF, SMALL, LARGE = "off", "small", "large"
"""What ``reader.second`` may be besides a model of one's own."""


@dataclass(frozen=True, slots=True)
class ReadyReader:
    """A reader, and what turns its scores into probabilities. ``load`` loads the models: the first
    one now, the second one, which looks again, aside.
    """

    reader: Reader
    calibration: Calibration
    load: Callable[[], None]


def make_reader(config: Config, index_folder: Path) -> ReadyReader:
    """The reader that the config names. Raises ``ModelError`` when it is not prepared or whole."""
    scorer, calibration = _span_model(config, index_folder)
    own = _second_model(config, index_folder)
    if own is None:
        second = scorer if config.reader.second == SMALL else None
        reader = ExtractiveReader(scorer, tokenize_with_offsets, second)
        return ReadyReader(reader, calibration, scorer.load)
    aside = BackgroundSpanModel(own)

    def load() -> None:
        aside.start()
        scorer.load()

    return ReadyReader(ExtractiveReader(scorer, tokenize_with_offsets, aside), calibration, load)


def reader_identity(config: Config, index_folder: Path) -> str:
    """Of the reader that the config names, and of the one that looks again; raises ``ModelError``
    as ``make_reader`` does.
    """
    scorer, calibration = _span_model(config, index_folder)
    own = _second_model(config, index_folder)
    models = scorer.identity if own is None else f"{scorer.identity}+{own.identity}"
    return identity_of(models, calibration)


def prepare_named_reader(config: Config, index_folder: Path) -> None:
    """Exports the readers that the config names, where they are not there yet.

    Raises the errors of ``export_reader``, and ``StorageError``.
    """
    named = [config.reader.model]
    if config.reader.second not in (OFF, SMALL, LARGE):
        named.append(config.reader.second)
    try:
        for model in named:
            prepare_reader(model, index_folder, export_reader)
    except OSError as error:
        raise StorageError(
            f"{index_folder}: the reader cannot be written ({error}); free some space and index "
            "again."
        ) from error


def _span_model(config: Config, index_folder: Path) -> tuple[OnnxSpanModel, Calibration]:
    folder = reader_folder(config.reader.model, index_folder)
    cure = _cure(config.reader.model, folder, index_folder)
    scorer = OnnxSpanModel(folder, threads=config.reader.threads, cure=cure)
    return scorer, _calibration(config, folder, cure)


def _second_model(config: Config, index_folder: Path) -> OnnxSpanModel | None:
    """The model that looks again; None where that is the first one, or nobody does."""
    second = config.reader.second
    if second in (OFF, SMALL):
        return None
    folder = large_folder() if second == LARGE else reader_folder(second, index_folder)
    cure = _cure(second, folder, index_folder)
    return OnnxSpanModel(folder, threads=config.reader.threads, windows=SECOND_WINDOWS, cure=cure)


def check_reader(config: Config, index_folder: Path) -> str:
    model, _ = _span_model(config, index_folder)
    model.load()
    folder = reader_folder(config.reader.model, index_folder)
    own = (folder / _calibration_file(config)).is_file()
    borrowed = "" if own else "; its probabilities are those of the bundled reader's calibration"
    return f"{model.identity}, every file matches its checksum{borrowed}"


def check_second_reader(config: Config, index_folder: Path) -> str:
    """What ``doctor`` says of who looks again."""
    if config.reader.second == OFF:
        return "off"
    own = _second_model(config, index_folder)
    if own is None:
        return "the reader itself, on single sentences"
    own.load()
    return f"{own.identity}, every file matches its checksum"


def _calibration(config: Config, folder: Path, cure: str) -> Calibration:
    """The reader's own, or the bundled reader's where it has none."""
    file = _calibration_file(config)
    if (folder / file).is_file():
        return Calibration.load(folder, cure, file)
    return Calibration.load(bundled_folder(), file=file)


def _calibration_file(config: Config) -> str:
    """Of the first reader with that second one; with a model of one's own it is the large one's."""
    second = config.reader.second
    if second == OFF:
        return CALIBRATION_FILE
    return FILE_WITH_SECOND.format(second=SMALL if second == SMALL else LARGE)


def _cure(model: str, folder: Path, index_folder: Path) -> str:
    """What to do when a reader's files are not whole."""
    if folder in (bundled_folder(), large_folder()):
        return "install pullquote again"
    if folder.parent == index_folder / READERS_FOLDER:
        return f"remove {folder} and index the articles again"
    return "export the model again, or name another one in the config"
