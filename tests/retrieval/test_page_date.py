"""A page's date that its text contradicts, and all the dates that a text may well have."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.datatypes import DateDoubt
from retrieval.ingest.page_date import date_doubt
from retrieval.ingest.preparing import prepare
from retrieval.ingest.raw import RawArticle
from tests.bot.worlds import hostile_texts
from tests.conftest import SEEDS

from .builders import prepared

TALKS = (
    "Antony Blinken arrives for a session of NATO in Brussels, April 14, 2021.\n\n"
    "Blinken will see Lavrov next week. The meeting will be held on May 20, both said. "
    "In March Washington sanctioned seven officials. More sanctions followed in April."
)
WRITTEN = date(2021, 5, 13)
COPIED = date(2024, 2, 21)


def test_a_text_of_another_year_than_its_page() -> None:
    assert date_doubt(TALKS, COPIED) == DateDoubt("April 14, 2021")
    assert date_doubt(TALKS, WRITTEN) is None


def test_without_a_date_there_is_nothing_to_doubt() -> None:
    assert date_doubt(TALKS, None) is None


def test_the_date_line_itself_is_no_evidence_that_the_text_knows_the_year() -> None:
    article = prepared(f"February 21, 2024\n\n{TALKS}")
    assert article.published == COPIED
    assert article.date_doubt == DateDoubt("April 14, 2021")
    assert article.trusted_date is None


def test_a_given_date_is_doubted_like_a_found_one() -> None:
    assert prepared(TALKS, published=COPIED).date_doubt == DateDoubt("April 14, 2021")
    believed = prepared(TALKS, published=WRITTEN)
    assert (believed.date_doubt, believed.trusted_date) == (None, WRITTEN)


@pytest.mark.parametrize(
    "more",
    [
        "He spoke in 2023.",
        "A summit followed in June 2022.",
        "On Feb. 19 he was back in Brussels.",  # a day of the page's own month
        "They will meet again on March 11.",
    ],
)
def test_a_text_that_knows_the_time_after_it_is_believed(more: str) -> None:
    assert date_doubt(f"{TALKS}\n\n{more}", COPIED) is None


@pytest.mark.parametrize(
    "text",
    [
        "The war ended on May 8, 1945, and the soldiers came home in June.",
        "Jane Roe was born on March 3, 1931. She moved to Rome in May and wed in June. She died on "
        "Monday, her family said.",
        "The old record was set on February 4, 1939. The river rose on Sunday.",
        "Armed men broke in on March 21, 2013, the court heard. They came back on March 23.",
        "He was arrested on April 14, 2021. The trial was held in May. He was freed in June.",
        "The world changed on Sept. 11, 2001. People met in New York on Sept. 14 and Sept. 15.",
    ],
)
def test_history_is_told_with_dates_of_its_own(text: str) -> None:
    assert date_doubt(text, COPIED) is None


def test_weekday_and_day_of_the_month_fix_a_year() -> None:
    # 19 May was a Wednesday in 2021, and in no year from 2023 to 2025.
    text = (
        "The ministers talked by phone on May 11, 2021, officials said. They met on {day}, May 19, "
        "and again in June."
    )
    assert date_doubt(text.format(day="Wednesday"), COPIED) == DateDoubt("May 11, 2021")
    assert date_doubt(text.format(day="Sunday"), COPIED) is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Last updated Oct. 19, 2021.\n\nThe governor made promises.", "Oct. 19, 2021"),
        ("The restaurant closed on April 4, 2020 after 40 years.", "April 4, 2020"),
        ("On Friday, June 24, 2022, the court overturned it.", "Friday, June 24, 2022"),
        ("Jane Roe (Oct. 21, 1956 - Dec. 27, 2019) was a singer.", "Dec. 27, 2019"),
        ("Kim Jong Un visits a pharmacy in Pyongyang on May 15, 2022.", "May 15, 2022"),
    ],
)
def test_a_day_after_the_pages_that_is_told_as_past(text: str, named: str) -> None:
    assert date_doubt(text, date(2018, 2, 8)) == DateDoubt(named)


@pytest.mark.parametrize(
    "text",
    [
        "The law will take effect on June 1, 2023.",
        "He announced his retirement effective June 30, 2023.",
        "The shops are closed until April 11, 2023.",
        "The rate goes up on Jan. 1, 2023.",
        "The film is out June 30, 2023.",
        "Her book will be published on June 30, 2023.",
        "The exhibition (Feb. 10, 2019 - April 28, 2023) was praised.",
        "The plan was extended through June 30, 2023.",
        "A judge set Nov. 17, 2023, to hear the case.",
        "He was invited to speak on March 1, 2023.",
        "The ceremony on March 27, 2023 would have been his last.",
    ],
)
def test_a_preview_is_no_contradiction(text: str) -> None:
    assert date_doubt(text, date(2022, 11, 20)) is None


@pytest.mark.parametrize(("days", "is_doubted"), [(0, False), (3, False), (4, True)])
def test_a_few_days_are_time_zones_and_weekend_pages(days: int, is_doubted: bool) -> None:
    published = date(2020, 4, 4) - timedelta(days)
    doubt = date_doubt("The restaurant closed on April 4, 2020 after 40 years.", published)
    assert (doubt is not None) == is_doubted


def test_of_the_seeds_the_one_with_a_false_date_is_doubted() -> None:
    doubts = {}
    for path in sorted(SEEDS.glob("*.txt")):
        raw = RawArticle(path.name, path.read_text(encoding="utf-8"), str(SEEDS), str(path))
        doubts[path.name] = prepare(raw).date_doubt
    assert doubts.pop("002_meeting_confirmed.txt") == DateDoubt("April 14, 2021")
    assert set(doubts.values()) == {None}


@given(
    st.one_of(
        hostile_texts,
        st.lists(
            st.one_of(
                st.sampled_from(
                    [
                        "May 19, 2021",
                        "on Feb. 30, 2020",
                        "updated Jan. 1, 9999",
                        "in May",
                        "closed on",
                    ]
                ),
                hostile_texts,
            ),
            max_size=10,
        ).map(" ".join),
    ),
    st.dates(),
)
@settings(max_examples=50)
def test_whatever_the_text_the_reason_is_one_line(text: str, published: date) -> None:
    doubt = prepared(text, published=published).date_doubt
    assert doubt is None or doubt.words == " ".join(doubt.words.split()) != ""
