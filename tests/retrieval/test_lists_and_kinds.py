"""Lists are kept whole, and what kind of thing a span is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import AnswerType, TextRange
from retrieval.english.clauses import descriptions, names_only
from retrieval.english.enumerations import whole_list
from retrieval.english.question_types import expectation_of
from retrieval.reader.candidates import candidates, kind_of


def bracketed(marked: str) -> tuple[str, list[TextRange]]:
    """The text without its brackets, and the ranges that were in brackets."""
    text, ranges, start = "", [], 0
    for char in marked:
        if char == "[":
            start = len(text)
        elif char == "]":
            ranges.append(TextRange(start, len(text)))
        else:
            text += char
    return text, ranges


MEMBERS = [
    "[Canada], [Iceland] and [Norway]",
    "[Canada], [Iceland], and [Norway]",
    "[Canada] and [Iceland]",
    "[Canada] or [Iceland]",
    "[Canada] & [Iceland]",
    "[Canada] as well as [Iceland]",
    "[Canada]; [Iceland]; [Norway]",
    "[Canada],\n[Iceland] and\n[Norway]",
    "[Canada],\xa0[Iceland]",
    "[Canada] and the [Netherlands]",
    "[Blinken] and Russian leader [Lavrov]",
    "[Blinken], the Russian leader [Lavrov] and his wife [Maria]",
    "[Élodie] and [Łukasz]",
]


@pytest.mark.parametrize("marked", MEMBERS)
def test_from_any_member_the_whole_list_is_found(marked: str) -> None:
    text, members = bracketed(f"Among them {marked} today.")
    whole = TextRange(members[0].start, members[-1].end)
    for member in members:
        others = [other for other in members if other != member]
        assert whole_list(text, member, others) == whole
        assert whole_list(text, member, members[::-1]) == whole


APART = [
    "[Canada] met [Iceland]",
    "[Blinken], who met [Lavrov]",
    "[Blinken] and he said [Lavrov]",
    "[Blinken] and, after talks, [Lavrov]",
    "[Canada], in [Ottawa]",
    "[Canada] and the four other very small [Faroes]",
    "[Canada]. [Iceland]",
    "[Canada] [Iceland]",
    "[Canada]/[Iceland]",
    "[Canada]land, [Iceland]",
    "[Canada], " + "extraordinarily" * 5 + " [Iceland]",
]


@pytest.mark.parametrize("marked", APART)
def test_what_is_no_enumeration_stays_apart(marked: str) -> None:
    text, (one, other) = bracketed(marked)
    assert whole_list(text, one, [other]) == one
    assert whole_list(text, other, [one]) == other


def test_the_nearest_member_joins_first_and_of_those_the_likeliest() -> None:
    text, (one, other) = bracketed("[Canada] and [Iceland] today")
    longer = TextRange(other.start, len(text))
    assert whole_list(text, one, [other, longer]) == TextRange(one.start, other.end)
    assert whole_list(text, one, [longer, other]) == TextRange(one.start, longer.end)
    text, (one, other) = bracketed("today [Canada] and [Iceland]")
    longer = TextRange(0, one.end)
    assert whole_list(text, other, [one, longer]) == TextRange(one.start, other.end)
    assert whole_list(text, other, [longer, one]) == TextRange(0, other.end)


def test_a_range_that_overlaps_the_place_adds_nothing() -> None:
    text, (one, other) = bracketed("[Canada] and [Iceland]")
    assert whole_list(text, one, [one, TextRange(2, other.end)]) == one


def test_no_others_no_list() -> None:
    assert whole_list("Canada and Iceland", TextRange(0, 6), []) == TextRange(0, 6)


@given(
    st.lists(st.sampled_from(["Canada", ",", " and ", " ", "met", "; ", "the "]), max_size=14),
    st.data(),
)
def test_a_list_only_grows_and_ends_where_members_end(
    parts: list[str], data: st.DataObject
) -> None:
    text = "".join(parts)
    position = st.integers(0, len(text))
    drawn = st.tuples(position, position).map(lambda pair: TextRange(*sorted(pair)))
    place = data.draw(drawn)
    others = data.draw(st.lists(drawn, max_size=6))
    found = whole_list(text, place, others)
    assert found.holds(place)
    assert found.start in {place.start, *(other.start for other in others)}
    assert found.end in {place.end, *(other.end for other in others)}
    assert whole_list(text, found, others) == found


@pytest.mark.parametrize(
    ("question", "marked", "kind", "fit"),
    [
        ("When did they meet?", "They met in [May 2021].", AnswerType.DATE, 0.65),
        ("When did they meet?", "They met on [May 19, 2021].", AnswerType.DATE, 1.0),
        ("Who met Lavrov?", "[Antony Blinken] met him.", AnswerType.PERSON, 1.0),
        ("Where did they meet?", "They met in [Iceland].", AnswerType.PLACE, 1.0),
        ("How much did it cost?", "It cost [$5 million].", AnswerType.MONEY, 1.0),
        ("What percentage voted?", "Then [12%] of all voted.", AnswerType.PERCENT, 1.0),
        ("How long did it last?", "It lasted [two hours].", AnswerType.DURATION, 1.0),
        # A candidate that has little in common with the span says nothing about it.
        ("When did they meet?", "They met [in rain and wind until May].", AnswerType.CLAUSE, 0.0),
        ("When did they meet?", "They met in [Iceland] in May.", AnswerType.CLAUSE, 0.0),
    ],
)
def test_kinds(question: str, marked: str, kind: AnswerType, fit: float) -> None:
    text, (place,) = bracketed(marked)
    assert kind_of(text, place, expectation_of(question)) == (kind, fit)


def test_a_nearly_equal_range_is_nearly_of_the_kind() -> None:
    text, (wide,) = bracketed("They met [on May 19, 2021].")
    narrow = TextRange(wide.start + 3, wide.end)
    kind, fit = kind_of(text, wide, expectation_of("When did they meet?"))
    assert kind is AnswerType.DATE
    assert fit == pytest.approx(len(narrow) / len(wide))


def test_half_a_candidate_counts_and_less_does_not() -> None:
    expectation = expectation_of("When did they meet?")
    text = "1984 is it now"
    for length, kind in ((8, AnswerType.DATE), (9, AnswerType.CLAUSE)):
        found, fit = kind_of(text, TextRange(0, length), expectation)
        assert found is kind
        assert fit == (pytest.approx(0.8 * 4 / 8) if kind is AnswerType.DATE else 0.0)


def test_an_empty_place_is_a_clause() -> None:
    expectation = expectation_of("When did they meet?")
    assert kind_of("May", TextRange(1, 1), expectation) == (AnswerType.CLAUSE, 0.0)
    assert kind_of("", TextRange(0, 0), expectation) == (AnswerType.CLAUSE, 0.0)


@pytest.mark.parametrize("question", ["When?", "Who met Lavrov?", "How much did it cost?", "Why?"])
def test_known_candidates_are_used_instead_of_new_ones(question: str) -> None:
    text = "Antony Blinken paid $5 million on May 19 because it rained."
    expectation = expectation_of(question)
    known = list(candidates(text, expectation))
    for start in range(len(text)):
        place = TextRange(start, min(len(text), start + 12))
        assert kind_of(text, place, expectation, known) == kind_of(text, place, expectation)
        kind, fit = kind_of(text, place, expectation)
        assert 0.0 <= fit <= 1.0
        assert (fit > 0.0) or kind is AnswerType.CLAUSE
    assert kind_of(text, TextRange(0, 14), expectation, []) == (AnswerType.CLAUSE, 0.0)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Moscow", True),
        ("Paul Whelan and Trevor Reed", True),
        ("Russian Foreign Minister", False),
        ("State Department’s spokesman", False),
        ("two former U.S. Marines", False),
    ],
)
def test_bare_names_describe_nobody(text: str, bare: bool) -> None:
    assert names_only(text) == bare


def test_an_apposition_behind_two_names_describes_both() -> None:
    text = "He asked Moscow to free Paul Whelan and Trevor Reed, two former Marines held in Russia."
    found = [text[place.start : place.end] for place in descriptions(text, "Paul Whelan")]
    assert "two former Marines held in Russia" in found
