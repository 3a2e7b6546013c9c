"""Which answers say the same, and which do not."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.normalisation import meaning_of, plain_words
from retrieval.datatypes import AnswerType as Kind
from tests.bot.worlds import hostile_texts

SAME = (
    (Kind.DURATION, "one hour and 45 minutes", "105 minutes"),
    (Kind.DURATION, "for 1 hour 45 minutes", "105 minutes"),
    (Kind.DURATION, "an hour and a half", "90 minutes"),
    (Kind.DURATION, "one and a half hours", "90 minutes"),
    (Kind.DURATION, "half an hour", "30 minutes"),
    (Kind.DURATION, "one second", "1 second"),
    (Kind.DURATION, "two weeks", "14 days"),
    (Kind.DURATION, "a fortnight", "14 days"),
    (Kind.DURATION, "one year", "12 months"),
    (Kind.DURATION, "two centuries", "200 years"),
    (Kind.DURATION, "1,000 hours", "1000 hours"),
    (Kind.DURATION, "nine-year", "nine years"),
    (Kind.MONEY, "$5 million", "5,000,000 dollars"),
    (Kind.MONEY, "$5 million", "five million dollars"),
    (Kind.MONEY, "$5m", "$5,000,000"),
    (Kind.MONEY, "US$5 million", "$5 million"),
    (Kind.MONEY, "£5 million", "5 million pounds"),
    (Kind.MONEY, "$1.5bn", "$1,500 million"),
    (Kind.MONEY, "50 rubles", "50 roubles"),
    (Kind.PERCENT, "50 percent", "50%"),
    (Kind.PERCENT, "fifty per cent", "50 %"),
    (Kind.NUMBER, "twelve", "12"),
    (Kind.NUMBER, "12 countries", "12"),
    (Kind.NUMBER, "a dozen", "12"),
    (Kind.NUMBER, "two dozen", "24"),
    (Kind.NUMBER, "1.5 million", "1,500,000"),
    (Kind.NUMBER, "one hundred and five", "105"),
    (Kind.DATE, "May 20", "20 May"),
    (Kind.DATE, "May 20", "20th of May"),
    (Kind.DATE, "May 20", "May 20, 2021"),
    (Kind.DATE, "2021-05-20", "May 20, 2021"),
    (Kind.DATE, "Sept. 3", "3 September"),
    (Kind.DATE, "in 1996", "1996"),
    (Kind.PERSON, "Blinken", "Antony Blinken"),
    (Kind.PERSON, "Joe", "Joe Biden"),
    (Kind.PERSON, "Muñoz", "Munoz"),
    (Kind.PERSON, "Jose\u0301", "José"),
    (Kind.PERSON, "O’Brien", "O'Brien"),
    (Kind.PERSON, "Russian Foreign Minister Sergei Lavrov", "Sergei Lavrov"),
    (Kind.PLACE, "the United States", "United States"),
    (Kind.CLAUSE, "the Colonial Pipeline", "Colonial pipeline"),
    (Kind.QUOTATION, "“killer”", "killer"),
)
DIFFERENT = (
    (Kind.DURATION, "16 and 9 years", "16 years"),
    (Kind.DURATION, "16 and nine years", "nine years"),
    (Kind.DURATION, "two or three hours", "three hours"),
    (Kind.DURATION, "two or three hours", "five hours"),
    (Kind.DURATION, "less than one hour", "more than one hour"),
    (Kind.DURATION, "several years", "one year"),
    (Kind.DURATION, "one month", "30 days"),
    (Kind.MONEY, "$5 million", "$5 billion"),
    (Kind.MONEY, "$5 million", "$5"),
    (Kind.MONEY, "$5 million", "€5 million"),
    (Kind.MONEY, "A$5 million", "US$5 million"),
    (Kind.MONEY, "50 won", "50 kroner"),
    (Kind.MONEY, "50 cents", "50 dollars"),
    (Kind.PERCENT, "5.5%", "5%"),
    (Kind.NUMBER, "12", "20"),
    (Kind.NUMBER, "5 million", "5 billion"),
    (Kind.NUMBER, "12,345,678", "12,345,679"),
    (Kind.DATE, "May 19", "May 20"),
    (Kind.DATE, "May 20, 2020", "May 20, 2021"),
    (Kind.DATE, "2021-05-19", "2021-05-20"),
    (Kind.DATE, "March 2021", "March 20"),
    (Kind.PERSON, "John Blinken", "Antony Blinken"),
    (Kind.PERSON, "Biden", "Putin"),
    (Kind.PERSON, "Ronald Reagan", "Ronald Reagan and Mikhail Gorbachev"),
    (Kind.PLACE, "Korea", "North Korea"),
    (Kind.NAME, "Korea", "North Korea"),
    (Kind.PLACE, "North Korea", "South Korea"),
    (Kind.CLAUSE, "yes", "no"),
)


def same(kind: Kind, one: str, other: str) -> bool:
    return meaning_of(one, kind).same_as(meaning_of(other, kind))


@pytest.mark.parametrize(("kind", "one", "other"), SAME)
def test_one_meaning_in_two_wordings(kind: Kind, one: str, other: str) -> None:
    assert same(kind, one, other)


@pytest.mark.parametrize(("kind", "one", "other"), DIFFERENT)
def test_two_meanings(kind: Kind, one: str, other: str) -> None:
    assert not same(kind, one, other)


@pytest.mark.parametrize(("kind", "one", "other"), SAME + DIFFERENT)
def test_the_order_of_two_answers_does_not_matter(kind: Kind, one: str, other: str) -> None:
    assert same(kind, one, other) == same(kind, other, one)


def test_blinken_is_both_and_ties_neither() -> None:
    john, antony, blinken = "John Blinken", "Antony Blinken", "Blinken"
    assert same(Kind.PERSON, blinken, john)
    assert same(Kind.PERSON, blinken, antony)
    assert not same(Kind.PERSON, john, antony)


@given(hostile_texts, st.sampled_from(list(Kind)))
def test_any_text_means_itself(text: str, kind: Kind) -> None:
    assert same(kind, text, text)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_numbers_mean_the_same_only_when_they_are(a: int, b: int) -> None:
    for one, other in product((str(a), f"{a:,}"), (str(b), f"{b:,}")):
        assert same(Kind.NUMBER, one, other) == (a == b)


def test_plain_words_drop_case_punctuation_articles_and_accents() -> None:
    assert plain_words("The “Colonial” Pipéline, Ltd.") == ["colonial", "pipeline", "ltd"]


@pytest.mark.parametrize(
    ("answer", "amount"),
    [
        ("99", 99.0),
        ("at least seven", 7.0),
        ("from 10 to seven", 7.0),
        ("two dozen", 24.0),
        ("tens of thousands", None),
        ("hundreds of people", None),
        ("218-208", None),
        ("5 to 10", None),
        ("many", None),
        ("$8 a month", 8.0),
        ("an estimated 18,000", 18000.0),
        ("a record 115", 115.0),
        ("a total of 115 people", 115.0),
        ("7 per year", 7.0),
    ],
)
def test_what_is_one_figure(answer: str, amount: float | None) -> None:
    assert meaning_of(answer, Kind.NUMBER).amount == amount


def test_vague_counts_are_no_figures_that_agree() -> None:
    assert not same(Kind.NUMBER, "tens of thousands", "10")
    assert not same(Kind.NUMBER, "218-208", "218")
    assert same(Kind.NUMBER, "tens of thousands", "Tens of thousands")


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("17,000 acres", "27 square miles", False),
        ("17,000 acres", "18,000 acres", True),
        ("17,000 acres", "18,000", True),
        ("60 miles", "97 km", False),
        ("96 people", "115", True),
        ("at least 96", "96", False),
    ],
)
def test_measures_in_other_units_are_not_compared(one: str, other: str, contradict: bool) -> None:
    first, second = (meaning_of(text, Kind.NUMBER) for text in (one, other))
    assert first.contradicts(second) == second.contradicts(first) == contradict


def test_equal_numbers_of_different_units_are_not_the_same() -> None:
    assert not same(Kind.NUMBER, "5 miles", "5 km")
    assert same(Kind.NUMBER, "5 miles", "five")
