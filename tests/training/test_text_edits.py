"""Edits of the training text, over any text: what was an answer before is the answer after."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.builders import example
from training import text
from training.squad import Example, Gold

# Sentence ends, brackets, quotes and the spaces that detokenising takes away, among any letters.
PIECES = st.sampled_from(
    [
        *(". ", "! ", "? ", "\n", "\n\n", " ", "  ", " .", " ,", " 's", " n't", "( ", " )", ' " '),
        *(
            '"',
            "US$ ",
            "$ ",
            "% ",
            "The",
            "a",
            "Ελλάδα",
            "東京",
            "é",
            "A\u0301",
            "\U0001f680\u200d",
        ),
        *("\u00a0", "\x1c", "\u2028", "7"),
    ]
)
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=30).map("".join)
SEEDS = st.integers(0, 2**32)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Any text with up to three answers, none of which begins or ends with white space."""
    context = draw(TEXTS)
    places = st.integers(0, len(context))
    golds = [
        Gold(start, end)
        for start, end in (sorted((draw(places), draw(places))) for _ in range(3))
        if context[start:end].strip() and context[start:end] == context[start:end].strip()
    ]
    return Example("1", "qamr", "T", "Who?", context, tuple(golds))


def without_blanks(given: str) -> str:
    return given.replace(" ", "")


@given(examples(), st.integers(1, 40), SEEDS)
def test_cropping_keeps_every_answer_and_adds_nothing(
    before: Example, words: int, seed: int
) -> None:
    after = text.crop(before, words, random.Random(seed))
    assert after.answers() == before.answers()
    assert after.context in before.context


@given(examples(), st.integers(0, 200), st.text(max_size=5))
def test_inserting_moves_the_answers_along(before: Example, at: int, addition: str) -> None:
    edges = [edge for gold in before.golds for edge in (gold.start, gold.end)]
    places = [*edges, *range(len(before.context) + 1)]  # at an answer's edge as often as not
    at = places[at % (len(places) if at % 2 else max(1, len(edges)))]
    if any(gold.start < at < gold.end for gold in before.golds):
        return
    after = text.insert(before, at, addition)
    assert after.answers() == before.answers()
    assert after.context == before.context[:at] + addition + before.context[at:]


@given(examples(), st.lists(st.integers(0, 60), max_size=8))
def test_deleting_takes_exactly_the_ranges(before: Example, cuts: list[int]) -> None:
    edges = sorted({min(cut, len(before.context)) for cut in cuts})
    ranges = list(zip(edges[::2], edges[1::2], strict=False))
    gone = {place for start, end in ranges for place in range(start, end)}

    def left(start: int, end: int) -> str:
        return "".join(before.context[i] for i in range(start, end) if i not in gone)

    after = text.delete(before, ranges)
    assert after.context == left(0, len(before.context))
    assert after.answers() == [
        kept for gold in before.golds if (kept := left(gold.start, gold.end))
    ]


@given(examples())
def test_detokenising_takes_blanks_only(before: Example) -> None:
    after = text.detokenise(before)
    assert without_blanks(after.context) == without_blanks(before.context)
    assert [without_blanks(a) for a in after.answers()] == [
        without_blanks(a) for a in before.answers()
    ]


@given(examples(), SEEDS)
def test_noise_leaves_the_answers_alone(before: Example, seed: int) -> None:
    after = text.add_noise(before, random.Random(seed))
    assert after.answers() == before.answers()


@given(TEXTS)
def test_sentences_cover_all_but_white_space_in_order(given: str) -> None:
    spans = text.sentences(given)
    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    kept = "".join(given[start:end] for start, end in spans)
    assert "".join(kept.split()) == "".join(given.split())


@given(SEEDS, st.sampled_from(["105 minutes", "Reykjavik", "dark"]))
def test_edits_one_after_the_other_keep_the_answer(seed: int, answer: str) -> None:
    rng = random.Random(seed)
    edited = text.add_noise(text.crop(text.detokenise(example(answer)), 12, rng), rng)
    assert edited.answers() == [answer]
    assert len(edited.context) < len(example(answer).context)


def test_detokenising_writes_as_people_do() -> None:
    context = "He 's in Spain ( now ) , it is n't 5 % of \" the lot \" ."
    edited = text.detokenise(example("Spain", context))
    assert edited.context == "He's in Spain (now), it isn't 5% of \"the lot\"."
    assert edited.answers() == ["Spain"]


def test_a_crop_grows_to_the_words_it_may_have() -> None:
    lengths = {
        len(text.crop(example(), limit, random.Random(0)).context.split()) for limit in (1, 20, 99)
    }
    assert lengths == {7, 20, len(example().context.split())}


@pytest.mark.parametrize(
    "answer", ["105 minutes. It", "minutes. It began", '. "It went well," he said. N']
)
def test_a_crop_keeps_an_answer_of_several_sentences(answer: str) -> None:
    cropped = text.crop(example(answer), 1, random.Random(0))
    assert cropped.answers() == [answer]
    assert len(cropped.context) < len(example().context)


def test_noise_is_pasted_in_or_a_space_is_lost() -> None:
    made = {text.add_noise(example(), random.Random(seed)).context for seed in range(60)}
    before = example().context
    assert any(len(context) == len(before) - 1 for context in made)
    assert {noise for noise in text.WEB_NOISE if any(noise in c for c in made)} == set(
        text.WEB_NOISE
    )


def test_questions_lose_their_mark_and_half_of_those_their_capitals() -> None:
    rng = random.Random(1)
    asked = [text.plainer_question(example(), rng, 0.25).question for _ in range(2000)]
    assert set(asked) == {"Where did it begin?", "Where did it begin", "where did it begin"}
    assert 0.7 < asked.count("Where did it begin?") / 2000 < 0.8
    assert 0.1 < asked.count("where did it begin") / 2000 < 0.15
