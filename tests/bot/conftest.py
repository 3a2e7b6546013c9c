"""The command line as a user has it: a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "pullquote"
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(home: Path, **changes: str) -> dict[str, str]:
    """The tests' environment without what would change output, and with a home of its own."""
    dropped = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING", "PYTHONUTF8")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return {**kept, "XDG_STATE_HOME": str(home), "PROMPT_TOOLKIT_NO_CPR": "1", **changes}


@pytest.fixture(scope="session")
def pullquote(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs ``pullquote ARGUMENTS`` in an empty folder unless told otherwise."""
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
            input=typed if typed is not None else "",
            env=environment(home, **(env or {})),
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def index_copy(seed_index: Path, tmp_path: Path) -> Path:
    """An index of ``seeds/`` that a test may damage."""
    return Path(shutil.copytree(seed_index, tmp_path / "index"))
