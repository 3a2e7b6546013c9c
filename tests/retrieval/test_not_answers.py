"""What stands where an answer could and is none: pronouns, datelines, questions."""

from __future__ import annotations

import pytest

from retrieval.datatypes import TextRange
from retrieval.english.not_answers import (
    dateline_end,
    in_dateline,
    is_credit,
    is_pronoun,
    is_question,
)
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.span_scorer import KeywordSpanScorer
from tests.bot.worlds import article, contexts


@pytest.mark.parametrize("text", ["He", "they", "“them,”", " it ", "I", "himself", "Nobody."])
def test_pronouns(text: str) -> None:
    assert is_pronoun(text)


@pytest.mark.parametrize(
    "text", ["", "May", "he left", "US", "US.", "WHO", "IT", "Hess", "her dog"]
)
def test_no_pronouns(text: str) -> None:
    """What stands in capitals is a name."""
    assert not is_pronoun(text)


@pytest.mark.parametrize(
    "marked",
    [
        "GHENT - |It rained.",
        "NEW YORK (Northwire) — |It rained.",
        "KYIV, Ukraine (AP) -- |It rained.",
        "ST. LOUIS, May 3 – |It rained.",
        "|TRUMP: It rained.",
        "|U.S. – Mexico talks failed.",
        "  GHENT – |It rained.",
        "|Ghent - a town - is old.",
        "|US-led talks - the first - failed.",
        "|A - B",
        "|NATO met in Ghent.",
        "|GHENT -It rained.",
        "|",
    ],
)
def test_a_dateline_ends_where_the_sentence_begins(marked: str) -> None:
    text = marked.replace("|", "")
    end = marked.index("|")
    assert dateline_end(text) == end
    assert in_dateline(text, TextRange(0, 1)) == (end > 0)
    assert not in_dateline(text, TextRange(end, len(text)))


@pytest.mark.parametrize("text", ["– Ann Roe", "— Ann Roe, Wire ", "-- A. B. Roe", "– Élodie Roe"])
def test_credits(text: str) -> None:
    assert is_credit(text)


@pytest.mark.parametrize(
    "text", ["Ann Roe", "– Ann Roe left.", "– 17 people", "–", "", "– Oslo", "- Costa Rica"]
)
def test_no_credits(text: str) -> None:
    assert not is_credit(text)


@pytest.mark.parametrize("text", ["Who won?", "“Who won?”", "Who won?)\n", "Who won?’ "])
def test_questions(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["", "He asked who won.", "“Who won?” he asked.", "Who won?!"])
def test_no_questions(text: str) -> None:
    assert not is_question(text)


def read(answer: str, question: str, text: str) -> list[str]:
    reader = ExtractiveReader(KeywordSpanScorer([answer]), tokenize_with_offsets)
    return [text[s.start : s.end] for s in reader.read(question, contexts(article(text)))]


@pytest.mark.parametrize(
    ("answer", "question", "text", "given"),
    [
        ("He", "Who left Reykjavik?", "He left Reykjavik on Monday.", False),
        ("WHO", "Which organisation left?", "The WHO left Reykjavik on Monday.", True),
        ("one", "How many people died?", "Only one of the people died.", True),
        ("one", "Who was arrested?", "Only one of the people was arrested.", False),
        ("GHENT", "Who fell ill?", "GHENT - The mayor fell ill on Monday.", False),
        ("GHENT", "Where did the mayor fall ill?", "GHENT - The mayor fell ill.", True),
    ],
)
def test_the_reader_gives_none_of_them(answer: str, question: str, text: str, given: bool) -> None:
    assert (answer in read(answer, question, text)) == given


def test_a_question_answers_no_question_but_may_name_who_is_asked_for() -> None:
    text = "Why did Lavrov leave Iceland so early in the day?"
    assert read("leave Iceland so early in", "Why did Lavrov go?", text) == []
    assert "Lavrov" in read("Lavrov", "Who left Iceland?", text)
