"""The report of one evaluation: predictions, judgements and metrics become one page.

Every block of the metrics may be missing or null; what there is nothing to show of is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from bot.evaluation.measuring import conversations
from bot.evaluation.measuring.predictions import Verdict
from bot.evaluation.report.answer_rows import Item, first_rank, join, question_table
from bot.evaluation.report.deciding_charts import deciding_charts, probability_chart
from bot.evaluation.report.page import base_name, css_class, render_page
from bot.evaluation.report.strata_charts import retrieval_charts, stage_chart, strata_charts
from bot.evaluation.report.values import Bar, Figure, Page, Section, Table
from bot.evaluation.report.wording import (
    CAUSES,
    between,
    figure_of,
    label,
    shown,
    table_of,
    unit_of,
)
from bot.evaluation.rewriting.report import interval, number

_HEADLINE = (
    "exact_match",
    "f1",
    "correct",
    "no_answer_refused",
    "answer_in_top_five",
    "citation_precision",
    "auc",
    "recall@1",
    "recall@5",
    "recall@20",
    "success@5",
    "mrr",
    "ndcg@10",
    "p50",
    "p95",
)
_TASKS = {"answer": "Answers", "read": "Reading", "retrieve": "Retrieval"}


def answers_report(
    predictions: Iterable[Item], judgements: Iterable[Item], metrics: Mapping[str, Any]
) -> str:
    """The HTML text. Predictions and judgements are joined by ``id``; ``metrics`` as written."""
    run = metrics.get("run") or {}
    task = str(run.get("task") or "answer")
    judged = list(judgements)
    pairs = join(list(predictions), judged)
    name = base_name(str(run.get("set") or "")) or "a question set"
    page = Page(
        f"{_TASKS.get(task, 'Evaluation')}: {name}",
        _subtitle(pairs, metrics),
        _sections(pairs, metrics, task),
        _facts(run),
    )
    return render_page(page)


def _subtitle(pairs: Sequence[tuple[Item, Item | None]], metrics: Mapping[str, Any]) -> str:
    counts, run = metrics.get("counts") or {}, metrics.get("run") or {}
    parts = [f"{len(pairs)} questions"]
    if missing := sum(1 for _, prediction in pairs if prediction is None):
        parts.append(f"{missing} not asked")
    if counts.get("left_out"):
        reason = counts.get("left_out_reason")
        rows = "1 row" if counts["left_out"] == 1 else f"{counts['left_out']} rows"
        parts.append(f"{rows} left out" + (f": {reason}" if reason else ""))
    if run.get("interrupted"):
        parts.append(f"interrupted {run['interrupted']} times")
    return "; ".join(parts)


def _facts(run: Mapping[str, Any]) -> list[tuple[str, str]]:
    facts = [
        ("Pullquote", run.get("pullquote")),
        ("reader", run.get("reader")),
        ("index", run.get("index")),
        ("threshold", run.get("threshold")),
        ("workers", run.get("workers")),
        ("question set", f"sha256 {run['set_sha256'][:12]}" if run.get("set_sha256") else None),
    ]
    return [(name, str(value)) for name, value in facts if value is not None]


def _sections(
    pairs: Sequence[tuple[Item, Item | None]], metrics: Mapping[str, Any], task: str
) -> list[Section]:
    deciding = metrics.get("deciding") or {}
    given = [
        (float(p["probability"]), str(j["verdict"]))
        for j, p in pairs
        if p is not None and p.get("probability") is not None and j.get("verdict")
    ]
    ranks = [first_rank(j) for j, _ in pairs if (j.get("measures") or {}).get("mrr") is not None]
    figures = metrics.get("figures") or {}
    return [
        Section(
            "figures",
            "Figures",
            "Intervals are 95 %, by bootstrap." if figures else "",
            figures=_headline(metrics),
            folded=_all_figures(figures),
        ),
        Section("verdicts", "Verdicts", "Each leads to its questions.", bars=_verdicts(pairs)),
        Section(
            "misses",
            "Why questions were missed",
            "The first stage that lost the answer; each leads to its questions.",
            bars=_causes(pairs, metrics),
        ),
        Section(
            "deciding",
            "Knowing when it knows",
            charts=[*deciding_charts(deciding), *_probabilities(given, deciding, metrics)],
        ),
        Section(
            "retrieval",
            "Finding the passage",
            charts=retrieval_charts(figures, ranks) if task == "retrieve" else [],
        ),
        Section("conversations", "In conversation", tables=_conversations(metrics)),
        Section("kinds", "By kind of question", charts=strata_charts(metrics.get("by") or {})),
        Section("time", "Time", charts=stage_chart(metrics.get("stages") or {})),
        Section("questions", "Every question", questions=question_table(pairs, task)),
    ]


def _probabilities(
    given: Sequence[tuple[float, str]], deciding: Mapping[str, Any], metrics: Mapping[str, Any]
) -> Sequence[Any]:
    threshold = deciding.get("threshold")
    if threshold is None:
        threshold = (metrics.get("run") or {}).get("threshold")
    return probability_chart(given, threshold)


def _headline(metrics: Mapping[str, Any]) -> list[Figure]:
    figures = metrics.get("figures") or {}
    known = [name for name in _HEADLINE if (figures.get(name) or {}).get("value") is not None]
    return [figure_of(name, figures[name]) for name in known]


def _all_figures(figures: Mapping[str, Any]) -> list[Table]:
    rows = [
        (
            label(name),
            shown(figure.get("value"), unit_of(name, figure)),
            between(figure.get("low"), figure.get("high"), unit_of(name, figure)),
            str(figure.get("n") or "–"),
            str(figure.get("better") or ""),
        )
        for name, figure in figures.items()
        if figure
    ]
    labels = ("figure", "value", "95 % interval", "questions", "better")
    return [table_of("All figures", labels, rows)] if rows else []


def _conversations(metrics: Mapping[str, Any]) -> list[Table]:
    """What the history did to follow-ups, and how near their rewrites came to a human's."""
    found, figures = metrics.get("conversations"), metrics.get("figures") or {}
    if not found:
        return []
    rows = [
        (label(name), shown(f.get("value")), between(f.get("low"), f.get("high")), str(f["n"]))
        for name in conversations.MEASURES
        if (f := figures.get(name))
    ]
    for name, said in (
        ("rewriting", "BLEU, in the conversation"),
        ("rewriting_after_gold", "BLEU, after the gold turns"),
    ):
        bleu = found[name]["bleu"]
        rows.append((said, number(bleu["value"]), interval(bleu), str(bleu["examples"])))
    note = f"{found['rewritten']} of {found['follow_ups']} follow-ups were rewritten."
    return [table_of("Follow-ups", ("what", "value", "95 % interval", "of"), rows, note)]


def _verdicts(pairs: Sequence[tuple[Item, Item | None]]) -> list[Bar]:
    counts = Counter(str(j["verdict"]) for j, _ in pairs if j.get("verdict"))
    return [
        Bar(
            kind.value,
            counts[kind.value],
            "",
            _address("verdict", kind.value),
            css_class(kind.value),
        )
        for kind in Verdict
        if counts[kind.value]
    ]


def _causes(pairs: Sequence[tuple[Item, Item | None]], metrics: Mapping[str, Any]) -> list[Bar]:
    counts = Counter(str(j["cause"]) for j, _ in pairs if j.get("cause"))
    counts = counts or Counter(metrics.get("causes") or {})
    order = [*CAUSES, *sorted(set(counts) - set(CAUSES))]
    return [
        Bar(cause, counts[cause], CAUSES.get(cause, ""), _address("cause", cause), "cause")
        for cause in order
        if counts[cause]
    ]


def _address(key: str, value: str) -> str:
    return urlencode({key: value})
