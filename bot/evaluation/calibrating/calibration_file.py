"""The calibration file: where it lies, whether it can be written, and its TOML."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.config import (
    Calibrated,
    Config,
    calibration_path,
    load_calibration,
    load_config,
    load_uncalibrated,
)
from bot.evaluation.outputs import write_files
from retrieval.errors import ConfigError, UsageError

DEFAULT_NAME = "calibration.toml"
_HEAD = "# Written by `pullquote calibrate`, which overwrites it.\n"


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be calibrated: the config as it is now, and the calibration file to write.

    ``to_add`` holds what the user is told to change in the config; empty where it names the file.
    """

    config: Config
    file: Path
    to_add: tuple[str, ...] = ()


def calibration_target(path: Path | None) -> Target:
    """The file that the config at ``path`` names, or ``calibration.toml`` next to it. A config that
    does not exist yet has the defaults.

    To be asked before any work, for it refuses what could not be written after it: raises
    ``UsageError`` without a path, and ``ConfigError`` for a config that cannot be used or a
    calibration file that cannot be written.
    """
    if path is None:
        raise UsageError("there is no config to calibrate; name one with --config.")
    written = load_uncalibrated(path) if os.path.lexists(path) else Config()
    named = calibration_path(written, path)
    file = named or path.with_name(DEFAULT_NAME)
    if not file.parent.is_dir():
        raise ConfigError(f"{file}: its folder does not exist; make it, or check --config.")
    if file.is_dir() or not os.access(file.parent, os.W_OK):
        raise ConfigError(
            f"{file}: cannot be written; allow it, or name another file in answer.calibration."
        )
    # What is there must be a calibration: nothing else is overwritten.
    if named is None:
        if os.path.lexists(file):
            load_calibration(file, "move it, or name another file in answer.calibration")
        return Target(written, file, _to_add(written, path))
    return Target(load_config(path) if os.path.lexists(named) else written, named)


def _to_add(written: Config, path: Path) -> tuple[str, str]:
    own = " and ".join(written.answer.own_calibration())
    remove = f", and remove {own} from it" if own else ""
    return (
        f"it is not used yet: add this line to the section [answer] of {path}{remove}",
        f'calibration = "{DEFAULT_NAME}"',
    )


def write_calibration(file: Path, calibrated: Calibrated) -> None:
    """Replaces the file in one step. Raises ``StorageError``; it is then as it was."""
    record = calibrated.model_dump(by_alias=True)
    section = record.pop("reliability")
    text = f"{_HEAD}{_lines(record)}\n[reliability]\n{_lines(section)}"
    write_files(file.parent, {file.name: text})


def _lines(table: Mapping[str, Any]) -> str:
    return "".join(f"{key} = {_toml(value)}\n" for key, value in table.items())


def _toml(value: object) -> str:
    """Keys are plain names; lists hold tables, one a line."""
    match value:
        case str():
            # TOML's basic strings are JSON's, but that they must not hold a bare DEL.
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case Mapping():
            pairs = ", ".join(f"{key} = {_toml(item)}" for key, item in value.items())
            return f"{{ {pairs} }}"
        case Sequence():
            return "[\n" + "".join(f"    {_toml(item)},\n" for item in value) + "]"
        case _:  # numbers, dates
            return str(value)
