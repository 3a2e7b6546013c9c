"""How often answers are right at each score: bins that hold all answers, and never fall."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.evaluation.calibrating.bins import LEAST_IN_BIN, MOST_BINS, ScoreBin, reliability_bins
from bot.evaluation.calibrating.threshold import Judged
from tests.evaluation.test_calibrating_threshold import answers_given, judged, probabilities


def test_fewer_than_two_binfuls_are_one_bin() -> None:
    answers = judged((0.9, 30, 30), (0.6, 10, 2 * LEAST_IN_BIN - 31))
    assert reliability_bins(answers, 0.5) == (ScoreBin(0.5, 40, 2 * LEAST_IN_BIN - 1),)


def test_two_binfuls_are_two_bins_parted_midway() -> None:
    answers = judged((0.9, 30, 30), (0.6, 10, 30))
    assert reliability_bins(answers, 0.5) == (ScoreBin(0.5, 10, 30), ScoreBin(0.75, 30, 30))


def test_what_is_below_the_threshold_is_in_no_bin() -> None:
    answers = judged((0.9, 30, 30), (0.4, 10, 30))
    assert reliability_bins(answers, 0.5) == (ScoreBin(0.5, 30, 30),)
    assert reliability_bins(answers, 0.95) == ()


def test_a_higher_bin_that_is_right_less_often_is_pooled_with_the_one_below() -> None:
    answers = judged((0.6, 20, 40), (0.7, 30, 40), (0.8, 28, 40), (0.9, 39, 40))
    assert reliability_bins(answers, 0.5) == (
        ScoreBin(0.5, 20, 40),
        ScoreBin(0.65, 30 + 28, 80),
        ScoreBin(0.85, 39, 40),
    )


def test_pooling_goes_on_downwards() -> None:
    answers = judged((0.6, 30, 40), (0.7, 32, 40), (0.8, 20, 40))
    assert reliability_bins(answers, 0.5) == (ScoreBin(0.5, 30 + 32 + 20, 120),)


def test_equal_rates_are_one_bin_with_more_behind_it() -> None:
    answers = judged((0.6, 30, 40), (0.7, 30, 40))
    assert reliability_bins(answers, 0.5) == (ScoreBin(0.5, 60, 80),)


def test_many_answers_make_equal_bins() -> None:
    """Of 800 scores the first 100 are right in 1 of 8, the next in 2 of 8, and so on."""
    answers = [
        Judged((place + 1) / 1000, place % 8 <= place // 100, str(place)) for place in range(800)
    ]
    bins = reliability_bins(answers, 0.0005)
    assert len(bins) == MOST_BINS
    assert [b.of for b in bins] == [100] * MOST_BINS


def test_bins_are_as_equal_as_can_be() -> None:
    """Of 100 the last third is always right, the middle every other time, the first never."""
    answers = [
        Judged((n + 1) / 1000, n >= 67 or (n >= 34 and n % 2 == 0), str(n)) for n in range(100)
    ]
    assert [b.of for b in reliability_bins(answers, 0.0005)] == [34, 33, 33]


def test_one_score_of_many_answers_does_not_make_the_other_bins_small() -> None:
    answers = judged(*((0.5 + place / 1000, 1, 1) for place in range(40)), (0.9, 400, 500))
    assert all(b.of >= LEAST_IN_BIN for b in reliability_bins(answers, 0.4))


@given(
    st.one_of(
        answers_given,
        st.lists(
            st.builds(Judged, probabilities, st.booleans(), st.just("c")),
            min_size=200,
            max_size=400,
        ),
    ),
    probabilities,
)
@settings(max_examples=40)
def test_bins_rise_hold_every_answer_and_are_large_enough(
    answers: list[Judged], threshold: float
) -> None:
    bins = reliability_bins(answers, threshold)
    through = [one for one in answers if one.probability >= threshold]
    assert sum(b.of for b in bins) == len(through)
    assert sum(b.right for b in bins) == sum(one.right for one in through)
    assert len(bins) <= MOST_BINS
    assert bool(bins) == bool(through)
    if bins:
        assert bins[0].start == threshold
    for lower, upper in pairwise(bins):
        assert lower.start < upper.start
        assert lower.rate < upper.rate
    if len(bins) > 1:
        assert min(b.of for b in bins) >= LEAST_IN_BIN
    for place, one in enumerate(bins):
        ends = bins[place + 1].start if place + 1 < len(bins) else 2.0
        inside = [a.right for a in through if one.start <= a.probability < ends]
        assert (sum(inside), len(inside)) == (one.right, one.of)
