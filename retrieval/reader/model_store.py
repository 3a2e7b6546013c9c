"""Where a reader's model lies on disk: in the package, in a folder, or exported next to an index.

    INDEX/readers/NAME-FINGERPRINT/    one exported model: graph, tokenizer, settings with checksums

A model is exported once and never changed; a change of the model's files gives another fingerprint.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from importlib.resources import files as package_files
from pathlib import Path

from retrieval.errors import ModelError
from retrieval.reader.span_model import SETTINGS_FILE

BUNDLED = "pullquote"
"""The reader that comes with the package."""

READERS_FOLDER = "readers"

Export = Callable[[str, Path], None]
"""Writes the exported form of a model into a folder: model, folder."""


def bundled_folder() -> Path:
    return Path(str(package_files("retrieval"))) / "reader" / "model"


def large_folder() -> Path:
    """Of the larger model, which looks again at what a reader finds."""
    return Path(str(package_files("retrieval"))) / "reader" / "large"


def reader_folder(model: str, index_folder: Path) -> Path:
    """The folder of an exported model. Raises ``ModelError`` when it has not been exported yet."""
    folder = _ready_folder(model) or _exported_folder(model, index_folder)
    if not (folder / SETTINGS_FILE).is_file():
        raise ModelError(
            f'the reader "{model}" has not been prepared for {index_folder}; run `pullquote index` '
            "once more, or name another model in the config."
        )
    return folder


def prepare_reader(model: str, index_folder: Path, export: Export) -> Path:
    """The folder of a model, exported now if it has not been before.

    A stop half way leaves nothing that could be taken for a whole export. Raises what ``export``
    raises, and ``OSError`` when the folder cannot be written.
    """
    ready = _ready_folder(model)
    if ready is not None:
        return ready
    folder = _exported_folder(model, index_folder)
    if (folder / SETTINGS_FILE).is_file():
        return folder
    aside = folder.with_name(folder.name + ".unfinished")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        export(model, aside)
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        _drop_if_empty(folder.parent)
    return folder


def _drop_if_empty(folder: Path) -> None:
    """After an export that failed, nothing of it stays, not even its folder."""
    with suppress(OSError):
        folder.rmdir()


def _ready_folder(model: str) -> Path | None:
    """The folder of a model that needs no export: the bundled one, or one exported by hand."""
    if model == BUNDLED:
        return bundled_folder()
    folder = Path(model).expanduser()
    return folder if (folder / SETTINGS_FILE).is_file() else None


def _exported_folder(model: str, index_folder: Path) -> Path:
    name = re.sub(r"[^\w.-]+", "-", Path(model).name) or "model"
    return index_folder / READERS_FOLDER / f"{name[:40]}-{_fingerprint(model)}"


def _fingerprint(model: str) -> str:
    """Changes with the model's name and with its files' names, sizes and times of change.

    Their contents are not read: this is asked before every answer, and models are large. Nor are
    folders inside: a model's files lie flat, and an index may stand next to them.
    """
    digest = hashlib.sha256(model.encode())
    folder = Path(model).expanduser()
    try:
        if folder.is_dir():
            for path in sorted(p for p in folder.iterdir() if p.is_file()):
                status = path.stat()
                digest.update(f"{path.name} {status.st_size} {status.st_mtime_ns}\n".encode())
    except OSError as error:
        raise ModelError(
            f'the reader "{model}" cannot be read ({error}); mend that, or name another model in '
            "the config."
        ) from error
    return digest.hexdigest()[:12]
