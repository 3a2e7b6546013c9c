"""Paths that the user named to raw articles, with everything that is left out and why.

A *named* file that cannot be used is an error; a file *found* in a named folder that cannot be used
is skipped with its reason, and so is one part of any file: a bad clipping does not hold up ten
thousand good ones.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from retrieval.errors import ArticleFileError
from retrieval.ingest.document import Document, ReadSettings
from retrieval.ingest.formats.registry import KINDS, read_document, suffix_of
from retrieval.ingest.raw import Found, Skipped


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read: ``root`` is the path the user named, ``name`` is relative to it."""

    root: Path
    path: Path
    name: str

    @property
    def is_named(self) -> bool:
        """Whether the user named this very file rather than a folder above it."""
        return self.root == self.path

    def document(self) -> Document:
        """The file, to be read."""
        return Document(str(self.root), str(self.path), self.name, self._opened)

    def _opened(self) -> BinaryIO:
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands under the named paths: the files to read, and those left out."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]


def scan(paths: Sequence[Path], exclude: Iterable[Path] = ()) -> Scan:
    """All candidate files under ``paths``, in a stable order, folders recursively.

    ``exclude`` names folders never to enter (the index itself). Raises ``ArticleFileError`` when a
    named path does not exist, cannot be opened, is neither file nor folder or has no known ending.
    """
    excluded = {path.resolve() for path in exclude}
    files: list[SourceFile] = []
    skipped: list[Skipped] = []
    for named in dict.fromkeys(Path(os.path.abspath(path)) for path in paths):
        if _printable(str(named)) != str(named):
            raise ArticleFileError(
                f"{_printable(str(named))}: the name is not valid Unicode; rename it."
            )
        mode = _mode(named)
        if stat.S_ISDIR(mode):
            _walk(named, excluded, files, skipped)
        elif stat.S_ISREG(mode):
            if not suffix_of(named.name):
                raise ArticleFileError(
                    f"{named}: only {KINDS} files can be indexed; "
                    "convert it, or name its folder to index the rest."
                )
            files.append(SourceFile(named, named, named.name))
        else:
            raise ArticleFileError(f"{named}: is neither a file nor a folder; name one of those.")
    # A folder and something inside it may both be named: each file is read once, as named first.
    unique = {file.path: file for file in reversed(files)}
    ordered = [file for file in files if unique[file.path] is file]
    return Scan(tuple(ordered), tuple(dict.fromkeys(skipped)))


def read(
    scanned: Scan,
    settings: ReadSettings,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> Iterator[Found]:
    """Everything that the scanned files hold, as it is read, and what was left out of them.
    ``progress`` is told how many files of all are read.

    Raises ``ArticleFileError`` for a named file that cannot be used as a whole.
    """
    yield from scanned.skipped
    for number, file in enumerate(scanned.files):
        progress("Reading files", number, len(scanned.files))
        document = file.document()
        try:
            yield from read_document(document, settings)
        except ArticleFileError as error:
            if file.is_named:
                raise
            # The reason alone: the file is named next to it.
            reason = str(error).removeprefix(f"{document.label}: ")
            yield Skipped(document.root, document.path, reason)
    progress("Reading files", len(scanned.files), len(scanned.files))


def _mode(named: Path) -> int:
    try:
        return named.stat().st_mode
    except FileNotFoundError:
        raise ArticleFileError(
            f"{named}: there is no such file or folder; check the path."
        ) from None
    except OSError as error:
        raise ArticleFileError(
            f"{named}: cannot be opened ({error.strerror or error}); check its permissions."
        ) from error


def _walk(root: Path, excluded: set[Path], files: list[SourceFile], skipped: list[Skipped]) -> None:
    """Collects the folder's files; an unreadable subfolder is skipped, an unreadable root fails."""
    inside = root.resolve()

    def refuse(error: OSError) -> None:
        folder = Path(error.filename)
        if folder == root:
            raise ArticleFileError(
                f"{root}: the folder cannot be read ({error.strerror}); "
                "give yourself read permission, then index it again."
            ) from error
        reason = f"folder cannot be read ({error.strerror})"
        skipped.append(Skipped(str(root), f"{folder}/", reason))

    for folder, subfolders, names in os.walk(root, onerror=refuse):
        hidden = [name for name in subfolders if name.startswith(".")]
        subfolders[:] = sorted(
            name
            for name in subfolders
            if name not in hidden and (Path(folder) / name).resolve() not in excluded
        )
        for name in hidden:
            if (Path(folder) / name).resolve() not in excluded:
                path = _printable(f"{Path(folder) / name}/")
                skipped.append(Skipped(str(root), path, "hidden folder"))
        for name in subfolders:
            if (Path(folder) / name).is_symlink():
                path = _printable(f"{Path(folder) / name}/")
                skipped.append(Skipped(str(root), path, "linked folder; name it to index it"))
        for name in sorted(names):
            file = Path(folder) / name
            reason = _reason_to_skip(file, inside)
            if reason:
                skipped.append(Skipped(str(root), _printable(str(file)), reason))
            else:
                files.append(SourceFile(root, file, file.relative_to(root).as_posix()))


def _reason_to_skip(path: Path, inside: Path) -> str | None:
    if path.name.startswith("."):
        return "hidden file"
    if not suffix_of(path.name):
        return "not an article file"
    if _printable(str(path)) != str(path):
        return "file name is not valid Unicode"
    try:
        if not path.is_file():
            return "not a regular file"
        if path.is_symlink() and not path.resolve().is_relative_to(inside):
            return "a link to a file outside the folder; name that file to index it"
    except OSError as error:
        return f"cannot be looked at ({error.strerror or error})"
    return None


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")
