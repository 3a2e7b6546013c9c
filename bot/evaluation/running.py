"""Question sets through an assistant or a retriever to the contract's files.

Knows nothing about how answers are found: it sees an ``Assistant`` and retrieval as a function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.assistant import Assistant
from bot.conversation import Conversation
from bot.evaluation.measuring.ranking import (
    Qrels,
    first_relevant_ranks,
    judge_passages,
    measure,
    run_of,
)
from bot.evaluation.measuring.summary import summarise
from bot.evaluation.measuring.verdicts import Prediction
from bot.evaluation.outputs import write_outputs
from bot.evaluation.report.answers import render_report
from bot.evaluation.sets.questions import EvalQuestion, Paragraph, QuestionSet
from bot.render import passages_json, to_json
from retrieval.datatypes import Query, ScoredPassage
from retrieval.errors import QuestionSetError

Progress = Callable[[int, int], None]
Retrieve = Callable[[Query, int], Sequence[ScoredPassage]]
RETRIEVED = 20
"""Passages ranked for each question by the task ``retrieve``: the deepest cut-off measured."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a run over one question set gave."""

    question_set: QuestionSet
    predictions: tuple[Prediction, ...]
    metrics: dict[str, Any]
    qrels: Qrels | None = None

    def write(self, folder: Path) -> tuple[Path, ...]:
        """The contract's files. Raises ``StorageError``."""
        run = run_of(self.predictions)
        ranks = first_relevant_ranks(run, self.qrels) if self.qrels else None
        report = render_report(self.question_set, self.predictions, self.metrics, ranks=ranks)
        return write_outputs(
            folder,
            predictions=self.predictions,
            metrics=self.metrics,
            report=report,
            run=run,
            qrels=self.qrels,
        )


def evaluate_answers(
    question_set: QuestionSet, assistant: Assistant, progress: Progress
) -> Evaluation:
    """Asks every question, those of a conversation as its turns, and judges the answers."""
    conversations: dict[str | None, Conversation] = {}
    predictions = []
    for done, question in enumerate(question_set.questions, start=1):
        # A question without a conversation starts a fresh one: None is never stored.
        before = conversations.get(question.conversation, Conversation())
        reply, after = assistant.reply(before, question.question, question.date)
        if question.conversation is not None:
            conversations[question.conversation] = after
        predictions.append(to_json(reply, question.id))
        progress(done, len(question_set.questions))
    return _judged(question_set, predictions)


def evaluate_reading(
    question_set: QuestionSet,
    assistant_for: Callable[[Paragraph], Assistant],
    progress: Progress,
) -> Evaluation:
    """Asks every question of its own paragraph alone.

    Raises ``QuestionSetError`` when the set gives no paragraphs.
    """
    _require_paragraphs(question_set)
    predictions = []
    current: tuple[Paragraph, Assistant] | None = None
    for done, question in enumerate(question_set.questions, start=1):
        paragraph = question.context
        assert paragraph is not None
        if current is None or current[0] != paragraph:
            current = (paragraph, assistant_for(paragraph))
        reply, _ = current[1].reply(Conversation(), question.question)
        predictions.append(to_json(reply, question.id))
        progress(done, len(question_set.questions))
    return _judged(question_set, predictions)


def evaluate_retrieval(
    question_set: QuestionSet,
    retrieve: Retrieve,
    passages: Iterable[tuple[str, str, str]],
    progress: Progress,
) -> Evaluation:
    """Ranks passages for every question; ``passages`` are ``(docno, article id, text)`` of all."""
    predictions = []
    for done, question in enumerate(question_set.questions, start=1):
        started = perf_counter()
        query = Query(question.question, question.date, asked_on=question.date)
        found = retrieve(query, RETRIEVED)
        predictions.append(
            {
                "id": question.id,
                "question": question.question,
                "elapsed_ms": round(1000 * (perf_counter() - started), 1),
                "passages": passages_json(found),
            }
        )
        progress(done, len(question_set.questions))
    qrels = judge_passages(question_set.questions, passages)
    metrics: dict[str, Any] = {
        "counts": {
            "questions": len(question_set.questions),
            "without_relevant_passage": len(question_set.questions) - len(qrels.relevant),
            "left_out": question_set.left_out,
        },
        "retrieval": measure(run_of(predictions), qrels),
    }
    return Evaluation(question_set, tuple(predictions), metrics, qrels)


def _judged(question_set: QuestionSet, predictions: Sequence[Prediction]) -> Evaluation:
    metrics = summarise(question_set.questions, predictions, left_out=question_set.left_out)
    return Evaluation(question_set, tuple(predictions), metrics)


def _require_paragraphs(question_set: QuestionSet) -> None:
    bare: EvalQuestion | None = next((q for q in question_set.questions if q.context is None), None)
    if bare is not None:
        raise QuestionSetError(
            f'{question_set.name}: question "{bare.id}" has no paragraph to read; '
            "use --task answer, or a set in SQuAD format."
        )
