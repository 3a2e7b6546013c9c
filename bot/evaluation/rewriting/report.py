"""An evaluation of rewriting as a single HTML file: no network, no script, every text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined

from bot.evaluation.measuring.verdicts import Prediction
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


@dataclass(frozen=True, slots=True)
class Table:
    """Figures as shown: for each row its label and its cells, one for each further column."""

    title: str
    note: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


def render_rewriting_report(
    rewrite_set: RewriteSet, predictions: Iterable[Prediction], metrics: Mapping[str, Any]
) -> str:
    """The HTML text; ``metrics`` as in ``metrics.json``."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    folder = resources.files("bot.evaluation.rewriting")
    source = folder.joinpath("report.html").read_text("utf-8")
    html: str = environment.from_string(source).render(
        name=rewrite_set.name.replace("\\", "/").rpartition("/")[2],
        conversations=metrics["counts"]["conversations"],
        left_out=rewrite_set.left_out,
        left_out_reason=rewrite_set.left_out_reason,
        tables=list(_tables(metrics)),
        rows=list(predictions),
    )
    return html


def interval(figure: Mapping[str, Any]) -> str:
    """The 95 % interval in words for a table; a dash where there is none."""
    return "–" if figure["low"] is None else f"{figure['low']:.1f} to {figure['high']:.1f}"


def number(value: float | None, digits: int = 1) -> str:
    """A figure as shown; ``none`` where there was nothing to average."""
    return "none" if value is None else f"{value:.{digits}f}"


def _tables(metrics: Mapping[str, Any]) -> Iterator[Table]:
    rewriting, latency = metrics["rewriting"], metrics["latency_ms"]
    yield Table(
        "Nearness to the human's",
        f"Percent, with 95 % intervals. A rewrite takes {number(latency['p50'], 2)} ms (median), "
        f"95 % take at most {number(latency['p95'], 2)} ms.",
        ("measure", "value", "95 % interval", "examples"),
        [
            (label, (number(f["value"]), interval(f), str(f["examples"])))
            for name, label in LABELS.items()
            for f in (rewriting[name],)
        ],
    )
    shown = ("bleu", "copy_bleu", "added_words_recall", "kept_where_none_needed")
    yield Table(
        "By turn",
        "Percent.",
        ("turn", "examples", *(LABELS[name] for name in shown)),
        [
            (turn, (str(f["bleu"]["examples"]), *(number(f[name]["value"]) for name in shown)))
            for turn, f in metrics["by_turn"].items()
        ],
    )
    found = metrics["retrieval"]
    for part, title in (("all", "Finding the response"), ("follow_ups", "The same, follow-ups")):
        yield Table(
            title,
            f"Among {found['responses']} responses; MRR@{found['ranked']} and recall@5, 0 to 1.",
            ("asked with", "turns", "MRR", "recall@5"),
            [
                (name, (str(f["questions"]), number(f["mrr"], 3), number(f["recall@5"], 3)))
                for name, f in found[part].items()
            ],
        )
