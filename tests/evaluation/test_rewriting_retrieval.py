"""Standalone questions asked of a tiny collection of responses, with the hashing double."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.assembly.question_sets import Search, response_search
from bot.config import Config
from bot.dialogue.conversation import Answered, Conversation
from bot.dialogue.rewriting import Edit, Rewrite
from bot.evaluation.rewriting.retrieval import (
    BOTH_WAYS,
    OURS,
    RETRIEVED,
    collect_responses,
    concatenation,
    evaluate_response_retrieval,
)
from bot.evaluation.rewriting.running import Rewritten, conversation_before, rewrite_examples
from bot.evaluation.sets.rewrite import Exchange, RewriteExample
from retrieval.datatypes import Passage
from retrieval.doubles import HashingEncoder
from retrieval.index.fusion import RRF_K
from retrieval.index.tokenization import tokenize

MOTHERS = "The Mothers disbanded when the money of the group ran out."
TOUR = "Zappa toured Europe with an orchestra of forty players."
GUITAR = "A guitar was broken on the stage in Montreux."


def example(number: int, question: str, gold: str, response: str | None = None) -> RewriteExample:
    before = (Exchange("What of Zappa?", TOUR), Exchange("And why?", None))[: number - 1]
    return RewriteExample(
        f"c 1/{number}", "c 1", number, question, gold, before, response, "Frank Zappa", "Bands"
    )


EXAMPLES = (
    example(1, "What of Zappa?", "What of Zappa's tour?", TOUR),
    example(2, "And why?", "Why did the Mothers disband?", MOTHERS),
    example(3, "Where?", "Where was the guitar broken?", GUITAR),
    example(3, "Who?", "Who was it?"),
)


class Scripted:
    """A rewriter that knows its answers, and keeps what it was given."""

    def __init__(self, rewrites: Sequence[Rewrite]) -> None:
        self._rewrites = list(rewrites)
        self.given: list[tuple[Conversation, str]] = []

    def rewrite(self, conversation: Conversation, text: str) -> Rewrite:
        self.given.append((conversation, text))
        return self._rewrites[len(self.given) - 1]


def search_over(responses: dict[str, str]) -> Search:
    return response_search(Config(), HashingEncoder(tokenize), responses)


def rewritten(*rewrites: Rewrite) -> list[Rewritten]:
    return [Rewritten(e, r, 1.0) for e, r in zip(EXAMPLES, rewrites, strict=True)]


def no_progress(done: int, total: int) -> None:
    assert 0 < done <= total


def test_a_conversation_is_replayed_with_the_systems_own_questions() -> None:
    edit = Edit("And why", "Why did they", "continued")
    rewriter = Scripted([Rewrite("First?"), Rewrite("Second?", (edit,)), Rewrite("Third?")])
    ticks = iter(range(100))
    done = rewrite_examples(EXAMPLES[:3], rewriter, no_progress, clock=lambda: float(next(ticks)))
    first, _, third = (conversation for conversation, _ in rewriter.given)
    assert [text for _, text in rewriter.given] == ["What of Zappa?", "And why?", "Where?"]
    assert (first.topic, first.subtopic, first.turns) == ("Frank Zappa", "Bands", ())
    assert [turn.standalone_question for turn in third.turns] == ["First?", "Second?"]
    assert [turn.question for turn in third.turns] == ["What of Zappa?", "And why?"]
    assert [turn.answered for turn in third.turns] == [Answered(TOUR, TOUR), None]
    assert [turn.number for turn in third.turns] == [1, 2]
    assert done[1].prediction() == {
        "id": "c 1/2",
        "conversation": "c 1",
        "turn": 2,
        "question": "And why?",
        "standalone_question": "Second?",
        "rewrite": "Why did the Mothers disband?",
        "edits": [{"said": "And why", "meant": "Why did they", "why": "continued"}],
        "others": [],
        "elapsed_ms": 1000.0,
    }


def test_an_earlier_turn_that_is_no_example_keeps_its_question_as_typed() -> None:
    conversation = conversation_before(EXAMPLES[2], {2: "Second?"})
    asked = [turn.standalone_question for turn in conversation.turns]
    assert asked == ["What of Zappa?", "Second?"]


def test_a_shared_response_is_collected_once() -> None:
    twice = (EXAMPLES[0], example(2, "a", "b", TOUR), EXAMPLES[3])
    assert collect_responses(twice) == {"c 1/1": TOUR}


def test_the_concatenation_is_all_questions_as_typed() -> None:
    assert concatenation(EXAMPLES[2]) == "What of Zappa? And why? Where?"


def test_figures_of_every_way_to_ask() -> None:
    ours = rewritten(
        Rewrite("What of Zappa?"),
        Rewrite("Why was Zappa's tour?"),
        Rewrite("guitar?"),
        Rewrite("x"),
    )
    search = search_over(collect_responses(EXAMPLES))
    outcome = evaluate_response_retrieval(ours, search, no_progress)
    metrics = outcome.metrics
    assert (metrics["responses"], metrics["without_response"], metrics["ranked"]) == (3, 1, 100)
    rows = metrics["all"]
    assert list(rows) == ["raw", "concatenated", OURS, "human"]
    assert rows["human"]["mrr"] == 1.0
    assert {row["questions"] for row in rows.values()} == {3}
    assert {row["questions"] for row in metrics["follow_ups"].values()} == {2}
    ranks = [
        [p.docno for p in outcome.run.rankings[id_]].index(outcome.qrels.relevant[id_][0]) + 1
        for id_ in ("c 1/1", "c 1/2", "c 1/3")
    ]
    assert ranks[0] == ranks[2] == 1
    assert ranks[1] > 1
    assert rows[OURS]["mrr"] == pytest.approx((1 + 1 / ranks[1] + 1) / 3)
    assert metrics["follow_ups"][OURS]["mrr"] == pytest.approx((1 / ranks[1] + 1) / 2)
    assert rows[OURS]["recall@5"] == 1.0
    assert outcome.qrels.relevant["c 1/3"] == (Passage("c 1/3", 0, len(GUITAR)).id,)
    outcome.run.trec()
    outcome.qrels.trec()


def test_both_readings_are_fused_by_rank() -> None:
    ours = rewritten(
        Rewrite("What of Zappa?"),
        Rewrite("Why was Zappa's tour?", others=("Why did the Mothers disband?",)),
        Rewrite("guitar?"),
        Rewrite("x"),
    )
    search = search_over(collect_responses(EXAMPLES))
    outcome = evaluate_response_retrieval(ours, search, no_progress)
    rows = outcome.metrics["all"]
    assert list(rows) == ["raw", "concatenated", OURS, BOTH_WAYS, "human"]
    assert rows[BOTH_WAYS]["mrr"] >= rows[OURS]["mrr"]
    readings = ("Why was Zappa's tour?", "Why did the Mothers disband?")
    fused = search(readings, RETRIEVED)
    apart = [[p.passage for p in search([reading], RETRIEVED)] for reading in readings]
    for found in fused:
        expected = sum(1 / (RRF_K + r.index(found.passage) + 1) for r in apart)
        assert found.score == pytest.approx(expected)


def test_near_copies_are_not_folded() -> None:
    """Each may be the right response of a turn of its own."""
    responses = {"a": MOTHERS, "b": f"{MOTHERS} So it was.", "c": TOUR}
    found = search_over(responses)(["Why did the Mothers disband?"], 10)
    assert {p.passage.article_id for p in found} == {"a", "b", "c"}


def test_a_set_without_any_response_has_no_figures() -> None:
    outcome = evaluate_response_retrieval(
        [Rewritten(EXAMPLES[3], Rewrite("Who?"), 1.0)], search_over({}), no_progress
    )
    assert outcome.metrics["responses"] == 0
    assert outcome.metrics["all"][OURS]["mrr"] is None
    assert outcome.run.trec() == outcome.qrels.trec() == ""
