"""Title, publisher, byline and date, found where they stand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.metadata import (
    find_byline,
    find_published,
    find_publisher,
    find_title,
    parse_date,
    parse_date_line,
    parse_published,
)

DAY = date(2021, 5, 19)


@pytest.mark.parametrize(
    "value",
    [
        "2021-05-19",
        "2021/05/19",
        "20210519",
        "May 19, 2021",
        "19 May 2021",
        "Wed, 19 May 2021 23:59:59 GMT",
        "2021-05-19T00:30:00+05:00",
        "2021-05-19T10:00:00Z",
        " 2021-05-19 ",
    ],
)
def test_dates_are_read(value: str) -> None:
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    "value", ["Wed, 19 May 2021 10:00:00 EDT", "2021-05-19 10:00 CEST", "May 19, 2021 9:00 am ET"]
)
def test_dates_with_a_named_time_zone_are_read_in_silence(value: str) -> None:
    # Was: dateutil warns (UnknownTimezoneWarning) on standard error for each such article.
    assert parse_date(value) == DAY


@pytest.mark.parametrize(
    "value",
    [
        *("2021.05.19", "19.05.2021 10:15", "20210519", "19-May-21", "May 19 2021 10:15AM"),
        *("Wed, 19 May 2021 10:15:00 +0200", "2021-05-19T23:59:59-11:00", "2021-05-19 10.15"),
        *(
            "May. 19, 2021 10:15 a.m. ET",
            "Published: May 19, 2021",
            "Updated 19 May 2021, 18.40 BST",
        ),
        *("19. Mai 2021", "Mittwoch, 19. Mai 2021, 10:15 Uhr", "19 mai 2021 à 10h15"),
        *("2021年5月19日", "Wed May 19 10:15:00 UTC 2021", "10:15, 19 May 2021"),
        *("1621418400", "1621418400.5", "1621418400000", "1621418400000000"),
    ],
)
def test_published_is_read_in_any_usual_form(value: str) -> None:
    assert parse_published(value) == DAY


@pytest.mark.parametrize("value", ["", "2021", "May 2021", "soon", "10:15", "x" * 5000, "9" * 20])
def test_published_that_names_no_day_is_none(value: str) -> None:
    assert parse_published(value) is None


@pytest.mark.parametrize(
    "value",
    ["", "2021", "May 2021", "May 19", "Friday", "10:00", "soon", "2021-02-30", "0", "1" * 5000],
)
def test_what_names_no_whole_date_is_none(value: str) -> None:
    assert parse_date(value) is None


@given(st.one_of(st.text(max_size=30), st.text("0123456789-/:., TZ+apm", max_size=30)))
def test_any_text_is_a_date_or_none(value: str) -> None:
    assert isinstance(parse_date(value), date | None)


@pytest.mark.parametrize(
    "line",
    [
        "May 19, 2021",
        "Published: May 19th, 2021",
        "Updated on 19 May 2021",
        "Wednesday, May 19, 2021",
        "2021-05-19",
        "May 19, 2021 at 10:30 AM",
        "2021-05-19T10:30:00Z",
        "May 19, 2021 | 10:30 GMT",
        "Wed 19 May 2021 17.45 BST",
        "First published on Wed 19 May 2021 06.00 CEST",
        "Last updated: 19 May 2021",
        "19.05.2021",
        "By Jane Roe, May 19, 2021 | 5 min read",
        "By Jane Roe and Bo Lund | 19 May 2021",
        "19. Mai 2021",
        "Mittwoch, 19. Mai 2021, 10:30 Uhr",
        "mercredi 19 mai 2021",
    ],
)
def test_a_line_that_is_a_date(line: str) -> None:
    assert parse_date_line(line) == DAY


@pytest.mark.parametrize(
    "line",
    [
        "They met on May 19, 2021",
        "May 19, 2021 was a Wednesday",
        "May 19",
        "2021",
        "The 19 May 2021",
        "May 45, 2021",
        "31.02.2021",
        "Version 19.05.2021 is out",
        "By May 19, 2021",
        "Jane Roe, May 19, 2021",
    ],
)
def test_a_line_that_only_holds_a_date(line: str) -> None:
    assert parse_date_line(line) is None


def test_published_stands_near_the_top_only() -> None:
    assert find_published(["Title", "By Jane Roe", "May 19, 2021"]) == DAY
    assert find_published(["line"] * 6 + ["May 19, 2021"]) is None


LONG = "Ministers of eight states gathered in Reykjavik on Wednesday."


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (["Blinken meets Lavrov", LONG], "Blinken meets Lavrov"),
        (["# Blinken meets Lavrov #", LONG], "Blinken meets Lavrov"),
        (["Will it last?", LONG], "Will it last?"),
        ([LONG], None),
        ([], None),
        (["Word"], None),
        (["(Reuters) - Talks began"], None),
        (["one " * 31], None),
    ],
)
def test_titles(lines: list[str], title: str | None) -> None:
    assert find_title(lines) == title


def test_a_headline_with_an_abbreviation_in_brackets_is_a_title() -> None:
    # Was: "(PSG)" is taken for the agency of a dateline.
    headline = "Paris Saint-Germain (PSG) beat Real Madrid in the final"
    assert find_title([headline, LONG]) == headline


@pytest.mark.parametrize(
    ("lines", "publisher"),
    [
        (["Title", "(Bloomberg) -- Ministers met."], "Bloomberg"),
        (["REYKJAVIK, May 19 (Reuters) - Ministers met."], "Reuters"),
        (["WASHINGTON (AP) — Ministers met."], "AP"),
        (["Title", LONG, "©2021 Bloomberg L.P."], "Bloomberg"),
        (["Title", LONG, "Copyright 2021 Northern Press. All rights reserved."], "Northern Press"),
        ([LONG], None),
    ],
)
def test_publishers(lines: list[str], publisher: str | None) -> None:
    assert find_publisher(lines, None) == publisher


@pytest.mark.parametrize(
    "line",
    [
        "The World Health Organization (WHO) said on Monday that cases had risen.",
        "Paris Saint-Germain (PSG) beat Real Madrid.",
        "Mitt Romney (R) voted against his party.",
    ],
)
def test_an_abbreviation_in_brackets_is_no_publisher(line: str) -> None:
    # Was: the dash after a dateline is optional in _DATELINE_AGENCY, so that any name explained in
    # brackets near the top becomes the publisher that every citation shows.
    assert find_publisher([line], None) is None


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("https://www.example.org:8080/a?b", "example.org"),
        ("https://news.example.org", "news.example.org"),
        ("not a url", None),
        ("", None),
        ("file:///a", None),
    ],
)
def test_the_site_is_the_last_resort(url: str, publisher: str | None) -> None:
    assert find_publisher([LONG], url) == publisher
    assert find_publisher(["(Reuters) - Talks."], url) == "Reuters"


@pytest.mark.parametrize("url", ["http://[oops", "//[", "http://a]b/"])
def test_a_broken_url_names_no_publisher(url: str) -> None:
    # Was: urlsplit raises ValueError, which ends the whole run with a traceback.
    assert find_publisher([LONG], url) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Jane Roe", "Jane Roe"),
        ("BY JANE ROE", "JANE ROE"),
        ("by Jane Roe and John O’Doe", "Jane Roe and John O’Doe"),
        ("By Jane Roe, John Doe", "Jane Roe, John Doe"),
        ("By Jane", None),
        ("By Jane Roe.!", None),
        ("Jane Roe", None),
    ],
)
def test_bylines(line: str, name: str | None) -> None:
    assert find_byline(["Title", line]) == name


@pytest.mark.parametrize("line", ["by the end of the week", "By the way of Copenhagen"])
def test_a_wrapped_line_that_begins_with_by_is_no_byline(line: str) -> None:
    # Was: re.I makes [A-Z] match lower-case words too.
    assert find_byline(["Title", line]) is None


def test_a_byline_may_hold_the_date() -> None:
    lines = ["Title of the day", "By Jane Roe, May 19, 2021 | 5 min read", "It rained."]
    assert (find_byline(lines), find_published(lines)) == ("Jane Roe", DAY)
