"""The figures of one evaluation: what stands in ``metrics.json``.

Counts are whole numbers out of the ``questions`` beside them; ``exact_match`` and ``f1`` and the
``squad`` block are percent, 0..100, and null where there is nothing to average. Only the ``judge``
measures feed spans, sentences and the top five; only the ``squad`` ones feed exact match and F1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.evaluation.measuring.answers import (
    judge_all_sides_shown,
    judge_in_top_five,
    judge_sentence_right,
    judge_span_right,
    squad_exact_match,
    squad_f1,
)
from bot.evaluation.measuring.predictions import (
    Prediction,
    best_answer,
    cited_sentence,
    given_answer,
    group_answers,
)
from bot.evaluation.sets.questions import EvalQuestion

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
