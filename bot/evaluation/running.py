"""Question sets through Pullquote to a judged run."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.assembly.application import Application, open_application
from bot.assembly.readers import reader_identity
from bot.config import Config
from bot.dialogue.conversation import Conversation
from bot.evaluation.asking.jobs import RETRIEVED_FOR_ARTICLES, Job
from bot.evaluation.asking.journal import OTHER, Journal
from bot.evaluation.asking.workers import ask_units, units_of
from bot.evaluation.judging.articles import IndexedArticles, KnownArticles, Paragraphs
from bot.evaluation.judging.judge import AskRewritten, judge_answers, judge_rankings
from bot.evaluation.judging.metrics import answer_metrics, ranking_metrics
from bot.evaluation.judging.relevance import ranking_of, relevance_of
from bot.evaluation.measuring.judgements import Judgement
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.measuring.ranking import Qrels, Run, measure_each
from bot.evaluation.sets.questions import EvalQuestion, QuestionSet
from bot.presentation.reply_json import to_json
from retrieval.errors import QuestionSetError

Progress = Callable[[int, int], None]
FEW = 100
"""Up to so many questions one worker asks all: they are done before a second one is ready."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One run over one question set: what was asked, answered, judged and measured."""

    predictions: tuple[Prediction, ...]
    judgements: tuple[Judgement, ...]
    metrics: dict[str, Any]
    run: Run
    qrels: Qrels | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """How a set is to be evaluated. ``workers``: 0 leaves it to the number of questions."""

    task: str
    config: Config
    index_folder: Path
    workers: int = 0


def evaluate_set(
    request: Request,
    question_set: QuestionSet,
    folder: Path,
    progress: Progress,
    write: Callable[[Evaluation], None],
) -> Evaluation:
    """Asks, judges and measures, and hands over what is to be written into ``folder``.

    What was asked is kept there until all is written: the same call goes on from where it stopped.

    Raises ``QuestionSetError`` where the set does not fit the task, and the errors of
    ``open_application``, ``Journal`` and ``ask_units``.
    """
    must_fit(question_set, request.task)
    application = None
    if request.task != "read":
        application = open_application(request.config, request.index_folder)
    workers = workers_for(request.workers, len(question_set.questions), request.task)
    job = _job(request, question_set, workers)
    with Journal(folder, _identity(job, question_set, application)) as journal:
        if journal.set_aside:
            print(
                f"pullquote: {folder} held a stopped run with other questions, settings or another "
                f"index; it is now {OTHER} there, and this one begins anew.",
                file=sys.stderr,
            )
        predictions = _asked(question_set, job, workers, journal, progress)
        about = {
            "task": request.task,
            "workers": workers,
            "threshold": 0.0 if job.always_answer else request.config.answer.threshold,
            "set_sha256": _set_sha256(question_set),
            **_identity(job, question_set, application),
        }
        about.pop("config")
        if application is not None and request.task == "retrieve":
            evaluation = _ranked(question_set, predictions, application, about)
        else:
            evaluation = _answered(question_set, predictions, application, about)
        write(evaluation)
        journal.remove()
    return evaluation


def must_fit(question_set: QuestionSet, task: str) -> None:
    """Raises ``QuestionSetError`` when the set lacks what the task needs."""
    if task != "retrieve" and not question_set.answered:
        raise QuestionSetError(
            f"{question_set.name}: says which documents are relevant but holds no answers; "
            "measure it with --task retrieve."
        )
    if task != "read":
        return
    bare: EvalQuestion | None = next((q for q in question_set.questions if q.context is None), None)
    if bare is not None:
        raise QuestionSetError(
            f'{question_set.name}: question "{bare.id}" has no paragraph to read; '
            "use --task answer, or a set in SQuAD format."
        )


def workers_for(wanted: int, questions: int, task: str) -> int:
    """As many processes as there are cores, or fewer; a ranking is too quick to be worth one."""
    if wanted:
        return wanted
    if questions <= FEW or task == "retrieve":
        return 1
    return os.cpu_count() or 1


def _job(request: Request, question_set: QuestionSet, workers: int) -> Job:
    job = Job(
        task=request.task,
        config=request.config,
        index_folder=request.index_folder,
        # SQuAD 1.1's own rule: where every question has an answer, the reader always gives one.
        always_answer=request.task == "read" and all(q.answers for q in question_set.questions),
        threads=max(1, (os.cpu_count() or 1) // workers) if workers > 1 else 0,
    )
    if question_set.qrels is None:
        return job
    return replace(job, limit=RETRIEVED_FOR_ARTICLES)


def _identity(
    job: Job, question_set: QuestionSet, application: Application | None
) -> dict[str, Any]:
    """What must be the same for predictions to be the same."""
    from importlib.metadata import version

    asked = [
        (q.id, q.question, q.rewrite, str(q.date), q.conversation, _paragraph(q), *_said(q))
        for q in question_set.questions
    ]
    return {
        "pullquote": version("pullquote"),
        "task": job.task,
        "set": Path(question_set.name).name,
        "asked_sha256": _sha256(asked),
        "index": application.index.identity() if application else None,
        "always_answers": job.always_answer,
        "ranked": job.limit,
        "reader": reader_identity(job.config, job.index_folder),
        "config": job.config.model_dump(mode="json"),
    }


def _paragraph(question: EvalQuestion) -> tuple[str, ...]:
    read = question.context
    return () if read is None else (read.id, read.title, read.text)


def _said(question: EvalQuestion) -> tuple[object, ...]:
    """What else of a conversation is asked with: small talk, and the gold turns."""
    if question.conversation is None or not (question.rewrite or question.remarks):
        return ()
    return (question.remarks, question.answers, question.evidence)


def _sha256(values: object) -> str:
    written = json.dumps(values, ensure_ascii=True)
    return hashlib.sha256(written.encode("ascii")).hexdigest()


def _set_sha256(question_set: QuestionSet) -> str:
    """Of the questions with what counts as right, in whatever order: figures of sets that differ
    in it cannot be compared.
    """
    golds = sorted((q.id, q.answers, q.disputed, q.evidence) for q in question_set.questions)
    qrels = {i: sorted(grades.items()) for i, grades in sorted((question_set.qrels or {}).items())}
    return _sha256([golds, qrels])


def _asked(
    question_set: QuestionSet, job: Job, workers: int, journal: Journal, progress: Progress
) -> dict[str, Prediction]:
    questions = question_set.questions
    units = units_of(questions)
    waiting = [u for u in units if not all(question.id in journal.kept for question in u)]
    asked_anew = {question.id for unit in waiting for question in unit}
    predictions = {i: p for i, p in journal.kept.items() if i not in asked_anew}
    progress(len(predictions), len(questions))
    for unit in ask_units(waiting, job, workers) if waiting else ():
        journal.add(unit)
        predictions.update((prediction["id"], prediction) for prediction in unit)
        progress(len(predictions), len(questions))
    return {q.id: predictions[q.id] for q in questions}


def _answered(
    question_set: QuestionSet,
    predictions: dict[str, Prediction],
    application: Application | None,
    about: dict[str, Any],
) -> Evaluation:
    articles: KnownArticles
    ask_rewritten = None
    if application is None:
        articles = Paragraphs(question_set.questions)
    else:
        articles, ask_rewritten = IndexedArticles(application), _asks_alone(application)
    judgements = judge_answers(question_set.questions, predictions, articles, ask_rewritten)
    metrics = answer_metrics(question_set, predictions, judgements, about)
    run = ranking_of(predictions.values())
    return Evaluation(tuple(predictions.values()), judgements, metrics, run)


def _ranked(
    question_set: QuestionSet,
    predictions: dict[str, Prediction],
    application: Application,
    about: dict[str, Any],
) -> Evaluation:
    articles = IndexedArticles(application)
    relevance = relevance_of(question_set, articles)
    run = ranking_of(predictions.values(), by_article=relevance.by_article)
    measured = measure_each(run, relevance.qrels)
    judgements = judge_rankings(question_set.questions, predictions, measured, articles)
    metrics = ranking_metrics(question_set, predictions, judgements, relevance, about)
    return Evaluation(tuple(predictions.values()), judgements, metrics, run, relevance.qrels)


def _asks_alone(application: Application) -> AskRewritten:
    def ask(question: EvalQuestion) -> Prediction:
        wording = question.rewrite or question.question
        reply, _ = application.assistant.reply(Conversation(), wording, question.date)
        return to_json(reply, question.id)

    return ask
