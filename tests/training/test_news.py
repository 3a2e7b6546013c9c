"""Distant supervision: an answer is marked where it stands as words, and a negative lacks it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.ingest.passages import WindowSize
from tests import deadlines
from tests.training.builders import TOWNS
from training import news
from training.negatives import words
from training.news import QuizQuestion
from training.squad import Example, Gold


def question(asked: str = "Where did the talks begin?", *answers: str) -> QuizQuestion:
    return QuizQuestion("q", asked, answers or ("Oslo",), ("Paris",), "2022-06-16", ("a1",))


def evenly(asked: QuizQuestion) -> dict[str, float]:
    return dict.fromkeys(words(asked.question), 1.0)


def golds(text: str, asked: QuizQuestion) -> list[str]:
    return [text[g.start : g.end] for g in news.closest_golds(text, asked, evenly(asked))]


@pytest.mark.parametrize(
    ("text", "answer", "found"),
    [
        ("It cost $5, he said; $50 or US$5 would be too much.", "$5", ["$5"]),
        ("M&M's are sold. So are M&M'ss and XM&M's.", "M&M's", ["M&M's"]),
        ("Class (A) and class (B), not fun(A).", "(A)", ["(A)"]),
        ("C++ beats C, C+ and C+++x", "C++", ["C++", "C++"]),
        ("Is it a.b or aXb?", "a.b", ["a.b"]),
        ("Man, woman, mankind, a man.", "man", ["Man", "man"]),
        ("ÉCOLE, école, écoles", "école", ["ÉCOLE", "école"]),
        ("of 5,000 and 1.5 and 5.", "5", ["5"]),
        ("5:30, 5-7 and 5%", "5", ["5", "5"]),
        ("nothing", "", []),
    ],
)
def test_an_answer_is_found_as_whole_words(text: str, answer: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in news.find(text, answer)] == found


@given(st.text(max_size=20), st.text(min_size=1, max_size=5), st.text(max_size=20))
def test_between_blanks_any_answer_is_found(before: str, answer: str, after: str) -> None:
    text = f"{before} {answer} {after}"
    assert (len(before) + 1, len(before) + 1 + len(answer)) in news.find(text, answer) or any(
        start < len(before) + 1 < end for start, end in news.find(text, answer)
    )


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("The Game of Thrones is on.", ("Squid Game",), True),  # a long word of the answer
        ("A squid swims.", ("Squid Game",), True),
        ("He has 12 of them.", ("12",), True),
        ("He has 12 of them.", ("all of it",), False),  # short words only
        ("He spent $5.", ("$5",), True),
        ("He spent $50.", ("$5",), False),
        ("Nothing here.", ("Oslo", "Paris"), False),
        ("Nothing in Paris.", ("Oslo", "Paris"), True),
    ],
)
def test_what_makes_a_negative_unsafe(text: str, answers: tuple[str, ...], expected: bool) -> None:
    assert news.mentions(text, answers) is expected


def test_the_sentence_closest_to_the_question_is_marked() -> None:
    text = (
        "Oslo is cold in winter. Snow falls. The talks began in Oslo, and Oslo liked them. "
        "Trains run late. Many tourists like Oslo too."
    )
    asked = question("Where did the talks begin?")
    assert golds(text, asked) == ["Oslo", "Oslo"]
    assert news.closest_golds(text, asked, evenly(asked))[0].start == text.index("Oslo, and")


def test_a_neighbouring_sentence_counts_for_less() -> None:
    asked = question("where talks began")
    assert golds("The talks began where they did. Oslo saw it.", asked) == ["Oslo"]
    assert golds("Talks began. It is late. The sun is down. Oslo saw it.", asked) == []
    # Two of three words in the own sentence are worth more than three beside it.
    text = (
        "Talks began, Oslo says. It is late. The sun is down. Talks began where it is. OSLO slept."
    )
    assert golds(text, asked) == ["Oslo"]


def test_an_answer_far_from_the_question_is_not_marked() -> None:
    assert golds("Oslo is cold in winter.", question("Who won the chess tournament?")) == []


def test_a_question_without_words_marks_nothing() -> None:
    asked = question("???")
    assert news.closest_golds("Oslo.", asked, {}) == ()


@given(
    st.lists(
        st.sampled_from(
            ["The talks began. ", "In Oslo, ", "$5 ", "(A) ", "where did ", "OSLO\n", "東京. ", "é"]
        ),
        max_size=12,
    ).map("".join)
)
def test_golds_always_point_at_an_answer(text: str) -> None:
    asked = question("Where did the talks begin?", "Oslo", "$5", "(A)", "東京")
    for gold in news.closest_golds(text, asked, evenly(asked)):
        assert text[gold.start : gold.end].lower() in {"oslo", "$5", "(a)", "東京"}


def tiny_quiz(folder: Path) -> tuple[list[QuizQuestion], list[Example]]:
    questions = news.read_questions(folder / "questions.jsonl", "2022-01-01", "2022-12-31")
    wanted = {identifier for asked in questions for identifier in asked.articles}
    articles = news.read_articles(folder / "articles.jsonl.gz", wanted)
    return questions, news.examples(questions, articles, WindowSize(), seed=13)


def test_no_negative_mentions_an_answer(tiny_data: Path) -> None:
    questions, made = tiny_quiz(tiny_data / "news-dev")
    answers = {asked.id: asked.answers for asked in questions}
    negatives = [example for example in made if not example.golds]
    assert {example.title for example in negatives} == set(answers)
    assert not [e for e in negatives if news.mentions(e.context, answers[e.title])]


def test_every_positive_is_marked_where_its_answer_stands(tiny_data: Path) -> None:
    questions, made = tiny_quiz(tiny_data / "news-dev")
    answers = {asked.id: set(asked.answers) for asked in questions}
    positives = [example for example in made if example.golds]
    assert {example.title for example in positives} == set(answers)
    for positive in positives:
        assert set(positive.answers()) <= answers[positive.title]
        assert "talks in" in positive.context  # the sentence that the question is about
    assert {e.source for e in made} == {news.SOURCE}


def test_negatives_that_hold_a_wrong_choice_come_first() -> None:
    filler = "The council met about the harbour, and the talks began late on that day. "
    texts = [f"{filler}It rained on day {day}." for day in range(12)]
    asked = question("When did the talks about the harbour begin?")
    tempting = [f"{filler}Then all went to Paris.", f"{filler}Paris was glad of it."]
    drawn = [
        news.of_question(asked, sorted([*texts, *tempting]), random.Random(seed))
        for seed in range(40)
    ]
    assert {len(examples) for examples in drawn} == {1}  # never more negatives than that
    assert sum("Paris" in examples[0].context for examples in drawn) > 20


def test_a_passage_that_mentions_an_answer_elsewhere_is_left_out() -> None:
    positive = "The talks about the harbour began in Oslo on Monday."
    elsewhere = "Talks about the harbour. It is late. The sun is down. Nobody is here. Oslo slept."
    negative = "The talks about the harbour will begin in Lima."
    asked = question("Where did talks about the harbour begin?")
    made = news.of_question(asked, [elsewhere, negative, positive], random.Random(0))
    assert [(example.context, example.answers()) for example in made] == [
        (positive, ["Oslo"]),
        (negative, []),
    ]


def test_questions_are_chosen_by_date_and_kind(tmp_path: Path) -> None:
    record: dict[str, Any] = {
        "question": "Which show?",
        "answers": ["“Squid Game”"],
        "choices": ["“Squid Game”", "“Friends”"],
        "retrieved": ["a"],
        "extractive": True,
    }
    lines = [
        record | {"id": "early", "date": "2021/12/31"},
        record | {"id": "first", "date": "2022/01/01"},
        record | {"id": "last", "date": "2022/10/31"},
        record | {"id": "late", "date": "2022/11/01"},
        record | {"id": "yes or no", "date": "2022/05/01", "extractive": False},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    found = news.read_questions(path, "2022-01-01", "2022-10-31")
    assert [asked.id for asked in found] == ["first", "last"]
    assert found[0].answers == ("Squid Game",)
    assert found[0].wrong == ("Friends",)


def test_passages_are_what_the_product_would_read(tiny_data: Path) -> None:
    folder = tiny_data / "news-dev"
    found = news.read_articles(folder / "articles.jsonl.gz", {"a0", "a3"})
    assert set(found) == {"a0", "a3"}
    (passage,) = news.passage_texts(found["a3"], WindowSize())
    assert passage == found["a3"].text.strip()
    assert TOWNS[3] in passage


def test_the_same_examples_whatever_the_hash_seed(tiny_data: Path) -> None:
    """Sets of words are in another order in every process; the examples must not be."""
    code = (
        "import sys; from pathlib import Path; from training import news;"
        "w = ['talks', 'harbour', 'began', 'in', 'the', 'town', 'which'];"
        "print(list(news.weights_of(' '.join(w), dict.fromkeys(w, 0.3))))"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
            timeout=deadlines.HANGS,
        ).stdout
        for seed in "12"
    }
    assert len(made) == 1


def test_no_gold_without_a_place() -> None:
    assert Gold(0, 4) == news.closest_golds("Oslo talks began where", question(), {"talks": 1.0})[0]
