"""The pure parts of the growth benchmark."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.growth import turned_round
from benchmarks.growth_report import build_seconds, table

TEXT = "The ministers met again near the harbour while several thousand people waited outside. " * 5
POINT: dict[str, Any] = {
    "articles": 1200,
    "passages": 20_000,
    "build_seconds_without_embedding": 50.0,
    "embedded_a_second": 100.0,
    "build_peak_mb": 900.0,
    "disk_mb": 40.0,
    "open_seconds": 0.5,
    "ask_peak_mb": 300.0,
    "retrieval_ms": {"p50": 9.0, "p95": 12.0},
    "answer_ms": {"p50": 200.0, "p95": 260.0},
}


@given(st.text(), st.integers(0, 9))
def test_a_changed_text_is_as_long_as_before(text: str, copy: int) -> None:
    assert len(turned_round(text, copy)) == len(text)


def test_each_copy_has_words_of_its_own() -> None:
    copies = [turned_round(TEXT, number) for number in range(1, 5)]
    assert len({*copies, TEXT}) == 5
    for changed in copies:
        moved = [(a, b) for a, b in zip(TEXT.split(), changed.split(), strict=True) if a != b]
        assert moved
        assert all(a.strip(".") == b.strip(".")[::-1] for a, b in moved)


def test_building_is_reckoned_from_what_was_measured() -> None:
    assert build_seconds(POINT) == 50 + 20_000 / 100
    rows = table([POINT, POINT]).splitlines()
    assert rows[0] == "| | | |"
    assert "| building in all (reckoned) | 4.2 min | 4.2 min |" in rows
    assert "| retrieval p50 / p95 | 9 / 12 ms | 9 / 12 ms |" in rows
