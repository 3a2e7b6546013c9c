"""What stands in ``metrics.json``: today's counts, and every figure with its interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.evaluation.judging.relevance import Relevance
from bot.evaluation.measuring.conversations import conversation_block
from bot.evaluation.measuring.figures import (
    cause_counts,
    decision_blocks,
    decisions_of,
    parts,
    quality_figures,
    stage_figures,
    summarise,
    time_figures,
    timed,
)
from bot.evaluation.measuring.judgements import Judgement
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.measuring.ranking import MEASURES
from bot.evaluation.sets.questions import QuestionSet


def answer_metrics(
    question_set: QuestionSet,
    predictions: Mapping[str, Prediction],
    judgements: Sequence[Judgement],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """For the tasks ``answer`` and ``read``; ``predictions`` by question id."""
    listed = list(predictions.values())
    metrics = summarise(question_set.questions, listed, left_out=question_set.left_out)
    deciding, figures = decision_blocks(
        decisions_of(judgements, predictions), float(about["threshold"])
    )
    times = _time_blocks(listed, judgements)
    by_id = predictions.get
    talk = conversation_block([(q, p) for q in question_set.questions if (p := by_id(q.id))])
    return {
        "run": dict(about),
        **metrics,
        "counts": {**metrics["counts"], "left_out_reason": question_set.left_out_reason},
        "figures": {**quality_figures(judgements), **figures, **times["figures"]},
        "deciding": deciding,
        "causes": cause_counts(judgements),
        "by": parts(judgements),
        "stages": times["stages"],
        **({"conversations": talk} if talk else {}),
    }


def ranking_metrics(
    question_set: QuestionSet,
    predictions: Mapping[str, Prediction],
    judgements: Sequence[Judgement],
    relevance: Relevance,
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """For the task ``retrieve``."""
    figures = quality_figures(judgements)
    measured = len(relevance.qrels.relevant)
    times = _time_blocks(list(predictions.values()), judgements)
    return {
        "run": dict(about),
        "counts": {
            "questions": len(question_set.questions),
            "without_relevant_passage": len(question_set.questions) - measured,
            "left_out": question_set.left_out,
            "left_out_reason": question_set.left_out_reason,
            "judged_documents_not_indexed": relevance.unknown,
        },
        "retrieval": {
            "questions": measured,
            **{name: figures[name]["value"] if name in figures else None for name in MEASURES},
        },
        "figures": {**figures, **times["figures"]},
        "by": parts(judgements),
        "stages": times["stages"],
    }


def _time_blocks(
    predictions: Sequence[Prediction], judgements: Sequence[Judgement]
) -> dict[str, dict[str, Any]]:
    stages = stage_figures(timed(predictions, [judged.cluster for judged in judgements]))
    return {"stages": stages, "figures": time_figures(stages, len(predictions))}
