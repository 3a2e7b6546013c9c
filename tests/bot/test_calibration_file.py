"""The calibration file: what is written is what is read, and it is never half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Calibrated, load_config
from bot.evaluation.calibrating.calibration_file import write_calibration
from retrieval.errors import StorageError
from tests.bot.test_reliability_shown import measured

CALIBRATED = Calibrated(
    threshold=0.52235, reliability=measured((0.52235, 171, 206), (0.75, 200, 206))
)


def config_in(folder: Path) -> Path:
    path = folder / "mine.toml"
    path.write_text('[answer]\ncalibration = "calibration.toml"\n')
    return path


def test_it_reads_like_a_config(tmp_path: Path) -> None:
    write_calibration(tmp_path / "calibration.toml", CALIBRATED)
    assert (tmp_path / "calibration.toml").read_text() == (
        "# Written by `pullquote calibrate`, which overwrites it.\n"
        "threshold = 0.52235\n"
        "\n"
        "[reliability]\n"
        "precision = 0.9\n"
        'measured_on = { file = "q.jsonl", questions = 500, day = 2025-06-01 }\n'
        'reader = "some@reader"\n'
        "bins = [\n"
        "    { from = 0.52235, right = 171, of = 206 },\n"
        "    { from = 0.75, right = 200, of = 206 },\n"
        "]\n"
    )


@given(
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 9999)), min_size=1, max_size=8),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20),
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    threshold: float,
    bins: list[tuple[float, int]],
    name: str,
) -> None:
    folder = tmp_path_factory.mktemp("any")
    rising = sorted({start: (start, of, of) for start, of in bins}.values())
    section = measured(*rising, reader=name)
    write_calibration(
        folder / "calibration.toml", Calibrated(threshold=threshold, reliability=section)
    )
    answer = load_config(config_in(folder)).answer
    assert (answer.threshold, answer.reliability) == (threshold, section)


def test_one_that_cannot_be_written_stays_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "calibration.toml"
    file.mkdir()
    with pytest.raises(StorageError):
        write_calibration(file, CALIBRATED)
    assert [path.name for path in tmp_path.iterdir()] == ["calibration.toml"]
