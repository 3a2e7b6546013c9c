"""What the environment says: where things lie that belong to the user, and secrets."""

from __future__ import annotations

import os
from pathlib import Path


def state_folder() -> Path:
    """Where the chat keeps what was typed and its conversations: ``$XDG_STATE_HOME/pullquote``."""
    return _folder_in(os.environ.get("XDG_STATE_HOME"), ".local/state")


def data_folder() -> Path:
    """Where named collections lie: ``$XDG_DATA_HOME/pullquote``."""
    return _folder_in(os.environ.get("XDG_DATA_HOME"), ".local/share")


def default_config_file() -> Path | None:
    """``$XDG_CONFIG_HOME/pullquote/config.toml``, where there is one."""
    path = _folder_in(os.environ.get("XDG_CONFIG_HOME"), ".config") / "config.toml"
    return path if os.path.lexists(path) else None


def home_folder() -> Path:
    """The user's; where there is none, a folder that does not exist."""
    return Path(os.path.expanduser("~"))  # noqa: PTH111  # Path.home() would raise there


def _folder_in(named: str | None, below_home: str) -> Path:
    return (Path(named) if named else home_folder() / below_home) / "pullquote"


def named_index() -> Path | None:
    """``$PULLQUOTE_INDEX``; None where it is not set."""
    named = os.environ.get("PULLQUOTE_INDEX")
    return Path(named) if named else None


def telegram_token() -> str:
    """``$PULLQUOTE_TELEGRAM_TOKEN``; empty where it is not set."""
    return os.environ.get("PULLQUOTE_TELEGRAM_TOKEN", "").strip()
