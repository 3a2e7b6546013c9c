"""What a round is made of: answers on their words, negatives without one, the shares asked for."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from tests.training.builders import CONTEXT, TOWNS, example, report
from training import rounds
from training.negatives import NegativeMaker, holds_an_answer
from training.rounds import Round
from training.squad import Example, Gold
from training.text import WEB_NOISE

KINDS = ("article", "bm25", "cut")
EVERYTHING = Round({"new_wiki": 1.0, "qamr": 1.0}, {"new_wiki": 1.0, "qamr": 1.0}, 0.5, (5, 40))
AS_IT_IS = Round({"new_wiki": 1.0, "qamr": 1.0}, {"new_wiki": 0.0, "qamr": 0.0}, 0.0, (5, 40))


def pool(source: str = "new_wiki") -> list[Example]:
    """Each town is the answer of one paragraph, and mentioned in another."""
    made = []
    for number, town in enumerate(TOWNS):
        text = report(town, TOWNS[number - 1])
        place = Gold(text.index(town), text.index(town) + len(town))
        asked = f"Where did the talks of {town} begin?"
        made.append(Example(f"{source}{number}", source, f"T{number % 3}", asked, text, (place,)))
    return made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("only", [True, False])
def test_a_negative_never_holds_an_answer(kind: str, only: bool) -> None:
    weights = {kind: 1.0} if only else {kind: 1.0, **{k: 0.1 for k in KINDS if k != kind}}
    maker = NegativeMaker(pool(), weights)
    made = [
        (asked, maker.make(asked, random.Random(seed))) for asked in pool() for seed in range(8)
    ]
    twins = [(asked, twin) for asked, twin in made if twin is not None]
    assert len(twins) > len(made) / 2
    for asked, twin in twins:
        assert twin.golds == ()
        assert twin.question == asked.question
        assert twin.context != asked.context
        assert asked.answers()[0].lower() not in twin.context.lower()


def test_the_kinds_of_negatives_are_what_they_say() -> None:
    asked = pool()[0]

    def texts(kind: str) -> set[str]:
        maker = NegativeMaker(pool(), {kind: 1.0})
        made = (maker.make(asked, random.Random(seed)) for seed in range(20))
        return {twin.context for twin in made if twin is not None}

    assert texts("article") <= {e.context for e in pool() if e.title == asked.title}
    assert len(texts("bm25")) > 1
    (cut,) = texts("cut")
    assert "began at noon" not in cut
    assert "The ministers left by train" in cut


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


@pytest.mark.parametrize("source", ["new_wiki", "qamr"])
def test_a_round_keeps_answers_and_keeps_them_out_of_negatives(
    source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything varied as much as it can be: joined, noisy, cropped, detokenised."""
    monkeypatch.setitem(rounds.JOIN_SHARE, source, 1.0)
    monkeypatch.setattr(rounds, "NOISE_SHARE", 1.0)
    answers = {asked.id: asked.answers() for asked in pool(source)}
    joined = 0
    for seed in range(6):
        built = rounds.build(pool(source), EVERYTHING, seed)
        assert Counter(bool(made.golds) for made in built) == {True: 10, False: 10}
        for made in built:
            known = answers[made.id.split("-no-")[0]]
            if made.golds:
                assert made.answers() == known
                joined += made.context.count("The council") > 1
            else:
                assert not holds_an_answer(made.context, known)
    assert joined > 20


def test_a_round_takes_its_shares() -> None:
    both = pool() + pool("qamr")
    half = replace(AS_IT_IS, shares={"new_wiki": 1.0, "qamr": 0.3})
    built = rounds.build(both, half, seed=1)
    assert Counter(made.source for made in built) == {"new_wiki": 10, "qamr": 3}


def test_a_round_follows_from_its_seed() -> None:
    assert rounds.build(pool(), EVERYTHING, 3) == rounds.build(pool(), EVERYTHING, 3)
    assert rounds.build(pool(), EVERYTHING, 3) != rounds.build(pool(), EVERYTHING, 4)


def test_every_round_knows_every_source() -> None:
    for plan in (*rounds.ROUNDS, rounds.NEWS_ROUND):
        assert set(plan.shares) == set(plan.negatives) == set(rounds.NEGATIVE_KINDS)
        assert set(rounds.JOIN_SHARE) == {*plan.shares, "news"}


def test_news_is_mixed_in_as_often_as_asked_and_varied_anew() -> None:
    built = rounds.build(pool(), AS_IT_IS, seed=2)
    news = [replace(example(), id=f"n{number}", source="news") for number in range(20)]
    plan = replace(rounds.NEWS_ROUND, crop_share=0.5)
    mixed = rounds.with_news(built, news, plan, copies=3, seed=2)
    assert sorted(made.id for made in mixed if made.source != "news") == sorted(
        made.id for made in built
    )
    copies = [made for made in mixed if made.source == "news"]
    assert set(Counter(made.id for made in copies).values()) == {3}
    assert all(made.answers() == ["Reykjavik"] for made in copies)
    forms = {(made.id, made.question, made.context) for made in copies}
    assert len(forms) > 30, "most of them differ from the other copies"
    assert any(made.context == CONTEXT for made in copies)
    assert any(noise in made.context for made in copies for noise in WEB_NOISE)
    assert [made.source for made in mixed[:10]] != [made.source for made in mixed[-10:]]
    assert mixed == rounds.with_news(built, news, plan, copies=3, seed=2)
    assert len(built) == 10, "the round that was given is left as it was"
