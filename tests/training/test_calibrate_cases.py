"""What a calibration is fitted on: the evidence of each answer, and whether it counts as right."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from retrieval.datatypes import AnswerType, Context, Feature, Span
from tests.bot.worlds import article, contexts
from training import calibrate
from training.calibrate import case_of
from training.held_out import Asked

pytestmark = pytest.mark.slow

TEXT = "The meeting in Reykjavik lasted 105 minutes. Nobody signed anything in Oslo."


def span_at(text: str, margin: float) -> Span:
    source = article(TEXT, "a.txt")
    start = TEXT.index(text)
    sentence = next(s for s in source.sentences if s.start <= start < s.end)
    return Span(
        "a.txt", start, start + len(text), sentence, margin, 0.0, AnswerType.PLACE,
        (Feature("span_probability", 0.5),),
    )  # fmt: skip


def asked(*answers: str) -> Asked:
    found: tuple[Context, ...] = tuple(contexts(article(TEXT, "a.txt")))
    return Asked("q1", "wiki" if answers else "wiki-none", "Where?", answers, found)


class Finding:
    """Implements ``Reader``: finds the given spans."""

    def __init__(self, *spans: Span) -> None:
        self._spans = spans

    def expected_type(self, question: str) -> AnswerType:
        return AnswerType.PLACE

    def read(self, question: str, contexts: Sequence[Context]) -> tuple[Span, ...]:
        return self._spans


def length(question: str, texts: Sequence[str]) -> list[float]:
    """A ``Similarity`` that tells texts apart."""
    return [float(len(text)) for text in texts]


def test_a_case_holds_the_evidence_of_every_group_and_whether_it_is_right() -> None:
    reader = Finding(span_at("Oslo", 3.0), span_at("Reykjavik", 1.0), span_at("105 minutes", 2.0))
    case = case_of(asked("Reykjavik"), reader, length)
    assert (case.id, case.kind) == ("q1", "wiki")
    first, second = (TEXT[s.start : s.end].strip() for s in article(TEXT, "a.txt").sentences)
    found = [
        (v["margin"], v["similarity"], r) for v, r in zip(case.values, case.right, strict=True)
    ]
    assert found == [(3.0, len(second), False), (2.0, len(first), False), (1.0, len(first), True)]
    assert all(values["span_probability"] == 0.5 for values in case.values)


def test_nothing_is_right_for_a_question_without_an_answer() -> None:
    reader = Finding(span_at("Oslo", 3.0), span_at("Reykjavik", 1.0))
    case = case_of(asked(), reader, length)
    assert case.values
    assert not any(case.right)
    assert case_of(asked("Oslo"), Finding(), length).values == ()


SENTENCE = "The meeting in Reykjavik lasted 105 minutes."


@pytest.mark.parametrize(
    ("question", "text", "answers", "expected"),
    [
        ("Where?", "in Reykjavik", ("meeting in Reykjavik",), True),  # nearly
        ("Where?", SENTENCE, ("Reykjavik",), False),
        ("Why was it long?", SENTENCE, ("Reykjavik",), True),  # a sentence that holds it
        ("Why was it long?", SENTENCE, ("the Reykjavik meeting",), False),
        ("Why was it long?", SENTENCE, ("Reyk",), False),
        ("Why was it long?", SENTENCE, (), False),
        ("Why was it long?", SENTENCE, ("the",), False),  # says nothing
        ("Why was it long?", "word " * 40 + "Oslo", ("Oslo",), False),
        ("Why was it long?", "word " * 39 + "Oslo", ("Oslo",), True),
        ("Why was it long?", "word " * 40 + "Oslo", ("word " * 21,), True),
    ],
)
def test_what_counts_as_right(
    question: str, text: str, answers: tuple[str, ...], expected: bool
) -> None:
    assert calibrate.is_right(question, text, answers) == expected
