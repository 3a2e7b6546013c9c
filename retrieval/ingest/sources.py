"""Paths that the user named to raw articles, with every file that is left out and why.

A *named* file that cannot be used is an error; a file *found* in a named folder that cannot be used
is skipped with its reason, so that one bad clipping does not hold up ten thousand good ones.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.errors import ArticleFileError
from retrieval.ingest.decoding import decode
from retrieval.ingest.jsonlines import JSONL_SUFFIXES, read_jsonl
from retrieval.ingest.numeric_dates import with_days
from retrieval.ingest.raw import RawArticle, Skipped

TEXT_SUFFIXES = (".txt", ".md")
SUFFIXES = (*TEXT_SUFFIXES, *JSONL_SUFFIXES)


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


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands under the named paths: the files to read, and those left out."""

    files: tuple[SourceFile, ...]
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The articles of all files, the files or articles left out, and what to warn of."""

    articles: tuple[RawArticle, ...]
    skipped: tuple[Skipped, ...]
    warnings: tuple[str, ...]


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
            if not named.name.lower().endswith(SUFFIXES):
                raise ArticleFileError(
                    f"{named}: only {', '.join(SUFFIXES)} files can be indexed; "
                    "convert it, or name its folder to index the rest."
                )
            files.append(SourceFile(named, named, named.name))
        else:
            raise ArticleFileError(f"{named}: is neither a file nor a folder; name one of those.")
    # A folder and something inside it may both be named: each file is read once, as named first.
    unique = {file.path: file for file in reversed(files)}
    ordered = [file for file in files if unique[file.path] is file]
    return Scan(tuple(ordered), tuple(dict.fromkeys(skipped)))


def read(scanned: Scan) -> Reading:
    """Reads every scanned file.

    Raises ``ArticleFileError`` for a faulty named file and for two articles with one id.
    """
    articles: dict[str, RawArticle] = {}
    skipped = list(scanned.skipped)
    warnings: list[str] = []
    for file in scanned.files:
        lines_skipped: list[Skipped] = []
        try:
            found = list(_read_file(file, lines_skipped, warnings))
        except ArticleFileError as error:
            if file.is_named:
                raise
            skipped.append(Skipped(str(file.root), str(file.path), _without_path(file, error)))
            continue
        skipped += lines_skipped
        for raw in found:
            _refuse_duplicate(articles.get(raw.id), raw)
            articles[raw.id] = raw
    dated = with_days(list(articles.values()), warnings)
    return Reading(tuple(dated), tuple(skipped), tuple(warnings))


def _refuse_duplicate(other: RawArticle | None, raw: RawArticle) -> None:
    if other is None or other.path == raw.path:
        return
    raise ArticleFileError(
        f'two articles have the id "{raw.id}": one from {other.path}, one from {raw.path}; '
        "rename one, or index their common parent folder instead."
    )


def _without_path(file: SourceFile, error: ArticleFileError) -> str:
    """The reason alone: the file is named next to it."""
    return str(error).removeprefix(f"{file.path}: ")


def _read_file(
    file: SourceFile, skipped: list[Skipped], warnings: list[str]
) -> Iterator[RawArticle]:
    try:
        if file.name.lower().endswith(JSONL_SUFFIXES):
            yield from read_jsonl(file.path, str(file.root), skipped, warnings)
            return
        data = file.path.read_bytes()
    except OSError as error:
        raise ArticleFileError(
            f"{file.path}: cannot be read ({error.strerror or error}); "
            "check its permissions and the disk."
        ) from error
    text = decode(data, str(file.path))
    if not text.strip():
        raise ArticleFileError(f"{file.path}: the file is empty; fill it or leave it out.")
    yield RawArticle(id=file.name, text=text, root=str(file.root), path=str(file.path))


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
            reason = _reason_to_skip(file)
            if reason:
                skipped.append(Skipped(str(root), _printable(str(file)), reason))
            else:
                files.append(SourceFile(root, file, file.relative_to(root).as_posix()))


def _reason_to_skip(path: Path) -> str | None:
    if path.name.startswith("."):
        return "hidden file"
    if not path.name.lower().endswith(SUFFIXES):
        return f"not an article file ({', '.join(SUFFIXES)})"
    if _printable(str(path)) != str(path):
        return "file name is not valid Unicode"
    try:
        return None if path.is_file() else "not a regular file"
    except OSError as error:
        return f"cannot be looked at ({error.strerror or error})"


def _printable(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")
