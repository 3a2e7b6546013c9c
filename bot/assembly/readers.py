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
from retrieval.protocols import Reader, SecondReader
from retrieval.reader.export import export_reader
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_store import (
    BUNDLED,
    READERS_FOLDER,
    bundled_folder,
    prepare_reader,
    reader_folder,
)
from retrieval.reader.second.span_reader import SpanSecondReader
from retrieval.reader.span_model import OnnxSpanModel


@dataclass(frozen=True, slots=True)
class ReadyReader:
    """A reader, the one that looks again at what it finds, and what turns their scores into
    probabilities. ``load`` loads the models now.
    """

    reader: Reader
    calibration: Calibration
    load: Callable[[], None]
    second: SecondReader | None = None


def make_reader(config: Config, index_folder: Path) -> ReadyReader:
    """The reader that the config names. Raises ``ModelError`` when it is not prepared or whole."""
    scorer, calibration = _span_model(config, index_folder)
    reader = ExtractiveReader(scorer, tokenize_with_offsets)
    second = SpanSecondReader(scorer) if config.reader.second == "small" else None
    return ReadyReader(reader, calibration, scorer.load, second)


def reader_identity(config: Config, index_folder: Path) -> str:
    """Of the reader that the config names; raises ``ModelError`` as ``make_reader`` does."""
    scorer, calibration = _span_model(config, index_folder)
    return identity_of(scorer.identity, calibration)


def prepare_named_reader(config: Config, index_folder: Path) -> None:
    """Exports the reader that the config names, where it is not there yet.

    Raises the errors of ``export_reader``, and ``StorageError``.
    """
    try:
        prepare_reader(config.reader.model, index_folder, export_reader)
    except OSError as error:
        raise StorageError(
            f"{index_folder}: the reader cannot be written ({error}); free some space and index "
            "again."
        ) from error


def _span_model(config: Config, index_folder: Path) -> tuple[OnnxSpanModel, Calibration]:
    model = config.reader.model
    folder = reader_folder(model, index_folder)
    cure = _cure(model, folder, index_folder)
    scorer = OnnxSpanModel(folder, threads=config.reader.threads, cure=cure)
    return scorer, _calibration(config, folder, cure)


def check_reader(config: Config, index_folder: Path) -> str:
    model, _ = _span_model(config, index_folder)
    model.load()
    folder = reader_folder(config.reader.model, index_folder)
    own = (folder / _calibration_file(config)).is_file()
    second = "" if config.reader.second == "off" else ", which also looks again at its best spans"
    borrowed = "" if own else "; its probabilities are those of the bundled reader's calibration"
    return f"{model.identity}, every file matches its checksum{second}{borrowed}"


def _calibration(config: Config, folder: Path, cure: str) -> Calibration:
    """The reader's own, or the bundled reader's where it has none."""
    file = _calibration_file(config)
    if (folder / file).is_file():
        return Calibration.load(folder, cure, file)
    return Calibration.load(bundled_folder(), file=file)


def _calibration_file(config: Config) -> str:
    second = config.reader.second
    return CALIBRATION_FILE if second == "off" else FILE_WITH_SECOND.format(second=second)


def _cure(model: str, folder: Path, index_folder: Path) -> str:
    """What to do when a reader's files are not whole."""
    if model == BUNDLED:
        return "install pullquote again"
    if folder.parent == index_folder / READERS_FOLDER:
        return f"remove {folder} and index the articles again"
    return f'export the model again, or set reader.model to "{BUNDLED}"'
