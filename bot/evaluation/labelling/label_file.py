"""The file that labels are written to: one line each, on the disk before the next key is read.

One process at a time holds it.
"""

from __future__ import annotations

import codecs
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bot.evaluation.labelling.labels import Label, LabelSet, parse_labels, to_line
from retrieval.errors import QuestionSetError, StorageError, UsageError, WorkError

_HEAD = b'{"id": '
"""How each of our lines begins: what a kill has cut off begins so too."""


class LabelFile:
    """An open file of labels; made by ``opened_labels``, which holds its lock.

    ``mended`` says in one sentence what was dropped when it was opened; empty for nothing.
    """

    def __init__(self, path: Path, labels: tuple[Label, ...], mended: str) -> None:
        self.path = path
        self.mended = mended
        self._labels = labels

    @property
    def labels(self) -> tuple[Label, ...]:
        """In the order in which they were made."""
        return self._labels

    def append(self, label: Label) -> None:
        """Writes a label to the disk. Raises ``StorageError``; the file is then as before."""
        line = to_line(label).encode() + b"\n"
        with _faults_told(self.path), self.path.open("ab") as stream:
            before = stream.tell()
            try:
                stream.write(line)
                stream.flush()
                os.fsync(stream.fileno())
            except OSError:
                with suppress(OSError):
                    os.truncate(self.path, before)
                raise
        self._labels = (*self._labels, label)

    def take_back(self) -> Label:
        """Removes the last label. Raises ``StorageError``; the file is then as before."""
        *kept, last = self._labels
        with _faults_told(self.path):
            data = self.path.read_bytes().rstrip()
        # The other lines stay as they are: somebody may have added a field to them.
        _rewrite(self.path, data[: data.rfind(b"\n") + 1])
        self._labels = tuple(kept)
        return last


@contextmanager
def opened_labels(path: Path) -> Iterator[LabelFile]:
    """Holds ``path`` for labelling; the file is made with its first label.

    A last line that a kill has cut off is dropped. Raises ``QuestionSetError`` for a file that
    ``pullquote label`` has not written, ``WorkError`` when another process is labelling into it,
    ``StorageError`` when it cannot be read or written.
    """
    if path.is_dir():
        raise UsageError(f"{path}: is a folder; name a file with --out, such as labels.jsonl.")
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=0)
    with _faults_told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire()
        except Timeout as error:
            raise WorkError(
                f"{path}: another `pullquote label` is writing this file; leave that one, or name "
                "another file with --out."
            ) from error
    try:
        yield _read(path)
    finally:
        lock.release()


def load_labels(path: Path) -> LabelSet:
    """The labels of a file, or a question set in Pullquote's own JSONL taken as labels.

    A last line that was cut off is passed over. Raises ``QuestionSetError``.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise QuestionSetError(f"{path}: there is no such file; check the path.") from error
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        detail = getattr(error, "strerror", None) or error
        raise QuestionSetError(
            f"{path}: cannot be read ({detail}); check the path and its permissions."
        ) from error
    whole, _ = _without_torn_line(data)
    found = parse_labels(_text(whole, path), str(path))
    if not found.labels:
        raise QuestionSetError(f"{path}: holds no label; make some with `pullquote label`.")
    return found


def _read(path: Path) -> LabelFile:
    try:
        with _faults_told(path):
            data = path.read_bytes()
    except StorageError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            return LabelFile(path, (), "")
        raise
    whole, torn = _without_torn_line(data)
    # Nothing is repaired in a file that turns out to be something else.
    labels = parse_labels(_text(whole, path), str(path), placed=True).labels
    if not torn:
        if whole and not whole.endswith(b"\n"):
            _rewrite(path, whole + b"\n")
        return LabelFile(path, labels, "")
    _rewrite(path, whole)
    mended = "The last line was cut off when labelling was stopped; it was dropped."
    return LabelFile(path, labels, mended)


def _without_torn_line(data: bytes) -> tuple[bytes, bytes]:
    """The whole lines, and a last one that was cut off; empty where none was."""
    end = data.rfind(b"\n") + 1
    last = data[end:]
    ours = last.startswith(_HEAD) or _HEAD.startswith(last) or not last.strip(b"\0")
    if not ours or _is_whole(last):
        return data, b""
    return data[:end], last


def _is_whole(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def _text(data: bytes, path: Path) -> str:
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise QuestionSetError(
            f"{path}: line {line} is not UTF-8; save the labels as UTF-8."
        ) from error


def _rewrite(path: Path, data: bytes) -> None:
    """Writes aside and renames, so that a kill leaves the old file or the new one."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with _faults_told(path):
        try:
            with aside.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if path.exists():
                aside.chmod(path.stat().st_mode & 0o7777)
            aside.replace(path)
        finally:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


@contextmanager
def _faults_told(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        raise StorageError(
            f"{path}: the labels cannot be kept there ({getattr(error, 'strerror', None) or error})"
            "; free some space, mend its permissions, or name another file with --out."
        ) from error
