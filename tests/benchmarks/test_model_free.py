"""The reader without a trained model keeps what every reader keeps, and comes by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from benchmarks.news.model_free import CALIBRATION, NAME, ModelFreeReader, gaps
from benchmarks.news.readers import reader_named
from retrieval.answer.weighing import Weighing
from retrieval.datatypes import TextRange
from retrieval.doubles import HashingEncoder, no_similarity
from retrieval.errors import ModelError
from retrieval.index.store import IndexStore
from retrieval.index.tokenization import tokenize, tokenize_with_offsets
from retrieval.protocols import Reader
from retrieval.reader.extractive import ExtractiveReader
from tests.bot.worlds import article, contexts, hostile_questions, hostile_texts
from tests.retrieval.test_reader_contract import (
    LETTERS_JOINED,
    NOISY,
    PLAIN,
    QUESTIONS,
    WITHOUT_TERMS,
    cut_words,
    faults,
)

READER = ModelFreeReader(HashingEncoder(tokenize), tokenize_with_offsets)
HOW_LONG = "how long did the meeting last?"


def test_is_a_reader() -> None:
    assert isinstance(READER, Reader)
    assert READER.read(HOW_LONG, []) == ()


@pytest.mark.parametrize("question", [*QUESTIONS, *WITHOUT_TERMS])
def test_it_keeps_the_promises(question: str) -> None:
    for context in contexts(NOISY, PLAIN):
        assert faults(READER.read(question, [context]), context) == []
    spans = READER.read(question, contexts(NOISY, PLAIN))
    assert [s.margin for s in spans] == sorted((s.margin for s in spans), reverse=True)
    assert len({(s.article_id, s.start, s.end) for s in spans}) == len(spans)
    assert spans == READER.read(question, contexts(NOISY, PLAIN))


@given(hostile_texts, hostile_questions)
@settings(max_examples=40)
def test_hostile_text_breaks_no_promise(text: str, question: str) -> None:
    for context in contexts(article(text)):
        assert faults(READER.read(question, [context]), context) == []


@LETTERS_JOINED
def test_no_span_begins_or_ends_inside_a_word(text: str, question: str) -> None:
    assert cut_words(READER, text, question) == []


def test_the_best_span_is_of_the_expected_kind() -> None:
    best = READER.read(HOW_LONG, contexts(NOISY))[0]
    assert NOISY.text[best.start : best.end] == "one hour and 45 minutes"
    assert best.margin == best.score - best.null_score


def test_gaps_leave_out_the_words_of_the_question() -> None:
    sentence = "Lavrov called the talks useful."
    asked = [TextRange(0, len("Lavrov called the talks"))]
    assert [sentence[g.start : g.end] for g in gaps(sentence, asked)] == ["useful"]


def test_the_benchmark_knows_it_by_name_beside_the_products_readers(seed_index: Path) -> None:
    index = IndexStore(seed_index).open()
    own = reader_named(NAME, seed_index, index, threads=1)
    assert isinstance(own.reader, ModelFreeReader)
    assert own.calibration == CALIBRATION
    bundled = reader_named("pullquote", seed_index, index, threads=1)
    assert isinstance(bundled.reader, ExtractiveReader)
    with pytest.raises(ModelError):
        reader_named("nothing/of-the-kind", seed_index, index, threads=1)


def test_its_calibration_grows_with_the_margin_and_weighs_numbers_that_there_are() -> None:
    known = contexts(NOISY)
    article = known[0].article
    spans = READER.read(HOW_LONG, known)
    weighing = Weighing({article.id: article}.__getitem__, no_similarity)
    there = weighing.evidence(HOW_LONG, spans, 8)[0].values.keys()
    for weights in (CALIBRATION.weights, CALIBRATION.ordering):
        assert weights["margin"] > 0
        assert weights.keys() <= there
