"""The files of one evaluation. All are written aside first, then renamed into place together."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.measuring.ranking import Qrels, Run
from retrieval.errors import StorageError

RUN_FILES = (
    "predictions.jsonl",
    "judgements.jsonl",
    "metrics.json",
    "report.html",
    "run.trec",
    "qrels.trec",
)


def write_run(
    folder: Path,
    *,
    predictions: Iterable[Prediction] | None = None,
    judgements: Iterable[Mapping[str, Any]] | None = None,
    metrics: Mapping[str, Any] | None = None,
    report: str | None = None,
    run: Run | None = None,
    qrels: Qrels | None = None,
) -> tuple[Path, ...]:
    """Writes what is given into ``folder``, made if need be, and returns the files written.

    They are ``RUN_FILES``, all UTF-8; those of an earlier run that this one has not are removed, so
    that a folder never holds parts of two. Raises ``StorageError`` when the file system refuses; no
    file is then half-written.
    """
    contents: dict[str, str] = {}
    if predictions is not None:
        contents["predictions.jsonl"] = "".join(_json(p) + "\n" for p in predictions)
    if judgements is not None:
        contents["judgements.jsonl"] = "".join(_json(j) + "\n" for j in judgements)
    if metrics is not None:
        contents["metrics.json"] = _json(metrics, indent=2) + "\n"
    if report is not None:
        contents["report.html"] = report
    if run is not None:
        contents["run.trec"] = run.trec()
    if qrels is not None:
        contents["qrels.trec"] = qrels.trec()
    written = write_files(folder, contents)
    for name in RUN_FILES:
        if name not in contents:
            _forget(folder / name)
    return written


def write_files(folder: Path, contents: Mapping[str, str]) -> tuple[Path, ...]:
    """Writes each text under its name; see ``write_run``."""
    aside = {folder / name: folder / f".{name}.{os.getpid()}.part" for name in contents}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for (target, part), text in zip(aside.items(), contents.values(), strict=True):
            if target.is_dir():
                raise StorageError(f"{target}: is a folder; rename it or choose another folder.")
            _write(part, text)
        for target, part in aside.items():
            part.replace(target)
    except OSError as error:
        raise StorageError(
            f"{folder}: the results cannot be written ({error.strerror or error}); "
            "free some space or choose another folder."
        ) from error
    finally:
        for part in aside.values():
            _forget(part)
    return tuple(aside)


def _write(path: Path, text: str) -> None:
    # A lone surrogate cannot be encoded; a question mark beats losing a whole run's results.
    with path.open("wb") as stream:
        stream.write(text.encode("utf-8", "replace"))
        stream.flush()
        os.fsync(stream.fileno())  # a full disk shows itself here, before the rename


def _forget(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return  # the folder itself is gone or shut: the error worth telling is already on its way


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
