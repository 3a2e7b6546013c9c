"""Days as they are said, on Thursday, 20 May 2021."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.english.query_dates import SpokenDays, spoken_days

TODAY = date(2021, 5, 20)


def may(day: int) -> date:
    return date(2021, 5, day)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("since Monday", may(17), None),
        ("since monday morning", may(17), None),
        ("since last Friday", may(14), None),
        ("since last thursday", may(13), None),
        ("since Thursday", may(20), None),
        ("since May 18", may(18), None),
        ("since the 18th of may", may(18), None),
        ("since 18 may 2021", may(18), None),
        ("since Monday, May 17", may(17), None),
        ("since 2021-05-18", may(18), None),
        ("since 2021/5/18", may(18), None),
        ("since 18.5.2021", may(18), None),
        ("since 5/18/2021", may(18), None),
        ("since 18/05/2021", may(18), None),
        ("since 5/5/2021", may(5), None),
        ("after May 18", may(19), None),
        ("from yesterday", may(19), None),
        ("since December 24", date(2020, 12, 24), None),
        ("since Feb 29", date(2020, 2, 29), None),
        ("since April", date(2021, 4, 1), None),
        ("since 2020", date(2020, 1, 1), None),
        ("since last week", may(10), None),
        ("since three days ago", may(17), None),
        ("since a month ago", date(2021, 4, 20), None),
        ("since the weekend", may(15), None),
        ("today", may(20), None),
        ("since this morning", may(20), None),
        ("this week", may(17), None),
        ("this month", may(1), None),
        ("this year", date(2021, 1, 1), None),
        ("yesterday", may(19), may(19)),
        ("last night", may(19), may(19)),
        ("the day before yesterday", may(18), may(18)),
        ("on May 18", may(18), may(18)),
        ("May 18-19", may(18), may(19)),
        ("on Monday", may(17), may(17)),
        ("last week", may(10), may(16)),
        ("in the last 3 days", may(17), may(20)),
        ("over the past week", may(13), may(20)),
        ("the last 24 hours", may(19), may(20)),
        ("in May", may(1), may(31)),
        ("in May 2020", date(2020, 5, 1), date(2020, 5, 31)),
        ("in 2020", date(2020, 1, 1), date(2020, 12, 31)),
    ],
)
def test_what_is_meant(words: str, first: date, last: date | None) -> None:
    assert spoken_days(words, TODAY) == SpokenDays(first, last)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "since",
        "since the flood",
        "since 31 June",
        "since 3/4/2021",
        "since 2021-13-01",
        "since Tuesday, May 17",
        "since 99999 days ago",
        "since 999 years ago on Monday",
        "since May 18 and June 1",
        "in the treaty",
        "on Mars",
        "since 5",
        "Sunday Times",
    ],
)
def test_what_means_no_day(words: str) -> None:
    assert spoken_days(words, TODAY) is None


def test_on_a_sunday_this_week_began_on_monday() -> None:
    assert spoken_days("this week", may(23)) == SpokenDays(may(17))


@given(
    st.lists(
        st.sampled_from(
            "since after on last past this the 3 31 999 a few May Feb 29 2021 9999 0001-01-01 "
            "Monday week month year ago days yesterday today weekend , - . 9999-12-31".split()
        ),
        max_size=6,
    ).map(" ".join)
    | st.text(max_size=30),
    st.dates(),
)
def test_no_words_break_it(words: str, today: date) -> None:
    found = spoken_days(words, today)
    assert found is None or found.last is None or found.first <= found.last
