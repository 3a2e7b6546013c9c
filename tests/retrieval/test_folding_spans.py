"""Spans of overlapping passages: the best one stays, the others go into it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import (
    AnswerType,
    Span,
    TextRange,
)
from retrieval.reader.extractive import folded


def span_at(start: int, end: int, margin: float, article_id: str = "a") -> Span:
    place = TextRange(start, end)
    return Span(article_id, start, end, place, margin, 0.0, AnswerType.CLAUSE)


def test_folding_keeps_the_best_of_overlapping_spans_of_one_article() -> None:
    best, worse, apart = span_at(5, 9, 3.0), span_at(0, 6, 2.0), span_at(9, 12, 1.0)
    elsewhere = span_at(5, 9, 2.5, "b")
    found = folded([apart, worse, elsewhere, best])
    assert [(s.article_id, s.range) for s in found] == [
        (s.article_id, s.range) for s in (best, elsewhere, apart)
    ]


@given(
    st.lists(
        st.builds(
            lambda start, size, margin, name: span_at(start, start + size, margin, name),
            st.integers(0, 30),
            st.integers(1, 9),
            st.integers(-3, 3).map(float),
            st.sampled_from("ab"),
        ),
        max_size=12,
    ),
    st.randoms(),
)
def test_folding_is_greedy_and_does_not_depend_on_order(spans: list[Span], random: object) -> None:
    expected: list[Span] = []
    for span in sorted(spans, key=lambda s: (-s.margin, s.article_id, s.start, s.end)):
        rivals = [other for other in expected if other.article_id == span.article_id]
        if all(span.end <= other.start or other.end <= span.start for other in rivals):
            expected.append(span)
    random.shuffle(spans)  # type: ignore[attr-defined]
    found = folded(spans)
    assert [(s.article_id, s.range, s.margin) for s in found] == [
        (s.article_id, s.range, s.margin) for s in expected
    ]
