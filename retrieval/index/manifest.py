"""The manifest of one index version: what it was made with, and a checksum of every file."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import DamagedIndexError, ForeignIndexError

FILE = "manifest.json"
KIND = "pullquote-index"
FORMAT = 2
"""Raised by one whenever an older reader could not read what is written."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """Size in bytes and SHA-256 of one file."""

    bytes: int
    sha256: str

    @classmethod
    def of(cls, path: Path) -> FileStamp:
        with path.open("rb") as stream:
            return cls(path.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest())


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that shapes an index besides its articles; another recipe means building from scratch."""

    preparation: str
    tokenizer: str
    window_words: int
    window_overlap: int
    encoder: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """``files`` maps a name relative to the version's folder to its stamp."""

    recipe: Recipe
    encoder: str
    articles: int
    passages: int
    created: str
    files: dict[str, FileStamp]

    def save(self, folder: Path) -> None:
        body = {"kind": KIND, "format": FORMAT, **asdict(self)}
        record = {**body, "sha256": _digest(body)}
        text = json.dumps(record, ensure_ascii=False, indent=2)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """Raises ``ForeignIndexError`` for another format, ``DamagedIndexError`` for a bad file."""
        path = folder / FILE
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise DamagedIndexError(_damaged(path, "cannot be read")) from error
        _check_format(path, record)
        body = {key: value for key, value in record.items() if key != "sha256"}
        if record.get("sha256") != _digest(body):
            raise DamagedIndexError(_damaged(path, "was altered"))
        try:
            return cls(
                recipe=Recipe(**record["recipe"]),
                encoder=record["encoder"],
                articles=record["articles"],
                passages=record["passages"],
                created=record["created"],
                files={name: FileStamp(**stamp) for name, stamp in record["files"].items()},
            )
        except (KeyError, TypeError) as error:
            raise DamagedIndexError(_damaged(path, f"lacks a field ({error})")) from error

    def verify(self, folder: Path, *, largest: int | None = None) -> None:
        """Compares every file with its stamp. Raises ``DamagedIndexError`` at the first fault.

        Files of more than ``largest`` bytes are only compared in size; None: none of them.
        """
        for name, stamp in self.files.items():
            path = folder / name
            try:
                size = path.stat().st_size
            except OSError as error:
                raise DamagedIndexError(_damaged(path, "is missing")) from error
            if size != stamp.bytes:
                fault = "is truncated" if size < stamp.bytes else "has grown"
                detail = f"{fault} ({size} of {stamp.bytes} bytes)"
                raise DamagedIndexError(_damaged(path, detail))
            if (largest is None or size <= largest) and FileStamp.of(path) != stamp:
                raise DamagedIndexError(_damaged(path, "does not match its checksum"))


def stamp_files(folder: Path) -> dict[str, FileStamp]:
    """The stamps of all files under ``folder``, by their names relative to it."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): FileStamp.of(path) for path in found}


def _check_format(path: Path, record: Any) -> None:
    if not isinstance(record, dict) or record.get("kind") != KIND:
        raise ForeignIndexError(
            f"{path}: is not the manifest of a Pullquote index; name another folder with --index."
        )
    if record.get("format") != FORMAT:
        found = record.get("format")
        age = "newer" if isinstance(found, int) and found > FORMAT else "older"
        raise ForeignIndexError(
            f"{path}: the index has format {record.get('format')}, {age} than the format {FORMAT} "
            "that this version of Pullquote reads; "
            + (
                "upgrade Pullquote"
                if age == "newer"
                else f"delete {_index_folder(path)} and index the articles again"
            )
            + ", or name another folder with --index."
        )


def _damaged(path: Path, fault: str) -> str:
    return f"{path}: {fault}; delete {_index_folder(path)} and index the articles again."


def _index_folder(path: Path) -> Path:
    """The folder that holds the versions, for saying what to delete."""
    return next((p.parent for p in path.parents if p.name == "versions"), path.parent)


def _digest(body: dict[str, Any]) -> str:
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
