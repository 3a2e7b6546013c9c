"""Whether a standalone question finds the response that its turn was given.

The collection holds the responses of all conversations of a set, each once; what is asked for is
the response of the question's own turn. A better rewrite ranks it higher. A search is a
function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.evaluation.measuring.ranking import Qrels, RankedPassage, Run, measure
from bot.evaluation.rewriting.running import Rewritten
from bot.evaluation.sets.rewrite import RewriteExample
from retrieval.datatypes import Passage, ScoredPassage

Search = Callable[[Sequence[str], int], Sequence[ScoredPassage]]
"""Readings of one question and a limit to passages, best first; one passage is one response."""

RETRIEVED = 100
"""Responses ranked for each question: MRR is MRR@100, what stands lower counts 0."""

OURS = "rewritten"
BOTH_WAYS = "rewritten, both ways"


@dataclass(frozen=True, slots=True)
class RetrievalOutcome:
    """``metrics`` as in ``metrics.json``; ``run`` is that of the row ``OURS``."""

    metrics: dict[str, Any]
    run: Run
    qrels: Qrels


def collect_responses(examples: Iterable[RewriteExample]) -> dict[str, str]:
    """The responses to search, by the id of the first turn that was given each."""
    first: dict[str, str] = {}
    for example in examples:
        if example.response is not None:
            first.setdefault(example.response, example.id)
    return {example_id: response for response, example_id in first.items()}


def concatenation(example: RewriteExample) -> str:
    """All earlier questions and this one as typed, oldest first, joined by blanks."""
    return " ".join([*(exchange.question for exchange in example.before), example.question])


def evaluate_response_retrieval(
    rewritten: Sequence[Rewritten], search: Search, progress: Callable[[int, int], None]
) -> RetrievalOutcome:
    """Asks for the response of every turn that has one, in every way that is compared.

    ``search`` is over ``collect_responses`` of the same examples. First turns are included and
    ``follow_ups`` are told apart (turns from the second on).
    """
    asked = [r for r in rewritten if r.example.response is not None]
    responses = collect_responses(r.example for r in asked)
    docnos = {text: Passage(example_id, 0, len(text)).id for example_id, text in responses.items()}
    qrels = Qrels({r.example.id: (docnos[r.example.response or ""],) for r in asked})
    runs = _runs(asked, search, progress)
    follow_ups = frozenset(r.example.id for r in asked if r.example.turn > 1)
    metrics: dict[str, Any] = {
        "responses": len(responses),
        "without_response": len(rewritten) - len(asked),
        "ranked": RETRIEVED,
        "all": {name: measure(run, qrels) for name, run in runs.items()},
        "follow_ups": {name: measure(run, _of(qrels, follow_ups)) for name, run in runs.items()},
    }
    return RetrievalOutcome(metrics, runs[OURS], qrels)


def _runs(
    asked: Sequence[Rewritten], search: Search, progress: Callable[[int, int], None]
) -> dict[str, Run]:
    """A run for each way to ask; both ways only where some rewrite has several readings."""
    found: dict[tuple[str, ...], tuple[RankedPassage, ...]] = {}
    both = any(r.rewrite.others for r in asked)
    rankings: dict[str, dict[str, tuple[RankedPassage, ...]]] = {}
    for done, item in enumerate(asked, start=1):
        for name, readings in _ways(item, both).items():
            if readings not in found:
                found[readings] = _ranked(search(readings, RETRIEVED))
            rankings.setdefault(name, {})[item.example.id] = found[readings]
        progress(done, len(asked))
    names = ("raw", "concatenated", OURS, *((BOTH_WAYS,) if both else ()), "human")
    return {name: Run("pullquote", rankings.get(name, {})) for name in names}


def _ways(item: Rewritten, both: bool) -> Mapping[str, tuple[str, ...]]:
    ways: dict[str, tuple[str, ...]] = {
        "raw": (item.example.question,),
        "concatenated": (concatenation(item.example),),
        OURS: (item.rewrite.question,),
        "human": (item.example.gold,),
    }
    if both:
        ways[BOTH_WAYS] = tuple(dict.fromkeys((item.rewrite.question, *item.rewrite.others)))
    return ways


def _ranked(found: Iterable[ScoredPassage]) -> tuple[RankedPassage, ...]:
    return tuple(RankedPassage(scored.passage.id, scored.score) for scored in found)


def _of(qrels: Qrels, question_ids: frozenset[str]) -> Qrels:
    return Qrels({id_: docnos for id_, docnos in qrels.relevant.items() if id_ in question_ids})
