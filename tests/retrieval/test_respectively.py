"""Lists that are told apart by "respectively"."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import TextRange
from retrieval.english.respectively import respective
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.span_scorer import KeywordSpanScorer
from tests.bot.worlds import article, contexts

VOTES = "In the end Joe Biden and Donald Trump won 306 and 232 electoral votes, respectively."
SALES = "Sales in 2019, 2020 and 2021 were $5 million, $7 million and $9 million respectively."


def place_of(sentence: str, words: str) -> TextRange:
    start = sentence.index(words)
    return TextRange(start, start + len(words))


def read(sentence: str, answer: str, *named: str) -> str | None:
    ranges = [place_of(sentence, name) for name in named]
    found = respective(sentence, place_of(sentence, answer), ranges)
    return sentence[found.start : found.end] if found else None


@pytest.mark.parametrize(
    ("sentence", "answer", "named", "given"),
    [
        (VOTES, "306", "Trump", "232 electoral votes"),
        (VOTES, "306 and 232 electoral votes", "Biden", "306"),
        (VOTES, "232", "Trump", "232 electoral votes"),
        (VOTES, "Donald Trump", "306", "Joe Biden"),
        (VOTES, "Joe Biden and Donald Trump", "232", "Donald Trump"),
        (SALES, "$5 million", "2021", "$9 million"),
        (SALES, "$9 million", "2020", "$7 million"),
        ("Ann and Bob live in Oslo and Rome, respectively.", "Oslo", "Bob", "Rome"),
        ("Ann and Bob live in Oslo and Rome, respectively.", "Oslo and Rome", "Ann", "Oslo"),
    ],
)
def test_each_goes_with_its_own(sentence: str, answer: str, named: str, given: str) -> None:
    assert read(sentence, answer, named) == given


@pytest.mark.parametrize(
    ("sentence", "answer", "named"),
    [
        (VOTES, "306", []),
        (VOTES, "306", ["Biden", "Trump"]),
        (VOTES.replace(", respectively", ""), "306", ["Trump"]),
        ("They won 306 and 232 votes, respectively.", "306", []),
        ("Ann, Bob and Eve won 3 and 4 votes, respectively.", "3", ["Eve"]),
        ("Ann and Bob walk and swim, respectively.", "walk", ["Bob"]),
        ("respectively", "respectively", []),
    ],
)
def test_what_is_not_told(sentence: str, answer: str, named: list[str]) -> None:
    assert read(sentence, answer, *named) is None


@given(
    st.lists(st.sampled_from(["Ann", "and", ",", "3", "won", "$5", "respectively", "ß"])),
    st.data(),
)
def test_a_member_is_in_the_sentence_and_is_trimmed(words: list[str], data: st.DataObject) -> None:
    sentence = re.sub(r" ,", ",", " ".join([*words, "respectively"]))
    tokens = [TextRange(m.start(), m.end()) for m in re.finditer(r"\S+", sentence)]
    place, named = data.draw(st.sampled_from(tokens)), data.draw(st.lists(st.sampled_from(tokens)))
    found = respective(sentence, place, named)
    if found is not None:
        quote = sentence[found.start : found.end]
        assert quote == quote.strip() != ""
        assert "respectively" not in quote[-12:] or sentence.count("respectively") > 1


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("How many electoral votes did Donald Trump win?", "232 electoral votes"),
        ("How many electoral votes did Biden win?", "306"),
        ("How many electoral votes were won?", "306 and 232 electoral votes"),
    ],
)
def test_it_is_the_member_that_is_quoted(question: str, given: str) -> None:
    reader = ExtractiveReader(
        KeywordSpanScorer(["306 and 232 electoral votes"]), tokenize_with_offsets
    )
    spans = reader.read(question, contexts(article(VOTES)))
    assert VOTES[spans[0].start : spans[0].end] == given
