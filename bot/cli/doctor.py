"""The ``doctor`` command: one line for each thing that must work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.assembly.application import checks
from bot.assembly.readers import reader_identity
from bot.assembly.reliability import check_reliability
from bot.config import Config, load_config
from retrieval.errors import ConfigError, ModelError
from retrieval.health import Check
from retrieval.text.characters import printable


def run_doctor(config_path: Path | None, index_folder: Path) -> int:
    """Prints every check. Gives the exit status: 1 when anything needs repair, else 0."""
    status = 0
    try:
        config = load_config(config_path)
        print(_line("ok", "config", str(config_path) if config_path else "the defaults"))
    except ConfigError as error:
        config, status = Config(), 1
        print(_line("FAULT", "config", str(error)))
    for check in [*checks(config, index_folder), *_calibration(config, index_folder)]:
        word = "note" if check.is_note else "ok" if check.ok else "FAULT"
        print(_line(word, check.name, check.detail))
        status = status if check.ok else 1
    return status


def _calibration(config: Config, index_folder: Path) -> Iterator[Check]:
    """Whether what the config says of reliability is of its reader; no check where it says none."""
    if config.answer.reliability is None:
        return
    name = "reliability"
    try:
        reader = reader_identity(config, index_folder)
        yield Check(name, True, check_reliability(config.answer.reliability, reader))
    except ConfigError as error:
        yield Check(name, False, str(error))
    except ModelError:
        return  # the reader's own check has said so


def _line(word: str, name: str, detail: str) -> str:
    return printable(f"{word:5}  {name}: {detail}")
