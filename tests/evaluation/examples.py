"""Hand-made questions and predictions, in the shapes of the contract."""

from __future__ import annotations

from typing import Any

from bot.evaluation.sets.questions import EvalQuestion


def citation(
    quote: str, sentence: str, *, article_id: str = "a.txt", start: int = 0, url: str | None = None
) -> dict[str, Any]:
    return {
        "number": 1,
        "article_id": article_id,
        "title": "A title",
        "publisher": "A paper",
        "published": "2021-05-20",
        "url": url,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "sentence": sentence,
    }


def group(answer: str, sentence: str | None = None) -> dict[str, Any]:
    cited = [] if sentence is None else [citation(answer, sentence)]
    return {"answer": answer, "probability": 0.5, "origins": 1, "citations": cited}


def prediction(
    question_id: str,
    answer: str | None,
    *,
    groups: list[dict[str, Any]] | None = None,
    passages: list[dict[str, Any]] | None = None,
    elapsed_ms: float = 100.0,
    **others: Any,
) -> dict[str, Any]:
    """A prediction; no ``answer``: an abstention."""
    if groups is None:
        groups = [] if answer is None else [group(answer, f"They say {answer} there.")]
    return {
        "id": question_id,
        "question": "?",
        "standalone_question": "?",
        "answer": answer,
        "probability": 0.5,
        "abstained": answer is None,
        "reason": "Nothing on that." if answer is None else None,
        "elapsed_ms": elapsed_ms,
        "groups": groups,
        "passages": passages or [],
        **others,
    }


def asked(question_id: str, *answers: str, **others: Any) -> EvalQuestion:
    return EvalQuestion(question_id, f"Question {question_id}?", answers, **others)
