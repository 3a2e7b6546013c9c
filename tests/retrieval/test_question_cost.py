"""What a question costs over text that is no prose, or strange prose: three plain ones at most.

Work is counted, not timed: how many tokens the model gets, in how many windows, and how many
functions are called around it. A slow test times the whole of it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from types import FrameType

import pytest

from benchmarks.hostile_articles import (
    LIMIT,
    QUESTIONS,
    Asked,
    hostile_text,
    plain_text,
    ratio,
)
from benchmarks.hostile_units import UNITS
from retrieval.answer.calibration import Calibration
from retrieval.datatypes import Query
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.model_store import bundled_folder
from retrieval.reader.second.looks import SECOND_WINDOWS
from retrieval.reader.span_model import (
    LEAST_WINDOWS,
    TOKENIZER_FILE,
    WINDOWS_PER_TEXT,
    OnnxSpanModel,
    bounded,
)
from retrieval.reader.span_scorer import KeywordSpanScorer
from retrieval.reader.spans import Window
from tests import deadlines

SIZE = 6_000
FEWER = 4
"""Passages that are read here: a quarter of what is usual."""
LARGER = 7 / 4
"""What a token costs the second reader, of what it costs the first: seven times the weights. It is
asked as usual, while the first one reads a quarter.
"""


class CountingScorer:
    """Cuts windows as a bundled reader does and counts what that reader would get."""

    reads_titles = True

    def __init__(
        self, answers: Sequence[str], longest: int, stride: int, most: tuple[int, int]
    ) -> None:
        from tokenizers import Tokenizer

        self._most = most

        self._tokenizer = Tokenizer.from_file(str(bundled_folder() / TOKENIZER_FILE))
        self._tokenizer.enable_truncation(longest, stride=stride, strategy="only_second")
        self._tokenizer.no_padding()
        self._words = KeywordSpanScorer(answers, size=longest, stride=stride)
        self.tokens = self.windows_read = 0

    @property
    def identity(self) -> str:
        return "counting"

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        firsts = [self._tokenizer.encode(question, text) for text in texts]
        parts = [[first, *first.overflowing] for first in firsts]
        for encodings in bounded(parts, *self._most):
            self.windows_read += len(encodings)
            self.tokens += sum(len(encoding.ids) for encoding in encodings)
        return self._words.windows(question, texts)


def work(text: str, question: str) -> dict[str, int]:
    """What one question over the article costs, counted."""
    scorer = CountingScorer(["Monday", "two"], 384, 128, (LEAST_WINDOWS, WINDOWS_PER_TEXT))
    again = CountingScorer([], 256, 64, SECOND_WINDOWS)  # nothing is ever settled
    reader = ExtractiveReader(scorer, tokenize_with_offsets, again)
    asked = Asked.of(text, reader, Calibration.load(bundled_folder()), passages=FEWER)
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        asked.answerer.answer(Query(question))
    finally:
        sys.setprofile(before)
    return {
        "tokens": round(scorer.tokens + LARGER * again.tokens),
        "windows": scorer.windows_read + again.windows_read,
        "calls": calls,
    }


@cache
def plain_work(question: str) -> dict[str, int]:
    return work(plain_text(), question)


@pytest.mark.parametrize("name", UNITS)
def test_no_text_makes_a_question_do_three_times_the_work(name: str) -> None:
    # Was: 60 KB of |---| were 24 passages of thousands of tokens, and cost 68 times the plain ones.
    at = list(UNITS).index(name)
    question = QUESTIONS[at % len(QUESTIONS)]
    done = work(hostile_text(UNITS[name], in_lines=at % 2 == 0, size=SIZE), question)
    plain = plain_work(question)
    assert {what: n for what, n in done.items() if n > LIMIT * plain[what]} == {}


def test_more_than_110_units_are_tried() -> None:
    assert len(UNITS) >= 110


@cache
def timed(text: str) -> Asked:
    return Asked.of(text, *bundled())


@cache
def bundled() -> tuple[ExtractiveReader, Calibration]:
    scorer = OnnxSpanModel(bundled_folder())
    scorer.load()
    return ExtractiveReader(scorer, tokenize_with_offsets), Calibration.load(bundled_folder())


@pytest.mark.slow
@pytest.mark.timeout(deadlines.TEST)
@pytest.mark.parametrize("name", UNITS)
def test_no_text_makes_a_question_take_three_times_as_long(name: str) -> None:
    # Processor time, in turns with the plain article, the least of each: other work on the machine
    # only ever adds to it.
    at = list(UNITS).index(name)
    asked = Asked.of(hostile_text(UNITS[name], in_lines=at % 2 == 0), *bundled())
    questions = [QUESTIONS[at % len(QUESTIONS)]]
    plain = timed(plain_text())
    plain.seconds(questions)
    assert any(ratio(asked, plain, rounds, questions) < LIMIT for rounds in (1, 3, 9))
