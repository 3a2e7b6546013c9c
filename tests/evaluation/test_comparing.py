"""Two runs side by side: differences, their significance, wins and losses."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.evaluation.comparing.compare import adjusted_p, compare_runs, randomisation_p
from bot.evaluation.comparing.saved_run import SavedRun
from bot.evaluation.comparing.values import conclusion
from bot.evaluation.measuring.judgements import judge_answer
from bot.evaluation.printing import comparison_lines
from retrieval.errors import UsageError
from tests.evaluation.examples import asked, prediction

QUESTIONS = [asked(str(number), "Reykjavik") for number in range(20)]


def run(name: str, answers: dict[str, str | None], task: str = "answer") -> SavedRun:
    """A run that answers "Reykjavik" but where ``answers`` say otherwise; None refuses."""
    found = {q.id: prediction(q.id, answers.get(q.id, "Reykjavik")) for q in QUESTIONS}
    judged = {q.id: judge_answer(q, found[q.id], lambda *_: None) for q in QUESTIONS}
    metrics: dict[str, Any] = {"run": {"task": task}}
    return SavedRun(Path(name), found, judged, metrics)


def brute_force(differences: list[float]) -> float:
    """The share of all sign changes that differ at least as much."""
    observed = abs(sum(differences))
    signs = itertools.product((1, -1), repeat=len(differences))
    sums = [abs(sum(s * d for s, d in zip(sign, differences, strict=True))) for sign in signs]
    return sum(total >= observed - 1e-9 for total in sums) / len(sums)


@pytest.mark.parametrize("after", [[1, 1, 1, 1, 0], [1, 0.5, 0, 0, 0], [0, 0, 0, 0, 1]])
def test_the_p_value_is_exact_for_few_questions(after: list[float]) -> None:
    before = [0.0, 0.0, 0.0, 1.0, 0.0]
    differences = [b - a for a, b in zip(before, after, strict=True)]
    found = randomisation_p(np.array(before), np.array(after), list("abcde"))
    assert found == pytest.approx(brute_force(differences))


def test_the_turns_of_a_conversation_swap_together() -> None:
    before, after = np.zeros(6), np.ones(6)
    assert randomisation_p(before, after, list("abcdef")) == pytest.approx(2 / 2**6)
    assert randomisation_p(before, after, list("aaabbb")) == pytest.approx(2 / 2**2)


def test_runs_that_are_the_same_do_not_differ() -> None:
    assert randomisation_p(np.ones(4), np.ones(4), list("abcd")) == 1.0
    same = compare_runs(run("a", {}), run("b", {}))
    assert same.changes == ()
    assert conclusion(same) == "The runs show the same for all 20 questions."


def test_one_changed_answer_is_told_and_is_not_significant() -> None:
    found = compare_runs(run("a", {}), run("b", {"7": "Oslo"}))
    assert [(c.id, c.kind, c.answer_a, c.answer_b) for c in found.changes] == [
        ("7", "loss", "Reykjavik", "Oslo")
    ]
    f1 = next(m for m in found.measures if m.name == "f1")
    assert (f1.a, f1.b) == (1, 19 / 20)
    assert (f1.wins, f1.losses, f1.p, f1.significant) == (0, 1, 1.0, False)
    assert conclusion(found).startswith("1 of 20 answers differs; no measure differs significantly")


def test_many_changed_answers_are_significant_and_losses_come_first() -> None:
    wrong = {str(number): "Oslo" for number in range(12)}
    found = compare_runs(run("a", wrong), run("b", {"19": None}))
    assert [c.kind for c in found.changes] == ["loss"] + ["win"] * 12
    correct = next(m for m in found.measures if m.name == "correct")
    assert correct.difference == pytest.approx((12 - 1) / 20)
    assert correct.low <= correct.difference <= correct.high
    assert correct.significant
    text = "\n".join(comparison_lines(found))
    assert "Losses: right before, not any more (1)" in text
    assert "Wins: not right before, right now (12)" in text
    assert "nothing  (refused wrongly)" in text


def test_another_answer_that_is_as_right_is_neither_win_nor_loss() -> None:
    found = compare_runs(run("a", {}), run("b", {"3": "in Reykjavik"}))
    assert [c.kind for c in found.changes] == ["changed"]


def test_questions_of_one_run_alone_are_named_and_not_compared() -> None:
    a, b = run("a", {}), run("b", {})
    short = SavedRun(
        b.folder,
        b.predictions,
        {i: j for i, j in b.judgements.items() if i != "4"},
        b.metrics,
    )
    found = compare_runs(a, short)
    assert (found.questions, found.only_a, found.only_b) == (19, ("4",), ())


def test_runs_of_other_sets_or_tasks_are_refused() -> None:
    a = run("a", {})
    with pytest.raises(UsageError, match="--task retrieve"):
        compare_runs(a, run("b", {}, task="retrieve"))
    other = SavedRun(Path("b"), {}, {}, {"run": {"task": "answer"}})
    with pytest.raises(UsageError, match="no question in common"):
        compare_runs(a, other)
    question = asked("0", "Oslo")
    judged = judge_answer(question, prediction("0", "Oslo"), lambda *_: None)
    with pytest.raises(UsageError, match='question "0" has other words or accepted answers'):
        compare_runs(a, SavedRun(Path("b"), {}, {"0": judged}, {"run": {"task": "answer"}}))


def test_runs_held_against_other_judgements_are_refused() -> None:
    a, b = run("a", {}), run("b", {"3": "Oslo"})
    golds = [{"run": {"task": "answer", "set_sha256": digest}} for digest in ("1f", "2e")]
    with pytest.raises(UsageError, match="against other evidence, sides or relevance judgements"):
        compare_runs(replace(a, metrics=golds[0]), replace(b, metrics=golds[1]))
    for other in (golds[0], {"run": {"task": "answer"}}):
        assert len(compare_runs(replace(a, metrics=golds[0]), replace(b, metrics=other)).changes)
    # Of a part of the set the digest says nothing.
    part = replace(b, judgements={"3": b.judgements["3"]}, metrics=golds[1])
    assert compare_runs(replace(a, metrics=golds[0]), part).questions == 1


def test_measures_that_move_together_are_asked_for_hardly_more_than_one() -> None:
    eight = np.zeros((34, 1))
    eight[:8] = -1.0
    names = [str(number) for number in range(34)]
    (alone,) = adjusted_p(eight, names)
    assert alone == pytest.approx(2 / 2**8, rel=0.3)
    assert adjusted_p(np.hstack([eight] * 10), names) == pytest.approx([alone] * 10)


def test_unrelated_measures_are_asked_for_more() -> None:
    draws = np.random.default_rng(5)
    many = draws.choice([-1.0, 0.0, 1.0], size=(60, 10))
    many[:, 0] = np.where(np.arange(60) < 14, 1.0, 0.0) - np.where(np.arange(60) > 56, 1.0, 0.0)
    names = [str(number) for number in range(60)]
    first, *_ = adjusted_p(many, names)
    assert first > adjusted_p(many[:, :1], names)[0]
    assert first == pytest.approx(10 * adjusted_p(many[:, :1], names)[0], abs=0.1)


def test_one_change_or_none_is_never_significant() -> None:
    one = np.zeros((5, 2))
    one[2] = 1.0
    assert adjusted_p(one, list("abcde")) == [1.0, 1.0]
    assert adjusted_p(np.zeros((5, 2)), list("abcde")) == [1.0, 1.0]
    assert adjusted_p(np.empty((0, 2)), []) == [1.0, 1.0]


def test_a_measure_that_fell_is_told_though_the_answers_are_the_same() -> None:
    a = run("a", {})
    judged = {
        i: replace(j, measures={**j.measures, "answer_in_passages": 0.0 if int(i) < 12 else 1.0})
        for i, j in a.judgements.items()
    }
    before = {
        i: replace(j, measures={**j.measures, "answer_in_passages": 1.0})
        for i, j in a.judgements.items()
    }
    found = compare_runs(replace(a, judgements=before), replace(a, judgements=judged))
    assert found.changes == ()
    assert conclusion(found).endswith(": answer_in_passages down.")
    assert conclusion(found).startswith("The runs show the same for all 20 questions; signific")
