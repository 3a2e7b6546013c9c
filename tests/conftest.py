"""Shared by all suites: the embedding model is exported once a run, indexes are built from it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from retrieval.index.encoder import DEFAULT_MODEL, export_encoder
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore
from retrieval.indexing.build import Export, IndexSettings, build
from tests import deadlines

SEEDS = Path(__file__).parent.parent / "seeds"
LONGEST = ("test_soak.py", "test_readme_runs.py")
"""They begin first, so that with several workers nobody waits for them at the end."""

settings.register_profile("same-every-time", derandomize=True, deadline=None)
settings.register_profile("fuzz", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("same-every-time")  # --hypothesis-profile=fuzz draws at random: make fuzz


NOWHERE = "/dev/null/nowhere"
"""Where the user's own config and collections would be, and cannot: no test reads those of whoever
runs it, or writes there.
"""


@pytest.hookimpl(tryfirst=True)  # before pytest-timeout reads it
def pytest_configure(config: pytest.Config) -> None:
    os.environ.pop("PULLQUOTE_INDEX", None)
    os.environ.update(XDG_CONFIG_HOME=NOWHERE, XDG_DATA_HOME=NOWHERE)
    if config.getoption("timeout") is None:
        config.option.timeout = deadlines.TEST


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves all other tests in their order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """``made_once(name, make)``: a folder that ``make(folder)`` fills, once for all workers of a
    run. Read only: a test that writes copies it first.
    """
    base = tmp_path_factory.getbasetemp()
    if base.name.startswith("popen-"):  # a worker's own folder lies in that of the run
        base = base.parent

    def folder(name: str, make: Callable[[Path], object]) -> Path:
        made = base / "shared" / name
        made.parent.mkdir(exist_ok=True)
        with FileLock(made.with_suffix(".lock")):
            if not made.exists():
                unfinished = made.with_suffix(".unfinished")
                shutil.rmtree(unfinished, ignore_errors=True)
                unfinished.mkdir()
                make(unfinished)
                unfinished.rename(made)
        return made

    return folder


@pytest.fixture(scope="session")
def encoder_folder(made_once: Callable[..., Path]) -> Path:
    """The default model, really exported: loads torch, so it is done once."""
    return made_once("encoder", lambda folder: export_encoder(DEFAULT_MODEL, folder))


@pytest.fixture(scope="session")
def export(encoder_folder: Path) -> Export:
    """Stands in for ``export_encoder`` where a test builds indexes: copies the one made above."""

    def copy(model: str, folder: Path, quantize: bool = True) -> OnnxEncoder:
        shutil.copytree(encoder_folder, folder, dirs_exist_ok=True)
        return OnnxEncoder(folder)

    return copy


@pytest.fixture(scope="session")
def seed_index(made_once: Callable[..., Path], export: Export) -> Path:
    """An index of ``seeds/``. Read only: a test that writes copies it first."""

    def make(folder: Path) -> None:
        build(IndexStore(folder), [SEEDS], IndexSettings(), export=export)

    return made_once("seeds", make)
