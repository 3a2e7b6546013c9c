"""Decoding against a plain double loop that states its rules anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cmp_to_key

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.reader.boundaries import is_boundary, tidied
from retrieval.reader.spans import (
    MAX_TOKENS,
    ScoredSpan,
    Window,
    best_spans,
    score_of,
)

LEAST = float(np.finfo(np.float32).min)
"""What models put in the place of a masked logit."""


@dataclass(frozen=True)
class Case:
    text: str
    offsets: list[tuple[int, int]]
    starts: list[float]
    ends: list[float]
    null: float = 0.0

    @property
    def window(self) -> Window:
        return Window(
            np.array(self.offsets, dtype=np.int64).reshape(-1, 2),
            np.array(self.starts, dtype=np.float32),
            np.array(self.ends, dtype=np.float32),
            self.null,
        )


def every_span(
    case: Case, max_tokens: int = MAX_TOKENS, stretches: Sequence[int] | None = None
) -> list[ScoredSpan]:
    """All spans that may be given, best first, by trying every pair of tokens."""
    pairs = []
    for first, (start, start_end) in enumerate(case.offsets):
        for last, (end_start, end) in enumerate(case.offsets):
            length = last - first + 1
            if length < 1 or length > max_tokens:
                continue
            if start == start_end or end_start == end:
                continue  # a token of no text
            if stretches is not None and stretches[first] != stretches[last]:
                continue
            if not (is_boundary(case.text, start) and is_boundary(case.text, end)):
                continue
            with np.errstate(over="ignore"):
                score = float(np.float32(case.starts[first]) + np.float32(case.ends[last]))
            if score > float("-inf"):
                pairs.append((score, first, last))

    def compare(one: tuple[float, int, int], other: tuple[float, int, int]) -> int:
        if one[0] != other[0]:
            return -1 if one[0] > other[0] else 1
        return -1 if one[1:] < other[1:] else 1

    found: dict[tuple[int, int], ScoredSpan] = {}
    for score, first, last in sorted(pairs, key=cmp_to_key(compare)):
        place = tidied(case.text, case.offsets[first][0], case.offsets[last][1])
        if place and place not in found:
            found[place] = ScoredSpan(*place, score, case.null)
    return list(found.values())


def words_of(text: str, starts: dict[str, float], ends: dict[str, float]) -> Case:
    """A token for each word between blanks; logits by word, -9 for the others."""
    offsets, at = [], 0
    for word in text.split(" "):
        offsets.append((at, at + len(word)))
        at += len(word) + 1
    words = text.split(" ")
    return Case(
        text,
        offsets,
        [starts.get(word, -9.0) for word in words],
        [ends.get(word, -9.0) for word in words],
    )


pieces = st.sampled_from(
    [
        *"ab5",
        "don",
        "’",
        "s",
        "t",
        "Jose",
        "\u0301",
        "👍",
        "🏽",
        "\u200d",
        "👩",
        "U",
        ".",
        "S",
        "$",
        "%",
    ]
    + [" "] * 8
    + [*",“”\"'()\n\xa0-", "\r\n", "שלום", "東京", "\u200b", "10", "000"]
)
logits = (
    st.integers(-3, 3).map(float)  # ties
    | st.floats(-20, 20, width=32)
    | st.sampled_from([LEAST, -1e30, float("-inf")])
)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Random texts under random tokens: whole pieces, halves, several at once, empty ones."""
    parts = draw(st.lists(pieces, max_size=24))
    text = "".join(parts)
    offsets: list[tuple[int, int]] = []
    position = 0
    while position < len(text):
        size = draw(st.integers(0, 3))
        if draw(st.integers(0, 5)) and not text[position].isspace():
            # Tokenizers of bytes give an emoji as several tokens in one place.
            times = draw(st.sampled_from([1, 1, 1, 2]))
            offsets += [(position, min(len(text), position + size))] * times
        position += max(1, size)
    count = len(offsets)
    return Case(
        text,
        offsets,
        draw(st.lists(logits, min_size=count, max_size=count)),
        draw(st.lists(logits, min_size=count, max_size=count)),
        draw(st.floats(-20, 20)),
    )


@given(cases(), st.integers(1, 60), st.integers(1, 8), st.data())
@settings(max_examples=300)
def test_best_spans_are_those_of_the_double_loop(
    case: Case, count: int, max_tokens: int, data: st.DataObject
) -> None:
    size = len(case.offsets)
    stretches = data.draw(
        st.none() | st.lists(st.integers(0, 2), min_size=size, max_size=size).map(sorted)
    )
    found = best_spans(
        case.window, case.text, count=count, max_tokens=max_tokens, stretches=stretches
    )
    assert found == every_span(case, max_tokens, stretches)[:count]


@given(cases())
@settings(max_examples=100)
def test_fewer_are_the_first_of_more(case: Case) -> None:
    many = best_spans(case.window, case.text, count=50)
    for count in (1, 2, 5):
        assert best_spans(case.window, case.text, count=count) == many[:count]


def test_a_long_window_is_as_the_double_loop() -> None:
    generator = np.random.default_rng(1)
    text = " ".join(generator.choice(["one", "two", "“three”", "four,", "five."], 120))
    case = words_of(text, {}, {})
    random = Case(text, case.offsets, *generator.normal(0, 3, (2, 120)).tolist(), null=1.5)
    assert best_spans(random.window, text) == every_span(random)[:20]
    assert best_spans(random.window, text, count=2000) == every_span(random)[:2000]


def test_no_tokens_no_spans() -> None:
    assert best_spans(Case("abc", [], [], []).window, "abc") == []
    assert best_spans(Case("abc", [(1, 1)], [5.0], [5.0]).window, "abc") == []


def test_all_logits_minus_infinity_give_nothing() -> None:
    case = Case("abc", [(0, 3)], [float("-inf")], [0.0])
    assert best_spans(case.window, "abc") == []


def test_a_span_of_max_tokens_is_found_and_no_longer_one() -> None:
    case = words_of("a b c d", {"a": 9.0}, {"d": 9.0})
    assert best_spans(case.window, case.text, max_tokens=4)[0].score == 18.0
    assert best_spans(case.window, case.text, max_tokens=3)[0].score == 0.0


def test_an_end_before_its_start_is_no_span() -> None:
    case = words_of("a b", {"b": 9.0}, {"a": 9.0})
    assert {(s.start, s.end) for s in best_spans(case.window, case.text)} == {
        (0, 1),
        (2, 3),
        (0, 3),
    }


def test_of_tokens_in_one_place_the_order_counts() -> None:
    case = Case("🙂", [(0, 1), (0, 1)], [1.0, 9.0], [9.0, 1.0])
    assert best_spans(case.window, case.text) == [ScoredSpan(0, 1, 10.0, 0.0)]


def test_a_span_stays_in_its_stretch() -> None:
    case = words_of("a b c", {"a": 9.0}, {"c": 9.0})
    best = best_spans(case.window, case.text, stretches=[0, 0, 1])
    assert best[0].score == 0.0
    assert (0, 5) not in {(span.start, span.end) for span in best}


def test_no_span_ends_inside_a_word() -> None:
    case = Case("Reykjavik braces", [(0, 6), (6, 9), (10, 16)], [9, 9, 0], [9, 0, 0])
    assert best_spans(case.window, case.text)[0] == ScoredSpan(0, 9, 9.0, 0.0)


def test_of_spans_that_tidying_makes_one_the_best_stays_and_the_list_is_filled() -> None:
    case = words_of(", , , , a b", {",": 5.0, "a": 4.0}, {"a": 5.0})
    assert best_spans(case.window, case.text, count=1) == [ScoredSpan(8, 9, 10.0, 0.0)]
    # Four spans from a comma to "a", and four to "b", are one each: the others take no places.
    assert [s.score for s in best_spans(case.window, case.text, count=3)] == [10.0, -4.0, -18.0]


def test_ties_go_to_the_earlier_then_the_shorter() -> None:
    case = Case("a b c", [(0, 1), (2, 3), (4, 5)], [1, 1, 1], [1, 1, 1])
    places = [(span.start, span.end) for span in best_spans(case.window, case.text)]
    assert places == [(0, 1), (0, 3), (0, 5), (2, 3), (2, 5), (4, 5)]


def test_the_margin_is_over_the_windows_null_score() -> None:
    case = Case("a", [(0, 1)], [3.0], [4.0], null=5.0)
    (span,) = best_spans(case.window, case.text)
    assert (span.score, span.null_score, span.margin) == (7.0, 5.0, 2.0)


@given(cases())
@settings(max_examples=60)
def test_score_of_any_range(case: Case) -> None:
    ends = sorted({at for offset in case.offsets for at in offset} | {0, len(case.text)})
    for start in ends:
        for end in ends:
            found = score_of(case.window, start, end)
            firsts = [i for i, (a, _) in enumerate(case.offsets) if a == start]
            lasts = [i for i, (_, b) in enumerate(case.offsets) if b == end]
            with np.errstate(over="ignore"):
                scores = [
                    np.float32(case.starts[first]) + np.float32(case.ends[last])
                    for first, last in zip(firsts[:1], lasts[-1:], strict=False)
                ]
            if start >= end or not scores or not np.isfinite(scores[0]):
                assert found is None
            else:
                assert found == ScoredSpan(start, end, float(scores[0]), case.null)


def test_score_of_agrees_with_best_spans() -> None:
    case = words_of("one two three", {"two": 3.0}, {"three": 4.0})
    best = best_spans(case.window, case.text)[0]
    assert score_of(case.window, best.start, best.end) == best


@pytest.mark.parametrize("place", [(0, 2), (1, 3), (2, 2), (3, 0), (0, 99)])
def test_score_of_what_tokens_do_not_bound_is_none(place: tuple[int, int]) -> None:
    assert score_of(Case("abc d", [(0, 3), (4, 5)], [1, 1], [1, 1]).window, *place) is None
