"""Which spans that say the same support an answer: those about what the question is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.answer.facts.support import stated, supported
from retrieval.answer.grouping import SpanGroup
from retrieval.answer.normalisation import meaning_of
from retrieval.datatypes import AnswerType, Feature, Span, TextRange

SPAN = Span("a", 0, 7, TextRange(0, 20), 3.0, 0.0, AnswerType.PLACE)


def span_sharing(article: str, inside: float, around: float = 0.0) -> Span:
    """A span with those shares of the question's anchors in its sentence and around it."""
    features = (Feature("anchor_coverage", inside), Feature("neighbour_coverage", around))
    return replace(SPAN, article_id=article, features=features)


def unnamed(span: Span) -> frozenset[str]:
    """No names stand around anything."""
    return frozenset()


def group_of(*spans: Span, fullest: int = 0) -> SpanGroup:
    return SpanGroup(meaning_of("Iceland", AnswerType.PLACE), spans, spans[fullest])


@pytest.mark.parametrize(
    ("best", "other", "stays"),
    [
        ((1.0, 0.0), (1.0, 0.0), True),
        ((1.0, 0.0), (0.4, 0.6), True),  # the name stands in the sentence before
        ((1.0, 0.0), (0.0, 0.0), False),
        ((1.0, 0.0), (0.5, 0.0), False),
        ((0.5, 0.0), (0.5, 0.0), True),  # nobody says more
        ((0.5, 0.0), (0.4, 0.0), False),
        ((0.0, 0.0), (0.0, 0.0), True),
    ],
)
def test_a_span_supports_that_shares_what_the_question_turns_on(
    best: tuple[float, float], other: tuple[float, float], stays: bool
) -> None:
    first, second = span_sharing("a", *best), span_sharing("b", *other)
    assert (second in supported(group_of(first, second), unnamed).spans) == stays
    assert supported(group_of(first, second), unnamed).best == first


def test_the_fullest_wording_is_one_of_those_that_stay() -> None:
    best, fuller = span_sharing("a", 1.0), span_sharing("b", 0.0)
    assert supported(group_of(best, fuller, fullest=1), unnamed).fullest == best


def test_without_anchors_all_stay() -> None:
    """A reader that gives no such features, or a question without a name."""
    bare = replace(SPAN, article_id="b")
    assert supported(group_of(SPAN, bare), unnamed).spans == (SPAN, bare)


def test_who_only_asks_supports_nothing() -> None:
    first, asking, telling = (span_sharing(name, 1.0) for name in "abc")
    group = stated(group_of(first, asking, telling), lambda span: span is asking)
    assert group.spans == (first, telling)
    alone = group_of(asking, asking)
    assert stated(alone, lambda span: True).best == asking, "unless nothing else says it"


def test_what_is_said_of_another_place_is_no_support() -> None:
    vesk, also, tarn = (span_sharing(name, 1.0) for name in "abc")
    named = {"a": frozenset({"vesk"}), "b": frozenset({"vesk", "norra"}), "c": frozenset({"tarn"})}
    group = supported(group_of(vesk, also, tarn), lambda span: named[span.article_id])
    assert group.spans == (vesk, also)
