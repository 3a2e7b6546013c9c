"""Shared by all suites: the embedding model is exported once a run, indexes are built from it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from retrieval.building import Export, IndexSettings, build
from retrieval.index.encoder import DEFAULT_MODEL, export_encoder
from retrieval.index.onnx_encoder import OnnxEncoder
from retrieval.index.store import IndexStore

SEEDS = Path(__file__).parent.parent / "seeds"
LONGEST = ("test_soak.py", "test_readme_runs.py")
"""They begin first, so that with several workers nobody waits for them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves all other tests in their order."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default model, really exported: loads torch, so it is done once."""
    folder = tmp_path_factory.mktemp("encoder")
    export_encoder(DEFAULT_MODEL, folder)
    return folder


@pytest.fixture(scope="session")
def export(encoder_folder: Path) -> Export:
    """Stands in for ``export_encoder`` where a test builds indexes: copies the one made above."""

    def copy(model: str, folder: Path, quantize: bool = True) -> OnnxEncoder:
        shutil.copytree(encoder_folder, folder, dirs_exist_ok=True)
        return OnnxEncoder(folder)

    return copy


@pytest.fixture(scope="session")
def seed_index(tmp_path_factory: pytest.TempPathFactory, export: Export) -> Path:
    """An index of ``seeds/``. Read only: a test that writes copies it first."""
    folder = tmp_path_factory.mktemp("seeds") / "index"
    build(IndexStore(folder), [SEEDS], IndexSettings(), export=export)
    return folder
