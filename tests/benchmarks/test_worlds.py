"""Made-up worlds: they hold what they say, and whatever a reader marks, no two towns' counts are
one answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.worlds.questions import evidence, questions
from benchmarks.worlds.reports import Report, number_words, reports
from benchmarks.worlds.score import figures, outcome
from benchmarks.worlds.world import KINDS, World, make_world
from retrieval.datatypes import Answer, Query
from retrieval.doubles import ArticlesInMemory, ScriptedRetriever, no_similarity
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.ingest.passages import WindowSize, passages_of
from retrieval.pipeline import AnswerSettings, QuestionAnswerer
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.span_scorer import KeywordSpanScorer
from retrieval.reader.spans import Window
from tests.bot.worlds import PLAIN_CALIBRATION, article, scored

WORLDS = st.builds(
    make_world, st.integers(1, 6), st.integers(0, 999), kinds=st.integers(1, 4), moving=st.just(0.5)
)
NUMBER = re.compile(r"\b(?:\d+|two|three|four|five|six|seven|eight|nine)\b")
LARGEST = 6
"""Questions asked of one world."""


class AllAlike(KeywordSpanScorer):
    """Marks all its answers with the same logits."""

    def __init__(self, answers: Sequence[str]) -> None:
        super().__init__([])
        self._marked = frozenset(answers)

    def windows(self, question: str, texts: Sequence[str]) -> list[tuple[Window, ...]]:
        return [
            tuple(self._rated(window, text) for window in self._windows(text)) for text in texts
        ]

    def _rated(self, window: Window, text: str) -> Window:
        said = [text[start:end] in self._marked for start, end in window.offsets]
        logits = np.where(said, 5.0, -5.0).astype(np.float32)
        return replace(window, start_logits=logits, end_logits=logits)


def answers(told: tuple[Report, ...], asked: list[str]) -> list[Answer]:
    """What the pipeline says with a reader that takes every number for an answer, all alike."""
    known = {
        report.id: article(
            report.text,
            report.id,
            title=report.title,
            publisher=report.paper,
            published=report.published,
        )
        for report in told
    }
    numbers = sorted({number for report in told for number in NUMBER.findall(report.text)})
    marks = [word for number in numbers for word in (number, number.capitalize())]
    scorer = AllAlike(marks)
    passages = scored([p for a in known.values() for p in passages_of(a, WindowSize(60, 10))])
    answerer = QuestionAnswerer(
        ArticlesInMemory(known),
        ScriptedRetriever(dict.fromkeys(asked, passages)),
        ExtractiveReader(scorer, tokenize_with_offsets, scorer),
        tokenize_with_offsets,
        PLAIN_CALIBRATION,
        no_similarity,
        AnswerSettings(passages=len(passages), threshold=0.0),
    )
    return [answerer.answer(Query(question)) for question in asked]


@settings(max_examples=15, deadline=None)
@given(WORLDS, st.integers(1, 3))
def test_no_two_towns_counts_are_one_answer(world: World, copies: int) -> None:
    told = reports(world, copies, seed=1)
    towns = {report.id: report.event.town for report in told}
    named = [asked.text for asked in questions(world, seed=2)][:LARGEST]
    for answer in answers(told, [*named, "How many people were killed?"]):
        for group in answer.groups:
            assert len({towns[citation.article_id] for citation in group.citations}) == 1
            assert group.origins <= group.publishers <= len(group.spans)


@given(WORLDS, st.integers(1, 5))
def test_a_world_tells_each_toll_and_nothing_of_what_never_happened(
    world: World, copies: int
) -> None:
    told = reports(world, copies, seed=3)
    assert len({report.id for report in told}) == len(told)
    for report in told:
        killed, injured = number_words(report.toll.killed), number_words(report.toll.injured)
        folded = report.text.casefold()
        assert killed in folded
        assert injured in folded
        assert report.event.town.casefold() in folded
        assert report.retells is None or f"{report.retells} reports" in report.text
    happened = {(event.town, event.kind) for event in world.events}
    assert not happened & set(world.never)


def test_the_same_seed_makes_the_same_world() -> None:
    assert make_world(9, 5) == make_world(9, 5) != make_world(9, 6)
    world = make_world(9, 5)
    assert reports(world, 3, 1) == reports(world, 3, 1)
    assert questions(world, 1) == questions(world, 1)


def test_a_question_on_what_happened_has_evidence_and_one_on_nothing_has_none() -> None:
    world = make_world(6, 1)
    told = reports(world, 2, 1)
    for asked in questions(world, 1):
        known = evidence(asked, told)
        assert bool(known) == (asked.event is not None) == bool(asked.values)
        assert all(name.startswith(f"{asked.event.town.lower()}-") for name in known if asked.event)


def test_tolls_only_rise_and_every_kind_is_known() -> None:
    for event in make_world(40, 7, moving=1.0).events:
        assert event.kind in KINDS
        killed = [toll.killed for toll in event.tolls]
        days = [toll.day for toll in event.tolls]
        assert killed == sorted(set(killed))
        assert days == sorted(set(days))


def test_the_score_of_a_reader_that_takes_any_number() -> None:
    """A toll may be right by chance; what never happened is answered all the same."""
    world = make_world(3, 2, moving=0.0)
    told = reports(world, 1, 1)
    asked = questions(world, 1)
    given_answers = answers(told, [one.text for one in asked])
    found = figures([outcome(q, a, told) for q, a in zip(asked, given_answers, strict=True)])
    assert found["questions on what happened"] == 2 * 3
    assert found["questions on what never happened"] == 3
    assert found["refused"] == 0
    assert found["groups of several towns"] == 0
    assert found["too many sources claimed"] == 0
