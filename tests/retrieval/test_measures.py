"""A number with what belongs to it; and which numbers are parts of others."""

from __future__ import annotations

import pytest

from retrieval.datatypes import TextRange
from retrieval.english.measures import is_part, whole_measure


def place(text: str, words: str) -> TextRange:
    start = text.index(words)
    return TextRange(start, start + len(words))


@pytest.mark.parametrize(
    ("text", "number", "whole"),
    [
        ("It costs $20 a month from May.", "$20", "$20 a month"),
        ("It costs $20/month from May.", "$20", "$20/month"),
        ("He paid $2 million a year for it.", "$2 million", "$2 million a year"),
        ("They got about €5 per share.", "€5", "about €5 per share"),
        ("It costs $20 a monthly subscriber.", "$20", "$20"),
        ("It fell to 7 degrees Celsius.", "7", "7 degrees Celsius"),
    ],
)
def test_a_price_keeps_what_it_is_for_and_a_number_its_unit(
    text: str, number: str, whole: str
) -> None:
    found = whole_measure(text, place(text, number), unit=True)
    assert text[found.start : found.end] == whole


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("106 people died, 12 of them children.", "12"),
        ("106 people died, including 12 children.", "12"),
        ("106 people died, among them at least 12 children.", "12"),
        ("106 people died, 12 of whom were children.", "12"),
    ],
)
def test_a_part_of_a_number_unless_that_part_is_asked_for(text: str, number: str) -> None:
    assert is_part(text, place(text, number), "How many people died?")
    assert not is_part(text, place(text, "106"), "How many people died?")
    assert not is_part(text, place(text, number), "How many children died?")
