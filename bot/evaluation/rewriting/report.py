"""An evaluation of rewriting as a single HTML file: no network, no script, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.report.page import base_name, render_page
from bot.evaluation.report.values import Column, Kind, Page, Section, Table, Text
from bot.evaluation.report.wording import table_of
from bot.evaluation.sets.rewrite import RewriteSet

LABELS = {
    "bleu": "BLEU",
    "copy_bleu": "BLEU of the question as typed",
    "added_words_recall": "recall of the words that the human added",
    "kept_where_none_needed": "kept where no rewrite is needed",
    "share_unchanged": "left unchanged",
    "share_needing_none": "needing no rewrite",
}
"""The measures of ``rewriting_figures`` as a person reads them."""


def render_rewriting_report(
    rewrite_set: RewriteSet, predictions: Iterable[Prediction], metrics: Mapping[str, Any]
) -> str:
    """The HTML text; ``metrics`` as in ``metrics.json``."""
    found = list(predictions)
    conversations = metrics["counts"]["conversations"]
    subtitle = f"questions {len(found)}, conversations {conversations}"
    if rewrite_set.left_out:
        subtitle += f"; {rewrite_set.left_out} left out: {rewrite_set.left_out_reason}"
    sections = [
        Section("nearness", "Nearness to the human's", tables=list(_nearness(metrics))),
        Section("finding", "Finding the response", tables=list(_finding(metrics))),
        Section("examples", "Every question", tables=[_examples(found)]),
    ]
    return render_page(Page(f"Rewriting of {base_name(rewrite_set.name)}", subtitle, sections))


def interval(figure: Mapping[str, Any]) -> str:
    """The 95 % interval in words for a table; a dash where there is none."""
    return "–" if figure["low"] is None else f"{figure['low']:.1f} to {figure['high']:.1f}"


def number(value: float | None, digits: int = 1) -> str:
    """A figure as shown; ``none`` where there was nothing to average."""
    return "none" if value is None else f"{value:.{digits}f}"


def _nearness(metrics: Mapping[str, Any]) -> Iterator[Table]:
    rewriting, latency = metrics["rewriting"], metrics["latency_ms"]
    yield table_of(
        "All turns",
        ("measure", "value", "95 % interval", "examples"),
        [
            (label, number(f["value"]), interval(f), str(f["examples"]))
            for name, label in LABELS.items()
            for f in (rewriting[name],)
        ],
        f"Percent, with 95 % intervals. A rewrite takes {number(latency['p50'], 2)} ms (median), "
        f"95 % take at most {number(latency['p95'], 2)} ms.",
    )
    shown = ("bleu", "copy_bleu", "added_words_recall", "kept_where_none_needed")
    yield table_of(
        "By turn",
        ("turn", "examples", *(LABELS[name] for name in shown)),
        [
            (turn, str(f["bleu"]["examples"]), *(number(f[name]["value"]) for name in shown))
            for turn, f in metrics["by_turn"].items()
        ],
        "Percent.",
    )


def _finding(metrics: Mapping[str, Any]) -> Iterator[Table]:
    found = metrics["retrieval"]
    for part, title in (("all", "All turns"), ("follow_ups", "Follow-ups")):
        yield table_of(
            title,
            ("asked with", "turns", "MRR", "recall@5"),
            [
                (name, str(f["questions"]), number(f["mrr"], 3), number(f["recall@5"], 3))
                for name, f in found[part].items()
            ],
            f"Among {found['responses']} responses; MRR@{found['ranked']} and recall@5, 0 to 1.",
        )


def _examples(predictions: Iterable[Prediction]) -> Table:
    columns = [
        Column("question", "Question"),
        Column("ours", "Pullquote's"),
        Column("human", "Human's"),
        Column("time", "Time", Kind.NUMBER),
    ]
    rows = [
        [
            Text(row["question"], (f"{row['id']}, turn {row['turn']}",)),
            Text(row["standalone_question"], tuple(_remarks(row))),
            row["rewrite"],
            f"{row['elapsed_ms']:.1f} ms",
        ]
        for row in predictions
    ]
    return Table("As typed, as completed, as a human would ask", "", columns, rows)


def _remarks(row: Prediction) -> Iterator[str]:
    """The other readings, then what was put for what."""
    for other in row["others"]:
        yield f"or: {other}"
    for edit in row["edits"]:
        why = f" ({edit['why']})" if edit["why"] else ""
        yield f"{edit['said'] or 'added'} → {edit['meant'] or 'left out'}{why}"
