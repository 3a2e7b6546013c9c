"""From a run's predictions to judgements: measures, causes of misses, and the parts of the set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.evaluation.judging.articles import KnownArticles
from bot.evaluation.measuring.answers import judge_span_right
from bot.evaluation.measuring.causes import cause_of, is_miss
from bot.evaluation.measuring.conversations import conversation_measures
from bot.evaluation.measuring.judgements import (
    Judgement,
    cluster_of,
    judge_answer,
    judge_ranking,
    passages_hold,
)
from bot.evaluation.measuring.predictions import (
    Prediction,
    Verdict,
    best_answer,
    group_answers,
    shown_citations,
    verdict,
)
from bot.evaluation.measuring.ranking import MEASURES, judge_passages
from bot.evaluation.sets.questions import EvalQuestion

AskRewritten = Callable[[EvalQuestion], Prediction]
"""Asks a question in its human's standalone wording, outside any conversation."""


def judge_answers(
    questions: Sequence[EvalQuestion],
    predictions: Mapping[str, Prediction],
    articles: KnownArticles,
    ask_rewritten: AskRewritten | None = None,
) -> tuple[Judgement, ...]:
    """The judgements of all questions that have a prediction, in order.

    A missed follow-up with a human's wording is asked once more in that wording, where
    ``ask_rewritten`` is given: rewriting is to blame if that is answered rightly.
    """
    asked = [
        (question, predictions[question.id]) for question in questions if question.id in predictions
    ]
    held = _held_by_articles(asked, articles)
    turns = _turns(questions)
    in_conversation = conversation_measures(asked)
    return tuple(
        judge_answer(
            question,
            prediction,
            articles.passage_text,
            cause=cause_of(
                question,
                prediction,
                held_by_passages=passages_hold(question, prediction, articles.passage_text),
                held_by_articles=held.get(question.id),
                mended_by_rewrite=_mended(question, prediction, ask_rewritten),
            ),
            strata=strata_of(question, prediction, articles, turns.get(question.id)),
            more=in_conversation.get(question.id),
        )
        for question, prediction in asked
    )


def judge_rankings(
    questions: Sequence[EvalQuestion],
    predictions: Mapping[str, Prediction],
    measured: Mapping[str, Mapping[str, float]],
    articles: KnownArticles,
) -> tuple[Judgement, ...]:
    """The same for the task ``retrieve``; ``measured`` by question id, as from ``measure_each``."""
    turns = _turns(questions)
    nothing: Mapping[str, float | None] = dict.fromkeys(MEASURES)
    return tuple(
        judge_ranking(
            question,
            measured.get(question.id, nothing),
            strata_of(question, predictions[question.id], articles, turns.get(question.id)),
        )
        for question in questions
        if question.id in predictions
    )


def strata_of(
    question: EvalQuestion, prediction: Prediction, articles: KnownArticles, turn: int | None
) -> dict[str, str]:
    """The parts of the set that a question belongs to, by their kind; what is not known is left
    out.

    The source is that of the first article at hand that is known to hold an answer. Where the set
    names no such article it is what the set says, right answer or not, else that of the first
    article cited. The year is that of the question's day, else of that article.
    """
    where = _article_of(question, prediction, articles)
    # Answered questions by their articles and refused ones by what the set says would be two
    # sorts of label, the one for what went well and the other for what did not.
    named = None if question.evidence else question.source
    source = named or (articles.source(where) if where else None)
    day = question.date or (articles.published(where) if where else None)
    found = {
        "type": question.type or prediction.get("expected_type"),
        "source": source,
        "year": str(day.year) if day else None,
        "turn": None if turn is None else str(turn),
    }
    return {kind: label for kind, label in found.items() if label}


def _article_of(
    question: EvalQuestion, prediction: Prediction, articles: KnownArticles
) -> str | None:
    if question.context is not None:
        return question.context.id
    if question.evidence:
        at_hand = (i for i in question.evidence if articles.source(i) or articles.published(i))
        return next(at_hand, None)
    return next((citation["article_id"] for citation in shown_citations(prediction)), None)


def _turns(questions: Sequence[EvalQuestion]) -> dict[str, int]:
    """The places of questions in their conversations, from 1."""
    turns: dict[str, int] = {}
    counts: dict[str, int] = {}
    for question in questions:
        if question.conversation is not None:
            cluster = cluster_of(question)
            counts[cluster] = counts.get(cluster, 0) + 1
            turns[question.id] = counts[cluster]
    return turns


def _mended(
    question: EvalQuestion, prediction: Prediction, ask_rewritten: AskRewritten | None
) -> bool:
    rewrite = question.rewrite
    if ask_rewritten is None or rewrite is None or not is_miss(question, prediction):
        return False
    if rewrite in (question.question, prediction.get("standalone_question")):
        return False
    anew = ask_rewritten(question)
    return verdict(question, anew) in (Verdict.RIGHT, Verdict.REFUSED_RIGHTLY)


def _held_by_articles(
    asked: Sequence[tuple[EvalQuestion, Prediction]], articles: KnownArticles
) -> dict[str, bool]:
    """Whether any article holds an answer, for the misses where that is in question.

    One walk over all passages, however many misses there are.
    """
    missed = [
        question
        for question, prediction in asked
        if question.answerable
        and is_miss(question, prediction)
        and not judge_span_right(best_answer(prediction), question.answers)
        and not any(judge_span_right(a, question.answers) for a in group_answers(prediction))
        and not passages_hold(question, prediction, articles.passage_text)
    ]
    if not missed:
        return {}
    found = judge_passages(missed, articles.passages()).relevant
    return {question.id: question.id in found for question in missed}
