"""A short torture; ``make torture`` runs the long one."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.torture import torture

pytestmark = pytest.mark.slow


def test_a_few_kills_lose_nothing(seed_index: Path, tmp_path: Path) -> None:
    seen = torture(tmp_path, 4, articles=40, seed=1, index=seed_index)
    assert seen["killed"] == 4
    stood = seen["the old version stood"] + seen["the new version stood"]
    assert stood == 4 + seen["finished in time"]
