"""Files of exported models: checked before they are loaded.

A graph with a wrong byte answers wrongly in silence, so checksums come first.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retrieval.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def check_file(path: Path, expected: str | None, cure: str) -> None:
    """Raises ``ModelError`` when a file cannot be read or differs from its SHA-256."""
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error}); {cure}.") from error
    if found != expected:
        raise ModelError(f"{path}: differs from its checksum; {cure}.")


def load_session(path: Path, cure: str, *, threads: int = 1) -> InferenceSession:
    """The graph, ready to run; ``threads`` share each run. Raises ``ModelError``."""
    import onnxruntime

    try:
        return onnxruntime.InferenceSession(
            str(path), session_options(threads), providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # onnxruntime's exceptions share no public base class
        raise ModelError(f"{path}: cannot be loaded ({first_line(error)}); {cure}.") from error


def session_options(threads: int = 1) -> Any:
    """How graphs are run here: each run on ``threads`` threads."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return options


def usable_cores() -> int:
    """Cores that this process may use, which on a shared machine can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def first_line(error: Exception) -> str:
    """The first line of what a library says went wrong."""
    return (str(error).splitlines() or [type(error).__name__])[0]
