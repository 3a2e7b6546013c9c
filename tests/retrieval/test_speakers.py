"""Whose words a sentence gives, and what is an answer where somebody's words are asked for."""

from __future__ import annotations

import pytest

from retrieval.datatypes import Answer, AnswerType, Article, Query, TextRange, Voice
from retrieval.doubles import QuotingReader
from retrieval.english.asked_source import Asked, asked_source, without_source
from retrieval.english.speakers import speaker_of
from retrieval.ingest.sentences import sentences_of
from retrieval.pipeline import AnswerSettings
from tests.bot.worlds import answerer_over, article

ON_PAPER = "“It is over. We lost 12 hens,” Captain Ann Roe said. “It took 3 hours.”"
SAID = [
    ("The ferry stops on Sunday, said the harbour master.", "Sunday", "the harbour master"),
    ("The ferry stops on Sunday, said Bo Lund Jr.", "Sunday", "Bo Lund Jr."),
    # text, what is said in it, who says it (None: the article; "": somebody it does not name)
    ("The union said 40 welders left.", "40", "The union"),
    ("Some 40 welders left, the union said.", "40", "the union"),
    ("Some 40 welders left, said Bo Lund, a spokesman for the union.", "40", "Bo Lund"),
    ("According to the union, 40 welders left.", "40", "the union"),
    ("Some 40 welders left, according to the owner, Bo Lund.", "40", "the owner"),
    ("The owner, Bo Lund, said on Monday that 40 welders left.", "40", "The owner"),
    ("“Some 40 left,” the owner, Bo Lund, told the Kelm Post.", "40", "the owner"),
    ("KELM (AP) - The mayor said 30 fell ill, but doctors put it at 12.", "30", "The mayor"),
    ("KELM (AP) - The mayor said 30 fell ill, but doctors put it at 12.", "12", None),
    ("And U.S. officials said Friday that 300 had left.", "300", "U.S. officials"),
    ("The toll rose to 40, Gov. Jo Moss said Friday.", "40", "Gov. Jo Moss"),
    ("The fire, which the mayor said was arson, hurt 12.", "12", None),
    ("Staff were told that 40 would go.", "40", None),
    ("He said that 40 would go.", "40", ""),
    ("Ann Roe, 54, was born in Kelm and said her house has 9 rooms.", "9", ""),
    ("Bo Lund said that the hydrants were dry.", "Bo Lund", None),
    ("Bo Lund, said to be ill, owns 9 farms.", "9", None),
    (ON_PAPER, "12 hens", "Captain Ann Roe"),
    (ON_PAPER, "3 hours", "Captain Ann Roe"),
    ("The loss is put at $9 million.", "$9 million", None),
]


@pytest.mark.parametrize(("text", "said", "who"), SAID)
def test_who_says_it(text: str, said: str, who: str | None) -> None:
    start = text.index(said)
    span = TextRange(start, start + len(said))
    found = speaker_of(text, sentences_of(text, []), span)
    assert (None if found is None else text[found.range.start : found.range.end]) == who


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("How many left, according to the union?", Asked("the union", is_strict=True)),
        ("According to Bo Lund, how many left?", Asked("Bo Lund", is_strict=True)),
        ("according to the union how many left", Asked("the union", is_strict=True)),
        ("What did the Kelm Post report?", Asked("the Kelm Post", is_strict=False)),
        ("How many does the mayor say left?", Asked("the mayor", is_strict=False)),
        ("What did he say?", None),
        ("According to whom did 40 leave?", None),
        ("How many left, according to the article?", None),
        ("Who said that 40 left?", None),
        ("How many left?", None),
    ],
)
def test_whose_words_are_asked_for(question: str, asked: Asked | None) -> None:
    assert asked_source(question) == asked


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("How many left, according to the Kelm Post?", "How many left?"),
        ("According to the Kelm Post, how many left?", "How many left?"),
        ("What did the Kelm Post say about it?", "What was said about it?"),
    ],
)
def test_a_question_without_its_source(question: str, read: str) -> None:
    assert without_source(question) == read


FIGURES = "The union said 40 welders left. The owner, Bo Lund, put it at 25. Then 60 came."


def answer(question: str, *told: Article) -> Answer:
    settings = AnswerSettings(threshold=0.0)
    reader = QuotingReader(("60", "40", "25"), AnswerType.NUMBER)
    return answerer_over(*told, reader=reader, settings=settings).answer(Query(question))


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("How many left, according to the union?", ["40"]),
        ("How many left, according to Lund?", ["25"]),
        ("How many left, according to the owner?", ["25"]),
        ("How many left, according to the police?", None),
        ("How many left, according to the Kelm Post?", ["60", "40", "25"]),
    ],
)
def test_only_that_source_answers(question: str, given: list[str] | None) -> None:
    found = answer(question, article(FIGURES, publisher="kelmpost.com"))
    if given is None:
        assert found.abstained
        assert found.reason is not None
        assert found.reason.endswith("It is not said there by the police.")
    else:
        assert not found.abstained
        assert sorted(group.answer for group in found.groups) == sorted(given)


def test_who_says_it_stands_beside_the_quote() -> None:
    found = answer("How many welders left?", article(FIGURES))
    told = {g.answer: (g.citations[0].voice, g.citations[0].said_by) for g in found.groups}
    voice, who = told["40"]
    assert (voice, who and who.text) == (Voice.SAID, "The union")
    assert told["60"] == (Voice.FACT, None)
