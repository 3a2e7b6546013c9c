"""Which questions speak of something without saying which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ambiguity.vague_references import ReferenceKind, vague_reference

NOUN, NAME, PRONOUN = ReferenceKind.NOUN, ReferenceKind.NAME, ReferenceKind.PRONOUN


@pytest.mark.parametrize(
    ("question", "kind", "words"),
    [
        ("How long did the meeting last?", NOUN, "the meeting"),
        ("how long did the meeting last", NOUN, "the meeting"),
        ("How long did the meeting in Bergen last?", NOUN, "the meeting"),
        ("Where did the meeting take place?", NOUN, "the meeting"),
        ("How old is the minister?", NOUN, "the minister"),
        ("How old is the interior minister?", NOUN, "the interior minister"),
        ("Where was the minister born?", NOUN, "the minister"),
        ("The minister was born where?", NOUN, "The minister"),
        ("How many people were killed in the shooting?", NOUN, "the shooting"),
        ("Who won the election?", NOUN, "the election"),
        ("What did Lavrov call the talks?", NOUN, "the talks"),
        ("Where did Reed play?", NAME, "Reed"),
        ("How old is Reed’s wife?", NAME, "Reed"),
        ("Where did they meet?", PRONOUN, "they"),
        ("How old is she?", PRONOUN, "she"),
        ("How long did it last?", PRONOUN, "it"),
    ],
)
def test_vague(question: str, kind: ReferenceKind, words: str) -> None:
    found = vague_reference(question)
    assert found is not None
    assert (found.kind, found.words) == (kind, words)
    assert question[found.range.start : found.range.end] == words


@pytest.mark.parametrize(
    "question",
    [
        "How long did the meeting of Biden and Putin last?",
        "How long did the summit between Biden and Putin last?",
        "How long did Lou Reed play?",
        "Who sued the company that lost?",
        "Which country is the largest in the world?",
        "What happened in the first week?",
        "Who won the 2018 World Cup?",
        "Which treaty was extended for five years?",
        "Who met?",
        "How many people live in the US?",
        "Which royal swore allegiance at their birthday?",
        "What is the name of the largest pipeline?",
        "How old is the president Emmanuel Macron?",
        "In the margin of a meeting of ministers from eight Arctic countries, who shook hands with "
        "whom after which speech?",
        "",
        "?",
    ],
)
def test_plain(question: str) -> None:
    assert vague_reference(question) is None


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    found = vague_reference(text)
    assert found is None or text[found.range.start : found.range.end] == found.words != ""
