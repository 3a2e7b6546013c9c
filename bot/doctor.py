"""The ``doctor`` command: one line for each thing that must work."""

from __future__ import annotations

from pathlib import Path

from bot.assembly import checks
from bot.config import Config, load_config
from retrieval.errors import ConfigError


def run_doctor(config_path: Path | None, index_folder: Path) -> int:
    """Prints every check. Gives the exit status: 1 when anything needs mending, else 0."""
    status = 0
    try:
        config = load_config(config_path)
        print(_line("config", True, str(config_path) if config_path else "the defaults"))
    except ConfigError as error:
        config, status = Config(), 1
        print(_line("config", False, str(error)))
    for check in checks(config, index_folder):
        print(_line(check.name, check.ok, check.detail))
        status = status if check.ok else 1
    return status


def _line(name: str, ok: bool, detail: str) -> str:
    return f"{'ok   ' if ok else 'FAULT'}  {name}: {detail}"
