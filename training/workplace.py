"""What every step needs around its work: a log file, a folder of its own, errors as one sentence.

Knows nothing about what a step does.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import PullquoteError, WorkError


@contextmanager
def logged_to(path: Path) -> Iterator[None]:
    """Log to a file, added to what it holds, and to standard error, while the block runs.

    Blocks may be nested: a step's log then also goes to the file of the whole recipe, and standard
    error gets each line once.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    root = logging.getLogger()
    level = root.level
    handlers: list[logging.Handler] = [logging.FileHandler(path, encoding="utf-8")]
    if not any(getattr(handler, "is_ours", False) for handler in root.handlers):
        terminal = logging.StreamHandler()
        terminal.is_ours = True  # type: ignore[attr-defined]  # a mark that a nested block finds
        handlers.append(terminal)
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        for handler in handlers:
            root.removeHandler(handler)
            handler.close()


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Refuse to work where another process does: two writers of one checkpoint would mix theirs."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise WorkError(
            f"another process is at work in {folder}; wait for its end, or stop it."
        ) from None
    try:
        yield
    finally:
        lock.release()


def exit_with_a_sentence(work: Callable[[], None]) -> None:
    """Do the work; an error meant for people ends the process with its sentence and its status."""
    try:
        work()
    except PullquoteError as error:
        print(f"pullquote: {error}", file=sys.stderr)
        raise SystemExit(error.exit_status) from None


def digest(path: Path) -> str:
    """SHA-256 of a file, as hexadecimal digits: tells whether it is still the same."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, value: object) -> None:
    """Write aside and rename: a stop half way leaves the old file or none, never half of one."""
    temporary = path.with_name(path.name + ".partial")
    temporary.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
    temporary.replace(path)
