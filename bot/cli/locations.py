"""Where the index and the config lie, for every command alike.

The index: ``--index`` or ``--collection``; else ``$PULLQUOTE_INDEX``; else the nearest
``.pullquote`` of the working directory and the folders above it, as git looks for its own; else
``.pullquote`` in the working directory. The config: ``--config``; else the one in the user's config
folder, where there is one.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from bot.config import Config, load_config
from bot.environment import data_folder, default_config_file, home_folder, named_index
from retrieval.errors import UsageError

DEFAULT_INDEX = Path(".pullquote")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


def located_index(index: Path | None, collection: str | None, *, writing: bool = False) -> Path:
    """The folder of the index that is meant. ``writing``: it may be made, and one that was found
    above the working directory is named on standard error.

    Raises ``UsageError`` where both are given, for a name that is none, and for a collection that
    is not there unless it may be made.
    """
    if index is not None and collection is not None:
        raise UsageError("--index and --collection both say where the index lies; give one.")
    if collection is not None:
        return _collection(collection, writing=writing)
    if index is not None:
        return index
    if (named := named_index()) is not None:
        return named
    above = _found_above()
    if above is None:
        return DEFAULT_INDEX
    if writing:
        print(
            f"this goes into {above}, the nearest index above this folder; for one of its own say "
            "--index .pullquote",
            file=sys.stderr,
        )
    return above


def located_config(config: Path | None) -> Path | None:
    """The config file that is meant; None for the defaults."""
    return config or default_config_file()


def located_settings(config: Path | None) -> Config:
    """What the config says that is meant. Raises ``ConfigError``, as ``load_config`` does."""
    return load_config(located_config(config))


def collections_folder() -> Path:
    """Where the named collections lie, each in a folder of its name."""
    return data_folder() / "collections"


def collection_names() -> list[str]:
    """Of all named collections, by the alphabet."""
    try:
        with os.scandir(collections_folder()) as found:
            return sorted(e.name for e in found if e.is_dir() and _NAME.fullmatch(e.name))
    except OSError:
        return []


def _collection(name: str, *, writing: bool) -> Path:
    if not _NAME.fullmatch(name):
        raise UsageError(
            f'"{name}" is no name of a collection; use small letters, digits, ".", "_" and "-", '
            "a letter or digit first."
        )
    folder = collections_folder() / name
    if writing or folder.is_dir():
        return folder
    known = collection_names()
    near = get_close_matches(name, known, n=1)
    cure = (
        f'did you mean "{near[0]}"?'
        if near
        else f"make it with `pullquote index PATH... --collection {name}`."
    )
    raise UsageError(f'there is no collection "{name}"; {cure}')


def _found_above() -> Path | None:
    """The nearest index above the working directory; None where that has one itself, or none has.

    One that somebody else made is passed over: what lies in a shared folder is nobody's choice.
    """
    if DEFAULT_INDEX.is_dir():
        return None
    for folder in _folders_above():
        found = folder / DEFAULT_INDEX
        try:
            if (found / "CURRENT").is_file() and found.stat().st_uid in (os.getuid(), 0):
                return found
        except OSError:
            continue
    return None


def _folders_above() -> Iterator[Path]:
    """From the working directory's parent up to the home folder, or to the border of its file
    system, or to the top.
    """
    try:
        folder = Path.cwd()
        device = folder.stat().st_dev
    except OSError:  # it was removed
        return
    home = str(home_folder().resolve())
    while str(folder) != home and folder != folder.parent:
        folder = folder.parent
        try:
            if folder.stat().st_dev != device:
                return
        except OSError:
            return
        yield folder
