"""The threshold for a wanted precision, against counting by hand and against trying them all."""

from __future__ import annotations

import json
import math
import random
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.calibrating.threshold import (
    FOLDS,
    LEAST_ANSWERED,
    Judged,
    Tally,
    between,
    choose_threshold,
    wilson_interval,
)
from retrieval.errors import WorkError

Z = 1.959963984540054
WANTED = 0.9


def judged(*runs: tuple[float, int, int], cluster: str = "") -> list[Judged]:
    """``(probability, right, of)``: so many answers of one probability."""
    return [
        Judged(probability, place < right, cluster or f"{probability} {place}")
        for probability, right, of in runs
        for place in range(of)
    ]


def given_at(answers: list[Judged], threshold: float) -> list[Judged]:
    """The pipeline's own rule: it abstains where the probability is below the threshold."""
    return [one for one in answers if not one.probability < threshold]


def test_the_smallest_threshold_that_keeps_the_precision() -> None:
    answers = judged((0.9, 19, 20), (0.8, 18, 20), (0.7, 17, 20), (0.6, 0, 20))
    choice = choose_threshold(answers, WANTED)
    assert choice.threshold == pytest.approx((0.6 + 0.7) / 2)
    assert choice.tally == Tally(19 + 18 + 17, 60, 80)
    assert choice.precision == (19 + 18 + 17) / 60
    assert choice.tally.coverage == 60 / 80


def test_a_dip_on_the_way_down_is_passed_over() -> None:
    answers = judged((0.9, 15, 20), (0.8, 20, 20), (0.7, 20, 20), (0.5, 0, 5))
    choice = choose_threshold(answers, WANTED)
    assert choice.tally == Tally(15 + 20 + 20, 60, 65)


def test_equal_scores_are_answered_together_or_not_at_all() -> None:
    answers = judged((0.9, 20, 20), (0.8, 10, 20))
    assert choose_threshold(answers, 1.0).tally.answered == 20
    assert choose_threshold(answers, (20 + 10) / 40).tally.answered == 40


@pytest.mark.parametrize(("right", "of"), [(18, 20), (27, 30), (90, 100), (99, 110)])
def test_a_precision_met_exactly_is_met(right: int, of: int) -> None:
    assert choose_threshold(judged((0.5, right, of)), WANTED).tally == Tally(right, of, of)


@pytest.mark.parametrize("percent", range(1, 100))
def test_every_whole_percent_is_met_by_as_many_of_a_hundred(percent: int) -> None:
    """0.55 * 100 is more than 55 in floating point."""
    assert choose_threshold(judged((0.5, percent, 100)), percent / 100).tally.right == percent


def test_questions_without_any_candidate_are_never_answered_but_counted() -> None:
    answers = judged((0.9, 20, 20), (0.0, 0, 20))
    choice = choose_threshold(answers, 0.1)
    assert choice.threshold > 0
    assert choice.tally == Tally(20, 20, 40)


def test_the_least_score_is_let_through_with_what_rounds_to_it() -> None:
    choice = choose_threshold(judged((0.9, 20, 20), (0.1234, 20, 20)), WANTED)
    assert choice.threshold == 0.12335
    assert round(choice.threshold, 4) <= 0.1234


def test_too_few_answers_are_none() -> None:
    assert choose_threshold(judged((0.9, 20, LEAST_ANSWERED)), WANTED)
    with pytest.raises(WorkError, match="found for 19 questions only"):
        choose_threshold(judged((0.9, 19, LEAST_ANSWERED - 1)), WANTED)
    with pytest.raises(WorkError, match="found for 0 questions only"):
        choose_threshold([], WANTED)


def test_a_precision_out_of_reach_names_the_best_that_can_be_had() -> None:
    answers = judged((0.9, 15, 21), (0.8, 10, 10), (0.7, 0, 40))
    with pytest.raises(WorkError) as caught:
        choose_threshold(answers, WANTED)
    message = str(caught.value)
    best = math.floor(1000 * (15 + 10) / (21 + 10)) / 1000
    assert f"the best on this set is {best:g}, from {(0.7 + 0.8) / 2:g} on (n=31)" in message
    assert "precision of 0.9;" in message
    assert caught.value.exit_status == 1
    assert "\n" not in message


def test_what_is_nearly_reached_is_not_shown_as_reached() -> None:
    with pytest.raises(WorkError, match=r"the best on this set is 0\.899, "):
        choose_threshold(judged((0.5, 8999, 10_000)), WANTED)


@pytest.mark.parametrize(("right", "of"), [(0, 1), (1, 1), (9, 10), (371, 412), (1000, 1000)])
def test_the_interval_ends_where_the_score_test_just_fails(right: int, of: int) -> None:
    """Wilson's interval holds the shares p with ``|share - p| <= z * sqrt(p * (1 - p) / n)``."""
    low, high = wilson_interval(right, of)
    share = right / of
    assert 0 <= low <= share <= high <= 1
    for end, is_bound in ((low, right > 0), (high, right < of)):
        if is_bound:
            reach = Z * math.sqrt(end * (1 - end) / of)
            assert abs(share - end) == pytest.approx(reach)


def test_elsewhere_is_measured_on_questions_that_had_no_say() -> None:
    """Every fold alike: what is chosen without a fold is what is chosen with it."""
    answers = [
        Judged(score, score > 0.5, f"{number}")
        for number in range(200)
        for score in (0.9, 0.8, 0.2, 0.1)
    ]
    choice = choose_threshold(answers, 1.0)
    assert choice.elsewhere == choice.tally == Tally(400, 400, 800)


def test_elsewhere_tells_luck_from_skill() -> None:
    """Scores that say nothing of answers of which half are right: any cut is worth one half."""
    tallies = []
    for seed in range(20):
        chance = random.Random(seed)
        noise = [Judged(chance.random(), chance.random() < 0.5, str(n)) for n in range(200)]
        try:
            choice = choose_threshold(noise, 0.6)
        except WorkError:
            continue
        assert choice.precision >= 0.6
        tallies.append(choice.elsewhere)
    right = sum(tally.right for tally in tallies if tally)
    answered = sum(tally.answered for tally in tallies if tally)
    assert len(tallies) >= 5
    assert right / answered == pytest.approx(0.5, abs=0.06)


def test_a_conversation_stays_in_one_fold() -> None:
    """Two conversations: each judges the other alone."""
    good = judged((0.9, 30, 30), cluster="good")
    bad = judged((0.9, 0, 30), cluster="bad")
    choice = choose_threshold([*good, *bad], 0.5)
    assert choice.tally == Tally(30, 60, 60)
    # The good one's threshold lets all bad answers through, and the bad one has none to give.
    assert choice.elsewhere == Tally(0, 30, 60)
    assert choose_threshold(good, 0.5).elsewhere is None


def test_the_order_of_the_questions_changes_nothing() -> None:
    answers = judged((0.9, 19, 20), (0.8, 18, 20), (0.7, 17, 20), (0.6, 0, 20))
    assert choose_threshold(answers, WANTED) == choose_threshold(answers[::-1], WANTED)
    assert FOLDS == 5


probabilities = st.one_of(
    st.floats(0, 1),
    st.integers(0, 10_000).map(lambda n: n / 10_000),
    st.sampled_from([0.5, math.nextafter(0.5, 1), math.nextafter(0.5, 0), 5e-324, 1.0]),
)
answers_given = st.lists(
    st.builds(Judged, probabilities, st.booleans(), st.sampled_from("abcdefg")), max_size=120
)


@given(answers_given, st.floats(0.01, 1))
def test_the_choice_keeps_its_word_and_no_smaller_cut_would(
    answers: list[Judged], wanted: float
) -> None:
    def reaches(threshold: float) -> bool:
        rights = [one.right for one in given_at(answers, threshold)]
        return len(rights) >= LEAST_ANSWERED and sum(rights) / len(rights) >= wanted

    cuts = {one.probability for one in answers if one.probability > 0}
    try:
        choice = choose_threshold(answers, wanted)
    except WorkError:
        assert not any(reaches(cut) for cut in cuts)
        return
    assert 0 < choice.threshold <= 1
    assert reaches(choice.threshold)
    assert not any(reaches(cut) for cut in cuts if cut < choice.threshold)
    through = given_at(answers, choice.threshold)
    assert choice.tally == Tally(sum(o.right for o in through), len(through), len(answers))
    assert choice.low <= choice.precision <= choice.high
    if choice.elsewhere is not None:
        other = choice.elsewhere
        assert 0 <= other.right <= other.answered <= other.of == len(answers)


@given(probabilities, probabilities)
def test_a_threshold_between_two_scores_parts_them_also_when_read_from_a_file(
    one: float, other: float
) -> None:
    low, high = sorted((one, other))
    if low == high:
        return
    threshold = between(low, high)
    assert low < threshold <= high
    assert tomllib.loads(f"t = {json.dumps(threshold)}")["t"] == threshold


@given(st.integers(1, 9998), st.integers(1, 9998))
def test_between_rounded_scores_it_stands_where_rounding_turns(one: int, other: int) -> None:
    """So that a score that was rounded to four digits falls on its own side when it is not."""
    low, high = sorted((one, other))
    if low == high:
        return
    threshold = between(low / 10_000, high / 10_000)
    assert (low + 0.4999) / 10_000 < threshold <= (high - 0.4999) / 10_000
    assert len(str(threshold)) <= len("0.12345")
