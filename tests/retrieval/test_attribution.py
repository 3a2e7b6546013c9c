"""Whom a text names as its source, and how publishers are told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.english.attribution import publisher_key, retold


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("The engineer warned of cracks, AP reports.", "ap"),
        ("The Associated Press first reported the sale.", "ap"),
        ("A spokesman told the Norra Post that it was sold.", "norrapost"),
        ("It was sold, according to Reuters.", "reuters"),
        ("OSK (AFP) - A dam broke.", "afp"),
        ("By The Associated Press", "ap"),
        ("Reuters contributed to this report.", "reuters"),
        ("Norra Post reports: “Two died.”", "norrapost"),
    ],
)
def test_a_source_is_named(text: str, key: str) -> None:
    assert key in retold(text)


def test_a_text_without_a_source_names_none() -> None:
    assert retold("A dam broke near Osk on Monday.") == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("usatoday.com", "USA TODAY"),
        ("www.cnn.com", "CNN"),
        ("The Associated Press", "AP"),
        ("apnews.com", "Associated Press"),
        ("theweek.co.uk", "theweek"),
        ("news.bbc.co.uk", "bbc.com"),
        ("edition.cnn.com", "CNN"),
        ("Правда", "правда"),
    ],
)
def test_one_publisher_in_two_spellings(one: str, other: str) -> None:
    assert publisher_key(one) == publisher_key(other)


def test_two_publishers_stay_two() -> None:
    names = ("CNN", "Fox News", "The Times", "Post", "news.yahoo.com", "news.bbc.co.uk", "Правда")
    assert len({publisher_key(name) for name in names}) == len(names)


@given(st.text(max_size=80))
def test_any_text_has_sources_with_letters_or_none(text: str) -> None:
    assert all(key and key == publisher_key(key) for key in retold(text))


@pytest.mark.parametrize("unit", ["A.", "Ab ", "The Ab and ", "told Ab ", "(A"])
def test_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    """Whoever took the square of it would not come back."""
    retold(unit * 30_000)
