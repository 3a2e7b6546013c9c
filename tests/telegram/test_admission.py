"""Who is admitted, refused or ignored, as values: nothing is sent, and nothing is waited for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from bot.presentation.translation import wording
from bot.telegram_bot.handlers.admission import Access, Admission, Admitted, Ignored, Refused
from bot.telegram_bot.transport.incoming import Incoming, Kind

QUESTION = Incoming(Kind.QUESTION, 7, 7, "When?")
STRANGER = Incoming(Kind.QUESTION, 8, 8, "When?")


@pytest.fixture
def asked() -> Counter[int]:
    """Questions of each user that stand in today's account."""
    return Counter()


@pytest.fixture
def admission(asked: Counter[int]) -> Admission:
    access = Access(frozenset({7}), frozenset({-5}), frozenset({1}), daily_budget=3, waiting=2)
    return Admission(access, asked.__getitem__, lambda said: wording(said.language))


def test_a_refusal_is_said_once_in_a_while_but_to_every_press(admission: Admission) -> None:
    assert admission.decide(QUESTION) == Admitted()
    refused = admission.decide(STRANGER)
    assert isinstance(refused, Refused)
    assert "Your id is 8" in refused.text
    assert admission.decide(STRANGER) == Ignored()
    press = replace(STRANGER, kind=Kind.CALLBACK)
    assert admission.decide(press) == admission.decide(press) == refused
    group = admission.decide(Incoming(Kind.QUESTION, -6, 7, "When?", private=False))
    assert isinstance(group, Refused)
    assert "Its id is -6" in group.text


@pytest.mark.parametrize("kind", [Kind.INLINE, Kind.MOVED])
def test_what_is_refused_elsewhere_or_not_at_all(admission: Admission, kind: Kind) -> None:
    assert admission.decide(replace(STRANGER, kind=kind)) == Admitted()


def test_one_waits_for_answers_and_is_told_so_once(admission: Admission) -> None:
    for _ in range(2):
        assert admission.decide(QUESTION) == Admitted()
        admission.begin(7)
    refused = admission.decide(QUESTION)
    assert isinstance(refused, Refused)
    assert refused.text.startswith("2 questions of yours are waiting")
    assert admission.decide(replace(QUESTION, kind=Kind.EDIT)) == Ignored()
    for free in (replace(QUESTION, kind=Kind.COMMAND), replace(QUESTION, text="")):
        assert admission.decide(free) == Admitted()
    admission.decided(7)
    admission.done(7)
    assert admission.decide(QUESTION) == Admitted()


def test_a_days_questions_are_those_decided_and_those_not_yet(
    admission: Admission, asked: Counter[int]
) -> None:
    asked[7] = asked[1] = 2
    assert admission.decide(QUESTION) == Admitted()
    admission.begin(7)
    refused = admission.decide(QUESTION)
    assert refused == Refused(
        "Those were the 3 questions that you may ask a day. Ask on tomorrow (UTC)."
    )
    assert admission.decide(QUESTION) == Ignored()
    asked[1] = 99
    assert admission.decide(Incoming(Kind.QUESTION, 1, 1, "When?")) == Admitted(), "an owner"
