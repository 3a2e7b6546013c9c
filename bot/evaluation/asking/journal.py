"""What a stopped evaluation had asked already, so that the next one goes on from there.

One file in the run's folder: a line that says what the run is, then the predictions, each as soon
as it is there. It is removed when the run is written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from filelock import FileLock, Timeout

from bot.evaluation.measuring.predictions import Prediction
from retrieval.errors import StorageError, WorkError

FILE = "unfinished.jsonl"
OTHER = "unfinished-other.jsonl"
_LOCK = "unfinished.lock"


class Journal:
    """Open as a context. ``identity`` says which run this is: another run's journal is set
    aside.
    """

    def __init__(self, folder: Path, identity: Mapping[str, Any]) -> None:
        self._folder = folder
        self._path = folder / FILE
        self._head = json.dumps(identity, sort_keys=True)
        self._lock = FileLock(folder / _LOCK)
        self._stream: IO[bytes] | None = None
        self.kept: dict[str, Prediction] = {}
        self.set_aside = False
        """Whether another run had been stopped here: it lies in ``OTHER`` now."""

    def __enter__(self) -> Journal:
        """Reads what is kept. Raises ``StorageError``, and ``WorkError`` while another process
        evaluates into the same folder.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self.kept, good = self._read()
            if not good and _holds_predictions(self._path):
                self._path.replace(self._folder / OTHER)
                self.set_aside = True
            self._stream = self._path.open("r+b" if good else "wb")
            self._stream.truncate(good)
            self._stream.seek(good)
            if not good:
                self._write([self._head])
        except Timeout as error:
            raise WorkError(
                f"{self._folder}: another evaluation is writing here; wait for it, or choose "
                "another --out."
            ) from error
        except OSError as error:
            self.__exit__(None, None, None)
            raise self._refused(error) from error
        return self

    def add(self, predictions: Iterable[Prediction]) -> None:
        """Keeps predictions. Raises ``StorageError``."""
        try:
            self._write(json.dumps(prediction) for prediction in predictions)
        except OSError as error:
            raise self._refused(error) from error

    def remove(self) -> None:
        """Forgets everything: the run is whole."""
        self._close()
        self._path.unlink(missing_ok=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._close()
        finally:
            if self._lock.is_locked:
                self._lock.release()
                (self._folder / _LOCK).unlink(missing_ok=True)

    def _read(self) -> tuple[dict[str, Prediction], int]:
        """What is kept by id, and how many bytes of the file are whole lines of this run."""
        if not self._path.is_file():
            return {}, 0
        kept: dict[str, Prediction] = {}
        good = 0
        with self._path.open("rb") as stream:
            for number, line in enumerate(stream):
                if not line.endswith(b"\n"):
                    break
                if number == 0:
                    if line.rstrip() != self._head.encode():
                        return {}, 0
                else:
                    prediction = _parsed(line)
                    if prediction is None:
                        break
                    kept[prediction["id"]] = prediction
                good += len(line)
        return kept, good

    def _write(self, lines: Iterable[str]) -> None:
        assert self._stream is not None
        self._stream.write("".join(f"{line}\n" for line in lines).encode())
        self._stream.flush()

    def _close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(OSError):  # what cannot be written was told where it was written
                stream.close()

    def _refused(self, error: OSError) -> StorageError:
        return StorageError(
            f"{self._folder}: the results cannot be written ({error.strerror or error}); "
            "free some space or choose another folder."
        )


def _holds_predictions(path: Path) -> bool:
    """Whether anything follows the line that says what the run is."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return bool(stream.readline()) and _parsed(stream.readline()) is not None


def _parsed(line: bytes) -> Prediction | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) and "id" in record else None
