"""Fit the one decision across passages: which answer, and how likely it is right.

Both models are logistic regressions over ``retrieval.answer.evidence``: the *ordering* over all
groups of equal answers of the answerable questions, the *probability* over each question's first
group, among them the questions without an answer. Right: see ``is_right``. Weights are held to the
sign that makes sense (a name that the passage lacks cannot speak for an answer): with a few hundred
questions the other sign is chance.

Written beside the reader's weights: ``calibration.json``. Printed: figures of a five-fold
cross-validation by question, calibration error in 15 equal bins (Naeini et al. 2015), and for a row
of thresholds the precision that each one buys.
"""

from __future__ import annotations

import argparse
import json
import logging
import pickle
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from math import inf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.evaluation.measuring.answers import judge_span_right
from retrieval.answer.calibration import FILE, FILE_WITH_SECOND, Calibration
from retrieval.answer.normalisation import plain_words
from retrieval.answer.weighing import Weighing
from retrieval.datatypes import Article
from retrieval.english.answer_forms import AnswerForm, form_of
from retrieval.english.question_types import expectation_of
from retrieval.index.encoder import DEFAULT_MODEL, export_encoder
from retrieval.index.sentence_similarity import SentenceSimilarity
from retrieval.index.tokenization import tokenize_with_offsets
from retrieval.protocols import Reader, Similarity
from retrieval.reader.extractive import ExtractiveReader
from retrieval.reader.second.looks import FIRST
from retrieval.reader.span_model import OnnxSpanModel
from retrieval.text.headline import with_headlines
from training import held_out
from training.calibration_figures import Case, figures, is_answerable
from training.shelf import Asked

log = logging.getLogger("calibrate")

ORDERING = (
    "margin", "type_match", "span_probability", "repetition", "anchor_coverage",
    "neighbour_coverage", "similarity", FIRST,
)  # fmt: skip
PROBABILITY = (*ORDERING, "margin_over_next", "anchors_missing")
_SIGNS = {"anchors_missing": -1, "repetition": -1}
"""Every other number can only speak for an answer."""
LEFT_OUT = 2.0
"""Percent of the right answers that a second reader may refuse."""
UNANSWERABLE = 0.5
"""The share of the questions without an answer, however many of them the sets have: a probability
is right for one share alone."""
_CLAUSE_WORDS = 40
_GROUPS = 8
_RIDGE = 0.001


def case_of(asked: Asked, reader: Reader, similarity: Similarity) -> Case:
    """Read and group as the pipeline does, and judge each group by its best span."""
    articles: dict[str, Article] = {c.article.id: c.article for c in asked.contexts}
    weighing = Weighing(with_headlines(articles.__getitem__), similarity)
    spans = reader.read(asked.question, asked.contexts)
    evidence = weighing.evidence(asked.question, spans, _GROUPS)
    texts = [weighing.text(item.group.best) for item in evidence]
    return Case(
        asked.id,
        asked.kind,
        tuple(item.values for item in evidence),
        tuple(is_right(asked.question, text, asked.answers) for text in texts),
    )


def is_right(question: str, text: str, answers: Sequence[str]) -> bool:
    """Whether a text says an accepted answer. Where a clause or sentence is asked for, one that
    holds the answer whole is right too, up to 40 words or twice the answer's.
    """
    if not answers or judge_span_right(text, answers):
        return bool(answers)
    if form_of(question, expectation_of(question)) is AnswerForm.PHRASE:
        return False
    words = plain_words(text)
    return any(
        len(words) <= max(_CLAUSE_WORDS, 2 * len(wanted)) and _holds(words, wanted)
        for wanted in map(plain_words, answers)
    )


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    places = range(len(words) - len(wanted) + 1)
    return bool(wanted) and any(list(words[at : at + len(wanted)]) == wanted for at in places)


def fit_ordering(cases: Sequence[Case]) -> dict[str, float]:
    """Conditional logit (McFadden 1974): the chance of the right groups among a question's own."""
    chosen = [c for c in cases if any(c.right) and not all(c.right)]
    names = known(cases, ORDERING)
    tables = [table(c.values, names) for c in chosen]
    rights = [np.array(c.right) for c in chosen]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total = _RIDGE * float(weights @ weights) * len(chosen)
        slope = 2 * _RIDGE * weights * len(chosen)
        for rows, right in zip(tables, rights, strict=True):
            scores = rows @ weights
            whole, aimed = np.logaddexp.reduce(scores), np.logaddexp.reduce(scores[right])
            total += float(whole - aimed)
            slope += rows.T @ np.exp(scores - whole) - rows[right].T @ np.exp(scores[right] - aimed)
        return total, slope

    return _minimised(loss, names)


def fit_probability(
    cases: Sequence[Case], calibration: Calibration
) -> tuple[dict[str, float], float]:
    """Logistic regression over each question's first group, ``UNANSWERABLE`` of them by weight
    without an answer.
    """
    read = [case for case in cases if case.values]
    firsts = [first(case, calibration) for case in read]
    weight = _weights([is_answerable(case) for case in read])
    names = known(cases, PROBABILITY)
    rows = np.c_[table([values for values, _ in firsts], names), np.ones(len(firsts))]
    right = np.array([is_right for _, is_right in firsts], dtype=float)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = rows @ weights
        fit = float((weight * (np.logaddexp(0, logits) - right * logits)).sum())
        slope = rows.T @ (weight * (1 / (1 + np.exp(-logits)) - right))
        ridge = _RIDGE * len(firsts)
        slope[:-1] += 2 * ridge * weights[:-1]
        return fit + ridge * float(weights[:-1] @ weights[:-1]), slope

    found = _minimised(loss, (*names, "bias"))
    bias = found.pop("bias")
    return found, bias


def _weights(answerable: Sequence[bool]) -> NDArray[np.float64]:
    """One for each question with an answer; those without share what is left to them."""
    has = np.array(answerable)
    if has.all() or not has.any():
        return np.ones(len(has))
    without = UNANSWERABLE / (1 - UNANSWERABLE) * has.sum() / (~has).sum()
    return np.where(has, 1.0, without)


def first(case: Case, calibration: Calibration) -> tuple[dict[str, float], bool]:
    """The evidence of the group that the ordering puts first, and whether it is right."""
    at = max(range(len(case.values)), key=lambda i: calibration.order(case.values[i]))
    return case.values[at], case.right[at]


def fit(cases: Sequence[Case], fitted_on: str) -> Calibration:
    """Both models, the second on top of the first."""
    ordering = fit_ordering(cases)
    half_way = Calibration({}, ordering, 0.0)
    weights, bias = fit_probability(cases, half_way)
    return Calibration(weights, ordering, bias, fitted_on, approval(cases))


def known(cases: Sequence[Case], names: Sequence[str]) -> tuple[str, ...]:
    """The names of numbers that the cases have: a second look is not always taken."""
    found = {name for case in cases for values in case.values for name in values}
    return tuple(name for name in names if name in found)


def approval(cases: Sequence[Case]) -> float:
    """The margin of a second reader that all but a few of the right answers reach; without one,
    minus infinity.
    """
    rows = [v for c in cases for v, is_right in zip(c.values, c.right, strict=True) if is_right]
    margins = [row["margin"] for row in rows if FIRST in row and "margin" in row]
    return round(float(np.percentile(margins, LEFT_OUT)), 4) if margins else -inf


def table(rows: Sequence[dict[str, float]], names: Sequence[str]) -> NDArray[np.float64]:
    """Rows x names."""
    return np.array([[row.get(name, 0.0) for name in names] for row in rows]).reshape(
        len(rows), len(names)
    )


def cross_validated(cases: Sequence[Case], folds: int, seed: int) -> list[tuple[Case, float, bool]]:
    """For each question the probability and rightness given by a fit that did not see it."""
    questions = sorted({_question_of(case) for case in cases})
    order = np.random.default_rng(seed).permutation(len(questions))
    result: list[tuple[Case, float, bool]] = []
    for fold in range(folds):
        inside = {questions[at] for at in order[fold::folds]}
        fitted = fit([case for case in cases if _question_of(case) not in inside], "")
        result += [judged(case, fitted) for case in cases if _question_of(case) in inside]
    return result


def _question_of(case: Case) -> str:
    """A question asked again, without what answers it or for yes or no, is one question."""
    return case.id.removesuffix("-none").removesuffix("-left").removesuffix("-yes")


def judged(case: Case, calibration: Calibration) -> tuple[Case, float, bool]:
    """The case with its first answer's probability and whether that is right."""
    if not case.values:
        return case, 0.0, False
    values, is_right = first(case, calibration)
    return case, calibration.probability(values), is_right


def read_all(asked: Sequence[Asked], reader: Reader, similarity: Similarity) -> list[Case]:
    """Let the reader read everything; minutes."""
    cases = []
    for done, item in enumerate(asked, start=1):
        cases.append(case_of(item, reader, similarity))
        if done % 100 == 0:
            log.info("read %d of %d", done, len(asked))
    return cases


def _minimised(loss: object, names: Sequence[str]) -> dict[str, float]:
    bounds = [
        (None, None) if n == "bias" else (None, 0.0) if _SIGNS.get(n) == -1 else (0.0, None)
        for n in names
    ]
    found = minimize(loss, np.zeros(len(names)), bounds=bounds, method="L-BFGS-B", jac=True)
    return {name: round(float(w), 4) for name, w in zip(names, found.x, strict=True)}


def main() -> None:
    """Read, fit, report, and write ``calibration.json`` into the reader's folder."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python -m training.calibrate build/reader/export"
    )
    parser.add_argument("reader", type=Path, help="folder of the exported reader")
    parser.add_argument("--dev", type=Path, default=Path("build/reader/dev.json"))
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="question sets and news-dev"
    )
    parser.add_argument("--days", nargs=2, default=("2022-06-01", "2022-12-31"))
    parser.add_argument("--count", type=int, default=150, help="wiki questions of each kind")
    parser.add_argument("--cache", type=Path, help="where to keep the prepared questions")
    parser.add_argument("--cases", type=Path, help="where to write what ablation reads")
    parser.add_argument(
        "--second",
        default="off",
        help="who looks again: small, the reader itself, or the folder of a larger one",
    )
    parser.add_argument("--seed", type=int, default=13)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if args.cache and args.cache.exists():
        asked = pickle.loads(args.cache.read_bytes())
    else:
        asked = held_out.all_kinds(args.dev, args.data, args.days, args.count, args.seed)
        if args.cache:
            args.cache.write_bytes(pickle.dumps(asked))
    log.info("%d questions", len(asked))
    model = OnnxSpanModel(args.reader)
    second, file = _second(args.second, model)
    with tempfile.TemporaryDirectory() as folder:
        similarity = SentenceSimilarity(export_encoder(DEFAULT_MODEL, Path(folder)))
        reader = ExtractiveReader(model, tokenize_with_offsets, second)
        cases = read_all(asked, reader, similarity)
    if args.cases:
        lines = (json.dumps(asdict(case)) + "\n" for case in cases)
        args.cases.write_text("".join(lines), "utf-8")
    report = figures(cross_validated(cases, folds=5, seed=args.seed))
    log.info("%s", json.dumps(report, indent=1))
    words = (
        f"{len(cases)} held-out questions on Wikipedia and news, by weight half without an answer"
    )
    readers = model.identity if second is None else f"{model.identity}, then {second.identity}"
    fit(cases, f"{words}; reader {readers}").save(args.reader, file)


def _second(name: str, first: OnnxSpanModel) -> tuple[OnnxSpanModel | None, str]:
    """The model that looks again, and the file for the calibration with it."""
    if name == "off":
        return None, FILE
    if name == "small":
        return first, FILE_WITH_SECOND.format(second=name)
    return OnnxSpanModel(Path(name)), FILE_WITH_SECOND.format(second="large")


if __name__ == "__main__":
    main()
