"""The command line as a user has it: in this process, or in one of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests import deadlines
from tests.bot.in_process import run_in_process
from tests.bot.remembered import reading_remembered

COMMAND = Path(sys.executable).parent / "pullquote"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(home: Path, **changes: str) -> dict[str, str]:
    """The tests' environment without what would change output, and with a home of its own."""
    dropped = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING", "PYTHONUTF8")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "XDG_STATE_HOME": str(home), "PROMPT_TOOLKIT_NO_CPR": "1", **changes}


@pytest.fixture(scope="session")
def pullquote(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs ``pullquote ARGUMENTS`` inside this process, in an empty folder unless told otherwise:
    what it says, writes and gives as its exit status is the same as in one of its own.
    """
    home = tmp_path_factory.mktemp("home")
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(
        *arguments: str | Path,
        cwd: Path | None = None,
        typed: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        with reading_remembered():
            return run_in_process(
                [*map(str, arguments)],
                cwd=cwd or elsewhere,
                typed=typed or "",
                environment=environment(home, **(env or {})),
            )

    return run


@pytest.fixture(scope="session")
def pullquote_process(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same in a process of its own: for what only that shows, and to show that both agree."""
    home = tmp_path_factory.mktemp("home")
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(
        *arguments: str | Path,
        cwd: Path | None = None,
        typed: str | None = None,
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(COMMAND), *map(str, arguments)],
            cwd=cwd or elsewhere,
            input=typed or "",
            env=environment(home, **(env or {})),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=deadlines.HANGS,
            check=False,
        )

    return run


@pytest.fixture(params=["pullquote", pytest.param("pullquote_process", marks=pytest.mark.slow)])
def either_way(request: pytest.FixtureRequest) -> Run:
    """The first of them; among the slow tests the second too."""
    run: Run = request.getfixturevalue(request.param)
    return run


@pytest.fixture
def index_copy(seed_index: Path, tmp_path: Path) -> Path:
    """An index of ``seeds/`` that a test may damage."""
    return Path(shutil.copytree(seed_index, tmp_path / "index"))
