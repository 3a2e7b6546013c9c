"""The task ``rewrite``: a set and its parts in, metrics, files and printed figures out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.dialogue.rewriting import Rewriter
from bot.evaluation.measuring.figures import percentile
from bot.evaluation.outputs import write_run
from bot.evaluation.rewriting.measures import Compared, rewriting_figures
from bot.evaluation.rewriting.report import LABELS, number, render_rewriting_report
from bot.evaluation.rewriting.retrieval import (
    RetrievalOutcome,
    Search,
    collect_responses,
    evaluate_response_retrieval,
)
from bot.evaluation.rewriting.running import Rewritten, rewrite_examples
from bot.evaluation.sets.rewrite import RewriteSet

Progress = Callable[[int, int], None]
ShowProgress = Callable[[str], AbstractContextManager[Progress]]
"""Shows progress for as long as a step lasts, under the step's title."""
SearchOver = Callable[[Mapping[str, str], Progress], Search]
"""Responses by id to a search over them."""


@dataclass(frozen=True, slots=True)
class RewritingEvaluation:
    """What the task gave for one set."""

    rewrite_set: RewriteSet
    predictions: tuple[dict[str, Any], ...]
    metrics: dict[str, Any]
    retrieval: RetrievalOutcome

    def write(self, folder: Path) -> tuple[Path, ...]:
        """The contract's files. Raises ``StorageError``."""
        return write_run(
            folder,
            predictions=self.predictions,
            metrics=self.metrics,
            report=render_rewriting_report(self.rewrite_set, self.predictions, self.metrics),
            run=self.retrieval.run,
            qrels=self.retrieval.qrels,
        )


def evaluate_rewriting(
    rewrite_set: RewriteSet, rewriter: Rewriter, search_over: SearchOver, show: ShowProgress
) -> RewritingEvaluation:
    """Rewrites every question, compares with the humans', and searches the responses with both."""
    examples = rewrite_set.examples
    with show("rewriting") as progress:
        rewritten = rewrite_examples(examples, rewriter, progress)
    with show("embedding responses") as progress:
        search = search_over(collect_responses(examples), progress)
    with show("searching responses") as progress:
        retrieval = evaluate_response_retrieval(rewritten, search, progress)
    metrics = _metrics(rewrite_set, rewritten, retrieval)
    predictions = tuple(item.prediction() for item in rewritten)
    return RewritingEvaluation(rewrite_set, predictions, metrics, retrieval)


def rewriting_lines(metrics: Mapping[str, Any]) -> list[str]:
    """The printed summary of ``metrics.json``, one fact a line."""
    counts, found, latency = metrics["counts"], metrics["retrieval"], metrics["latency_ms"]
    lines = [f"questions {counts['examples']}, conversations {counts['conversations']}"]
    for name, label in LABELS.items():
        figure = metrics["rewriting"][name]
        bounds = "" if figure["low"] is None else f" ({figure['low']:.1f} to {figure['high']:.1f})"
        lines.append(f"{label}: {number(figure['value'])}{bounds}, over {figure['examples']}")
    lines.append(
        f"responses {found['responses']}; turns without one, not searched for: "
        f"{found['without_response']}"
    )
    for part, label in (("all", "all turns"), ("follow_ups", "follow-ups")):
        for name, row in found[part].items():
            lines.append(
                f"{label}, {name}: MRR@{found['ranked']} {number(row['mrr'], 3)}, recall@5 "
                f"{number(row['recall@5'], 3)}, over {row['questions']}"
            )
    p50, p95 = number(latency["p50"], 2), number(latency["p95"], 2)
    lines.append(f"time for a rewrite: p50 {p50} ms, p95 {p95} ms")
    return lines


def _metrics(
    rewrite_set: RewriteSet, rewritten: Sequence[Rewritten], retrieval: RetrievalOutcome
) -> dict[str, Any]:
    compared = [_compared(item) for item in rewritten]
    by_turn: defaultdict[int, list[Compared]] = defaultdict(list)
    for item, pair in zip(rewritten, compared, strict=True):
        by_turn[item.example.turn].append(pair)
    times = sorted(item.elapsed_ms for item in rewritten)
    return {
        "run": {"task": "rewrite", "set": Path(rewrite_set.name).name},
        "counts": {
            "examples": len(rewritten),
            "conversations": len({item.example.conversation for item in rewritten}),
            "left_out": rewrite_set.left_out,
        },
        "rewriting": rewriting_figures(compared),
        "by_turn": {str(turn): rewriting_figures(by_turn[turn]) for turn in sorted(by_turn)},
        "retrieval": retrieval.metrics,
        "latency_ms": {"p50": percentile(times, 50), "p95": percentile(times, 95)},
    }


def _compared(item: Rewritten) -> Compared:
    return Compared(item.example.question, item.rewrite.question, item.example.gold)
