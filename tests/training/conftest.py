from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tests.training.builders import write_encoder, write_sets


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder(tmp_path_factory.mktemp("tiny-encoder"))


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read only."""
    return write_sets(tmp_path_factory.mktemp("tiny") / "data")


@pytest.fixture(scope="package", autouse=True)
def quick() -> Iterator[None]:
    """One thread, which is quickest for tiny tensors; and no waiting for the disk, because a
    stopped process, unlike a stopped machine, loses nothing that it has written.
    """
    threads = torch.get_num_threads()
    with pytest.MonkeyPatch.context() as patch:
        torch.set_num_threads(1)
        patch.setattr(torch, "set_num_threads", lambda count: None)
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield
    torch.set_num_threads(threads)
    torch.set_flush_denormal(False)  # training sets it, for the whole process
