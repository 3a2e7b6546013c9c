from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.training.builders import write_encoder, write_sets


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files that are slow as a whole load torch, which takes seconds: where no slow test is wanted
    they are not even imported.
    """
    if config.option.markexpr != "not slow" or collection_path.suffix != ".py":
        return None
    return "\npytestmark = pytest.mark.slow\n" in collection_path.read_text("utf-8") or None


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder(tmp_path_factory.mktemp("tiny-encoder"))


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only."""
    return write_sets(tmp_path_factory.mktemp("tiny") / "data")


@pytest.fixture(scope="package", autouse=True)
def quick() -> Iterator[None]:
    """One thread, which is quickest for tiny tensors, where torch is used at all; and no waiting
    for the disk, because a stopped process, unlike a stopped machine, loses nothing that it has
    written.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        if "torch" not in sys.modules:  # tests that use it have loaded it by now, as they begin
            yield
            return
        import torch

        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        patch.setattr(torch, "set_num_threads", lambda count: None)
        yield
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)  # training sets it, for the whole process
