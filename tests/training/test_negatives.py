"""Hard negatives are close to the question, and none holds an annotated answer."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from tests.training.builders import example, talks
from training.negatives import NegativeMaker, holds_an_answer

KINDS = ("article", "bm25", "cut")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("only", [True, False])
def test_a_negative_never_holds_an_answer(kind: str, only: bool) -> None:
    weights = {kind: 1.0} if only else {kind: 1.0, **{k: 0.1 for k in KINDS if k != kind}}
    maker = NegativeMaker(talks(), weights)
    made = [
        (asked, maker.make(asked, random.Random(seed))) for asked in talks() for seed in range(8)
    ]
    twins = [(asked, twin) for asked, twin in made if twin is not None]
    assert len(twins) > len(made) / 2
    for asked, twin in twins:
        assert twin.golds == ()
        assert twin.question == asked.question
        assert twin.context != asked.context
        assert asked.answers()[0].lower() not in twin.context.lower()


def test_the_kinds_of_negatives_are_what_they_say() -> None:
    asked = talks()[0]

    def texts(kind: str) -> set[str]:
        maker = NegativeMaker(talks(), {kind: 1.0})
        made = (maker.make(asked, random.Random(seed)) for seed in range(20))
        return {twin.context for twin in made if twin is not None}

    assert texts("article") <= {e.context for e in talks() if e.title == asked.title}
    assert len(texts("bm25")) > 1
    (cut,) = texts("cut")
    assert "began at noon" not in cut
    assert "The ministers left by train" in cut


@pytest.mark.parametrize("kind", KINDS)
def test_a_negative_stands_under_its_own_title(kind: str) -> None:
    """A paragraph of another article under the question's title would be told by that alone."""
    pool = [replace(e, heading=f"About {e.title}") for e in talks()]
    homes = {e.context: e.title for e in pool}
    for asked in pool:
        twin = NegativeMaker(pool, {kind: 1.0}).make(asked, random.Random(1))
        if twin is not None:
            assert twin.title == homes.get(twin.context, asked.title)
            assert twin.heading == f"About {twin.title}"


def test_a_cut_takes_every_sentence_that_an_answer_reaches() -> None:
    filler = "The harbour was full of ships that day and the mayor thanked all who came. "
    context = f"{filler}They met on Mon. They left on Tue. {filler}"
    asked = example("Mon. They left on Tue", context)
    twin = NegativeMaker([asked], {"cut": 1.0}).make(asked, random.Random(0))
    assert twin is not None
    assert twin.context == (filler * 2).strip()


def test_a_cut_that_leaves_hardly_a_text_is_no_negative() -> None:
    short = example("Oslo", "They met in Oslo. It rained.")
    assert NegativeMaker([short], {"cut": 1.0}).make(short, random.Random(0)) is None


def test_a_cut_may_not_bring_the_answer_together() -> None:
    """Without the sentence between them, "Mrs." and "Anderson" meet."""
    context = (
        "I bought a bread board and one more from the same good old shop, made by Mrs. "
        "Mrs. Anderson makes them. Anderson is a name that I have known for many years and trust."
    )
    asked = example("Mrs. Anderson", context)
    assert context.count("Anderson") == 2
    left = context.replace("Mrs. Anderson makes them. ", "")
    assert holds_an_answer(left, asked.answers())
    twin = NegativeMaker([asked], {"cut": 1.0}).make(asked, random.Random(0))
    assert twin is None or not holds_an_answer(twin.context, asked.answers())


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("In New-York, they", "new york", True),
        ("In New York", "York", True),
        ("In Yorkshire", "York", False),
        ("for 5 minutes", "5 Minutes!", True),
        ("for 15 minutes", "5 minutes", False),
        ("", "York", False),
    ],
)
def test_holding_an_answer_goes_by_words(text: str, answer: str, expected: bool) -> None:
    assert holds_an_answer(text, [answer]) is expected
