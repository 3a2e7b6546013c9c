"""What is relevant: passages that hold an answer, or what TREC's judges named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from bot.evaluation.judging.relevance import document_id, ranking_of, relevance_of
from bot.evaluation.measuring.ranking import measure_each
from bot.evaluation.sets.questions import QuestionSet
from retrieval.errors import QuestionSetError
from tests.evaluation.examples import asked

TEXTS = {"a b.txt": "Talks in Reykjavik.", "c.txt": "Rain in Oslo.", "d.txt": "Snow in Bergen."}


class Known:
    """Articles of one passage each, as a hand-written ``KnownArticles``."""

    def passage_text(self, article_id: str, start: int, end: int) -> str | None:
        text = TEXTS.get(article_id)
        return None if text is None else text[start:end]

    def source(self, article_id: str) -> str | None:
        return None

    def published(self, article_id: str) -> date | None:
        return None

    def passages(self) -> Iterable[tuple[str, str, str]]:
        for article_id, text in TEXTS.items():
            yield f"{document_id(article_id)}:0-{len(text)}", article_id, text

    def article_ids(self) -> Iterable[str]:
        return TEXTS


def judged(grades: Mapping[str, Mapping[str, int]]) -> QuestionSet:
    questions = tuple(asked(name) for name in grades)
    return QuestionSet("topics.txt", questions, qrels=grades, answered=False)


def found(*article_ids: str) -> dict[str, object]:
    passages = [
        {"article_id": article_id, "start": 0, "end": 5 + place, "score": 9.0 - place}
        for place, article_id in enumerate(article_ids)
    ]
    return {"id": "1", "passages": passages}


def test_without_judgements_a_passage_that_holds_the_answer_is_relevant() -> None:
    relevance = relevance_of(QuestionSet("q", (asked("1", "Oslo"),)), Known())
    assert relevance.qrels.relevant == {"1": ("c.txt:0-13",)}
    assert not relevance.by_article


def test_judged_articles_rank_where_their_first_passage_does() -> None:
    relevance = relevance_of(judged({"1": {"a b.txt": 2, "d.txt": 0, "zz": 1}}), Known())
    assert relevance.by_article
    assert relevance.unknown == 1
    assert relevance.qrels.relevant == {"1": ("a%20b.txt", "zz")}
    assert relevance.qrels.grade("1", "a%20b.txt") == 2
    run = ranking_of([found("c.txt", "c.txt", "a b.txt", "c.txt")], by_article=True)
    assert [p.docno for p in run.rankings["1"]] == ["c.txt", "a%20b.txt"]
    assert measure_each(run, relevance.qrels)["1"]["mrr"] == 1 / 2
    assert measure_each(run, relevance.qrels)["1"]["recall@5"] == 1 / 2


def test_judged_passages_are_those_of_pullquotes_own_runs() -> None:
    relevance = relevance_of(judged({"1": {"c.txt:0-13": 1, "c.txt:0-99": 1}}), Known())
    assert not relevance.by_article
    assert relevance.unknown == 1


def test_judgements_of_another_collection_are_refused() -> None:
    with pytest.raises(QuestionSetError, match="none of the 2 judged documents is in this index"):
        relevance_of(judged({"1": {"LA010189-0001": 1, "LA010189-0002": 1}}), Known())


def test_graded_gain_agrees_with_scikit_learn() -> None:
    grades = {"a b.txt": 3, "c.txt": 1, "d.txt": 0}
    relevance = relevance_of(judged({"1": grades}), Known())
    run = ranking_of([found("d.txt", "c.txt", "a b.txt")], by_article=True)
    theirs = ndcg_score(np.array([[3, 1, 0]]), np.array([[1.0, 2.0, 3.0]]), k=10)
    assert measure_each(run, relevance.qrels)["1"]["ndcg@10"] == pytest.approx(theirs)
