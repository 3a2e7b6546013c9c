"""Values of one fact: which may take another's place, how they moved, which contradict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from retrieval.answer.evidence import Evidence
from retrieval.answer.facts.origins import Origins
from retrieval.answer.facts.rivals import rivals_of
from retrieval.answer.facts.series import newest_first, series_of
from retrieval.answer.facts.values import NEAR, NEAR_DAY, values_of
from retrieval.answer.grouping import SpanGroup
from retrieval.answer.normalisation import meaning_of
from retrieval.datatypes import AnswerType, Feature, Span, TextRange
from retrieval.english.change import FIGURES

HELD = frozenset({AnswerType.PERSON, AnswerType.NAME})
AUGUST = {article: date(2023, 8, day) for article, day in zip("abcdef", range(10, 16), strict=True)}


def day_of(span: Span) -> date | None:
    return AUGUST.get(span.article_id)


def span(
    article: str, margin: float, kind: AnswerType = AnswerType.NUMBER, anchors: float = 1.0
) -> Span:
    features = (Feature("anchor_coverage", anchors),)
    return Span(article, 0, 1, TextRange(0, 9), margin, 0.0, kind, features)


def said(answer: str, *spans: Span, several: bool = False) -> Evidence:
    """A group of spans that say ``answer``, the first of them the best."""
    group = SpanGroup(meaning_of(answer, spans[0].answer_type), spans, spans[0])
    return Evidence(group, Origins(1, 1), {"several": float(several)})


def answers(found: Sequence[Evidence]) -> list[str]:
    return [" ".join(evidence.group.meaning.words) for evidence in found]


def test_a_toll_that_rose_is_its_newest_value_and_the_way_to_it() -> None:
    rated = [said("55", span("b", 5.0)), said("36", span("a", 4.0)), said("93", span("d", 3.0))]
    series = series_of(rated, FIGURES, day_of)
    assert [value.day.day for value in series] == [10, 11, 13]
    assert answers([value.evidence for value in series]) == ["36", "55", "93"]
    assert answers(newest_first(rated, series)) == ["93", "55", "36"]


def test_the_day_of_a_value_is_the_first_on_which_it_was_said() -> None:
    rated = [said("55", span("d", 5.0), span("f", 4.0)), said("36", span("c", 4.0), span("a", 3.0))]
    series = series_of(rated, FIGURES, day_of)
    assert [value.day.day for value in series] == [10, 13]


def test_an_old_figure_that_is_said_again_is_not_the_newest() -> None:
    rated = [said("55", span("a", 5.0), span("f", 4.0)), said("93", span("b", 4.0))]
    series = series_of(rated, FIGURES, day_of)
    assert [value.day.day for value in series] == [10, 11]
    assert answers([value.evidence for value in series]) == ["55", "93"]


def test_an_office_is_held_by_whom_it_is_said_of_last() -> None:
    kind = AnswerType.PERSON
    rated = [
        said("Mina Lohse", span("a", 5.0, kind), span("c", 4.0, kind)),
        said("Tor Vangen", span("b", 4.0, kind)),
    ]
    series = series_of(rated, HELD, day_of)
    assert [(value.day.day, value.span.article_id) for value in series] == [(11, "b"), (12, "c")]
    assert answers([value.evidence for value in series]) == ["tor vangen", "mina lohse"]


def test_a_value_is_cited_from_the_day_it_stands_at() -> None:
    rated = [said("93", span("f", 5.0)), said("36", span("e", 4.0), span("a", 3.0))]
    assert [value.span.article_id for value in series_of(rated, FIGURES, day_of)] == ["a", "f"]


@pytest.mark.parametrize("hedged", [span("f", 4.0), span("b", 4.0)])
def test_with_a_hedge_it_is_the_same_value(hedged: Span) -> None:
    rated = [said("96", span("c", 5.0)), said("115", span("f", 4.5)), said("at least 115", hedged)]
    series = series_of(rated, FIGURES, day_of)
    assert answers([value.evidence for value in series]) == ["96", "115"]
    assert rivals_of(rated, series, day_of) == ()


def test_values_first_said_on_the_last_day_are_no_series() -> None:
    rated = [said("55", span("a", 5.0)), said("36", span("g", 4.0))]
    same_day = {"a": date(2023, 8, 10), "g": date(2023, 8, 10)}
    assert series_of(rated, FIGURES, lambda s: same_day[s.article_id]) == ()


def test_an_article_says_what_it_says_best() -> None:
    """ "From 80 to 93": 93 is the value of that day, and 80 not even a rival."""
    rated = [said("93", span("d", 5.0)), said("80", span("d", 3.0)), said("36", span("a", 4.0))]
    series = series_of(rated, FIGURES, day_of)
    assert answers([value.evidence for value in series]) == ["36", "93"]
    assert rivals_of(rated, series, day_of) == ()


@pytest.mark.parametrize(
    ("why", "other"),
    [
        ("far less sure", said("36", span("a", 5.0 - NEAR - 0.1))),
        ("of something else", said("36", span("a", 5.0, anchors=0.4))),
        ("of another kind", said("$36", span("a", 5.0, AnswerType.MONEY))),
        ("the same", said("fifty-five", span("a", 5.0))),
        ("no figure", said("dozens", span("a", 5.0))),
        ("of no day", said("36", span("x", 5.0))),
    ],
)
def test_what_is_no_earlier_value(why: str, other: Evidence) -> None:
    assert series_of([said("55", span("b", 5.0)), other], FIGURES, day_of) == (), why


def test_a_value_needs_to_be_likelier_than_none() -> None:
    """Whatever the first answer's margin: below 0 the reader prefers "not said here"."""
    first, other = said("55", span("b", 1.0)), said("36", span("a", -0.1))
    assert series_of([first, other], FIGURES, day_of) == ()


def test_an_office_is_held_by_the_newest_where_that_is_asked() -> None:
    kind = AnswerType.PERSON
    rated = [said("Tor Vangen", span("a", 5.0, kind)), said("Mina Lohse", span("f", 4.0, kind))]
    series = series_of(rated, HELD, day_of)
    assert answers(newest_first(rated, series)) == ["mina lohse", "tor vangen"]
    assert series_of(rated, FIGURES, day_of) == (), "who it was then does not change"
    assert series_of(rated, frozenset(), day_of) == ()


def test_one_name_in_more_words_is_no_later_value() -> None:
    kind = AnswerType.PERSON
    rated = [
        said("Mina Lohse", span("f", 5.0, kind)),
        said("Coach Mina Lohse", span("a", 4.0, kind)),
    ]
    assert series_of(rated, HELD, day_of) == ()


def test_where_several_are_asked_for_nobody_takes_anothers_place() -> None:
    kind = AnswerType.PERSON
    rated = [
        said("Tor Vangen", span("a", 5.0, kind), several=True),
        said("Mina Lohse", span("f", 4.0, kind)),
    ]
    assert series_of(rated, HELD, day_of) == ()


def test_nothing_has_no_values() -> None:
    assert values_of([], FIGURES) == []
    assert series_of([], FIGURES, day_of) == ()
    assert rivals_of([], (), day_of) == ()


def test_figures_of_one_day_are_rivals_newest_first() -> None:
    kind = AnswerType.DURATION
    rated = [
        said("two hours", span("c", 5.0, kind)),
        said("three hours", span("a", 4.0, kind)),
        said("four hours", span("b", 3.0, kind)),
        said("five hours", span("x", 3.0, kind)),
    ]
    assert answers(rivals_of(rated, (), day_of)) == ["four hours", "three hours", "five hours"]


def test_what_the_same_article_says_contradicts_nothing() -> None:
    kind = AnswerType.DURATION
    rated = [said("two hours", span("a", 5.0, kind)), said("three hours", span("a", 4.9, kind))]
    assert rivals_of(rated, (), day_of) == ()


def test_another_day_is_a_rival_where_another_month_is_not() -> None:
    kind, behind = AnswerType.DATE, NEAR_DAY - 0.1
    day, month = (
        said("May 20", span("b", 5 - behind, kind)),
        said("June", span("b", 5 - behind, kind)),
    )
    assert rivals_of([said("May 19", span("a", 5.0, kind)), day], (), day_of) == (day,)
    assert rivals_of([said("May", span("a", 5.0, kind)), month], (), day_of) == ()


@pytest.mark.parametrize(
    ("first", "second", "contradict"),
    [
        ("Antony Blinken", "John Blinken", True),
        ("Antony Blinken", "Blinken", False),
        ("Antony Blinken", "Sergey Lavrov", False),  # two names may both be right
        ("Sam Bankman Fried", "John Bankman Fried", False),  # where the surname begins is unsure
    ],
)
def test_people_of_one_surname(first: str, second: str, contradict: bool) -> None:
    kind = AnswerType.PERSON
    rated = [said(first, span("a", 5.0, kind)), said(second, span("b", 4.0, kind))]
    assert bool(rivals_of(rated, (), day_of)) == contradict


def test_people_are_compared_as_they_are_shown() -> None:
    """The best span may say "Blinken" where the group is shown as "John Blinken"."""
    kind = AnswerType.PERSON
    rated = [said("Blinken", span("a", 5.0, kind)), said("Antony Blinken", span("b", 4.0, kind))]
    shown = {"a": ("john", "blinken"), "b": ("antony", "blinken")}
    found = rivals_of(rated, (), day_of, lambda group: shown[group.best.article_id])
    assert answers(found) == ["antony blinken"]
    assert rivals_of(rated, (), day_of) == ()


def test_what_the_series_tells_is_no_rival() -> None:
    rated = [said("55", span("b", 5.0)), said("36", span("a", 4.0)), said("54", span("x", 4.0))]
    rated.append(said("35", span("a", 3.9)))
    series = series_of(rated, FIGURES, day_of)
    assert answers(rivals_of(rated, series, day_of)) == ["54"]
