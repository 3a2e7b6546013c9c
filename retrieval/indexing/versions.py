"""What every new version of an index has in common: the encoder carried over, parts and manifest
written, the switch; and how a disk that refuses is told.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from retrieval.errors import StorageError
from retrieval.index.manifest import Manifest, Recipe, stamp_files
from retrieval.index.rows import PassageRows
from retrieval.index.store import ENCODER_FOLDER, IndexStore, OpenIndex
from retrieval.index.writing import Scale, write_parts
from retrieval.indexing.new_articles import Progress


def carry_encoder(previous: OpenIndex, building: Path) -> Path:
    """Brings the graph of the version before into the one being built; its folder there. The files
    are the same ones where the file system allows, for none is ever changed.
    """
    folder = building / ENCODER_FOLDER
    shutil.copytree(previous.encoder_folder, folder, copy_function=_link_or_copy)
    return folder


def _link_or_copy(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def complete(
    store: IndexStore,
    building: Path,
    rows: PassageRows,
    made_with: tuple[Recipe, str],
    scale: Scale,
    progress: Progress,
) -> Manifest:
    """Writes what is missing beside articles and encoder, and makes the version the one in use.

    ``made_with``: the recipe, and the identity of the encoder.
    """
    write_parts(rows, building, scale, progress)
    recipe, encoder = made_with
    manifest = Manifest(
        recipe=recipe,
        encoder=encoder,
        articles=len(rows.article_ids),
        passages=len(rows),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        files=stamp_files(building),
    )
    manifest.save(building)
    store.switch_in(building)
    return manifest


def storage_error(folder: Path, error: OSError | sqlite3.OperationalError) -> StorageError:
    """What could not be written; ``folder`` is the index's own."""
    cause = (isinstance(error, OSError) and error.strerror) or str(error)
    return StorageError(
        f"{folder}: cannot be written ({cause}); free some space or mend its permissions and run "
        "the same command again; the index is as it was."
    )
