"""What is relevant to a question, and rankings of the same kind: passages, or whole articles.

Question sets with answers judge passages: one that holds an accepted answer is relevant. TREC's
relevance judgements may name passages as Pullquote's runs do, or articles; then an article ranks
where its first passage does (Dai and Callan 2019 call this MaxP).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from bot.evaluation.judging.articles import KnownArticles
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.measuring.ranking import (
    Qrels,
    RankedPassage,
    Run,
    judge_passages,
    run_of,
)
from bot.evaluation.sets.questions import QuestionSet
from retrieval.errors import QuestionSetError


@dataclass(frozen=True, slots=True)
class Relevance:
    """What is relevant; ``by_article``: whether articles were judged.

    ``unknown`` counts judged documents that are not in the index: no ranking can find them.
    """

    qrels: Qrels
    by_article: bool = False
    unknown: int = 0


def relevance_of(question_set: QuestionSet, articles: KnownArticles) -> Relevance:
    """From the set's answers, or its own judgements.

    Raises ``QuestionSetError`` when none of the judged documents is in the index.
    """
    if question_set.qrels is None:
        return Relevance(judge_passages(question_set.questions, articles.passages()))
    judged = {docno for grades in question_set.qrels.values() for docno in grades}
    ids = {document_id(article): document_id(article) for article in articles.article_ids()}
    ids |= {article: document_id(article) for article in articles.article_ids()}
    by_article = bool(judged & ids.keys())
    if not by_article:
        ids = {docno: docno for docno, _, _ in articles.passages()}
    if not judged & ids.keys():
        raise QuestionSetError(
            f"{question_set.name}: none of the {len(judged)} judged documents is in this index; "
            "index the articles that the qrels name, under the same ids."
        )
    grades = {
        question_id: {ids.get(docno, document_id(docno)): g for docno, g in found.items() if g > 0}
        for question_id, found in question_set.qrels.items()
    }
    relevant = {i: tuple(found) for i, found in grades.items() if found}
    return Relevance(Qrels(relevant, grades), by_article, len(judged - ids.keys()))


def ranking_of(predictions: Iterable[Prediction], *, by_article: bool = False) -> Run:
    """The run in the predictions' passages, or of their articles, each where it stands first."""
    listed = list(predictions)
    run = run_of(listed)
    if not by_article:
        return run
    rankings = {}
    for prediction in listed:
        scores: dict[str, float] = {}
        for passage in prediction.get("passages") or ():
            scores.setdefault(document_id(passage["article_id"]), float(passage["score"]))
        rankings[prediction["id"]] = tuple(RankedPassage(d, s) for d, s in scores.items())
    return Run(run.tag, rankings)


def document_id(article_id: str) -> str:
    """An article id as one word of a TREC file, as it begins the ids of its passages."""
    return quote(article_id, safe="/-_.~")
