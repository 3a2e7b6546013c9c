"""The fit of the decision across passages: on data whose truth is known."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest

from retrieval.answer.calibration import FILE, Calibration
from retrieval.reader.second.looks import FIRST
from training import calibrate
from training.calibrate import cross_validated, fit
from training.calibration_figures import (
    THRESHOLDS,
    Case,
    at_threshold,
    calibration_error,
    figures,
)

pytestmark = pytest.mark.slow

NAMES = tuple(dict.fromkeys((*calibrate.ORDERING, *calibrate.PROBABILITY)))


def sign(name: str) -> int:
    return calibrate._SIGNS.get(name, 1)


def truthful(count: int, seed: int, noise: float = 1.0, names: Sequence[str] = NAMES) -> list[Case]:
    """The right group has the larger margin, a question without an answer small ones."""
    rng = np.random.default_rng(seed)
    cases = []
    for number in range(count):
        kind = "wiki" if number % 2 else "wiki-none"
        groups = int(rng.integers(2, 5))
        at = int(rng.integers(groups))
        right = tuple(kind == "wiki" and place == at for place in range(groups))
        values = tuple(
            {
                **{name: float(rng.normal()) for name in names},
                "margin": float((4.0 if is_right else -1.0) + noise * rng.normal()),
            }
            for is_right in right
        )
        cases.append(Case(f"c{number}", kind, values, right))
    return cases


def misleading(count: int, seed: int) -> list[Case]:
    """Every number speaks for what its sign forbids."""
    rng = np.random.default_rng(seed)
    cases = []
    for number in range(count):
        right = (number % 2 == 0, number % 2 == 1) if number % 3 else (False, False)
        values = tuple(
            {name: float(sign(name) * (-2 if is_right else 2) + rng.normal()) for name in NAMES}
            for is_right in right
        )
        cases.append(Case(f"m{number}", "wiki" if any(right) else "news-none", values, right))
    return cases


@pytest.mark.parametrize(
    ("probabilities", "right", "expected"),
    [
        ([0.1, 0.1, 0.9], [False, True, True], (2 * 0.4 + 0.1) / 3),
        ([0.0, 1.0], [False, True], 0.0),
        ([1.0, 1.0], [False, False], 1.0),
        ([0.999, 1.0], [False, True], 0.4995),  # one bin: the last one holds 1
        ([0.5] * 4, [True, True, False, False], 0.0),
        ([0.5] * 4, [True] * 4, 0.5),
        ([0.3], [True], 0.7),
    ],
)
def test_the_calibration_error_by_hand(
    probabilities: list[float], right: list[bool], expected: float
) -> None:
    found = calibration_error(np.array(probabilities), np.array(right))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("bins", [1, 4, 15])
def test_the_calibration_error_is_the_sum_over_bins(bins: int) -> None:
    rng = np.random.default_rng(0)
    probabilities, right = rng.random(300), rng.random(300) < 0.6
    total = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [i for i, p in enumerate(probabilities) if low <= p < high]
        if inside:
            mean = sum(probabilities[i] for i in inside) / len(inside)
            share = sum(bool(right[i]) for i in inside) / len(inside)
            total += len(inside) / 300 * abs(mean - share)
    assert calibration_error(probabilities, right, bins) == pytest.approx(total)


def test_a_fit_finds_what_tells_right_from_wrong() -> None:
    fitted = fit(truthful(200, seed=0), "made up")
    assert fitted.fitted_on == "made up"
    assert set(fitted.ordering) == set(calibrate.ORDERING)
    assert set(fitted.weights) == set(calibrate.PROBABILITY)
    for weights in (fitted.ordering, fitted.weights):
        assert weights["margin"] > 0.3
        assert weights["margin"] == max(weights.values(), key=abs)
    fresh = [calibrate.judged(case, fitted) for case in truthful(200, seed=1)]
    answerable = [outcome for outcome in fresh if outcome[0].kind == "wiki"]
    assert np.mean([right for _, _, right in answerable]) > 0.95
    sure = np.mean([p for _, p, right in fresh if right])
    unsure = np.mean([p for _, p, right in fresh if not right])
    assert sure > 0.8
    assert unsure < 0.2


def test_the_probabilities_are_about_right_where_the_data_are_noisy() -> None:
    fitted = fit(truthful(300, 2, noise=2.5), "")
    outcomes = [calibrate.judged(case, fitted) for case in truthful(300, 3, noise=2.5)]
    probabilities = np.array([p for _, p, _ in outcomes])
    right = np.array([r for _, _, r in outcomes])
    assert calibration_error(probabilities, right, bins=5) < 0.1
    assert 0.05 < right.mean() < 0.95


def test_no_weight_has_the_sign_that_makes_no_sense() -> None:
    cases = misleading(120, seed=0)
    fitted = fit(cases, "")
    for weights in (fitted.ordering, fitted.weights):
        wrong = {name: weight for name, weight in weights.items() if sign(name) * weight < 0}
        assert wrong == {}
    # And it is the bounds that keep them: the other sign would fit better.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibrate, "_SIGNS", {name: -sign(name) for name in NAMES})
        free = fit(cases, "")
    assert abs(free.ordering["margin"]) > 0.1
    assert sum(map(abs, free.weights.values())) > 0.5


def test_questions_without_a_choice_do_not_teach_the_order() -> None:
    cases = truthful(60, seed=4)
    silent = [
        Case("all", "wiki", ({"margin": -9.0}, {"margin": 9.0}), (True, True)),
        Case("none", "news-none", ({"margin": 9.0}, {"margin": -9.0}), (False,) * 2),
        Case("empty", "news", (), ()),
    ]
    assert calibrate.fit_ordering([*cases, *silent * 5]) == calibrate.fit_ordering(cases)


def test_the_first_group_is_the_one_that_the_ordering_prefers() -> None:
    case = Case("x", "wiki", ({"margin": 1.0}, {"margin": 3.0}, {}), (True, False, False))
    values, right = calibrate.first(case, Calibration({}, {"margin": 1.0}, 0.0))
    assert (values, right) == ({"margin": 3.0}, False)
    values, right = calibrate.first(case, Calibration({}, {"margin": -1.0}, 0.0))
    assert (values, right) == ({}, False)
    values, right = calibrate.first(case, Calibration({}, {}, 0.0))
    assert (values, right) == ({"margin": 1.0}, True), "of equals the first"


def test_a_question_without_any_span_is_judged_wrong_for_certain() -> None:
    case = Case("x", "wiki", (), ())
    assert calibrate.judged(case, Calibration({}, {}, 9.0)) == (case, 0.0, False)


@pytest.mark.parametrize(("count", "folds"), [(23, 5), (10, 2), (5, 5)])
def test_no_case_is_judged_by_a_fit_that_saw_it(
    count: int, folds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = truthful(count, seed=0)
    seen: list[set[str]] = []

    def noted(given: Sequence[Case], fitted_on: str) -> Calibration:
        seen.append({case.id for case in given})
        return Calibration({}, {"margin": 1.0}, float(len(seen)))

    monkeypatch.setattr(calibrate, "fit", noted)
    outcomes = cross_validated(cases, folds, seed=13)
    assert sorted(case.id for case, _, _ in outcomes) == sorted(case.id for case in cases)
    assert len(seen) == folds
    for case, probability, _ in outcomes:
        fold = round(math.log(probability / (1 - probability)))
        assert case.id not in seen[fold - 1]
        assert len(seen[fold - 1]) >= count - math.ceil(count / folds)
    again = cross_validated(cases, folds, seed=13)
    assert [case.id for case, _, _ in again] == [case.id for case, _, _ in outcomes]
    other = cross_validated(cases, folds, seed=14)
    assert [c.id for c, _, _ in other] != [c.id for c, _, _ in outcomes] or count == folds


def test_the_figures_by_hand() -> None:
    def outcome(kind: str, probability: float, right: bool) -> tuple[Case, float, bool]:
        return Case(f"{kind}{probability}", kind, (), ()), probability, right

    made = figures(
        [
            outcome("wiki", 0.95, True),
            outcome("wiki", 0.55, False),
            outcome("news", 0.85, True),
            outcome("news", 0.15, False),
            outcome("wiki-none", 0.65, False),
            outcome("news-none", 0.05, False),
        ]
    )
    assert set(made) >= {
        "questions",
        "right_first",
        "calibration_error",
        "calibration_error_of",
        "area_right_against_wrong",
        "area_answerable_against_not",
        "thresholds",
    }
    assert made["questions"] == 6
    assert made["right_first"] == {"news": 50.0, "news-none": 0.0, "wiki": 50.0, "wiki-none": 0.0}
    assert made["calibration_error"] == pytest.approx(
        (0.05 + 0.55 + 0.15 + 0.15 + 0.65 + 0.05) / 6, abs=1e-4
    )
    apart = made["calibration_error_of"]
    assert apart == pytest.approx(
        {"news": 0.15, "news-none": 0.05, "wiki": 0.3, "wiki-none": 0.65}, abs=1e-4
    )
    assert made["area_right_against_wrong"] == 100.0
    # Of eight pairs, answerable against not, 0.55 and 0.15 lose against 0.65.
    assert made["area_answerable_against_not"] == 75.0
    rows = made["thresholds"]
    assert isinstance(rows, list)
    assert [row["threshold"] for row in rows] == list(THRESHOLDS)
    assert next(row for row in rows if row["threshold"] == 0.6) == {
        "threshold": 0.6,
        "precision": 66.7,
        "answered_rightly": 50.0,
        "refused_of_unanswerable": 50.0,
    }
    json.dumps(made)


def test_a_threshold_that_nothing_reaches_has_no_precision() -> None:
    row = at_threshold(0.9, np.array([0.1, 0.2]), np.array([True, False]), np.array([True, False]))
    assert row["precision"] is None
    assert (row["answered_rightly"], row["refused_of_unanswerable"]) == (0.0, 100.0)


def test_a_question_asked_again_without_its_answer_is_in_the_same_fold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = truthful(12, seed=0)
    twins = [replace(c, id=f"{c.id}{end}") for c in cases for end in ("-none", "-left")]
    seen: list[set[str]] = []

    def noted(given: Sequence[Case], fitted_on: str) -> Calibration:
        seen.append({case.id.split("-")[0] for case in given})
        return Calibration({}, {}, 0.0)

    monkeypatch.setattr(calibrate, "fit", noted)
    outcomes = cross_validated([*cases, *twins], 4, seed=1)
    assert len(outcomes) == 36
    assert [len(questions) for questions in seen] == [9] * 4


@pytest.mark.parametrize(
    ("second", "read_with", "name"),
    [
        ("off", ["tiny@first"], FILE),
        ("small", ["tiny@first", "tiny@first"], "calibration-small.json"),
        ("some/folder", ["tiny@first", "tiny@second"], "calibration-large.json"),
    ],
)
def test_the_command_writes_the_calibration_beside_the_reader(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    second: str,
    read_with: list[str],
    name: str,
) -> None:
    class Model:
        def __init__(self, folder: Path) -> None:
            self.identity = "tiny@first" if folder == tmp_path else "tiny@second"

    def reader(*models: Model | None) -> list[str]:
        return [model.identity for model in models if isinstance(model, Model)]

    def read_all(asked: object, reader: list[str], similarity: object) -> list[Case]:
        assert reader == read_with
        return cases

    cases = truthful(40, seed=0)
    monkeypatch.setattr(calibrate.held_out, "all_kinds", lambda *arguments: [])
    monkeypatch.setattr(calibrate, "read_all", read_all)
    monkeypatch.setattr(calibrate, "export_encoder", lambda model, folder: None)
    monkeypatch.setattr(calibrate, "OnnxSpanModel", Model)
    monkeypatch.setattr(calibrate, "ExtractiveReader", lambda a, _, b: reader(a, b))
    monkeypatch.setattr(sys, "argv", ["calibrate", str(tmp_path), "--second", second])
    calibrate.main()
    (file,) = tmp_path.iterdir()
    assert file.name == name
    written = Calibration.load(tmp_path, file=file.name)
    assert written == fit(cases, "")
    assert "40 held-out questions" in written.fitted_on
    assert all(model in written.fitted_on for model in read_with)


def test_a_second_reader_must_let_nearly_all_right_answers_pass() -> None:
    cases = [
        Case(
            "c", "wiki", ({"margin": m, FIRST: 9.0}, {"margin": -m - 1, FIRST: 9.0}), (True, False)
        )
        for m in map(float, range(101))
    ]
    assert calibrate.approval(cases) == calibrate.LEFT_OUT
    assert calibrate.approval(truthful(9, seed=0, names=("margin",))) == -inf


def test_numbers_that_no_case_has_get_no_weight() -> None:
    fitted = fit(truthful(40, seed=0, names=("margin", "similarity")), "")
    assert set(fitted.ordering) == set(fitted.weights) == {"margin", "similarity"}


def test_a_probability_does_not_depend_on_how_many_unanswerable_questions_a_set_has() -> None:
    cases = truthful(300, seed=3, noise=3.0)
    empty = [case for case in cases if case.kind == "wiki-none"]
    # The same ones twice more.
    many = [*cases, *empty, *empty]
    few, more = fit(cases, ""), fit(many, "")
    for case in cases:
        assert calibrate.judged(case, few)[1] == pytest.approx(
            calibrate.judged(case, more)[1], abs=0.02
        )
