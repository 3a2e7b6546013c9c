"""Dates with a month, and all that is written beside it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import TextRange
from retrieval.english.dates import CalendarDate, calendar_dates, month_number, weekday_number

WEDNESDAY = 2


def parts(text: str) -> list[tuple[str, int, int | None, int | None, int | None]]:
    return [
        (text[d.range.start : d.range.end], d.month, d.day, d.year, d.weekday)
        for d in calendar_dates(text)
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("met on May 19.", ("May 19", 5, 19, None, None)),
        ("met on May 19, 2021, he said", ("May 19, 2021", 5, 19, 2021, None)),
        ("met on 19 May 2021", ("19 May 2021", 5, 19, 2021, None)),
        ("the 19th of May", ("19th of May", 5, 19, None, None)),
        ("Sept. 3rd", ("Sept. 3rd", 9, 3, None, None)),
        ("since April 2021", ("April 2021", 4, None, 2021, None)),
        ("Wednesday, May 19", ("Wednesday, May 19", 5, 19, None, WEDNESDAY)),
        ("Wednesday night (May 19)", ("Wednesday night (May 19", 5, 19, None, WEDNESDAY)),
        ("Wed. May 19, 2021", ("Wed. May 19, 2021", 5, 19, 2021, WEDNESDAY)),
        ("on 2021-05-19 at", ("2021-05-19", 5, 19, 2021, None)),
    ],
)
def test_dates_are_read_with_what_stands_beside_them(
    text: str, found: tuple[str, int, int | None, int | None, int | None]
) -> None:
    assert parts(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        "they march 20 miles and may 3 times rest",
        "Theresa May left",
        "In March 2,000 people came",
        "Sales rose March 5.3 percent",
        "call 2021-55-19",
        "at March 5:30",
        "Mayor 5",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parts(text) == []


def test_several_dates_close_together_are_each_read_whole() -> None:
    text = "May 19, 2021, Aug. 11-13 and 3 June"
    assert [found[0] for found in parts(text)] == ["May 19, 2021", "Aug. 11-13", "3 June"]


def test_a_stretch_of_days_has_an_end() -> None:
    (found,) = calendar_dates("May 19-20, 2021")
    assert (found.day, found.until, found.whole) == (19, 20, date(2021, 5, 19))


def test_a_day_that_its_year_does_not_have_is_none() -> None:
    written = CalendarDate(TextRange(0, 6), 2, 29)
    assert written.in_year(2020) == date(2020, 2, 29)
    assert written.in_year(2021) is None
    assert written.whole is None


def test_names_have_numbers() -> None:
    assert [month_number(name) for name in ("January", "Sept.", "Dec")] == [1, 9, 12]
    assert [weekday_number(name) for name in ("Monday", "Sunday")] == [0, 6]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["May", "May 19", "2021-05-", "19", ", 2021", "Wednesday, ", " (", "Mar"]
            ),
            st.text(max_size=4),
        ),
        max_size=25,
    ).map(" ".join)
)
def test_ranges_are_in_order_and_inside(text: str) -> None:
    position = 0
    for found in calendar_dates(text):
        assert position <= found.range.start < found.range.end <= len(text)
        assert 1 <= found.month <= 12
        position = found.range.end
