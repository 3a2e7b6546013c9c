"""From groups of spans to evidence, and from evidence to a probability: formulas, not figures."""

from __future__ import annotations

from dataclasses import replace
from math import exp, isclose
from pathlib import Path

import pytest

from retrieval.answer.calibration import FILE, Calibration
from retrieval.answer.evidence import Evidence, evidence_of, whole_first
from retrieval.answer.facts.origins import Origins, Source
from retrieval.answer.grouping import group_spans
from retrieval.datatypes import AnswerType, Feature, Span, TextRange
from retrieval.errors import ModelError

SOME = Calibration({"margin": 0.39, "missing": -1.99}, {"margin": 0.39}, -2.7, "by hand")
WORDS = {
    "a": "the talks lasted two hours and were long".split(),
    "b": "the talks lasted two hours and were very long".split(),  # a copy of a
    "c": "officials counted one hundred twenty minutes of it".split(),
}


def span(article: str, start: int, margin: float, **features: float) -> Span:
    return Span(
        article,
        start,
        start + 1,
        TextRange(0, 100),
        margin,
        0.0,
        AnswerType.CLAUSE,
        tuple(Feature(name, value) for name, value in features.items()),
    )


def evidence(spans: list[Span], texts: dict[int, str], *similarities: float) -> list[Evidence]:
    """``similarities`` are by group, 0 where not given."""
    groups = group_spans(spans, lambda s: texts[s.start])
    return evidence_of(
        groups,
        lambda s: Source(s.article_id, tuple(WORDS[s.article_id])),
        similarities or [0.0] * len(groups),
    )


def test_copies_of_one_story_are_one_origin() -> None:
    (only,) = evidence([span("a", 0, 3.0), span("b", 0, 2.0)], {0: "two hours"})
    assert only.origins == Origins(independent=1, publishers=2)
    (only,) = evidence([span("a", 0, 3.0), span("c", 0, 2.0), span("c", 0, -1.0)], {0: "two hours"})
    assert only.origins == Origins(independent=2, publishers=2)


def test_how_many_say_it_weighs_nothing() -> None:
    """Equal words may state different facts: origins are shown, and are no evidence."""
    (alone,) = evidence([span("a", 0, 3.0)], {0: "two hours"})
    (of_two,) = evidence([span("a", 0, 3.0), span("c", 0, 2.9)], {0: "two hours"})
    assert (alone.origins.independent, of_two.origins.independent) == (1, 2)
    assert alone.values == of_two.values


def test_weekdays_of_several_articles_are_no_agreement() -> None:
    def origins(text: str) -> int:
        spans = [
            replace(span("a", 0, 3.0), answer_type=AnswerType.DATE),
            replace(span("c", 0, 2.0), answer_type=AnswerType.DATE),
        ]
        (only,) = evidence(spans, {0: text})
        return only.origins.independent

    assert (origins("Wednesday"), origins("May 19")) == (1, 2)


def test_the_margin_over_the_next_is_over_the_best_other_group() -> None:
    first, second, third = evidence(
        [span("a", 0, 3.0), span("a", 1, 1.0), span("c", 2, -30.0)], {0: "x", 1: "y", 2: "z"}
    )
    assert first.values["margin_over_next"] == 3.0 - 1.0
    assert second.values["margin_over_next"] == 1.0 - 3.0
    assert third.values["margin_over_next"] == -10
    (alone,) = evidence([span("a", 0, 3.0)], {0: "x"})
    assert alone.values["margin_over_next"] == 10


def test_the_best_span_gives_the_features() -> None:
    best, other = span("a", 0, 3.0, type_match=0.5), span("c", 0, 1.0, type_match=1.0)
    (only,) = evidence([other, best], {0: "x"})
    assert only.values == {
        "type_match": 0.5, "margin": 3.0, "margin_over_next": 10.0, "similarity": 0.0,
    }  # fmt: skip


def test_each_group_has_its_own_similarity() -> None:
    found = evidence([span("a", 0, 1.0), span("c", 1, 3.0)], {0: "x", 1: "y"}, 0.25, -0.5)
    assert [(e.group.best.start, e.values["similarity"]) for e in found] == [(1, 0.25), (0, -0.5)]


def several(margin: float, is_list: bool, start: int) -> Evidence:
    (only,) = evidence([span("a", start, margin, several=float(is_list))], LISTS)
    return only


LISTS = {0: "Iceland", 1: "Canada, Iceland and Norway", 2: "Sweden and Norway"}


@pytest.mark.parametrize(
    ("margins", "is_list", "expected"),
    [
        ((3.0, 2.0), True, [1, 0]),
        ((3.0, 2.0), False, [0, 1]),  # one thing was asked for
        ((3.0, -0.1), True, [0, 1]),  # the reader does not believe the list
    ],
)
def test_a_list_comes_before_its_member_that_led(
    margins: tuple[float, float], is_list: bool, expected: list[int]
) -> None:
    ranked = [several(margins[0], False, 0), several(margins[1], is_list, 1)]
    ranked.append(several(1.0, is_list, 2))  # another list, without that member
    whole = whole_first(ranked, lambda s: LISTS[s.start])
    assert [item.group.best.start for item in whole] == [*expected, 2]


def test_no_evidence_has_no_list_in_it() -> None:
    assert whole_first([], str) == []


@pytest.mark.parametrize("margin", [-3.0, 0.0, 0.5, 4.0])
def test_the_probability_is_the_logistic_of_the_weighted_sum(margin: float) -> None:
    calibration = Calibration({"margin": 1.5, "type_match": 2.0, "absent": 9.0}, {}, -0.25)
    expected = 1 / (1 + exp(-(1.5 * margin + 2.0 * 0.5 - 0.25)))
    assert isclose(calibration.probability({"margin": margin, "type_match": 0.5}), expected)


def test_the_order_has_weights_of_its_own() -> None:
    calibration = Calibration({"missing": -2.0}, {"margin": 3.0}, 1.0)
    assert calibration.order({"margin": 2.0, "missing": 5.0}) == 3.0 * 2.0


@pytest.mark.parametrize("margin", [-1e308, -1e9, 1e9, 1e308])
def test_an_absurd_margin_still_gives_a_probability(margin: float) -> None:
    assert 0 <= SOME.probability({"margin": margin}) <= 1


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path) -> None:
    SOME.save(tmp_path)
    assert Calibration.load(tmp_path) == SOME
    looked = replace(SOME, approval=-1.5)
    looked.save(tmp_path, "calibration-small.json")
    assert Calibration.load(tmp_path, file="calibration-small.json") == looked
    assert Calibration.load(tmp_path) == SOME


@pytest.mark.parametrize(
    "content",
    [None, "", "{", "[]", "{}", '{"weights": 3, "ordering": {}, "bias": 0}',
     '{"weights": {"margin": "much"}, "ordering": {}, "bias": 0}',
     '{"weights": {}, "ordering": {}}'],
)  # fmt: skip
def test_a_calibration_that_cannot_be_read_is_one_sentence(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        Calibration.load(tmp_path)
    assert str(tmp_path / FILE) in str(caught.value)
    assert "install pullquote again" in str(caught.value)
    assert "\n" not in str(caught.value)
