"""TREC runs and relevance judgements, and the ranking measures on them.

The measures come from ``ir_measures`` (MacAvaney et al. 2022), which calls trec_eval's code.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import numpy as np

from bot.evaluation.measuring.answers import judge_normalise
from bot.evaluation.measuring.predictions import Prediction
from bot.evaluation.sets.questions import EvalQuestion
from retrieval.datatypes import Passage

CUTOFFS = (1, 5, 20)
MEASURES = (
    *(f"recall@{k}" for k in CUTOFFS),
    *(f"success@{k}" for k in CUTOFFS),
    "mrr",
    "ndcg@10",
)
_SCORE_LIMIT = 1e30  # leaves single precision room to fall further
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage in a ranking. ``score``: larger is better; the place in the ranking is the rank."""

    docno: str
    score: float


@dataclass(frozen=True, slots=True)
class Run:
    """What the system ``tag`` found: for each question id, passages best first."""

    tag: str
    rankings: Mapping[str, tuple[RankedPassage, ...]] = field(repr=False)

    def __post_init__(self) -> None:
        _must_be_token(self.tag)
        for ranking in self.rankings.values():
            for passage in ranking:
                _must_be_token(passage.docno)

    def trec(self) -> str:
        """The run as trec_eval reads it: ``qid Q0 docno rank score tag``, one passage a line."""
        lines = [
            f"{_token(question_id)} Q0 {passage.docno} {rank} {passage.score:.9g} {self.tag}\n"
            for question_id, ranking in self.rankings.items()
            for rank, passage in enumerate(_falling(ranking), start=1)
        ]
        return "".join(lines)


@dataclass(frozen=True, slots=True)
class Qrels:
    """What is relevant to each question that has anything relevant.

    ``grades``, by question and docno, say how relevant where that was judged; else it counts 1.
    """

    relevant: Mapping[str, tuple[str, ...]] = field(repr=False)
    grades: Mapping[str, Mapping[str, int]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for docnos in self.relevant.values():
            for docno in docnos:
                _must_be_token(docno)

    def grade(self, question_id: str, docno: str) -> int:
        """How relevant a relevant document is; larger is better."""
        return self.grades.get(question_id, {}).get(docno, 1)

    def trec(self) -> str:
        """The judgements as trec_eval reads them: ``qid 0 docno grade``, one document a line."""
        lines = [
            f"{_token(question_id)} 0 {docno} {self.grade(question_id, docno)}\n"
            for question_id, docnos in self.relevant.items()
            for docno in docnos
        ]
        return "".join(lines)


def run_of(predictions: Iterable[Prediction], tag: str = "pullquote") -> Run:
    """The run in the ``passages`` of predictions, which are best first; repeats are dropped."""
    rankings: dict[str, tuple[RankedPassage, ...]] = {}
    for prediction in predictions:
        scores: dict[str, float] = {}
        for passage in prediction.get("passages") or ():
            where = Passage(passage["article_id"], passage["start"], passage["end"])
            scores.setdefault(where.id, float(passage["score"]))
        rankings[prediction["id"]] = tuple(RankedPassage(d, s) for d, s in scores.items())
    return Run(tag, rankings)


def judge_passages(
    questions: Iterable[EvalQuestion], passages: Iterable[tuple[str, str, str]]
) -> Qrels:
    """Which of all ``(docno, article id, text)`` are relevant to which question.

    Relevant: an accepted answer stands in the text as whole words, as ``judge_holds`` says, and
    the article is among the question's ``evidence``, where that is known. Each text is normalised
    once; an answer is sought only in texts that have its longest word.
    """
    listed = list(questions)
    by_word = _answers_by_word(listed)
    words = by_word.keys()
    found: dict[str, dict[str, None]] = {question.id: {} for question in listed}
    for docno, article_id, text in passages:
        normal = judge_normalise(text)
        padded = f" {normal} "
        for word in words & set(normal.split()):
            for answer, askers in by_word[word]:
                if answer not in padded:
                    continue
                for question in askers:
                    if question.evidence is None or article_id in question.evidence:
                        found[question.id][docno] = None
    return Qrels({question_id: tuple(docnos) for question_id, docnos in found.items() if docnos})


def measure(run: Run, qrels: Qrels) -> dict[str, Any]:
    """recall@k, success@k, MRR and nDCG@10 averaged over the questions in qrels; see
    ``measure_each``. Questions without a relevant passage cannot be measured: they are not in
    ``questions``. Every figure is None when there is nothing to average.
    """
    each = measure_each(run, qrels)
    figures: dict[str, Any] = {"questions": len(each)}
    for name in MEASURES:
        values = [found[name] for found in each.values()]
        figures[name] = math.fsum(values) / len(values) if values else None
    return figures


def measure_each(run: Run, qrels: Qrels) -> dict[str, dict[str, float]]:
    """The measures of each question in qrels, 0..1, larger is better.

    A question whose ranking is missing counts 0. recall@k: the share of the relevant ones among the
    first k; success@k: whether there is any; MRR: 1 / rank of the first; nDCG@10 (Järvelin and
    Kekäläinen 2002) with the grades as gains.
    """
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    measures = {
        **{R @ k: f"recall@{k}" for k in CUTOFFS},
        **{Success @ k: f"success@{k}" for k in CUTOFFS},
        RR: "mrr",
        nDCG @ 10: "ndcg@10",
    }
    judged = [
        ir_measures.Qrel(question_id, docno, qrels.grade(question_id, docno))
        for question_id, docnos in qrels.relevant.items()
        for docno in docnos
    ]
    ranked = [
        ir_measures.ScoredDoc(question_id, passage.docno, passage.score)
        for question_id in qrels.relevant
        for passage in _falling(run.rankings.get(question_id, ()))
    ]
    each = {question_id: dict.fromkeys(MEASURES, 0.0) for question_id in qrels.relevant}
    if judged and ranked:
        for found in ir_measures.iter_calc(list(measures), judged, ranked):
            each[found.query_id][measures[found.measure]] = float(found.value)
    return each


def _answers_by_word(
    questions: Iterable[EvalQuestion],
) -> dict[str, list[tuple[str, tuple[EvalQuestion, ...]]]]:
    """Padded normalised answers with their questions, keyed by the answer's longest word."""
    askers: dict[str, list[EvalQuestion]] = {}
    for question in questions:
        for answer in dict.fromkeys(judge_normalise(text) for text in question.answers):
            if answer:
                askers.setdefault(answer, []).append(question)
    by_word: dict[str, list[tuple[str, tuple[EvalQuestion, ...]]]] = {}
    for answer, asking in askers.items():
        word = max(answer.split(), key=len)
        by_word.setdefault(word, []).append((f" {answer} ", tuple(asking)))
    return by_word


def _falling(ranking: Sequence[RankedPassage]) -> list[RankedPassage]:
    """The ranking with scores that strictly fall in single precision.

    trec_eval sorts by the score as a C float, breaks ties by docno and ignores the rank, so equal
    scores would be measured in another order than ours.
    """
    falling: list[RankedPassage] = []
    last = np.float32(math.inf)
    for passage in ranking:
        score = np.float32(min(max(passage.score, -_SCORE_LIMIT), _SCORE_LIMIT))
        last = score if score < last else np.nextafter(last, np.float32(-math.inf))
        falling.append(RankedPassage(passage.docno, float(last)))
    return falling


def _token(question_id: str) -> str:
    """A question id as one word of a TREC file: blanks and percent signs percent-encoded."""
    return quote(question_id, safe="/-_.~:,;+@#()[]=&!")


def _must_be_token(text: str) -> None:
    if not text or _BLANK.search(text):
        raise ValueError(f"not one word, as TREC files need: {text!r}; use Passage.id")
