"""A short soak; ``make soak`` runs the long one. Speeds are not looked at: machines differ."""

from __future__ import annotations

from pathlib import Path
from statistics import median

import pytest

from benchmarks.telegram.soak import soak
from tests.telegram.harness import QUICK

pytestmark = pytest.mark.slow
SECONDS = 120.0
_GROWTH = 0.08
"""Of a process that has only just begun: the last third of the time beside the second."""


def test_two_minutes_leave_the_bot_as_it_was(seed_index: Path, tmp_path: Path) -> None:
    soaked = soak(tmp_path, seed_index, SECONDS, every=2.0, sections=QUICK)
    assert list(soaked.faults) == []
    assert list(soaked.log_faults) == []
    assert sum(soaked.deeds.values()) == SECONDS
    assert len(soaked.deeds) == 6, "not everything was done"
    third = SECONDS / 3
    before = [sample for sample in soaked.samples if third <= sample.at < 2 * third]
    after = [sample for sample in soaked.samples if sample.at >= 2 * third]
    held = [median(sample.memory.rss for sample in part) for part in (before, after)]
    assert held[1] <= held[0] * (1 + _GROWTH), held
    # Outbox opens some for a moment; what leaks stays.
    assert min(s.threads for s in after) <= median(s.threads for s in before)
    assert min(s.files for s in after) <= median(s.files for s in before)
