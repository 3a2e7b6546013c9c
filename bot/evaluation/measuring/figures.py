"""The figures of one run with their intervals: what stands in ``metrics.json``.

Shares are 0..1. Every interval is a 95 % percentile bootstrap over conversations (``bootstrap``).
In the summary, counts are whole numbers out of the ``questions`` next to them; ``exact_match`` and
``f1`` and the ``squad`` block are percent, 0..100, and null where there is nothing to average. Only
the ``judge`` measures feed spans, sentences and the top five; only the ``squad`` ones feed exact
match and F1.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from bot.evaluation.measuring import conversations
from bot.evaluation.measuring.answers import (
    judge_all_sides_shown,
    judge_in_top_five,
    judge_sentence_right,
    judge_span_right,
    squad_exact_match,
    squad_f1,
)
from bot.evaluation.measuring.bootstrap import (
    Counts,
    Floats,
    Interval,
    share_intervals,
    statistic_intervals,
)
from bot.evaluation.measuring.causes import Cause
from bot.evaluation.measuring.deciding import Decisions, deciding_figures
from bot.evaluation.measuring.judgements import Judgement, names_of
from bot.evaluation.measuring.predictions import (
    Prediction,
    best_answer,
    cited_sentence,
    given_answer,
    group_answers,
)
from bot.evaluation.sets.questions import EvalQuestion

PERCENTILES = (50, 90, 95, 99)
MOST_STRATA = 20
"""Parts shown of one kind; the smallest go together."""
OTHERS = "others"
_IN_PARTS = (
    "correct",
    "f1",
    "has_answer_f1",
    "span_right",
    "sentence_right",
    "answer_in_passages",
    "no_answer_refused",
    "recall@20",
    "ndcg@10",
    "mrr",
)
_SMALLER_IS_BETTER = frozenset({"aurc", "ece", "brier"}) | conversations.SMALLER_IS_BETTER
_NUMBERS = frozenset({"auc", "aurc", "ece", "brier", "mrr", "ndcg@10"})
"""Figures from 0 to 1 that are shares of nothing."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of each question by stage; ``total`` is the whole."""

    stages: Mapping[str, Floats]
    clusters: tuple[str, ...]


def quality_figures(judgements: Sequence[Judgement]) -> dict[str, dict[str, Any]]:
    """Every measure's mean over the questions that it says something of."""
    names = names_of(judgements)
    values = measure_matrix(judgements, names)
    intervals = share_intervals(values, [judged.cluster for judged in judgements])
    counts = (~np.isnan(values)).sum(axis=0)
    return {
        name: figure(name, interval, int(n))
        for name, interval, n in zip(names, intervals, counts, strict=True)
    }


def decisions_of(
    judgements: Sequence[Judgement], predictions: Mapping[str, Prediction]
) -> Decisions:
    """What the curves are made of; ``predictions`` by question id."""
    names = ("best_span_right", "best_span_exact_match", "best_span_f1")
    values = np.nan_to_num(measure_matrix(judgements, names))  # no answer: never right
    return Decisions(
        probability=np.array(
            [float(predictions[judged.id]["probability"]) for judged in judgements]
        ),
        right=values[:, 0] > 0,
        exact=values[:, 1],
        f1=values[:, 2],
        answerable=np.array([bool(judged.answers) for judged in judgements], dtype=np.bool_),
        clusters=tuple(judged.cluster for judged in judgements),
    )


def decision_blocks(
    decisions: Decisions, threshold: float
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The block ``deciding``, and its headline figures for ``figures``."""
    block, intervals = deciding_figures(decisions, threshold)
    answered = int((decisions.probability >= threshold).sum())
    counts = {"precision_of_answers": answered}
    return block, {
        name: figure(name, i, counts.get(name, len(decisions))) for name, i in intervals.items()
    }


def parts(judgements: Sequence[Judgement]) -> dict[str, dict[str, dict[str, Any]]]:
    """The block ``by``: for each kind of part (type, source, year, turn), each part's figures."""
    names = [name for name in names_of(judgements) if name in _IN_PARTS]
    values = measure_matrix(judgements, names)
    clusters = [judged.cluster for judged in judgements]
    kinds = dict.fromkeys(kind for judged in judgements for kind in judged.strata)
    blocks: dict[str, dict[str, dict[str, Any]]] = {}
    for kind in kinds:
        labels = _labels([judged.strata.get(kind) for judged in judgements])
        members = {label: np.array([one == label for one in labels]) for label in _sorted(labels)}
        columns = [np.where(inside[:, None], values, np.nan) for inside in members.values()]
        if not columns:
            continue
        intervals = iter(share_intervals(np.hstack(columns), clusters))
        blocks[kind] = {
            label: {
                "n": int(inside.sum()),
                "figures": {name: bounds(next(intervals)) for name in names},
            }
            for label, inside in members.items()
        }
    return blocks


def timed(predictions: Sequence[Prediction], clusters: Sequence[str]) -> Timed:
    """The times in predictions; a stage that a question did not go through is NaN."""
    known = dict.fromkeys(stage for p in predictions for stage in p.get("stages") or {})
    stages = {
        stage: np.array([(p.get("stages") or {}).get(stage, np.nan) for p in predictions])
        for stage in known
    }
    whole = np.array([_or_nan(p.get("elapsed_ms")) for p in predictions])
    return Timed({**stages, "total": whole}, tuple(clusters))


def stage_figures(times: Timed) -> dict[str, dict[str, dict[str, float | None]]]:
    """The block ``stages``: percentiles of each stage in milliseconds."""
    block = {}
    for stage, values in times.stages.items():
        intervals = statistic_intervals(_percentiles_of(values), times.clusters)
        block[stage] = {
            f"p{percent}": bounds(interval)
            for percent, interval in zip(PERCENTILES, intervals, strict=True)
        }
    return block


def cause_counts(judgements: Sequence[Judgement]) -> dict[str, int]:
    """The block ``causes``: misses by cause, in the order of the stages."""
    counts = Counter(judged.cause for judged in judgements if judged.cause)
    return {cause.value: counts[cause] for cause in Cause if counts[cause]}


def figure(
    name: str, interval: Interval, n: int, unit: Literal["share", "ms"] = "share"
) -> dict[str, Any]:
    """One entry of the block ``figures``."""
    smaller = unit == "ms" or name in _SMALLER_IS_BETTER
    shown = "number" if name in _NUMBERS else unit
    return {**bounds(interval), "n": n, "unit": shown, "better": "lower" if smaller else "higher"}


def bounds(interval: Interval) -> dict[str, float | None]:
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def time_figures(
    stages: Mapping[str, Mapping[str, Mapping[str, float | None]]], n: int
) -> dict[str, dict[str, Any]]:
    """The percentiles of the whole time, for ``figures``."""
    return {
        name: figure(name, Interval(**found), n, "ms")
        for name, found in stages.get("total", {}).items()
    }


def measure_matrix(judgements: Sequence[Judgement], names: Sequence[str]) -> Floats:
    """Shape ``(questions, names)``; NaN where a measure says nothing of a question."""
    rows = [[_or_nan(judged.measures.get(name)) for name in names] for judged in judgements]
    return np.array(rows, dtype=np.float64).reshape(len(judgements), len(names))


def _percentiles_of(values: Floats) -> Callable[[Counts], list[float | None]]:
    def statistic(counts: Counts) -> list[float | None]:
        known = ~np.isnan(values)
        drawn = np.sort(np.repeat(values[known], counts[known])).tolist()
        return [percentile(drawn, percent) for percent in PERCENTILES]

    return statistic


def _labels(found: Sequence[str | None]) -> list[str | None]:
    """The labels, those of the smallest parts replaced where there are too many."""
    counts = Counter(label for label in found if label is not None)
    kept = {label for label, _ in counts.most_common(MOST_STRATA)}
    if len(counts) <= MOST_STRATA:
        return list(found)
    return [label if label in kept or label is None else OTHERS for label in found]


def _sorted(labels: Sequence[str | None]) -> list[str]:
    """Numbers by size, other labels by how many questions they have; what is left over last."""
    counts: defaultdict[str, int] = defaultdict(int)
    for label in labels:
        if label is not None:
            counts[label] += 1
    numbers = all(label.isdecimal() for label in counts if label != OTHERS)

    def place(label: str) -> tuple[bool, int, str]:
        if label == OTHERS:
            return (True, 0, "")
        return (False, int(label) if numbers else -counts[label], label)

    return sorted(counts, key=place)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else float(value)


_Pair = tuple[EvalQuestion, Prediction]


def summarise(
    questions: Sequence[EvalQuestion], predictions: Iterable[Prediction], *, left_out: int = 0
) -> dict[str, Any]:
    """All figures, JSON-serialisable, keys in a fixed order.

    Questions without a prediction are counted in ``missing`` and in nothing else, as the outside
    judge and the official SQuAD script do; predictions of other questions are ignored.
    """
    by_id = {prediction["id"]: prediction for prediction in predictions}
    pairs = [(q, by_id[q.id]) for q in questions if q.id in by_id]
    answerable = [pair for pair in pairs if pair[0].answerable]
    unanswerable = [pair for pair in pairs if not pair[0].answerable]
    disputed = [pair for pair in pairs if pair[0].disputed]
    return {
        "counts": {
            "questions": len(questions),
            "predicted": len(pairs),
            "missing": len(questions) - len(pairs),
            "left_out": left_out,
        },
        "answerable": _answerable(answerable),
        "unanswerable": {
            "questions": len(unanswerable),
            "refused_rightly": sum(bool(p["abstained"]) for _, p in unanswerable),
        },
        "disputed": {
            "questions": len(disputed),
            "all_sides_shown": sum(
                judge_all_sides_shown(group_answers(p), q.disputed) for q, p in disputed
            ),
        },
        "squad": _squad(pairs, answerable, unanswerable),
        "latency_ms": _latency([p for _, p in pairs]),
    }


def _answerable(pairs: Sequence[_Pair]) -> dict[str, Any]:
    return {
        "questions": len(pairs),
        "exact_match": _percent(squad_exact_match, pairs),
        "f1": _percent(squad_f1, pairs),
        "best_span_exact_match": _percent(squad_exact_match, pairs, best_answer),
        "best_span_f1": _percent(squad_f1, pairs, best_answer),
        "spans_right": sum(judge_span_right(p["answer"], q.answers) for q, p in pairs),
        "sentences_right": sum(
            judge_sentence_right(cited_sentence(p), q.answers) for q, p in pairs
        ),
        "refused_wrongly": sum(bool(p["abstained"]) for _, p in pairs),
        "answer_in_top_five": sum(judge_in_top_five(group_answers(p), q.answers) for q, p in pairs),
    }


def _squad(
    pairs: Sequence[_Pair], has_answer: Sequence[_Pair], no_answer: Sequence[_Pair]
) -> dict[str, Any]:
    """The official script's own keys; an abstention predicts the empty answer."""
    figures: dict[str, Any] = {}
    for prefix, part in (("", pairs), ("HasAns_", has_answer), ("NoAns_", no_answer)):
        figures[f"{prefix}exact"] = _percent(squad_exact_match, part)
        figures[f"{prefix}f1"] = _percent(squad_f1, part)
        figures[f"{prefix}total"] = len(part)
    return figures


def _percent(
    measure: Callable[[str | None, Sequence[str]], float],
    pairs: Sequence[_Pair],
    answer: Callable[[Prediction], str] = given_answer,
) -> float | None:
    """The mean of a 0..1 measure over the questions, in percent; None without questions."""
    if not pairs:
        return None
    return 100 * math.fsum(measure(answer(p), q.answers) for q, p in pairs) / len(pairs)


def _latency(predictions: Sequence[Prediction]) -> dict[str, Any]:
    times = sorted(float(p["elapsed_ms"]) for p in predictions if p.get("elapsed_ms") is not None)
    return {"p50": percentile(times, 50), "p95": percentile(times, 95)}


def percentile(ordered: Sequence[float], percent: float) -> float | None:
    """The value below which ``percent`` (0..100) of the rising values lie; None without values.

    Linear between neighbours: type 7 of Hyndman and Fan (1996), as numpy does by default.
    """
    if not ordered:
        return None
    position = (len(ordered) - 1) * percent / 100
    low = math.floor(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)
