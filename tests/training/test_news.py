"""Quiz questions as they are read, and where an answer stands as words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training import news


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


def test_questions_are_chosen_by_date_and_kind(tmp_path: Path) -> None:
    record: dict[str, Any] = {
        "question": "Which show?",
        "answers": ["“Squid Game”"],
        "retrieved": ["a", "b"],
        "extractive": True,
    }
    lines = [
        record | {"id": "early", "date": "2021/12/31"},
        record | {"id": "first", "date": "2022/01/01"},
        record | {"id": "last", "date": "2022/10/31", "answer_in": ["b"]},
        record | {"id": "late", "date": "2022/11/01"},
        record | {"id": "yes or no", "date": "2022/05/01", "extractive": False},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    found = news.read_questions(path, "2022-01-01", "2022-10-31")
    assert [asked.id for asked in found] == ["first", "last"]
    assert found[0].answers == ("Squid Game",)
    assert [asked.articles for asked in found] == [("a", "b")] * 2
    assert [asked.evidence for asked in found] == [frozenset(), {"b"}]
