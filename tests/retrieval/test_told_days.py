"""Days that a text tells of as past, against the day of its page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.english.told_days import told_after

PAGE = date(2023, 8, 9)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The fund reported as of Aug. 11 that much was raised.", "Aug. 11"),
        ("The trial, which began August 12, is over.", "August 12"),
        ("The strike ended on 13 August 2023.", "13 August 2023"),
        ("Updated August 10", "August 10"),
        ("UPDATED: August 10, 2023", "August 10, 2023"),
        ("Updated 10:15 AM EDT, Thu August 10, 2023", "Thu August 10, 2023"),
        ("It will be formally signed August 21.", None),
        ("The talks are being held August 20.", None),
        ("He said August 20 is the day.", None),
        ("It picked August 20 for the launch.", None),
        ("The trial begins August 12.", None),
        ("The vote is expected on August 12.", None),
        ("The flag will be adopted as of March 9, 2024.", None),
        ("It burned on August 8.", None),
        ("United won on 29 May 1968.", None),
        ("It recalled the Sept. 11 attacks.", None),
        ("No day at all.", None),
    ],
)
def test_a_later_day_told_as_past(text: str, words: str | None) -> None:
    assert told_after(text, PAGE, PAGE) == words


def test_only_days_after_the_one_asked_for_count() -> None:
    text = "The trial, which began August 12, is over."
    assert told_after(text, PAGE, date(2023, 8, 11)) == "August 12"
    assert told_after(text, PAGE, date(2023, 8, 12)) is None


@given(st.text(max_size=200), st.dates(date(1, 1, 2), date(9999, 12, 30)))
def test_any_text_and_any_day(text: str, day: date) -> None:
    found = told_after(text, day, day)
    assert found is None or found in text


def test_the_ends_of_the_calendar() -> None:
    for day in (date.min, date.max - timedelta(days=0)):
        assert told_after("It ended February 29.", day, day) in (None, "February 29")
