"""Dates in figures: the day or the month first, as their source writes them; else left open."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retrieval.ingest.numeric_dates import Order, readings
from retrieval.ingest.preparing import prepare

from .builders import Reading, read_paths, write_jsonl

APRIL, MARCH = date(2023, 4, 3), date(2023, 3, 4)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("03/04/2023", {Order.DAY: APRIL, Order.MONTH: MARCH}),
        ("03-04-2023 10:30", {Order.DAY: APRIL, Order.MONTH: MARCH}),
        ("3/4/23", {Order.DAY: APRIL, Order.MONTH: MARCH}),
        ("25/04/2023", {Order.DAY: date(2023, 4, 25)}),
        ("04/25/2023", {Order.MONTH: date(2023, 4, 25)}),
        ("25/25/2023", {}),
        ("2023-04-03", {}),
        ("3 April 2023", {}),
    ],
)
def test_what_a_date_can_mean(written: str, expected: dict[Order, date]) -> None:
    assert readings(written) == expected


def read_rows(tmp_path: Path, *rows: dict[str, object]) -> Reading:
    told = [{"id": str(at), "text": "Words.", **row} for at, row in enumerate(rows)]
    return read_paths(write_jsonl(tmp_path / "a.jsonl", *told))


@pytest.mark.parametrize(
    ("other", "day"), [("25/04/2023", APRIL), ("04/25/2023", MARCH), ("04/04/2023", None)]
)
def test_a_sources_other_dates_decide(tmp_path: Path, other: str, day: date | None) -> None:
    reading = read_rows(
        tmp_path,
        {"publisher": "Kelm Post", "published": "03/04/2023"},
        {"url": "https://www.kelmpost.com/2", "published": other},
    )
    assert reading.articles[0].published == day
    left_open = '0: left without a date, "03/04/2023" may be 2023-03-04 or 2023-04-03'
    assert reading.notes == (() if day else (left_open,))


def test_another_sources_dates_do_not(tmp_path: Path) -> None:
    rows = [("Kelm Post", "03/04/2023"), ("Ulva News", "25/04/2023")]
    reading = read_rows(tmp_path, *({"publisher": p, "published": d} for p, d in rows))
    assert [raw.published for raw in reading.articles] == [None, date(2023, 4, 25)]


def test_a_source_that_writes_both_ways_decides_nothing(tmp_path: Path) -> None:
    reading = read_rows(
        tmp_path, *({"published": d} for d in ("03/04/2023", "25/04/2023", "04/25/2023"))
    )
    assert reading.articles[0].published is None


@pytest.mark.parametrize("published", [1680480000, "1680480000", 1680480000000, 1680480000.5])
def test_seconds_and_milliseconds_since_1970(tmp_path: Path, published: object) -> None:
    assert read_rows(tmp_path, {"published": published}).articles[0].published == APRIL


def test_the_date_line_of_a_text_is_decided_the_same_way_and_is_no_text(tmp_path: Path) -> None:
    text = "Bridge closed\n{}\n\nThe bridge was closed on Monday.\n\n© 2023 Kelm Post\n"
    for name, line in (("a.txt", "03/04/2023"), ("b.txt", "Updated 25/04/2023 10:30")):
        (tmp_path / name).write_text(text.format(line), encoding="utf-8")
    articles = [prepare(raw) for raw in read_paths(tmp_path).articles]
    assert [article.published for article in articles] == [APRIL, date(2023, 4, 25)]
    assert [article.title for article in articles] == ["Bridge closed"] * 2
    assert all("/04/" in a.text[a.noise[0].range.start : a.noise[0].range.end] for a in articles)
