"""What ``evaluate`` and ``compare`` print: metrics and comparisons to lines of plain text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot.evaluation.comparing.values import Change, Comparison, MeasureComparison, conclusion
from retrieval.text.characters import printable

_LONGEST = 100
"""Characters of an answer shown on a line."""
_CHANGED_SHOWN = 10
"""Wins and losses are all listed."""
_TITLES = {
    "loss": "Losses: right before, not any more",
    "win": "Wins: not right before, right now",
    "changed": "Changed, and neither better nor worse",
}


def figure_lines(metrics: Mapping[str, Any]) -> list[str]:
    """The printed summary of ``metrics.json``, one fact a line."""
    if "retrieval" in metrics:
        return _retrieval_lines(metrics)
    return [
        *_counted_lines(metrics),
        *_measured_lines(metrics),
        *conversation_lines(metrics),
        *_time_lines(metrics),
    ]


def conversation_lines(metrics: Mapping[str, Any]) -> Iterator[str]:
    """What the history did to follow-ups; nothing where none has a human's rewrite."""
    found, figures = metrics.get("conversations"), metrics["figures"]
    if not found:
        return

    def of(name: str) -> str:
        n = figures[name]["n"]
        return f"{_bounded(figures, name)} of {n}" if n else "none"

    yield (
        f"follow-ups right: in their conversation {of('follow_up_right')}, after the gold turns "
        f"{_bounded(figures, 'follow_up_right_after_gold')}, as typed without history "
        f"{_bounded(figures, 'follow_up_right_as_typed')}"
    )
    yield (
        f"the history did harm to {of('harm')}, helped {_bounded(figures, 'help')}; refused "
        f"rightly {of('follow_up_refused')}, right after a question to be refused "
        f"{of('right_after_refusal')}"
    )
    bleu, after_gold = (
        _number(found[name]["bleu"]["value"]) for name in ("rewriting", "rewriting_after_gold")
    )
    yield (
        f"rewritten {found['rewritten']} of {found['follow_ups']}: named things lost "
        f"{of('names_lost')}, added {_bounded(figures, 'names_added')}; standalone ones left alone "
        f"{of('left_alone')}; BLEU {bleu}, after the gold turns {after_gold}"
    )


def comparison_lines(comparison: Comparison) -> Iterator[str]:
    """Measures, wins and losses with both answers, and what to make of it."""
    yield f"A {comparison.name_a}"
    yield f"B {comparison.name_b}"
    yield from _alone(comparison)
    yield ""
    width = max((len(m.name) for m in comparison.measures), default=0)
    yield f"{'':{width}}  {'A':>6}  {'B':>6}  {'B - A':>7}  {'95 % interval':^18}  {'p':>6}"
    for measured in comparison.measures:
        yield _measure_line(measured, width)
    for kind, title in _TITLES.items():
        changes = [change for change in comparison.changes if change.kind == kind]
        if changes:
            yield ""
            yield f"{title} ({len(changes)})"
            shown = changes[:_CHANGED_SHOWN] if kind == "changed" else changes
            for change in shown:
                yield from _change_lines(change)
            if len(shown) < len(changes):
                yield f"  and {len(changes) - len(shown)} more, in the page"
    yield ""
    yield conclusion(comparison)


def _counted_lines(metrics: Mapping[str, Any]) -> list[str]:
    a, u, d = metrics["answerable"], metrics["unanswerable"], metrics["disputed"]
    return [
        f"answerable {a['questions']}: spans right {a['spans_right']}, sentences right "
        f"{a['sentences_right']}, refused wrongly {a['refused_wrongly']}, "
        f"EM {_number(a['exact_match'])}, F1 {_number(a['f1'])}, "
        f"answer in top five {_share(a['answer_in_top_five'], a['questions'])}",
        f"best span whether or not refused: EM {_number(a['best_span_exact_match'])}, "
        f"F1 {_number(a['best_span_f1'])}",
        f"unanswerable {u['questions']}: refused {u['refused_rightly']}; "
        f"disputed {d['questions']}: all sides shown {d['all_sides_shown']}",
    ]


def _measured_lines(metrics: Mapping[str, Any]) -> Iterator[str]:
    figures = metrics["figures"]
    if not metrics["counts"]["predicted"]:
        return
    yield (
        f"right or rightly refused {_bounded(figures, 'correct')}, F1 of all questions "
        f"{_bounded(figures, 'f1')}; in brackets 95 % intervals"
    )
    at = metrics["deciding"]["at_threshold"]
    best = metrics["deciding"]["best_f1"]
    yield (
        f"answers given: right {_bounded(figures, 'precision_of_answers')}, coverage "
        f"{_number(at['coverage'], 3)} at threshold {metrics['deciding']['threshold']:g}; "
        f"best F1 {_number(best['f1'], 3)} at {_number(best['threshold'], 2)}"
    )
    yield (
        f"probabilities: AUC {_bounded(figures, 'auc')}, area under risk and coverage "
        f"{_bounded(figures, 'aurc')}, calibration error {_bounded(figures, 'ece')}"
    )
    if figures.get("citation_precision", {}).get("value") is not None:
        recall = figures["citation_recall"]
        known = f", recall {_bounded(figures, 'citation_recall')}" if recall["n"] else ""
        yield f"citations: precision {_bounded(figures, 'citation_precision')}{known}"
    if metrics["causes"]:
        causes = ", ".join(f"{cause} {count}" for cause, count in metrics["causes"].items())
        yield f"misses by cause: {causes}"


def _time_lines(metrics: Mapping[str, Any]) -> Iterator[str]:
    latency, workers = metrics["latency_ms"], metrics["run"]["workers"]
    with_workers = f" with {workers} workers" if workers > 1 else ""
    stages = [
        f"{stage} {_number(found['p50']['value'], 0)}"
        for stage, found in metrics["stages"].items()
        if stage != "total" and found["p50"]["value"] is not None
    ]
    median = f"; p50 by stage: {', '.join(stages)}" if stages else ""
    yield (
        f"time{with_workers}: p50 {_number(latency['p50'])} ms, "
        f"p95 {_number(latency['p95'])} ms{median}"
    )


def _retrieval_lines(metrics: Mapping[str, Any]) -> list[str]:
    found, figures, counts = metrics["retrieval"], metrics["figures"], metrics["counts"]
    names = [name for name in found if name != "questions"]
    lines = [
        f"questions with a relevant passage {found['questions']} of {counts['questions']}",
        ", ".join(f"{name} {_number(found[name], 3)}" for name in names),
    ]
    if found["questions"]:
        shown = ", ".join(f"{name} {_bounded(figures, name)}" for name in ("recall@20", "mrr"))
        lines.append(f"with 95 % intervals: {shown}")
    if counts["judged_documents_not_indexed"]:
        lines.append(
            f"judged documents that are not in the index, so cannot be found: "
            f"{counts['judged_documents_not_indexed']}"
        )
    return lines


def _alone(comparison: Comparison) -> Iterator[str]:
    alone = [
        f"{len(ids)} only in {run}"
        for run, ids in (("A", comparison.only_a), ("B", comparison.only_b))
        if ids
    ]
    others = f"; {', '.join(alone)}, not compared" if alone else ""
    same = f"{comparison.same} with the same answer"
    yield f"{comparison.questions} questions in both, {same}{others}"


def _measure_line(m: MeasureComparison, width: int) -> str:
    bounds = f"{m.low:+.3f} to {m.high:+.3f}"
    sure = "significant" if m.significant else "not significant"
    return (
        f"{m.name:{width}}  {m.a:6.3f}  {m.b:6.3f}  {m.difference:+7.3f}  {bounds:^18}  "
        f"{m.p:6.4f}  {sure}; better {m.wins}, worse {m.losses} of {m.n}"
    )


def _change_lines(change: Change) -> Iterator[str]:
    yield f"  {printable(change.id)}: {_short(change.question)}"
    for name, answer, source, verdict in (
        ("A", change.answer_a, change.source_a, change.verdict_a),
        ("B", change.answer_b, change.source_b, change.verdict_b),
    ):
        given = "nothing" if answer is None else _short(answer)
        known = ", ".join(part for part in (verdict, printable(source)) if part)
        yield f"    {name}  {given}{f'  ({known})' if known else ''}"
    if change.golds:
        yield f"    accepted: {' | '.join(_short(gold) for gold in change.golds[:3])}"


def _short(text: str) -> str:
    flat = printable(" ".join(text.split()))
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1]}…"


def _bounded(figures: Mapping[str, Any], name: str) -> str:
    """``0.712 (0.671 to 0.750)``."""
    found = figures.get(name)
    if found is None or found["value"] is None:
        return "none"
    if found["low"] is None:
        return f"{found['value']:.3f}"
    return f"{found['value']:.3f} ({found['low']:.3f} to {found['high']:.3f})"


def _share(count: int, whole: int) -> str:
    return _number(100 * count / whole if whole else None)


def _number(value: float | None, digits: int = 1) -> str:
    return "none" if value is None else f"{value:.{digits}f}"
