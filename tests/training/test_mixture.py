"""What a training sees: pairs and groups that stay together, titles, answers on their words."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.reader.titled import SEPARATOR
from tests.training.builders import TOWNS, example, talks
from training import mixture, sets
from training.mixture import SECOND_LOOK, Diet, Passages, Sentences, Unit
from training.negatives import holds_an_answer
from training.squad import Example, Gold

ALL = Diet({chosen.name: 1.0 for chosen in sets.SETS})


def headed(source: str) -> list[Example]:
    return [replace(e, heading=e.title) for e in talks(source)]


def pairs() -> list[Example]:
    """An answerable question and its twin on each paragraph, as the set has them."""
    return [
        twin
        for e in talks("pairs")
        for twin in (e, replace(e, id=f"{e.id}-none", question=f"Not {e.question}", golds=()))
    ]


ROWS: Mapping[str, list[Example]] = {
    "new_wiki": headed("new_wiki"),
    "qamr": talks("qamr"),
    "timeqa": headed("timeqa"),
    "fairytale": headed("fairytale"),
    "pairs": pairs(),
}
ANSWERS = {e.id: e.answers() for own in ROWS.values() for e in own if e.golds}


def share_of(count: int, share: float) -> tuple[float, float]:
    """Between which counts a share of so many draws lies, four standard deviations wide."""
    spread = 4 * math.sqrt(count * share * (1 - share))
    return count * share - spread, count * share + spread


def examples_of(units: list[Unit]) -> list[Example]:
    return [example for unit in units for group in unit for example in group]


@settings(max_examples=8)
@given(st.integers(0, 2**32))
def test_answers_stand_on_their_words_and_in_no_negative(seed: int) -> None:
    """Whatever was cropped, pasted in or put before the text; the title is part of it."""
    for made in examples_of(mixture.build(ROWS, ALL, seed)):
        known = ANSWERS[made.id.split("-no")[0]]
        if made.golds:
            assert made.answers() == known
        elif made.source != "pairs":
            assert not holds_an_answer(made.context, known)


@settings(max_examples=8)
@given(st.integers(0, 2**32))
def test_a_group_is_one_question_whose_first_context_answers_it(seed: int) -> None:
    for unit in mixture.build(ROWS, ALL, seed):
        for first, *others in unit:
            assert {other.question for other in others} <= {first.question}
            assert all(not other.golds for other in others)
            assert bool(first.golds) or not others
            texts = [made.context for made in (first, *others)]
            assert len(set(texts)) == len(texts)


@settings(max_examples=8)
@given(st.integers(0, 2**32))
def test_minimal_pairs_stay_in_one_unit(seed: int) -> None:
    units = [u for u in mixture.build(ROWS, ALL, seed) if u[0][0].source == "pairs"]
    assert len(units) == len(TOWNS)
    for unit in units:
        (one,), (other,) = unit
        assert {bool(one.golds), bool(other.golds)} == {True, False}
        assert other.id.removesuffix("-none") == one.id.removesuffix("-none")
        assert other.context == one.context


def test_half_a_pair_is_never_picked() -> None:
    """One that is hard brings the other along."""
    losses = {e.id: 1.0 if e.golds else 0.0 for e in pairs()}
    diet = Diet({"pairs": 1.0}, losses, easy=0.0)
    units = mixture.build({"pairs": pairs()}, diet, seed=1)
    assert len(examples_of(units)) == 2 * len(units) == 2 * len(TOWNS)


def test_every_set_is_read_in_its_shares() -> None:
    """Groups of several, questions alone, and an unanswerable twin of its own beside some."""
    own = next(chosen for chosen in sets.SETS if chosen.name == "new_wiki")
    rows = {"new_wiki": headed("new_wiki")}
    units = [u for seed in range(30) for u in mixture.build(rows, ALL, seed)]
    count = 30 * len(TOWNS)
    sizes = [len(group) for unit in units for group in unit]
    low, high = share_of(count, own.grouped)
    assert low < sum(size > 1 for size in sizes) < high
    alone = sum(not unit[0][0].golds for unit in units)
    low, high = share_of(count, own.alone)
    assert low < alone < high
    assert len(units) == count + alone
    assert max(sizes) <= 1 + Passages().negatives[1]


def test_a_share_of_a_set_is_drawn() -> None:
    rows = {
        "fairytale": [replace(e, id=f"f{n}-{e.id}") for n in range(40) for e in talks("fairytale")]
    }
    units = mixture.build(rows, Diet({"fairytale": 0.3}), seed=2)
    low, high = share_of(40 * len(TOWNS), 0.3)
    assert low < len(units) < high


def test_most_texts_stand_under_their_titles() -> None:
    made = [mixture.with_heading(headed("timeqa")[0], random.Random(seed)) for seed in range(900)]
    titled = [e for e in made if e.context.startswith(f"Talks of timeqa, part 0{SEPARATOR}")]
    low, high = share_of(900, 1 - mixture.UNTITLED)
    assert low < len(titled) < high
    assert all(e.answers() == [TOWNS[0]] for e in made)
    assert mixture.with_heading(talks()[0], random.Random(0)) == talks()[0]


def test_a_negatives_title_holds_no_answer_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixture, "UNTITLED", 0.0)
    asked = headed("timeqa")[0]
    for heading, expected in (("A visit to Oslo", False), ("A visit to Lima", True)):
        twin = replace(asked, context="Nothing was said.", heading=heading, golds=())
        made = mixture._negative(asked, twin, random.Random(0), "Where?", Passages())
        assert (SEPARATOR in made.context) == expected
        assert made.question == "Where?"


def test_a_sentence_with_the_answer_becomes_the_title(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, share in (("TITLE_ANSWERS", 1.0), ("NOISY", 0.0)):
        monkeypatch.setattr(mixture, name, share)
    for asked in headed("timeqa"):
        made = mixture.varied(asked, random.Random(0), Passages(cropped=0.0))
        (answer,) = asked.answers()
        title, text = made.context.split(SEPARATOR)
        assert title == f"The talks in {answer} began at noon and went on until dark"
        assert made.answers() == [answer]
        assert made.golds[0].end <= len(title)
        assert not holds_an_answer(text, [answer])
        assert text.count("The council of the region met") == 1


@pytest.mark.parametrize(
    "context",
    [
        "Held in Oslo. Nobody else was there.",  # too short for a title
        "The talks about the port began in Oslo. All of Oslo was glad that they did.",
        "The talks about the port began in Oslo.",  # nothing is left to be the text
        "The talks about  the port began in Oslo. It was late.",  # a title has single blanks
        "\n\nThe talks about the port began in Oslo. It was late.",
    ],
)
def test_some_sentences_are_no_titles(context: str) -> None:
    assert mixture._answer_in_title(example("Oslo", context)) is None


def test_an_answer_of_two_places_is_no_title() -> None:
    context = "The talks about the port began in Oslo. They went on in Lima for a week or so."
    golds = tuple(Gold(context.index(t), context.index(t) + 4) for t in ("Oslo", "Lima"))
    assert mixture._answer_in_title(replace(example("Oslo", context), golds=golds)) is None


def test_the_hard_diet_takes_the_hard_rows_and_a_quarter_of_the_others() -> None:
    assert mixture.hard_diet({}).shares == {chosen.name: chosen.second for chosen in sets.SETS}
    rows = [replace(example(), id=f"new_wiki-{number}") for number in range(1200)]
    easy, hard, unread = rows[:800], rows[800:1100], rows[1100:]
    losses = {e.id: 0.69 for e in easy} | {e.id: 0.7 for e in hard}
    diet = mixture.hard_diet(losses)
    rng = random.Random(4)
    assert all(diet.picks([e], rng) for e in hard)
    assert not any(diet.picks([e], rng) for e in unread), "no window holds their answer"
    low, high = share_of(len(easy), diet.easy)
    assert diet.easy == 0.25
    assert all(diet.picks([e, hard[0]], rng) for e in easy), "a pair is picked for its hard half"
    assert low < sum(diet.picks([e], rng) for e in easy) < high


def test_the_first_diet_takes_the_shares_of_the_sets() -> None:
    diet = mixture.first_diet()
    assert diet.losses is None
    assert diet.shares == {chosen.name: chosen.first for chosen in sets.SETS}


def test_a_mixture_follows_from_its_seed() -> None:
    one, again, other = (mixture.build(ROWS, ALL, seed) for seed in (3, 3, 4))
    assert one == again
    assert one != other
    order = [unit[0][0].source for unit in one]
    assert order != sorted(order), "the sets are mixed"


def test_the_record_tells_one_mixture_from_another(monkeypatch: pytest.MonkeyPatch) -> None:
    before = mixture.record()
    monkeypatch.setattr(mixture, "UNTITLED", 0.5)
    assert mixture.record() != before


def test_the_record_tells_one_form_from_another() -> None:
    assert mixture.record() == mixture.record(Passages()) != mixture.record(Sentences())


FIVE = "It rained. He left. Talks began in Oslo. It was late. Nobody came."


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        ("Oslo", "He left. Talks began in Oslo. It was late."),
        ("rained", "It rained. He left."),
        ("Nobody", "It was late. Nobody came."),
    ],
)
def test_a_second_look_is_at_the_sentence_with_its_neighbours(answer: str, read: str) -> None:
    made = SECOND_LOOK.cut(example(answer, FIVE), random.Random(0))
    assert made.context == read
    assert made.answers() == [answer]


def test_without_an_answer_the_closest_sentence_is_read() -> None:
    asked = replace(example("Oslo", FIVE), golds=(), question="Where did the talks begin?")
    made = SECOND_LOOK.cut(asked, random.Random(0))
    assert made.context == "He left. Talks began in Oslo. It was late."


def test_now_and_then_there_are_more_or_fewer_neighbours() -> None:
    rng = random.Random(1)
    counts = {Sentences(uneven=1.0).cut(example("Oslo", FIVE), rng).context for _ in range(200)}
    assert len(counts) == 9, "none to two before, none to two after"


def test_a_pair_reads_the_same_sentences() -> None:
    for unit in mixture.build({"pairs": pairs()}, ALL, 0, Sentences()):
        texts = {example.context for group in unit for example in group}
        assert len(texts) == 1
        (text,) = texts
        assert len(mixture.sentences(text)) < 4, "not the whole paragraph"


def test_candidates_for_negatives_are_as_many_as_the_form_says() -> None:
    units = mixture.build(ROWS, ALL, 0, Sentences(negatives=(4, 4)))
    sizes = {len(group) for unit in units for group in unit}
    assert max(sizes) > 2
    assert max(sizes) <= 5
