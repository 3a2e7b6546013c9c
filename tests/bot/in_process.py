"""The command line inside the process of the tests: arguments in, output and exit status out.

All that a process of its own would have is put up for one call and taken down again: working
folder, environment, arguments, streams that are no terminal, and the log. What only a process
shows (signals, a closed pipe, a locale, what a library writes past Python) needs a real one.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from types import ModuleType
from typing import BinaryIO, cast

import pytest

from bot.cli.main import main
from bot.terminal import progress

WIDE = {"COLUMNS": "80", "LINES": "25"}
"""As without a terminal, even where the tests themselves run in one."""


def run_in_process(
    arguments: Sequence[str], *, cwd: Path, typed: str, environment: Mapping[str, str]
) -> CompletedProcess[str]:
    """As ``subprocess.run`` of ``pullquote ARGUMENTS``; an exception nobody meant is raised."""
    argv = ["pullquote", *arguments]
    with ExitStack() as stack:
        out, err = (stack.enter_context(_stream()) for _ in range(2))
        typed_in = io.BytesIO(typed.encode("utf-8", "surrogateescape"))
        stack.enter_context(_put_in_place(argv, typed_in, out, err))
        stack.enter_context(_surroundings(cwd, {**WIDE, **environment}))
        stack.enter_context(_log_to_standard_error())
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(_no_lines_of_progress())
        status = _status_of_main()
        return CompletedProcess(argv, status, _written(out), _written(err))


def _status_of_main() -> int:
    try:
        main()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
            return 1
        return end.code or 0
    return 0


@contextmanager
def _stream() -> Iterator[io.TextIOWrapper]:
    """A file without a name: it has a descriptor, as the real streams have."""
    with (
        tempfile.TemporaryFile() as file,
        io.TextIOWrapper(file, encoding="utf-8", write_through=True) as stream,
    ):
        yield stream


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    file = cast("BinaryIO", stream.buffer)
    file.seek(0)
    text = file.read().decode("utf-8", "surrogateescape")
    return text.replace("\r\n", "\n").replace("\r", "\n")


@contextmanager
def _put_in_place(
    argv: list[str], typed: io.BytesIO, out: io.TextIOWrapper, err: io.TextIOWrapper
) -> Iterator[None]:
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    program = sys.modules["__main__"]
    sys.argv, sys.stdout, sys.stderr = argv, out, err
    sys.stdin = io.TextIOWrapper(typed, encoding="utf-8")
    # What the usage calls the program is seen from here too: it must not be pytest.
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
        sys.modules["__main__"] = program


@contextmanager
def _surroundings(cwd: Path, environment: Mapping[str, str]) -> Iterator[None]:
    folder, variables = Path.cwd(), dict(os.environ)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(variables)


@contextmanager
def _log_to_standard_error() -> Iterator[None]:
    """Where nobody listens to it, the log goes to standard error; in the tests pytest listens."""
    root = logging.getLogger()
    listening = root.handlers[:]
    root.handlers.clear()
    try:
        yield
    finally:
        root.handlers[:] = listening


@contextmanager
def _no_lines_of_progress() -> Iterator[None]:
    """They come every ten seconds of long work: on a slow machine, of any."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progress, "monotonic", lambda: 0.0)
        yield
