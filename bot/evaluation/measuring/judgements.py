"""One question's outcome as numbers: what intervals, breakdowns and comparisons are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.evaluation.measuring.answers import (
    judge_all_sides_shown,
    judge_holds,
    judge_in_top_five,
    judge_sentence_right,
    judge_span_right,
    squad_exact_match,
    squad_f1,
)
from bot.evaluation.measuring.causes import Cause
from bot.evaluation.measuring.predictions import (
    Prediction,
    Verdict,
    best_answer,
    cited_sentence,
    given_answer,
    group_answers,
    shown_citations,
    verdict,
)
from bot.evaluation.sets.questions import EvalQuestion

PassageText = Callable[[str, int, int], str | None]
"""Article id, start and end to the text there without noise; None where there is none."""
Values = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one question.

    ``measures`` are 0..1, larger is better, None where a measure says nothing of this question.
    ``strata`` say which part of the set it belongs to, by the part's kind: type, source, year,
    turn. Questions of one ``cluster`` (a conversation, a paragraph) are not independent of each
    other.
    """

    id: str
    question: str
    answers: tuple[str, ...]
    cluster: str
    measures: Values = field(repr=False)
    verdict: Verdict | None = None
    cause: Cause | None = None
    strata: Mapping[str, str] = field(default_factory=dict, repr=False)

    def record(self) -> dict[str, Any]:
        """The line of ``judgements.jsonl``."""
        return {
            "id": self.id,
            "question": self.question,
            "answers": list(self.answers),
            "verdict": self.verdict.value if self.verdict else None,
            "cause": self.cause.value if self.cause else None,
            "cluster": self.cluster,
            "strata": dict(self.strata),
            "measures": dict(self.measures),
        }


def cluster_of(question: EvalQuestion) -> str:
    """What stands or falls with the question: its conversation, else its paragraph, else itself."""
    if question.conversation is not None:
        return f"conversation {question.conversation}"
    if question.context is not None:
        return f"paragraph {question.context.id}"
    return f"question {question.id}"


def judge_answer(
    question: EvalQuestion,
    prediction: Prediction,
    passage_text: PassageText,
    *,
    cause: Cause | None = None,
    strata: Mapping[str, str] | None = None,
    more: Values | None = None,
) -> Judgement:
    """All measures of one prediction of the tasks ``answer`` and ``read``, and ``more`` of them."""
    return Judgement(
        id=question.id,
        question=question.question,
        answers=question.answers,
        cluster=cluster_of(question),
        measures={**answer_measures(question, prediction, passage_text), **(more or {})},
        verdict=verdict(question, prediction),
        cause=cause,
        strata=strata or {},
    )


def answer_measures(
    question: EvalQuestion, prediction: Prediction, passage_text: PassageText
) -> dict[str, float | None]:
    """The measures by name.

    ``exact_match`` and ``f1`` are SQuAD's over all questions, where refusing is right if there is
    no answer; those with ``has_answer_`` say nothing of unanswerable questions,
    ``no_answer_refused`` nothing of others. What starts with ``best_span_`` looks at the likeliest
    answer whether it was given or refused. ``brier`` alone is better when smaller.
    """
    answer, golds = given_answer(prediction), question.answers
    exact, f1 = squad_exact_match(answer, golds), squad_f1(answer, golds)
    best = best_answer(prediction)
    best_right = bool(golds) and judge_span_right(best, golds)
    values: dict[str, float | None] = {
        "exact_match": exact,
        "f1": f1,
        "correct": float(verdict(question, prediction) in (Verdict.RIGHT, Verdict.REFUSED_RIGHTLY)),
        "answered": float(not prediction["abstained"]),
        "best_span_right": float(best_right),
        "brier": (float(prediction["probability"]) - best_right) ** 2,
    }
    if question.disputed:
        values["all_sides_shown"] = float(
            judge_all_sides_shown(group_answers(prediction), question.disputed)
        )
    if not golds:
        return {**values, "no_answer_refused": float(bool(prediction["abstained"]))}
    return {
        **values,
        "has_answer_exact_match": exact,
        "has_answer_f1": f1,
        "span_right": float(judge_span_right(prediction["answer"], golds)),
        "sentence_right": float(judge_sentence_right(cited_sentence(prediction), golds)),
        "answer_in_top_five": float(judge_in_top_five(group_answers(prediction), golds)),
        "best_span_exact_match": squad_exact_match(best, golds),
        "best_span_f1": squad_f1(best, golds),
        "answer_in_passages": _answer_in_passages(question, prediction, passage_text),
        **_citation_measures(question, prediction),
    }


def passages_hold(
    question: EvalQuestion, prediction: Prediction, passage_text: PassageText
) -> bool | None:
    """Whether a passage that was read holds an accepted answer; None: no passage is known."""
    texts = [
        text
        for p in prediction.get("passages") or ()
        if (text := passage_text(p["article_id"], p["start"], p["end"])) is not None
    ]
    if not texts:
        return False if prediction.get("passages") == [] else None
    return any(judge_holds(text, gold) for text in texts for gold in question.answers)


def _answer_in_passages(
    question: EvalQuestion, prediction: Prediction, passage_text: PassageText
) -> float | None:
    held = passages_hold(question, prediction, passage_text)
    return None if held is None else float(held)


def _citation_measures(question: EvalQuestion, prediction: Prediction) -> dict[str, float | None]:
    """Precision: the share of the answer's citations whose sentence holds an accepted answer, in an
    article known to hold one where the set names them. Recall: the share of those articles that is
    cited. Both say nothing of refusals.
    """
    citations = shown_citations(prediction)
    if not citations:
        return {"citation_precision": None, "citation_recall": None}
    known = question.evidence
    supporting = [
        citation
        for citation in citations
        if judge_sentence_right(citation.get("sentence"), question.answers)
        and (known is None or citation["article_id"] in known)
    ]
    recall = None
    if known:
        recall = len({citation["article_id"] for citation in supporting}) / len(set(known))
    return {"citation_precision": len(supporting) / len(citations), "citation_recall": recall}


def judge_ranking(question: EvalQuestion, measures: Values, strata: Mapping[str, str]) -> Judgement:
    """The outcome of one question of the task ``retrieve``."""
    return Judgement(
        question.id,
        question.question,
        question.answers,
        cluster_of(question),
        measures,
        strata=strata,
    )


def names_of(judgements: Sequence[Judgement]) -> tuple[str, ...]:
    """The names of all measures, in the order in which they first appear."""
    return tuple(dict.fromkeys(name for judged in judgements for name in judged.measures))
