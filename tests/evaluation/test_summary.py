"""The figures of ``metrics.json``, against the outside judge and against sums done by hand."""

from __future__ import annotations

import collections
import json
import re
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.measuring.figures import percentile, summarise
from bot.evaluation.sets.questions import EvalQuestion

from .examples import asked, group, prediction

JUDGE = Path(__file__).parents[3] / "shared" / "tools" / "judge.py"

QUESTIONS = [
    asked("right", "one hour and 45 minutes"),
    asked("near", "the former Marines"),
    asked("sentence", "Reykjavik"),
    asked("wrong", "Ned Price"),
    asked("refused", "Russia"),
    asked("curly", "constructive"),
    asked("second", "two years"),
    asked("no", disputed=()),
    asked("no-answered"),
    asked("sides", "May 19", disputed=(("May 19",), ("May 20", "20 May"))),
    asked("one-side", "Antony", disputed=(("Antony",), ("John",))),
]
PREDICTIONS = [
    prediction("right", "One hour and 45 minutes", elapsed_ms=10),
    prediction("near", "two former Marines", elapsed_ms=20),
    prediction(
        "sentence", "Iceland", groups=[group("Iceland", "In Reykjavik, Iceland, they met.")]
    ),
    prediction("wrong", "Antony Blinken"),
    prediction("refused", None, groups=[group("Russia", "Russia takes over.")]),
    prediction("curly", "“constructive”"),
    prediction(
        "second", "three", groups=[group("three", "Three."), group("for two years", "Yes.")]
    ),
    prediction("no", None),
    prediction("no-answered", "soup"),
    prediction("sides", "May 19", groups=[group("May 19", "On May 19."), group("20 May", "So.")]),
    prediction("one-side", "Antony Blinken", groups=[group("Antony Blinken", None)]),
]


def judged(questions: list[EvalQuestion], predictions: list[dict[str, Any]]) -> dict[str, int]:
    """What judge.py counts, restated from its description with its own normalisation."""
    punctuation = set(string.punctuation) | set("“”‘’«»–—…")

    def words(text: str | None) -> list[str]:
        kept = "".join(c for c in (text or "").lower() if c not in punctuation)
        return re.sub(r"\b(a|an|the)\b", " ", kept).split()

    def f1(answer: str | None, gold: str) -> float:
        a, g = collections.Counter(words(answer)), collections.Counter(words(gold))
        common = sum(min(n, g[word]) for word, n in a.items())
        return 2 * common / (a.total() + g.total()) if common else 0

    def holds(text: str | None, gold: str) -> bool:
        return f" {' '.join(words(gold))} " in f" {' '.join(words(text))} "

    by_id = {p["id"]: p for p in predictions}
    n: collections.Counter[str] = collections.Counter()
    for question in questions:
        if (p := by_id.get(question.id)) is None:
            n["missing"] += 1
            continue
        answers = [g["answer"] for g in p["groups"]]
        if question.disputed:
            n["shown"] += all(
                any(holds(a, wording) for a in answers for wording in side)
                for side in question.disputed
            )
        if not question.answers:
            n["refused right"] += p["abstained"]
            continue
        n["answerable"] += 1
        n["refused wrong"] += p["abstained"]
        n["spans"] += any(f1(p["answer"], gold) >= 0.6 for gold in question.answers)
        n["top five"] += any(holds(a, gold) for a in answers[:5] for gold in question.answers)
        if not p["abstained"] and p["groups"] and p["groups"][0]["citations"]:
            sentence = p["groups"][0]["citations"][0]["sentence"]
            n["sentences"] += any(holds(sentence, gold) for gold in question.answers)
        else:
            n["sentences"] += any(holds("", gold) for gold in question.answers)
    return dict(n)


def ours(metrics: dict[str, Any]) -> dict[str, int]:
    answerable = metrics["answerable"]
    return {
        "missing": metrics["counts"]["missing"],
        "shown": metrics["disputed"]["all_sides_shown"],
        "refused right": metrics["unanswerable"]["refused_rightly"],
        "answerable": answerable["questions"],
        "refused wrong": answerable["refused_wrongly"],
        "spans": answerable["spans_right"],
        "top five": answerable["answer_in_top_five"],
        "sentences": answerable["sentences_right"],
    }


def without_zeros(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}


def test_figures_of_the_hand_made_set() -> None:
    metrics = summarise(QUESTIONS, PREDICTIONS, left_out=3)
    assert metrics["counts"] == {"questions": 11, "predicted": 11, "missing": 0, "left_out": 3}
    # SQuAD keeps the curly quotes, so "curly" is wrong there and right for the judge.
    exact = ["right", "sides"]
    partial = [2 * 2 / (3 + 2), 2 * 1 / (2 + 1)]  # "near", "one-side"
    assert metrics["answerable"] == {
        "questions": 9,
        "exact_match": pytest.approx(100 * len(exact) / 9),
        "f1": pytest.approx(100 * (len(exact) + sum(partial)) / 9),
        # What was refused counts here: "refused" had the right span.
        "best_span_exact_match": pytest.approx(100 * (len(exact) + 1) / 9),
        "best_span_f1": pytest.approx(100 * (len(exact) + 1 + sum(partial)) / 9),
        "spans_right": len(["right", "near", "curly", "sides", "one-side"]),
        "sentences_right": len(["right", "near", "sentence", "curly", "sides"]),
        "refused_wrongly": len(["refused"]),
        "answer_in_top_five": len(
            ["right", "near", "refused", "curly", "second", "sides", "one-side"]
        ),
    }
    assert metrics["unanswerable"] == {"questions": 2, "refused_rightly": 1}
    assert metrics["disputed"] == {"questions": 2, "all_sides_shown": 1}
    assert metrics["squad"]["NoAns_exact"] == metrics["squad"]["NoAns_f1"] == 100 * 1 / 2
    assert metrics["squad"]["HasAns_f1"] == metrics["answerable"]["f1"]
    assert metrics["squad"]["exact"] == pytest.approx(100 * (len(exact) + 1) / 11)
    assert metrics["squad"]["total"] == 11
    assert metrics["latency_ms"] == {"p50": 100, "p95": 100}


def test_figures_equal_the_restated_judge() -> None:
    metrics = summarise(QUESTIONS, PREDICTIONS)
    assert without_zeros(ours(metrics)) == without_zeros(judged(QUESTIONS, PREDICTIONS))


_TEXT = st.lists(
    st.sampled_from(["the", "a", "May", "19", "20", "hour", "“hour”", "one,", "–"]), max_size=5
).map(" ".join)
_GROUP = st.builds(group, _TEXT, st.none() | _TEXT)
_PREDICTION = st.builds(
    prediction,
    st.sampled_from(["q1", "q2", "q3"]),
    st.none() | _TEXT,
    groups=st.lists(_GROUP, max_size=7),
)


@given(st.lists(st.lists(_TEXT, max_size=3), min_size=3, max_size=3), st.lists(_PREDICTION))
def test_figures_equal_the_restated_judge_on_anything(
    golds: list[list[str]], predictions: list[dict[str, Any]]
) -> None:
    questions = [
        asked(f"q{n}", *answers, disputed=(tuple(answers),) if answers else ())
        for n, answers in enumerate(golds, start=1)
    ]
    metrics = summarise(questions, predictions)
    assert without_zeros(ours(metrics)) == without_zeros(judged(questions, predictions))
    json.dumps(metrics, allow_nan=False)


@pytest.mark.skipif(not JUDGE.is_file(), reason="the outside judge is not beside this project")
def test_figures_equal_what_the_judge_prints(tmp_path: Path) -> None:
    rows = [
        {"id": q.id, "question": q.question, "answers": q.answers, "disputed": q.disputed}
        for q in QUESTIONS
    ]
    for name, lines in (("q.jsonl", rows), ("p.jsonl", PREDICTIONS)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, str(JUDGE), str(tmp_path / "q.jsonl"), str(tmp_path / "p.jsonl")]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    metrics = summarise(QUESTIONS, PREDICTIONS)
    part, refused = metrics["answerable"], metrics["unanswerable"]
    figures = {
        "answerable": part["questions"],
        "spans right": part["spans_right"],
        "sentences right": part["sentences_right"],
        "refused wrongly": part["refused_wrongly"],
        "in top five": round(100 * part["answer_in_top_five"] / part["questions"], 1),
        "unanswerable": refused["questions"],
        "refused": refused["refused_rightly"],
        "disputed": metrics["disputed"]["questions"],
        "all sides shown": metrics["disputed"]["all_sides_shown"],
    }
    for label, figure in figures.items():  # whatever else the judge prints, and in which order
        assert re.search(rf"\b{label} {figure}\b", printed), (label, figure, printed)


def test_missing_predictions_count_nowhere_else() -> None:
    metrics = summarise([asked("a", "x"), asked("b", "y")], [prediction("a", "x")])
    assert metrics["counts"]["missing"] == 1
    assert metrics["answerable"]["questions"] == 1
    assert metrics["squad"]["exact"] == 100


def test_nothing_to_average_is_null() -> None:
    metrics = summarise([], [])
    assert metrics["answerable"]["f1"] is None
    assert metrics["squad"]["NoAns_exact"] is None
    assert metrics["latency_ms"] == {"p50": None, "p95": None}


def test_percentiles_are_linear_between_neighbours() -> None:
    times = [10.0, 20.0, 40.0]
    assert percentile(times, 50) == 20
    assert percentile(times, 95) == pytest.approx(20 + (40 - 20) * (2 * 0.95 - 1))
    assert percentile([7.0], 95) == 7
